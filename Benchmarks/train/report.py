"""The benchmark's results as a Markdown document."""

GIB = 2**30
PEAK_AT_LEAST_BYTES, PEAK_AIM_BYTES = 1.2e9, 0.6e9


def percents(fractions: list[float]) -> str:
    return ", ".join(f"{100 * fraction:.1f}" for fraction in fractions) + " %"


def comparison(rows: list[dict]) -> list[str]:
    lines = [
        "| samples per second | dvstrain | how | SpikingJelly | how | times as fast | spikes |",
        "| --- | ---: | --- | ---: | --- | ---: | --- |",
    ]
    for row in rows:
        own, peer = row["dvstrain"], row["SpikingJelly"]
        lines.append(
            f"| {row['name']} | {own['samples_per_second']:.2f} | {own['how']} | {peer['samples_per_second']:.2f} | "
            f"{peer['how']} | {row['ratio']:.2f} | {percents(own['share_of_ones'])} |"
        )
    return lines


def steps(rows: list[dict]) -> list[str]:
    lines = ["| seconds per batch: fastest, median, slowest | dvstrain | SpikingJelly |", "| --- | ---: | ---: |"]
    for row in rows:
        cells = (
            f"{side['fastest']:.3f}, {side['seconds']:.3f}, {side['slowest']:.3f}"
            for side in (row["dvstrain"], row["SpikingJelly"])
        )
        lines.append(f"| {row['name']} | {' | '.join(cells)} |")
    return lines


def tuning(tried: list[dict]) -> list[str]:
    lines = ["| side | work | how | samples per second, fastest step | peak memory |", "| --- | --- | --- | ---: | ---: |"]
    lines += [
        f"| {run['side']} | {run['work']} | {run['how']} | {run['samples_per_second']:.2f} | "
        f"{run['peak_bytes'] / GIB:.2f} GiB |"
        for run in tried
    ]
    return lines


def training_peaks(results: dict) -> dict[str, dict]:
    """Results of training in float32 with the largest batch, by side, if measured."""
    batch = max(results["settings"]["batches"])
    return {
        run["side"]: run
        for run in results["tried"]
        if run["work"] == "training" and run["batch"] == batch and not run["bf16"]
    }


