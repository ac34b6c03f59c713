"""What dvsprep does, as functions. Their arguments are its options; None is the program's default."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ._errors import Error, NotFoundError
from ._programs import run_program

if TYPE_CHECKING:
    from ._cache import PathLike

_ARGUMENTS_IN_REMEDIES = {
    "--force replaces it": "force=True replaces it",
    "-o makes another": "output= makes another",
    "--dataset own": 'dataset="own"',
    "--train-fraction 0.8": "train_fraction=0.8",
}

OptionValue = Union[None, bool, int, float, str, "os.PathLike[str]", Iterable[Union[int, str]]]


def convert(
    source: PathLike,
    output: Optional[PathLike] = None,
    *,
    frames_number: Optional[int] = None,
    split_by: Optional[str] = None,
    duration: Optional[int] = None,
    dataset: Optional[str] = None,
    sensor: Optional[tuple[int, int]] = None,
    times_from: Optional[str] = None,
    train_fraction: Optional[float] = None,
    group_by: Optional[str] = None,
    split_seed: Optional[int] = None,
    crop: Optional[Union[tuple[int, int], tuple[int, int, int, int]]] = None,
    downsample: Optional[Union[int, tuple[int, int]]] = None,
    flip_x: bool = False,
    flip_y: bool = False,
    rotate: Optional[int] = None,
    hot_pixels: Optional[int] = None,
    refractory: Optional[int] = None,
    noise_filter: Optional[int] = None,
    invalid_events: Optional[str] = None,
    skip_empty: bool = False,
    allow_missing: bool = False,
    subjects: Optional[Iterable[int]] = None,
    lightings: Optional[Iterable[str]] = None,
    classes: Optional[Iterable[Union[int, str]]] = None,
    threads: Optional[int] = None,
    level: Optional[int] = None,
    force: bool = False,
    quiet: bool = False,
) -> Path:
    """Converts a data set of recordings into a frame cache, with `dvsprep convert`.

    >>> path = dvskit.convert(data_set, frames_number=8, split_by="number", quiet=True)
    >>> path.name
    'frames_number_8_split_by_number.h5'

    If a cache of the same recordings and settings exists, nothing is done. Progress and warnings are written to
    `sys.stderr`.

    Args:
        source: The data set: a folder, or an archive of DVS128 Gesture, which need not be unpacked.
        output: The cache. Default: a name after the settings, in the source's folder.
        frames_number: T, frames of each sample. Default: 16.
        split_by: `number` (frames of equal event count, the default) or `time` (of equal duration).
        duration: Use frames of this many microseconds instead; samples are padded to the longest.
        dataset: `dvs128-gesture`, `nmnist`, `cifar10-dvs` or `own`. Default: recognised from the folder.
        sensor: Width and height of the sensor of your own recordings, in pixels.
        times_from: What the times of a table of labels count from: the recording's `clock` (the default) or its `start`.
        train_fraction: Make this fraction of the recordings training samples, where nothing else divides them.
        group_by: With `train_fraction`, keep samples with the same value of this column of the table together.
        split_seed: With `train_fraction`, another number gives another division. Default: 0.
        crop: Width and height of the middle of the sensor to keep; or first column and row, width and height.
        downsample: Add up the events of N by N pixels; or of as many as give frames of this width and height.
        flip_x: Mirror frames left to right.
        flip_y: Mirror frames top to bottom.
        rotate: Turn frames clockwise, after mirroring, by 90, 180 or 270 degrees.
        hot_pixels: Leave out pixels with more events per second than this.
        refractory: Leave out an event if the last one of its pixel is at most this many microseconds old.
        noise_filter: Leave out an event without another next to it in N microseconds before, as tonic's Denoise.
        invalid_events: `keep` or `drop` events that are marked as invalid. Default: keep.
        skip_empty: Skip windows without events, instead of writing frames of zeros.
        allow_missing: Continue without missing recordings, label files, lists or folders.
        subjects: Only these subjects.
        lightings: Only these lighting conditions.
        classes: Only these classes, by name or by their numbers in the label files.
        threads: Number of threads. Default: that of the processors.
        level: Zstandard's level, from 1 (fast, the default) to 22 (small).
        force: Replace any existing file of the cache's name.
        quiet: Show only warnings.

    Returns:
        The cache's path.

    Raises:
        NotFoundError: the source does not exist.
        Error: the program's line.
        ValueError: `sensor`, `crop` or `downsample` has another number of values.
    """
    size = None if sensor is None else _size("sensor", sensor)
    area = None if crop is None else _area(crop)
    pixels = _size("downsample", downsample) if isinstance(downsample, tuple) else downsample
    report = _run(
        "convert", source, output=output, frames=frames_number, split_by=split_by, duration=duration, dataset=dataset,
        sensor=size, times_from=times_from, train_fraction=train_fraction, group_by=group_by, split_seed=split_seed,
        crop=area, downsample=pixels, flip_x=flip_x, flip_y=flip_y, rotate=rotate, hot_pixels=hot_pixels,
        refractory=refractory, noise_filter=noise_filter, invalid_events=invalid_events, skip_empty=skip_empty,
        allow_missing=allow_missing, subject=subjects,
        lighting=lightings, class_=classes, threads=threads, level=level, force=force, quiet=quiet,
    )  # fmt: skip
    return Path(report["cache"])


def synth(
    folder: PathLike,
    *,
    train: Optional[int] = None,
    test: Optional[int] = None,
    events: Optional[int] = None,
    seed: Optional[int] = None,
    threads: Optional[int] = None,
    force: bool = False,
    quiet: bool = False,
) -> Path:
    """Generates a synthetic data set with the layout and names of DVS128 Gesture, with `dvsprep synth`.

    The same arguments give the same bytes on every machine.

    Args:
        folder: The folder in which `DvsGesture` is created.
        train: Training recordings, 0 to 98. Default: 6.
        test: Test recordings, 0 to 24. Default: 2.
        events: Events in each recording. Default: 400 000.
        seed: Seed of the random numbers. Default: 1.
        threads: Number of threads. Default: that of the processors.
        force: Replace an existing `DvsGesture` and everything in it.
        quiet: Show only warnings.

    Returns:
        The data set's path.

    Raises:
        Error: the program's line.
    """
    report = _run(
        "synth", folder, train=train, test=test, events=events, seed=seed, threads=threads, force=force, quiet=quiet
    )
    return Path(report["path"])


def inspect(
    cache: PathLike,
    *,
    by: Optional[str] = None,
    sample: Optional[str] = None,
    html: Optional[PathLike] = None,
    png: Optional[PathLike] = None,
    gif: Optional[PathLike] = None,
    speed: Optional[float] = None,
    zoom: Optional[int] = None,
    scale: Optional[int] = None,
    light: bool = False,
    threads: Optional[int] = None,
    force: bool = False,
    quiet: bool = False,
) -> dict[str, Any]:
    """Statistics of a cache's frames, or one sample, with `dvsprep inspect`.

    >>> report = dvskit.inspect(path, quiet=True)
    >>> report["train_samples"], report["events"]
    (24, 505435)

    Args:
        cache: The cache, or a folder with one cache.
        by: Group the samples only by `class`, or by this attribute of the cache.
        sample: Show this sample only, for example `train:17` or `train/4/user08_led_0`.
        html: Write a page of all samples to this file, or, with `sample`, of that one.
        png: Write a sheet of all frames of the sample.
        gif: Write the sample's frames as an animation.
        speed: Speed of the animation relative to the recording.
        zoom: Size of a frame's pixel in the file, in pixels a side.
        scale: Event count that is shown at full brightness.
        light: Dark events on a white background.
        threads: Number of threads. Default: that of the processors.
        force: Replace existing files of these names.
        quiet: Show only warnings.

    Returns:
        What `dvsprep inspect --json` prints. Documentation/Pictures.md explains each number.

    Raises:
        NotFoundError: the cache does not exist.
        Error: the program's line.
    """
    return _run(
        "inspect", cache, by=by, sample=sample, html=html, png=png, gif=gif, speed=speed, zoom=zoom, scale=scale,
        light=light, threads=threads, force=force, quiet=quiet,
    )  # fmt: skip


def _size(name: str, sides: tuple[int, ...]) -> str:
    if len(sides) != 2:
        raise ValueError(f"{name}: expected (width, height), found {sides!r}")
    return f"{sides[0]}x{sides[1]}"


def _area(crop: tuple[int, ...]) -> str:
    if len(crop) not in (2, 4):
        raise ValueError(f"crop: expected (width, height) or (column, row, width, height), found {crop!r}")
    return f"center:{_size('crop', crop)}" if len(crop) == 2 else ",".join(map(str, crop))


def _run(command: str, argument: PathLike, **options: OptionValue) -> dict[str, Any]:
    """Runs dvsprep, and returns the JSON of its last line."""
    words = [command, "--json"]
    for name, value in options.items():
        words += _words("--" + name.strip("_").replace("_", "-"), value)
    try:
        output = run_program("dvsprep", [*words, "--", os.fspath(argument)])
    except Error as error:
        text = _named_as_arguments(str(error))
        if text.startswith(f"{os.fspath(argument)}: cannot be opened") and not os.path.lexists(argument):
            raise NotFoundError(text, os.fspath(argument)) from None
        raise Error(text) from None
    report: dict[str, Any] = json.loads(output.rstrip("\n").rpartition("\n")[2])
    return report


def _named_as_arguments(line: str) -> str:
    """The program's line, whose remedies name options, with the arguments that stand for them here."""
    for option, argument in _ARGUMENTS_IN_REMEDIES.items():
        line = line.replace(option, argument)
    return line


def _words(option: str, value: OptionValue) -> list[str]:
    if value is None or value is False:
        return []
    if value is True:
        return [option]
    if isinstance(value, Iterable) and not isinstance(value, (str, os.PathLike)):
        value = ",".join(map(str, value))
    # As one word, so that a value that begins with a dash is not another option.
    return [f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}"]
