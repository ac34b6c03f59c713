"""Builds the emulator of a GPU as a library that stands in the driver's place."""

import argparse
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EMULATOR = ROOT / "Sources/CUDAEmulator"
KERNELS = ROOT / "Sources/CUDAKernels"
SANITIZERS = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-shared-libsan"]


def compiled(source: Path, folder: Path, kernels: Path, flags: list[str]) -> Path:
    """One of the emulator's files as an object."""
    target = folder / f"{source.stem}.o"
    include = [f"-I{path}" for path in (EMULATOR, kernels / "include", kernels / "kernels")]
    command = ["clang++", "-std=c++17", "-O2", "-fPIC", "-ffp-contract=off", *flags, *include, "-c", source, "-o", target]
    subprocess.run(command, check=True)
    return target


def build(folder: Path, kernels: Path = KERNELS, flags: list[str] | None = None, known: list[Path] | None = None) -> Path:
    """The library with kernels from a folder like Sources/CUDAKernels.

    known: Objects of the other files, where they are there.
    """
    flags = flags or []
    folder.mkdir(parents=True, exist_ok=True)
    others = known or [compiled(EMULATOR / name, folder, kernels, flags) for name in ("scheduler.cpp", "driver.cpp")]
    # The file names the kernels' own folder; the copy stands beside another one.
    source = folder / "kernels.cpp"
    text = (EMULATOR / "kernels.cpp").read_text()
    source.write_text(text.replace('"../CUDAKernels/kernels/kernels.cu"', f'"{kernels}/kernels/kernels.cu"'))
    library = folder / "libcuda.so.1"
    objects = [compiled(source, folder, kernels, flags), *others]
    subprocess.run(["clang++", "-shared", *flags, "-o", library, *objects], check=True)
    return library


def main() -> None:
    """Build it in a folder, and print where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sanitized", action="store_true")
    arguments = parser.parse_args()
    print(build(arguments.folder, flags=SANITIZERS if arguments.sanitized else []))


if __name__ == "__main__":
    main()