def peaks(results: dict) -> list[str]:
    lines = [
        "| peak memory (VmHWM) of training | dvstrain | SpikingJelly | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    batch = max(results["settings"]["batches"])
    for bf16, name in ((False, "fp32"), (True, "bf16")):
        found: dict[str, int] = {}
        for run in results["tried"]:
            if (run["work"], run["batch"], run["bf16"]) == ("training", batch, bf16):
                found[run["side"]] = min(run["peak_bytes"], found.get(run["side"], run["peak_bytes"]))
        own, peer = found["dvstrain"], found.get("SpikingJelly")
        lines.append(
            f"| {name}, batch {batch} | {own / 1e9:.2f} GB | "
            + (f"{peer / 1e9:.2f} GB | {peer / own:.1f} |" if peer else "not enough memory | |")
        )
    return lines


def goals(results: dict) -> tuple[list[str], bool]:
    """Returns a table, and whether a goal is missed."""
    lines = ["| goal | at least | aim | found | |", "| --- | ---: | ---: | ---: | --- |"]
    missed = False
    for row in results["rows"]:
        if row["at_least"] is None:
            continue
        aim = row["aim"]
        met = row["ratio"] >= row["at_least"]
        missed |= not met
        verdict = "**missed**" if not met else "aim met" if aim and row["ratio"] >= aim else "met"
        lines.append(
            f"| {row['name']} | {row['at_least']:g}× | {f'{aim:g}×' if aim else ''} | {row['ratio']:.2f}× | {verdict} |"
        )
    peak = training_peaks(results)["dvstrain"]["peak_bytes"]
    met = peak <= PEAK_AT_LEAST_BYTES
    verdict = "aim met" if peak <= PEAK_AIM_BYTES else "met" if met else "**missed**"
    lines.append(
        f"| peak memory of training, batch {max(results['settings']['batches'])} | {PEAK_AT_LEAST_BYTES / 1e9:g} GB | "
        f"{PEAK_AIM_BYTES / 1e9:g} GB | {peak / 1e9:.2f} GB | {verdict} |"
    )
    return lines, missed or not met


def profile(reports: dict[str, dict], name: str) -> list[str]:
    """The stages of training or inference, with all threads and with one."""
    works = {count: next(work for work in report["work"] if work["name"] == name) for count, report in reports.items()}
    maximum = next(iter(works))
    seconds = {
        count: {(stage["stage"], stage["layer"]): stage["seconds"] for stage in work["stages"]}
        for count, work in works.items()
    }
    totals = {count: sum(stages.values()) for count, stages in seconds.items()}
    others = [count for count in works if count != maximum]
    report = reports[maximum]
    lines = [
        f"### {name.capitalize()}: a batch of {report['batch']}, {report['engine']}",
        "",
        f"{maximum} threads: {report['peak_operations_per_second'] / 1e9:.0f} GFLOP/s in caches, "
        f"{report['peak_bytes_per_second'] / 1e9:.1f} GB/s copied, measured in the same process. Stages below 0.5 % of the "
        "time are only in the total. \"As if dense\" counts the operations of a convolution that skips nothing.",
        "",
        f"| stage | layer | ms, {maximum} threads | of all | {''.join(f'ms, {count} thread | times as fast | ' for count in others)}"
        "GFLOP | GFLOP/s | as if dense | GB | GB/s | of peak | of copying |",
        "| --- | ---: |" + " ---: |" * (9 + 2 * len(others)),
    ]  # fmt: skip
    for stage in works[maximum]["stages"]:
        key, took = (stage["stage"], stage["layer"]), stage["seconds"]
        if took < 0.005 * totals[maximum]:
            continue
        cells = [f"{1000 * took:.1f}", f"{took / totals[maximum]:.0%}"]
        for count in others:
            cells += [f"{1000 * seconds[count][key]:.1f}", f"{seconds[count][key] / took:.2f}"]
        cells += [
            f"{stage['operations'] / 1e9:.2f}", f"{stage['operations'] / took / 1e9:.0f}",
            f"{stage['dense_operations'] / took / 1e9:.0f}" if stage["dense_operations"] else "",
            f"{stage['bytes'] / 1e9:.3f}", f"{stage['bytes'] / took / 1e9:.1f}",
            f"{stage['share_of_peak']:.0%}", f"{stage['share_of_bandwidth']:.0%}",
        ]  # fmt: skip
        lines.append(f"| {stage['stage']} | {stage['layer']} | {' | '.join(cells)} |")
    cells = [f"{1000 * totals[maximum]:.1f}", "100%"]
    for count in others:
        cells += [f"{1000 * totals[count]:.1f}", f"{totals[count] / totals[maximum]:.2f}"]
    lines.append(f"| all | | {' | '.join(cells)} |" + " |" * 7)
    return lines


def markdown(results: dict) -> tuple[str, bool]:
    """Returns the document, and whether a goal is missed."""
    machine, settings, checkpoint = results["machine"], results["settings"], results["checkpoint"]
    rows = results["rows"]
    made = f"trained here for {settings['epochs']} epochs" if checkpoint["made"] else "`--checkpoint`"
    difference = max(
        abs(own - peer)
        for row in rows
        for own, peer in zip(row["dvstrain"]["share_of_ones"], row["SpikingJelly"]["share_of_ones"], strict=True)
    )
    others = max(row[side]["others_share"] for row in rows for side in ("dvstrain", "SpikingJelly"))
    goal_lines, missed = goals(results)
    left_out = "".join(
        f" {run['side']}, {run['work']}, {'bf16' if run['bf16'] else 'fp32'}, batch {run['batch']}: not enough memory."
        for run in results["left_out"]
    )
    lines = [
        "# Training and inference",
        "",
        f"T 16, {settings['channels']} channels, Adam, {settings['threads']} threads; frames: "
        f"{'`--cache`' if settings['cache'] else '`dvsprep synth`'}; weights: {made}, accuracy "
        f"{checkpoint['test_accuracy']:.1%} on {checkpoint['test_samples']} test samples (chance: 9.1%). {machine['cpu']}, "
        f"{machine['cores']} cores, load {machine['load_average']:.1f} at the start. {machine['dvstrain']}; SpikingJelly "
        f"2.0.0 on PyTorch 2.13.0{', tcmalloc' if machine['tcmalloc'] else ', without tcmalloc'}. Same batches of the same "
        f"samples; {settings['turns']} processes of each side in rotation (more active networks: "
        f"{max(1, settings['turns'] - 1)}), medians. Others used at most {others:.0%} of the machine during a counted "
        f"run; {results['repeated']} runs were repeated. {results['wall_seconds'] / 60:.0f} minutes in all.",
        "",
        *goal_lines,
        "",
        *comparison(rows),
        "",
        "Spikes: their fraction of the inputs of conv2, conv3, conv4, conv5 and fc1, in dvstrain's last batch. SpikingJelly's, "
        f"counted in its first batch, differ by at most {100 * difference:.1f} percentage points.",
        "",
        *peaks(results),
        "",
        *([f"The training of the checkpoint, tests included, took {checkpoint['training_peak_bytes'] / 1e9:.2f} GB "
           f"at most.", ""] if checkpoint["training_peak_bytes"] else []),
        *steps(rows),
        "",
        "## The best settings of each side",
        "",
        "One process each; for SpikingJelly, batch sizes with channels-last tensors, then the best of them with contiguous ones."
        + left_out,
        "",
        *tuning(results["tried"]),
        "",
        "## Where the time goes",
        "",
        *profile(results["profiles"], "training"),
        "",
        *profile(results["profiles"], "inference"),
        "",
    ]  # fmt: skip
    return "\n".join(lines), missed
