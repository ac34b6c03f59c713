#!/usr/bin/env python3
"""Damaged and hostile archives: each gives the folder's cache, or one line and exit code 1, in bounded time and memory.

    DVSPREP=path/to/dvsprep Tests/archives/check_hostile.py            every prefix, 10 000 flipped bits, large members
    DVSPREP=path/to/dvsprep Tests/archives/check_hostile.py --flips 100 --stride 97

Prints a table of what was tried, what came out, and the longest time and the most memory that one command took.
"""

import argparse
import gzip
import io
import os
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

DVSPREP = os.environ["DVSPREP"]
MAXIMUM_SECONDS = 120
MAXIMUM_BYTES = 600_000_000
MAXIMUM_MESSAGE = 500


@dataclass
class Tally:
    """The results of one kind of archive."""

    kind: str
    tried: int = 0
    converted: int = 0
    seconds: float = 0
    peak_bytes: int = 0

    def __str__(self) -> str:
        refused = self.tried - self.converted
        return (
            f"| {self.kind} | {self.tried} | {self.converted} | {refused} "
            f"| {self.seconds:.2f} s | {self.peak_bytes / 1e6:.0f} MB |"
        )


def convert(archive: Path, cache: Path, tally: Tally) -> bool:
    """Converts an archive; exits if the command neither succeeds nor refuses it in one line."""
    cache.unlink(missing_ok=True)
    command = [DVSPREP, "convert", "--quiet", "--threads", "2", archive, "-T", "2", "-o", cache]
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = [line for line in errors.read().decode().splitlines() if ": warning: " not in line]
    tally.tried += 1
    tally.seconds = max(tally.seconds, time.perf_counter() - begin)
    tally.peak_bytes = max(tally.peak_bytes, usage.ru_maxrss * 1024)
    if process.returncode == 0 and not lines:
        tally.converted += 1
        return True
    one_line = len(lines) == 1 and len(lines[0]) <= MAXIMUM_MESSAGE
    if process.returncode != 1 or not one_line or cache.exists():
        sys.exit(f"{tally.kind}: exit code {process.returncode}, {lines}; kept: {archive}")
    return False


def frames(cache: Path) -> bytes:
    """A cache's samples, without the files that it was made from."""
    command = [DVSPREP, "inspect", "--json", cache]
    return subprocess.run(command, check=True, capture_output=True).stdout.replace(bytes(cache), b"")


def pack(folder: Path, without: str = "") -> bytes:
    """A tar archive of a data set, in the order of its names."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        for path in sorted(folder.iterdir()):
            if path.name != without:
                file.add(path, f"DvsGesture/{path.name}")
    return packed.getvalue()


def write_long_member(file: io.BufferedIOBase, name: str, byte_count: int) -> None:
    """Writes a member of zeros in pieces; another archive may follow."""
    info = tarfile.TarInfo(name)
    info.size = byte_count
    file.write(info.tobuf(tarfile.GNU_FORMAT))
    piece = bytes(1 << 20)
    for _ in range(-(-byte_count // len(piece))):
        file.write(piece)


def try_all(kind: str, inputs: Iterable[bytes], folder: Path, check: Callable[[Path], None]) -> Tally:
    tally = Tally(kind)
    archive, cache = folder / "changed.tar.gz", folder / "changed.h5"
    for content in inputs:
        archive.write_bytes(content)
        if convert(archive, cache, tally):
            check(cache)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=10_000, help="number of archives with one flipped bit")
    parser.add_argument("--stride", type=int, default=1, help="bytes between two prefixes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(tempfile.mkdtemp(prefix="dvskit-archives-"))
    synth = [DVSPREP, "synth", "--quiet", folder, "--train", "2", "--test", "1", "--events", "300"]
    subprocess.run(synth, check=True, stdout=subprocess.DEVNULL)
    plain = pack(folder / "DvsGesture")
    packed = gzip.compress(plain, 6)
    whole, expected_cache = folder / "whole.tar.gz", folder / "whole.h5"
    whole.write_bytes(packed)
    if not convert(whole, expected_cache, Tally("whole")):
        sys.exit("the whole archive was refused")
    expected = frames(expected_cache)

    def require_equal(cache: Path) -> None:
        if frames(cache) != expected:
            sys.exit(f"other frames from {folder / 'changed.tar.gz'}")

    def flipped() -> Iterable[bytes]:
        generator = random.Random(options.seed)
        for _ in range(options.flips):
            content = bytearray(packed)
            bit = generator.randrange(8 * len(content))
            content[bit // 8] ^= 1 << bit % 8
            yield bytes(content)

    prefixes = (packed[:length] for length in range(0, len(packed), options.stride))
    tallies = [
        try_all(f"prefixes of {len(packed)} bytes", prefixes, folder, require_equal),
        try_all("one flipped bit", flipped(), folder, require_equal),
    ]
    for kind, name, byte_count in [
        ("a recording of 3 GB of zeros", "DvsGesture/user01_fluorescent.aedat", 3 << 30),
        ("another member of 10 GB of zeros", "DvsGesture/zeros.bin", 10 << 30),
    ]:
        archive = folder / "long.tar.gz"
        with archive.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1) as file:
            write_long_member(file, name, byte_count)
            file.write(pack(folder / "DvsGesture", without=Path(name).name))
        tally = Tally(kind)
        convert(archive, folder / "long.h5", tally)
        tallies.append(tally)
        archive.unlink()
    print("| archives | tried | converted | refused in one line | longest | most memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    for tally in tallies:
        print(tally)
        if tally.seconds > MAXIMUM_SECONDS or tally.peak_bytes > MAXIMUM_BYTES:
            sys.exit(f"{tally.kind}: at most {MAXIMUM_SECONDS} s and {MAXIMUM_BYTES} bytes expected")
    subprocess.run(["rm", "-rf", folder], check=True)


if __name__ == "__main__":
    main()
