"""The measurements. Each answers a plain dictionary, which is stored as it is."""
import json
import re
import subprocess
import time
import urllib.request

from processes import (POSTGRES, REDIS, Floor, Nginx, Plexus, Server, backend_pids, checked, cpu_seconds,
                       resident_bytes, tool)

IDLE_SETTLE_S = 3
IDLE_S = 20
WRK_S = 3
WRK_ROUNDS = 3
LOSS_EXIT_CODE = 3
SETUP_WITHIN_S = 120  # users, rooms and joins of a run, and its end


def probe() -> dict:
    """One single-row commit and one Redis publication, each by itself."""
    command = [tool("plexus_probe"), f"--postgres={POSTGRES}", f"--redis={REDIS}"]
    return json.loads(checked(command))


def load(server: Server, seconds: int, senders: int, rooms: int, readers: int) -> dict:
    """One run of plexus_load. Lost or doubled events are in the answer."""
    command = [tool("plexus_load"), f"--url={server.url}", "--json", f"--seconds={seconds}", f"--senders={senders}",
               f"--rooms={rooms}", f"--readers={readers}", f"--pid={server.name}:{server.pid}", *server.arguments]
    command += [f"--pid={name}:{pid}" for name, pid in backend_pids().items()]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + SETUP_WITHIN_S)
    if run.returncode not in (0, LOSS_EXIT_CODE):
        raise RuntimeError(f"{' '.join(command)}\n{run.stderr}\n{server.log()[-2000:]}")
    return json.loads(run.stdout)


def closed_loop(plexus: Plexus, seconds: int) -> dict:
    """One sender to another user's sync, in turns: the floor, the floor in one process, Plexus."""
    results = {"floor": [], "floor_one_process": [], "plexus": []}
    for _ in range(2):
        for name, hops in (("floor", True), ("floor_one_process", False)):
            with Floor(hops) as floor:
                results[name].append(load(floor, seconds, 1, 1, 1))
        results["plexus"].append(load(plexus, seconds, 1, 1, 1))
    return results


def many(plexus: Plexus, seconds: int, senders: int, rooms: int, readers: int) -> dict:
    with Floor(True) as floor:
        below = load(floor, seconds, senders, rooms, readers)
    return {"floor": below, "plexus": load(plexus, seconds, senders, rooms, readers)}


def idle(plexus: Plexus) -> dict:
    time.sleep(IDLE_SETTLE_S)
    before = cpu_seconds(plexus.pid)
    time.sleep(IDLE_S)
    return {"start_s": plexus.start_seconds, "cpu_share": (cpu_seconds(plexus.pid) - before) / IDLE_S,
            "rss_bytes": resident_bytes(plexus.pid)}


def versions(plexus: Plexus) -> dict:
    """Requests a second at 32 connections, nginx and Plexus in turns."""
    with urllib.request.urlopen(plexus.url + "/_matrix/client/versions") as answer:
        body = answer.read()
    results = {"nginx": [], "plexus": [], "body_bytes": len(body)}
    with Nginx(body) as nginx:
        for _ in range(WRK_ROUNDS):
            for server in (nginx, plexus):
                results[server.name].append(wrk(server.url + "/_matrix/client/versions"))
    return results


def wrk(url: str) -> float:
    output = checked(["wrk", "-t1", "-c32", f"-d{WRK_S}s", url])
    if failed := re.search(r"Non-2xx.*|Socket errors.*", output):
        raise RuntimeError(f"wrk {url}: {failed.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
