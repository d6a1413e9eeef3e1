"""Measures, prints one table with the goals of docs/performance.md, and writes var/load/latest.json.

    main.py [--seconds=N] [STEP…]     N seconds for each run under load (default 5); all steps without a name:
                                      probe idle closed versions many_rooms many_readers
"""
import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time

import goals
import steps
from processes import Plexus

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
STEPS = ("probe", "idle", "closed", "versions", "many_rooms", "many_readers")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev load", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=int, default=5, help="of each run under load")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=" ".join(STEPS))
    arguments = parser.parse_args()
    if unknown := set(arguments.steps) - set(STEPS):
        parser.error(f"no such step: {' '.join(sorted(unknown))}")
    return arguments


def circumstances() -> dict:
    command = ["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False)
    return {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "commit": commit.stdout.strip(),
            "cores": os.cpu_count(), "kernel": platform.release(), "load_average_before": os.getloadavg()[0]}


def measure(wanted: set[str], seconds: int) -> dict:
    results = {"circumstances": circumstances()}

    def step(name: str, run, *arguments):
        if name in wanted:
            print(f"==> {name}", file=sys.stderr, flush=True)
            results[name] = run(*arguments)

    step("probe", steps.probe)
    if wanted - {"probe"}:
        with Plexus() as plexus:
            step("idle", steps.idle, plexus)
            step("closed", steps.closed_loop, plexus, seconds)
            step("versions", steps.versions, plexus)
            step("many_rooms", steps.many, plexus, seconds, 64, 64, 1)
            step("many_readers", steps.many, plexus, seconds, 32, 32, 10)
    results["circumstances"]["load_average_after"] = os.getloadavg()[0]
    return results


def main() -> int:
    arguments = parse_arguments()
    # As an exception, so that every `with` ends its process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = measure(set(arguments.steps) or set(STEPS), arguments.seconds)
    rows = goals.rows_of(results)
    results["table"] = [row._asdict() for row in rows]
    os.makedirs(os.path.join(ROOT, "var", "load"), exist_ok=True)
    with open(os.path.join(ROOT, "var", "load", "latest.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    print(goals.table(rows))
    before = results["circumstances"]["load_average_before"]
    if before > 0.5:
        print(f"\nThe machine was not idle: its load average was {before:.1f} before.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
