"""The jobs themselves, on two executors or processes of which one is killed."""
import csv
import os
import shutil

from lab import compare, tree

# A plugin that changes timeouts is on by default (tcpStates); further ones that keep much of a connection.
MORE = ["--plugins=+ftpDecode,+tcpWin"]
# What looks at all flows of a sensor sees only those of its shard.
SINGLE = ["--plugins=-connStat,+ftpDecode,+tcpWin"]

# Columns that number flows, or name others by their numbers: shards count for themselves.
NUMBERS = ["flowInd", "ftpCDFindex"]


def chains(run, lab, check, is_spark):
    """A chain for each sensor, a process killed in the middle; then the same job again."""
    name = run.__name__
    lake, folder = lab.path(f"{name}-chains"), os.path.dirname(os.path.dirname(lab.captures["s0"][0]))
    job = run(folder, lake, words=MORE, flowz=lab.slow, kill=True)
    check.same(f"exit status\n{job.tail()}", job.code, 0)
    check.true("a process was killed", job.victim)
    if is_spark:
        check.true("a task was tried again", any(row["attempt"] > 0 for row in job.rows))
        check.true("and went on where it was", any(row["attempt"] == 0 for row in job.rows))
    check.same("rows of the ledger", len(job.rows), 24)
    check.same("buckets", sum(row["packets"] for row in job.rows), sum(row["in_flows"] + row["no_flow"] + row["duplicates"] for row in job.rows))
    rows = compare(check, "chains", lake, lab.reference(f"{name}-one", lab.captures, MORE))
    check.same("rows by the ledger", sum(row["rows"] for row in job.rows), rows)
    before = tree(lake), tree(lake + ".work")
    again = run(folder, lake, words=MORE, flowz=lab.slow)
    check.same("exit status of the second run", again.code, 0)
    check.same("the second run changes nothing", (tree(lake), tree(lake + ".work")), before)


def shards(run, lab, check, is_spark):
    """Two chains for each sensor, a process killed in the middle; other shards into the same lake are refused."""
    name = run.__name__
    lake, folder = lab.path(f"{name}-shards"), os.path.dirname(os.path.dirname(lab.captures["s0"][0]))
    job = run(folder, lake, "--shards", "2", words=SINGLE, flowz=lab.slow, kill=True)
    check.same(f"exit status\n{job.tail()}", job.code, 0)
    check.true("a process was killed", job.victim)
    if is_spark:
        check.true("a task was tried again", any(row["attempt"] > 0 for row in job.rows))
    check.same("rows of the ledger", len(job.rows), 48)
    reference = lab.reference(f"{name}-single", lab.captures, SINGLE)
    compare(check, "shards", lake, reference, NUMBERS)


def damage(run, lab, check, is_spark):
    """A table of captures of which one is damaged and one is missing; then the same with a gap for the missing one, and with it. What follows
    the first job is the same for all engines: those that start slowly leave it out."""
    name = run.__name__
    lake = lab.path(f"{name}-damage")
    table, there = _damaged(lab, name)
    job = run(table, lake, "--tries", "2")
    check.same(f"exit status\n{job.tail()}", job.code, 1)
    states = {sensor: [row["status"] for row in job.rows if row["sensor"] == sensor] for sensor in lab.captures}
    check.same("damaged", states["s0"], ["done"] * 3 + ["damaged"] + ["done"] * 4)
    check.same("missing", states["s1"], ["done"] * 2 + ["failed"] + ["skipped"] * 5)
    check.same("the others", states["s2"], ["done"] * 8)
    failed = [row for row in job.rows if row["status"] == "failed"]
    check.same("tries", [row["tries"] for row in failed], [2])
    check.true("it is named", f"failed: {failed[0]['capture']}: cannot open" in job.said)
    if is_spark:
        return
    job = run(table, lake, "--skip-failed")
    check.same("exit status with a gap", job.code, 1)
    compare(check, "a gap", lake, lab.reference(f"{name}-gap", there))
    shutil.copy(lab.captures["s1"][2], lab.path(f"{name}-missing.pcap"))
    job = run(table, lake)
    check.same("exit status with all of them", job.code, 3)
    there["s1"].insert(2, lab.path(f"{name}-missing.pcap"))
    compare(check, "the missing one came", lake, lab.reference(f"{name}-all", there))


def _damaged(lab, name):
    """The table, and the captures that are there."""
    there = {sensor: list(paths) for sensor, paths in lab.captures.items()}
    cut = lab.path(f"{name}-cut.pcap")
    with open(there["s0"][3], "rb") as file, open(cut, "wb") as out:
        data = file.read()
        out.write(data[: len(data) * 6 // 10])
    there["s0"][3] = cut
    table = lab.path(f"{name}-captures.csv")
    with open(table, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["sensor", "start", "path"])
        for sensor, paths in there.items():
            for place, path in enumerate(paths):
                if (sensor, place) == ("s1", 2):
                    rows.writerow([sensor, "2026-05-01T23:20:00", lab.path(f"{name}-missing.pcap")])
                else:
                    rows.writerow([sensor, "", path])
    there["s1"].pop(2)
    return table, there


def given_up(run, lab, check, _):
    """A task that cannot write, whichever process does it: the engine gives it up, and the job says so; then it can, and the job goes on."""
    name = run.__name__
    lake, folder = lab.path(f"{name}-given-up"), lab.path("one")
    os.makedirs(os.path.join(folder, "s0"))
    for path in lab.captures["s0"]:
        shutil.copy(path, os.path.join(folder, "s0"))
    os.makedirs(os.path.join(lake, "dt=2026-05-02"))
    # A file stands where a folder must be, for the last two captures.
    in_the_way = os.path.join(lake, "dt=2026-05-02", "sensor=s0")
    with open(in_the_way, "w", encoding="utf-8"):
        pass
    job = run(folder, lake)
    check.same(f"exit status\n{job.tail()}", job.code, 1)
    check.true("it is said", "start the job again" in job.said)
    check.same("what is done", len(os.listdir(os.path.join(lake + ".work", "records", "s0", "whole"))), 6)
    os.remove(in_the_way)
    job = run(folder, lake)
    check.same("exit status of the second run", job.code, 0)
    compare(check, "given up", lake, lab.reference(f"{name}-one", {"s0": lab.captures["s0"]}))


NAMES = [("chains", chains), ("shards", shards), ("damage", damage), ("given up", given_up)]
