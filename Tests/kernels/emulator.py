"""Builds the GPU emulator as a library that replaces the driver."""

import argparse
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EMULATOR = ROOT / "Sources/CUDAEmulator"
KERNELS = ROOT / "Sources/CUDAKernels"
SANITIZERS = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-shared-libsan"]


def compiled(source: Path, folder: Path, kernels: Path, flags: list[str]) -> Path:
    """Compile one of the emulator's files, and return its object file."""
    target = folder / f"{source.stem}.o"
    include = [f"-I{path}" for path in (EMULATOR, kernels / "include", kernels / "kernels")]
    command = ["clang++", "-std=c++17", "-O2", "-fPIC", "-ffp-contract=off", *flags, *include, "-c", source, "-o", target]
    subprocess.run(command, check=True)
    return target


def build(folder: Path, kernels: Path = KERNELS, flags: list[str] | None = None,
          objects: list[Path] | None = None) -> Path:  # fmt: skip
    """Build the library with kernels from a folder like Sources/CUDAKernels, and return its path.

    objects: The other files' object files; if None, they are compiled.
    """
    flags = flags or []
    folder.mkdir(parents=True, exist_ok=True)
    others = objects or [compiled(EMULATOR / name, folder, kernels, flags) for name in ("scheduler.cpp", "driver.cpp")]
    # The file includes the kernels by a path relative to its own folder; the copy needs an absolute path.
    source = folder / "kernels.cpp"
    text = (EMULATOR / "kernels.cpp").read_text()
    source.write_text(text.replace('"../CUDAKernels/kernels/kernels.cu"', f'"{kernels}/kernels/kernels.cu"'))
    library = folder / "libcuda.so.1"
    linked = [compiled(source, folder, kernels, flags), *others]
    subprocess.run(["clang++", "-shared", *flags, "-o", library, *linked], check=True)
    return library


def main() -> None:
    """Build the library in a folder, and print its path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sanitized", action="store_true")
    arguments = parser.parse_args()
    print(build(arguments.folder, flags=SANITIZERS if arguments.sanitized else []))


if __name__ == "__main__":
    main()
