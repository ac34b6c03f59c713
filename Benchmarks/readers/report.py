"""The goals and the table of the benchmark of readers."""

from statistics import median

from formats import FORMATS

MINIMUM_OF_OTHERS = 1
MINIMUM_OF_PYTHON = 10
MAXIMUM_OF_DECOMPRESSION = 1.3
MAXIMUM_OF_COPY = 3
MAXIMUM_PEAK_BYTES = 64_000_000

# In words for a goal, and for the head of a column.
CONDITIONS = {
    "others": (f"at least {MINIMUM_OF_OTHERS} times as fast as the fastest other reader",
               f"speed, of the fastest other reader (at least {MINIMUM_OF_OTHERS})"),
    "python": (f"at least {MINIMUM_OF_PYTHON} times as fast as the fastest in Python",
               f"of the fastest in Python (at least {MINIMUM_OF_PYTHON})"),
    "decompression": (f"at most {MAXIMUM_OF_DECOMPRESSION} times the time of decompression alone",
                      f"time, of decompression alone (at most {MAXIMUM_OF_DECOMPRESSION})"),
    "copy": (f"at most {MAXIMUM_OF_COPY} times the time of a copy of the file or its events",
             f"of a copy of the file or, if that is longer, of its events (at most {MAXIMUM_OF_COPY})"),
    "memory": (f"peak memory at most {MAXIMUM_PEAK_BYTES / 1e6:.0f} MB",
               f"peak memory (at most {MAXIMUM_PEAK_BYTES / 1e6:.0f} MB)"),
}  # fmt: skip


def fastest(rows: list[dict], in_python: bool) -> dict | None:
    """The fastest row of other libraries that gives all events."""
    others = [row for row in rows[2:] if row["seconds"] and (row["in_python"] or not in_python)]
    return min(others, key=lambda row: median(row["seconds"]), default=None)


def goals_of(results: dict) -> dict[str, dict]:
    """What was found for each condition that applies to a format, and whether it is met."""
    own = median(results["rows"][0]["seconds"])
    found: dict[str, dict] = {}
    for condition, in_python, minimum in (("others", False, MINIMUM_OF_OTHERS), ("python", True, MINIMUM_OF_PYTHON)):
        row = fastest(results["rows"], in_python)
        if row:
            factor = median(row["seconds"]) / own
            found[condition] = {"found": f"{factor:.2f} times ({row['who']})", "met": factor >= minimum}
    if results["library"]:
        factor = own / median(results["decompression"])
        found["decompression"] = {
            "found": f"{factor:.2f} times ({results['library']})", "met": factor <= MAXIMUM_OF_DECOMPRESSION,
        }  # fmt: skip
    else:
        factor = own / max(median(results["copy"]), median(results["event_copy"]))
        found["copy"] = {"found": f"{factor:.2f} times", "met": factor <= MAXIMUM_OF_COPY}
    if results["long_failure"]:
        found["memory"] = {"found": f"refused: {results['long_failure']}", "met": False}
    else:
        peak = results["rows"][0]["memory_bytes"]
        found["memory"] = {"found": f"{peak / 1e6:.0f} MB", "met": peak <= MAXIMUM_PEAK_BYTES}
    return found


def goals(results: dict) -> list[dict]:
    """All goals of all formats."""
    return [
        {"goal": f"{FORMATS[each['name']][1]}: {CONDITIONS[condition][0]}", **found}
        for each in results["formats"]
        for condition, found in goals_of(each).items()
    ]


def row_line(results: dict, row: dict, count: int) -> str:
    own = median(results["rows"][0]["seconds"])
    name, rate, factor, memory = row["who"] + (" (Python)" if row["in_python"] else ""), "", "", ""
    note = row["difference"].replace("|", "\\|")
    if row["seconds"]:
        seconds = median(row["seconds"])
        rate = f"{count / seconds / 1e6:.3g}"
        memory = f"{row['memory_bytes'] / 1e6:.0f} MB"
        factor = f"{seconds / own:.2f} times as fast"
    first = ""
    if row is results["rows"][0]:
        first = f"{FORMATS[results['name']][1]}, {results['file_bytes'] / count:.3g} bytes an event"
        name, factor = "**dvskit**", ""
        memory = "" if results["long_failure"] else memory
        parts = [
            f"{own / median(results['copy']):.2f} times a copy of the file",
            f"{own / median(results['event_copy']):.2f} of its events",
        ]
        if results["library"]:
            parts.append(f"{own / median(results['decompression']):.2f} times decompression alone")
        note = ", ".join(parts)
    return f"| {first} | {name} | {rate} | {factor} | {memory} | {note} |"


def markdown(results: dict) -> str:
    machine, count = results["machine"], results["events"]
    conditions = list(CONDITIONS)
    goal_lines = []
    for each in results["formats"]:
        found = goals_of(each)
        cells = [found.get(condition) for condition in conditions]
        texts = ["" if cell is None else cell["found"] if cell["met"] else f"**{cell['found']}**" for cell in cells]
        goal_lines.append(f"| {FORMATS[each['name']][1]} | {' | '.join(texts)} |")
    real = [
        f"Of the real recording {name} (DVS128 Gesture, AEDAT 3.1): "
        + ", ".join(f"{row['who']} {row['difference'] or 'gives the same events'}" for row in rows) + "."
        for name, rows in results["real"].items()
    ]  # fmt: skip
    lines = [
        "# Readers",
        "",
        f"{count / 1e6:g} M events of 128×128 pixels in each file, the same in all: runs of 1 to 12 pixels of a row, of which 4 of 9 are single "
        f"events. {machine['cpu']}, {machine['cores']} cores, load {machine['load_average']:.1f} at the start; Python "
        f"{machine['python']}; " + ", ".join(f"{name} {number}" for name, number in results["versions"].items())
        + f". One process each in rotation, all on one processor, files in the page cache; medians of {results['runs']} runs, "
        "each the median of up to six passes after the first.",
        "",
        "A pass is from a file's name to all events. **dvskit** decodes all four values into arrays of up to 65 536 events, which the "
        "next block overwrites; the others give arrays or tables of all events, and those that give parts are not made to join "
        "them. A copy of the events has 16 bytes for each, as `dvskit.read_events` returns them. Copies and decompression are "
        "timed in the process of dvskit's reader, after each pass. Memory: of dvskit's whole process, with a file of "
        f"{results['long_events'] / 1e6:g} M events; of the others, what reading the timed file adds.",
        "",
        "| format | reader | M events/s | dvskit is | memory | |",
        "| --- | --- | ---: | ---: | ---: | --- |",
        *(row_line(each, row, count) for each in results["formats"] for row in each["rows"]),
        "",
        *real,
        "",
        "| dvskit's reader | " + " | ".join(head for _, head in CONDITIONS.values()) + " |",
        "| --- |" + " ---: |" * len(conditions),
        *goal_lines,
        "",
        f"{sum(goal['met'] for goal in results['goals'])} of {len(results['goals'])} goals are met; those that are not are bold.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
