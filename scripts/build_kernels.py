#!/usr/bin/env python3
"""Compile the GPU kernels to Sources/CUDAKernels/kernels_75.ptx.gz and kernels_80.ptx.gz, which the engine embeds.

    scripts/build_kernels.py            write both files
    scripts/build_kernels.py --check    compare them with the sources, and check the machine code for each architecture
    scripts/build_kernels.py --check --newest    check the machine code for Blackwell, with a newer compiler

Needs no GPU and no CUDA: NVIDIA's compiler and disassembler come from PyPI, into .build-kernels. --check fails if a
kernel spills registers, keeps an array in local memory instead of registers, or multiplies without tensor cores. It
prints for each kernel the registers of a thread, the shared memory of a block, and the occupancy: the fraction of a
multiprocessor's warps that can be resident at once.
"""

import argparse
import ctypes
import gzip
import os
import re
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "Sources/CUDAKernels"
SCRATCH = ROOT / ".build-kernels"
# CUDA 12.0 writes PTX version 8.0, which drivers from 525 on accept.
COMPILER, DISASSEMBLER = "nvidia-cuda-nvrtc-cu12==12.0.140", "nvidia-cuda-nvdisasm==13.5.37"
# sm_120 needs a compiler of CUDA 12.8 or later, whose PTX is newer than what the engine embeds.
NEWEST_COMPILER = "nvidia-cuda-nvrtc-cu12==12.9.86"
# The virtual architectures of the PTX, and the real ones whose machine code is checked: compute_75 accepts code that sm_75 refuses.
VIRTUAL, REAL, NEWEST = [75, 80], ["sm_75", "sm_80", "sm_86", "sm_89", "sm_90"], ["sm_100", "sm_120"]
# Limits of a multiprocessor: warps, blocks, KiB of shared memory, and KiB of it reserved for each block (CUDA C++
# Programming Guide, "Technical Specifications per Compute Capability"). All have 64 Ki registers, allocated to a warp in
# units of 256.
LIMITS = {
    "sm_75": (32, 16, 64, 0), "sm_80": (64, 32, 164, 1), "sm_86": (48, 16, 100, 1), "sm_89": (48, 24, 100, 1),
    "sm_90": (64, 32, 228, 1), "sm_100": (64, 32, 228, 1), "sm_120": (48, 24, 100, 1),
}  # fmt: skip
OPTIONS = ["--std=c++17", "--fmad=false"]
PRODUCTS = re.compile("gpu_(multiply|sum_weight|sum_mean)_(?!.*_plain)|gpu_.*first_tensor")


def packages(compiler: str) -> Path:
    """The folder of NVIDIA's packages, downloaded once."""
    folder = SCRATCH / ("newest" if compiler == NEWEST_COMPILER else "python")
    wheels = [compiler, DISASSEMBLER]
    wanted, noted = "\n".join(wheels), folder / "wheels.txt"
    if not noted.exists() or noted.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        command = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, *wheels], check=True)
        noted.write_text(wanted)
    (found,) = (folder / "lib").glob("python3*/site-packages/nvidia")
    return found


class Compiler:
    """NVRTC, NVIDIA's kernel compiler, as a library."""

    def __init__(self, folder: Path) -> None:
        """Load it from its package."""
        self.library = ctypes.CDLL(str(folder / "cuda_nvrtc/lib/libnvrtc.so.12"))
        headers = [*sorted((SOURCES / "kernels").glob("*.h")), SOURCES / "include/gpu_arguments.h"]
        self.names = [header.name.encode() for header in headers]
        self.texts = [header.read_bytes() for header in headers]
        self.source = (SOURCES / "kernels/kernels.cu").read_bytes()

    def text(self, program: ctypes.c_void_p, what: str) -> bytes:
        """One of a program's outputs."""
        size = ctypes.c_size_t()
        getattr(self.library, f"nvrtcGet{what}Size")(program, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        getattr(self.library, f"nvrtcGet{what}")(program, buffer)
        return buffer.raw

    def compile(self, architecture: str) -> tuple[bytes, str]:
        """PTX of a virtual architecture, machine code of a real one; and the compiler's log."""
        count = len(self.names)
        program = ctypes.c_void_p()
        texts, names = (ctypes.c_char_p * count)(*self.texts), (ctypes.c_char_p * count)(*self.names)
        code = self.library.nvrtcCreateProgram(
            ctypes.byref(program), self.source, b"kernels.cu", count, texts, names
        )
        is_real = architecture.startswith("sm_")
        options = [f"--gpu-architecture={architecture}", *OPTIONS, *(["--ptxas-options=-v"] if is_real else [])]
        list_of_options = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])
        code = code or self.library.nvrtcCompileProgram(program, len(options), list_of_options)
        log = self.text(program, "ProgramLog").rstrip(b"\0").decode()
        if code:
            sys.exit(f"build_kernels.py: {architecture}: {log}")
        return self.text(program, "CUBIN" if is_real else "PTX"), log


