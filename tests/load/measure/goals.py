"""What the figures should be: rows of measured value, what it is compared with, ratio or value, goal, met or missed."""
from statistics import median
from typing import Callable, NamedTuple


class Row(NamedTuple):
    what: str
    measured: str
    against: str
    result: str
    goal: str
    met: bool | None  # None: for information


def at_most(what: str, measured: float, against: float, limit: float, show: Callable[[float], str]) -> Row:
    ratio = measured / against
    return Row(what, show(measured), show(against), f"{ratio:.2f}", f"<= {limit:g}", ratio <= limit)


def at_least(what: str, measured: float, against: float, limit: float, show: Callable[[float], str]) -> Row:
    ratio = measured / against
    return Row(what, show(measured), show(against), f"{ratio:.0%}", f">= {limit:.0%}", ratio >= limit)


def below(what: str, value: float, limit: float, show: Callable[[float], str]) -> Row:
    return Row(what, show(value), "", show(value), f"< {show(limit)}", value < limit)


def for_information(what: str, measured: float, against: float, show: Callable[[float], str]) -> Row:
    return Row(what, show(measured), show(against), f"{measured / against:.2f}", "", None)


def micros(value: float) -> str:
    return f"{value:.0f} µs" if value < 10_000 else f"{value / 1000:.1f} ms"


def a_second(value: float) -> str:
    return f"{value:,.0f}/s"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.0f} MB"


def share(value: float) -> str:
    return f"{value:.2%}"


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def delivery(runs: list[dict], quantile: str) -> float:
    return median(run["delivery"][quantile] for run in runs)


def rows_of(results: dict) -> list[Row]:
    rows = []
    closed = results.get("closed", {})
    probe = {name: times["p50_us"] for name, times in results.get("probe", {}).items()}
    rows += [Row(f"one {name}, p50", micros(p50), "", micros(p50), "", None) for name, p50 in probe.items()]
    if closed and probe:
        parts = probe["commit"] + probe["publication"]
        floor = delivery(closed["floor"], "p50_us")
        rows.append(at_most("floor p50 / commit + publication", floor, parts, 4.5, micros))
    if closed:
        for quantile, limit in (("p50_us", 2), ("p99_us", 3)):
            name = f"1 sender to another's sync, {quantile[:3]}"
            value = delivery(closed["plexus"], quantile)
            rows.append(at_most(f"{name} / floor", value, delivery(closed["floor"], quantile), limit, micros))
            one = delivery(closed["floor_one_process"], quantile)
            rows.append(for_information(f"{name} / floor without hops", value, one, micros))
    if found := results.get("versions"):
        plexus, nginx = median(found["plexus"]), median(found["nginx"])
        rows.append(at_least("GET /versions, 32 connections / nginx", plexus, nginx, 0.5, a_second))
    if found := results.get("idle"):
        rows.append(below("idle, one tenant: resident", found["rss_bytes"], 100e6, megabytes))
        rows.append(below("idle, one tenant: share of a core", found["cpu_share"], 0.01, share))
        rows.append(below("exec to ready, migrated database", found["start_s"], 1, seconds))
    for key, what in (("many_rooms", "64 senders, 64 rooms, 1 reader"), ("many_readers", "32 senders, 10 readers")):
        if found := results.get(key):
            plexus, floor = found["plexus"], found["floor"]
            rows.append(at_least(f"{what} / floor", plexus["events_per_s"], floor["events_per_s"], 0.4, a_second))
            if key == "many_rooms":
                rows.append(below(f"{what}: send to sync p99", plexus["delivery"]["p99_us"], 40_000, micros))
            rows.append(for_information(f"{what}: p99 / floor", plexus["delivery"]["p99_us"],
                                        floor["delivery"]["p99_us"], micros))
    return rows + rows_of_the_tool(runs_of(results))


def runs_of(results: dict) -> list[dict]:
    """Every run of plexus_load."""
    closed = [run for runs in results.get("closed", {}).values() for run in runs]
    return closed + [run for key in ("many_rooms", "many_readers") for run in results.get(key, {}).values()]


def rows_of_the_tool(runs: list[dict]) -> list[Row]:
    if not runs:
        return []
    wrong = sum(run["lost"] + run["doubled"] + sum(run["failures"].values()) for run in runs)
    rows = [Row("lost, doubled and failed, all runs", str(wrong), "", str(wrong), "0", wrong == 0)]
    shares = [(run["generator_cpu_s"], max(run["processes"]["plexus"]["cpu_s"], 0.01))
              for run in runs if "plexus" in run["processes"]]
    if shares:
        generator, server = max(shares, key=lambda pair: pair[0] / pair[1])
        rows.append(at_most("CPU of the generator / of plexus", generator, server, 0.25, seconds))
    return rows


def table(rows: list[Row]) -> str:
    def verdict(row: Row) -> str:
        return "" if row.met is None else "met" if row.met else "MISSED"

    lines = [("what", "measured", "against", "result", "goal", "")]
    lines += [(*row[:5], verdict(row)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join("  ".join(f"{cell:<{width}}" if column == 0 or column == 5 else f"{cell:>{width}}"
                               for column, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)
