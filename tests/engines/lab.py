"""Jobs, processes that are killed, and the rows that are compared."""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SPARK = os.path.join(ROOT, "engines", "spark", "flowz_spark.py")
DASK = os.path.join(ROOT, "engines", "dask", "flowz_dask.py")
sys.path.insert(0, os.path.join(ROOT, "engines", "common"))

# Longest run of a job, in seconds.
RUN = 300
# A capture takes so many seconds more where a process is to be killed meanwhile.
PAUSE = 0.4
# A process is killed when so many captures are done.
AMONG = 5
# Three machines of Java on two cores: quick to start.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
EXECUTOR = "CoarseGrainedExecutorBackend"


class Skip(Exception):
    """Why a scenario cannot run here."""


class Check:
    """Counts what is compared, and keeps what differs."""

    def __init__(self):
        self.values, self.wrong = 0, []

    def same(self, what, found, wanted):
        self.values += 1
        if found != wanted:
            self.wrong.append(f"{what}: {str(found)[:300]!r}, it should be {str(wanted)[:300]!r}")

    def true(self, what, holds):
        self.same(what, bool(holds), True)


class Lab:
    """A folder with captures and the rows of one process for each sensor."""

    def __init__(self, flowz, folder, captures):
        self.flowz, self.folder, self.captures = flowz, folder, captures
        self.slow = os.path.join(folder, "slow-flowz")
        with open(self.slow, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nsleep {PAUSE}\nexec '{flowz}' \"$@\"\n")
        os.chmod(self.slow, 0o755)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def reference(self, name, captures, words=()):
        """The rows of one process for each sensor; yields the folder."""
        folder = self.path(name)
        for sensor, paths in captures.items():
            out = os.path.join(folder, f"sensor={sensor}")
            command = [self.flowz, "extract", *paths, "--out", out, "--sensor", sensor, *words]
            done = subprocess.run(command, capture_output=True, text=True, timeout=RUN, check=False)
            if done.returncode not in (0, 3):
                raise AssertionError(f"{command}: {done.stderr}")
        return folder

    def spark(self, captures, lake, *options, words=(), flowz=None, kill=False):
        """The Spark job on two executors of this machine."""
        submit = os.path.join(os.path.dirname(sys.executable), "spark-submit")
        if not os.path.exists(submit) or not shutil.which("java"):
            raise Skip("pyspark and Java are needed (openjdk-17-jre-headless)")
        settings = ["spark.ui.enabled=false", "spark.executor.memory=1g", f"spark.executor.extraJavaOptions={JAVA}", f"spark.driver.extraJavaOptions={JAVA}"]
        master = ["--master", "local-cluster[2,1,1024]", *(word for one in settings for word in ("--conf", one))]
        command = [submit, *master, SPARK, captures, "--lake", lake, "--flowz", flowz or self.flowz, *options]
        return self._job(command, lake, words, kill and EXECUTOR)

    def dask(self, captures, lake, *options, words=(), flowz=None, kill=False):
        """The Dask job on two processes."""
        command = [sys.executable, DASK, captures, "--lake", lake, "--workers", "2", "--flowz", flowz or self.flowz, *options]
        return self._job(command, lake, words, kill and "multiprocessing")

    def _job(self, command, lake, words, killed):
        env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "PYTHONDONTWRITEBYTECODE": "1"}
        env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env["PATH"]
        said = self.path("said")
        with open(said, "w", encoding="utf-8") as file:
            job = subprocess.Popen([*command, "--", *words], stdout=file, stderr=file, env=env, cwd=self.folder)
            try:
                victim = kill_in_the_middle(job, lake, killed) if killed else None
                job.wait(RUN)
            finally:
                job.kill()
        with open(said, encoding="utf-8") as file:
            return Job(job.returncode, file.read(), ledger(lake), victim)


class Job:
    """What became of a job."""

    def __init__(self, code, said, rows, victim):
        self.code, self.said, self.rows, self.victim = code, said, rows, victim

    def tail(self):
        """What the job itself said, and its last words."""
        lines = self.said.splitlines()
        return "\n".join([line for line in lines if line.startswith("flowz_")] + lines[-8:])


def ledger(lake):
    """The rows of a lake's ledger."""
    try:
        with open(os.path.join(lake + ".work", "ledger.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def records(lake):
    """Captures that are done by now."""
    return glob.glob(os.path.join(lake + ".work", "records", "*", "*", "*.json"))


def kill_in_the_middle(job, lake, name):
    """Kills a process of the job whose command line has `name` while it works on a capture, some captures being done; yields its number."""
    end = time.monotonic() + RUN
    while time.monotonic() < end and job.poll() is None:
        if len(records(lake)) >= AMONG:
            parents = processes()
            for worker in [one for one in parents if "slow-flowz" in command_line(one)]:
                line = ancestors(worker, parents)
                at = [one for one in line if name in command_line(one)]
                if at and job.pid in line and at[0] != job.pid:
                    os.kill(at[0], signal.SIGKILL)
                    return at[0]
        time.sleep(0.02)
    return None


def processes():
    """All processes of the machine and their parents."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                pass
    return parents


def ancestors(number, parents):
    """Parent, its parent, and so on."""
    line = []
    while parents.get(number, 0) > 0 and len(line) < len(parents):
        number = parents[number]
        line.append(number)
    return line


def command_line(number):
    try:
        with open(f"/proc/{number}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def compare(check, what, lake, reference, without=()):
    """The same rows on both sides, each as often, by DuckDB."""
    import duckdb

    def rows(folder, names):
        files = f"read_parquet('{folder}/**/part-*.parquet', hive_partitioning = true, union_by_name = true)"
        return f"SELECT * EXCLUDE ({', '.join(names)}) FROM {files}" if names else f"SELECT * FROM {files}"

    ours, theirs = rows(lake, ["dt", *without]), rows(reference, without)
    ask = duckdb.connect()
    columns = [[row[:2] for row in ask.execute(f"DESCRIBE {side}").fetchall()] for side in (ours, theirs)]
    check.same(f"{what}: columns", columns[0], columns[1])
    count = [ask.execute(f"SELECT count(*) FROM ({side})").fetchone()[0] for side in (ours, theirs)]
    check.same(f"{what}: rows", count[0], count[1])
    check.true(f"{what}: has rows", count[1] > 100)
    for name, one, other in (("only in the lake", ours, theirs), ("missing in the lake", theirs, ours)):
        differ = f"SELECT * FROM ({one}) EXCEPT ALL SELECT * FROM ({other})"
        check.same(f"{what}: {name}", ask.execute(f"SELECT count(*) FROM ({differ})").fetchone()[0], 0)
    return count[0]


def tree(folder):
    """All files below with their content's sum and time of change."""
    import hashlib

    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = (hashlib.sha256(file.read()).hexdigest(), os.stat(path).st_mtime_ns)
    return found
