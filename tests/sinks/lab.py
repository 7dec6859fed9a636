"""Runs of flowz, servers, and what is compared."""
import os
import shutil
import signal
import subprocess
import time

import txt

# Longest run of flowz or of a program that reads what it wrote, and longest wait for a server, in seconds.
RUN, READY = 300, 60


class Skip(Exception):
    """Why a scenario cannot run here."""


class Check:
    """Counts cells and values that are compared, and keeps those that differ."""

    def __init__(self):
        self.values, self.wrong = 0, []

    def same(self, what, theirs, ours):
        """`theirs` is what the foreign program read."""
        self.values += 1
        if theirs != ours:
            self.wrong.append(f"{what}: {str(theirs)[:200]!r} is read, it should be {str(ours)[:200]!r}")

    def true(self, what, holds):
        self.same(what, bool(holds), True)

    def table(self, what, table, names, rows, ordered=True):
        """Rows of typed values beside a table of txt, cell by cell; where a format keeps no order, as sets."""
        self.same(f"{what} columns", names, table.names)
        self.same(f"{what} rows", len(rows), len(table.rows))
        if names != table.names or len(rows) != len(table.rows):
            return
        likes = table.rows
        if not ordered:
            rows, likes = in_order(table, rows)
        for number, (row, like) in enumerate(zip(rows, likes)):
            cells = table.shown(row, like)
            if cells == like:
                self.values += len(cells)
                continue
            for name, ours, theirs in zip(names, like, cells):
                self.same(f"{what} row {number} {name}", theirs, ours)


def in_order(table, rows):
    """Rows of both sides in an order of their cells."""
    likes = table.rows
    if not rows:
        return rows, likes
    # Digits behind points are those of the first row: they are the same in all.
    shown = sorted((table.shown(row, likes[0]), place) for place, row in enumerate(rows))
    return [rows[place] for _, place in shown], sorted(likes)


class Lab:
    """A folder for a scenario, with its servers, which are stopped at its end."""

    def __init__(self, flowz, folder, shared):
        self.flowz, self.folder, self.shared, self.servers = flowz, folder, shared, []

    def __enter__(self):
        os.makedirs(self.folder)
        return self

    def __exit__(self, *_):
        for server in self.servers:
            self.stop(server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def captures(self, most_bytes=3_000_000):
        """Captures to go over: all shared ones that are not large, or, without these, the project's own."""
        own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data")
        folders = [os.path.join(self.shared, name, "captures") for name in (".", "more", "made")] if self.shared else []
        found = []
        for folder in folders if any(map(os.path.isdir, folders)) else [own]:
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                path = os.path.join(folder, name)
                if name.endswith((".pcap", ".pcapng", ".cap")) and os.path.getsize(path) <= most_bytes:
                    found.append(path)
        return found

    def run(self, words, expected=(0, 3), environment=None, program=None, timeout=RUN):
        """Runs flowz, or another program; yields its standard output, its standard error and its status."""
        done = subprocess.run([program or self.flowz, *words], capture_output=True, timeout=timeout, check=False,
                              env=dict(os.environ, **(environment or {})), cwd=self.folder)
        if expected and done.returncode not in expected:
            raise RuntimeError(f"{program or 'flowz'} {' '.join(words)}: status {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout, done.stderr.decode(errors="replace"), done.returncode

    def tables(self, capture, sinks, words=(), environment=None):
        """Analyses a capture with all plugins and the packet table, for txt and other sinks in one run; yields the tables of txt by name and
        the prefix of the files; nothing if the capture cannot be read."""
        name = os.path.splitext(os.path.basename(capture))[0]
        prefix = self.path(name)
        words = ["-r", capture, "-w", prefix, "-s", "-q", "--plugins", "all", "--sinks", ",".join(["txt", *sinks]), *words]
        _, _, status = self.run(words, expected=None, environment=environment)
        if status not in (0, 3):
            return None, prefix
        return txt.read(prefix, self.columns()), prefix

    def columns(self):
        """Tables and columns of a run with all plugins."""
        return txt.columns(self.flowz, ["-s", "--plugins", "all"])

    def needs(self, programs):
        """Skips the scenario if a program is missing."""
        missing = [name for name in programs if not shutil.which(name)]
        if missing:
            raise Skip(f"there is no {', '.join(missing)}")

    def server(self, words, is_ready, environment=None, user=None):
        """Starts a server and waits until it answers."""
        log = open(self.path(f"server{len(self.servers)}.log"), "wb")
        process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.folder,
                                   env=dict(os.environ, **(environment or {})), user=user)
        log.close()
        self.servers.append(process)
        self.wait(is_ready, f"{words[0]} does not answer", process)
        return process

    def wait(self, is_ready, why, process=None):
        """Waits until something holds."""
        end = time.monotonic() + READY
        while not is_ready():
            if process and process.poll() is not None:
                raise RuntimeError(f"{why}: it ended with {process.returncode}")
            if time.monotonic() > end:
                raise RuntimeError(why)
            time.sleep(0.05)

    def stop(self, process, how=signal.SIGTERM):
        """Ends a server with all that it has started."""
        try:
            os.killpg(process.pid, how)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