def resources(log: str) -> dict[str, tuple[int, int, int, int]]:
    """Each kernel's registers, and its bytes of spills, stack and shared memory."""
    found = {}
    pattern = re.compile(
        r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads"
        r".*?Used (\d+) registers(?:, (\d+) bytes smem)?",
        re.DOTALL,
    )
    for name, stack, stores, loads, registers, shared in pattern.findall(log):
        found[name] = (int(registers), int(stores) + int(loads), int(stack), int(shared or 0))
    return found


def instructions(cubin: Path, disassembler: Path) -> dict[str, set[str]]:
    """The operations in each kernel's machine code."""
    text = subprocess.run([disassembler, "-c", cubin], check=True, capture_output=True, text=True).stdout
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in text.splitlines():
        if section := re.match(r"\s*\.section\s+\.text\.(\w+)", line):
            current = found.setdefault(section[1], set())
        elif operation := re.match(r"\s*/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+\s+)?([A-Z0-9]+)", line):
            current.add(operation[1])
    return found


def thread_counts(ptx: str) -> dict[str, int]:
    """The number of threads of each kernel's blocks."""
    return {name: int(count) for name, count in re.findall(r"\.entry (\w+)\([^)]*\)\s*\.maxntid (\d+)", ptx)}


def occupancy(architecture: str, threads: int, registers: int, shared: int) -> float:
    """The fraction of a multiprocessor's warps that can be resident at once with blocks of a kernel."""
    maximum_warps, maximum_blocks, kibibytes, reserved = LIMITS[architecture]
    warps = -(-threads // 32)
    # Each of the four partitions of a multiprocessor has a quarter of the registers.
    by_registers = 65536 // 4 // (-(-registers * 32 // 256) * 256) * 4 // warps
    by_shared = int(kibibytes * 1024 // (shared + reserved * 1024)) if shared + reserved else maximum_blocks
    return min(maximum_warps // warps, maximum_blocks, by_registers, by_shared) * warps / maximum_warps


def check(compiler: Compiler, folder: Path, architectures: list[str]) -> list[str]:
    """Print a table; return the defects."""
    wrong = []
    rows: dict[str, list[str]] = {}
    threads = thread_counts(compiler.compile(f"compute_{VIRTUAL[-1]}")[0].decode())
    # NVRTC uses one thread for a compilation, and Python lets others run meanwhile.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        compiled = list(pool.map(compiler.compile, architectures))
    for architecture, (code, log) in zip(architectures, compiled, strict=True):
        cubin = SCRATCH / f"{architecture}.cubin"
        cubin.write_bytes(code)
        operations = instructions(cubin, folder / "cu13/bin/nvdisasm")
        for name, (registers, spills, stack, shared) in sorted(resources(log).items()):
            filled = f", {100 * occupancy(architecture, threads[name], registers, shared):.0f} %"
            rows.setdefault(name, []).append(f"{registers}" + (f", {shared / 1024:.1f} KiB" if shared else "") + filled)
            if spills or stack or operations[name] & {"LDL", "STL"}:
                wrong.append(f"{architecture}: {name}: {spills} bytes of spills, {stack} bytes of stack")
            if PRODUCTS.match(name) and "HMMA" not in operations[name]:
                wrong.append(f"{architecture}: {name}: no product on tensor cores")
        print(f"{architecture}: {len(code) / 1e3:.0f} kB of machine code", file=sys.stderr)
    print("Registers of a thread, shared memory of a block, occupancy; spills: " + ("none" if not wrong else "see below"))
    print(f"| kernel | {' | '.join(architectures)} |\n| --- |{' ---: |' * len(architectures)}")
    for name, cells in sorted(rows.items()):
        print(f"| {name} | {' | '.join(cells)} |")
    return wrong


def main() -> int:
    """Write the PTX, or check it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--newest", action="store_true", help="Blackwell's architectures, with a newer compiler; with --check")
    arguments = parser.parse_args()
    folder = packages(NEWEST_COMPILER if arguments.newest else COMPILER)
    compiler = Compiler(folder)
    wrong = check(compiler, folder, NEWEST if arguments.newest else REAL) if arguments.check else []
    for architecture in [] if arguments.newest else VIRTUAL:
        path = SOURCES / f"kernels_{architecture}.ptx.gz"
        image = compiler.compile(f"compute_{architecture}")[0].rstrip(b"\0")
        if not arguments.check:
            path.write_bytes(gzip.compress(image, 9, mtime=0))
            print(f"{path.relative_to(ROOT)}: {len(image) / 1e3:.0f} kB, compressed {path.stat().st_size / 1e3:.0f} kB")
        elif not path.exists() or gzip.decompress(path.read_bytes()) != image:
            wrong.append(f"{path.relative_to(ROOT)} differs from what the sources give: run scripts/build_kernels.py")
    for line in wrong:
        print(f"build_kernels.py: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
