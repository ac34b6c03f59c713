"""Memory, modules and launches of NVIDIA's driver, or of its emulator, from Python. Needs only ctypes and numpy."""

import ctypes
import gzip
import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "Sources/CUDAKernels/include/gpu_arguments.h"
SIMPLE = {"u32": ctypes.c_uint32, "u64": ctypes.c_uint64, "int": ctypes.c_int32, "float": ctypes.c_float,
          "double": ctypes.c_double}  # fmt: skip


def argument_types(header: Path = HEADER) -> dict[str, type[ctypes.Structure]]:
    """The structures of kernels' arguments, by name, as the header declares them."""
    found: dict[str, type[ctypes.Structure]] = {}
    for body, name in re.findall(r"typedef struct \{(.*?)\} (\w+);", header.read_text(), re.DOTALL):
        fields = []
        for kind, field in re.findall(r"^\s*(GPU_ADDRESS\([^)]*\)|\w+) (\w+);", body, re.MULTILINE):
            is_address = kind.startswith("GPU_ADDRESS")
            fields.append((field, ctypes.c_uint64 if is_address else SIMPLE.get(kind) or found[kind]))
        found[name] = type(name, (ctypes.Structure,), {"_fields_": fields})
    return found


class Array:
    """An array in a device's memory, with its shape and type."""

    def __init__(self, gpu: "GPU", values: np.ndarray) -> None:
        """Allocate memory, and copy values to it."""
        self.gpu, self.shape, self.dtype = gpu, values.shape, values.dtype
        self.bytes = max(16, values.nbytes)
        address = ctypes.c_uint64()
        gpu.check(gpu.library.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(self.bytes)), "memory")
        self.address = address.value
        self.set(values)

    def set(self, values: np.ndarray) -> None:
        """Copy other values to the memory."""
        values = np.ascontiguousarray(values, self.dtype)
        if values.nbytes:
            pointer = values.ctypes.data_as(ctypes.c_void_p)
            copy = self.gpu.library.cuMemcpyHtoDAsync_v2
            self.gpu.check(copy(ctypes.c_uint64(self.address), pointer, ctypes.c_size_t(values.nbytes), None), "copy")
            self.gpu.synchronize()

    def get(self) -> np.ndarray:
        """Copy the values back to the host."""
        values = np.empty(self.shape, self.dtype)
        copy = self.gpu.library.cuMemcpyDtoHAsync_v2
        pointer = values.ctypes.data_as(ctypes.c_void_p)
        self.gpu.check(copy(pointer, ctypes.c_uint64(self.address), ctypes.c_size_t(values.nbytes), None), "copy")
        self.gpu.synchronize()
        return values

    def release(self) -> None:
        """Free the memory."""
        self.gpu.library.cuMemFree_v2(ctypes.c_uint64(self.address))


class GPU:
    """A device, its context, and the kernels."""

    def __init__(self, library: str = "libcuda.so.1", image: Path | None = None) -> None:
        """Open the first device and load the kernels.

        image: PTX or machine code; by default the package's PTX for the device.
        """
        self.library = ctypes.CDLL(library)
        self.types = argument_types()
        self.check(self.library.cuInit(0), "cuInit")
        device = ctypes.c_int()
        self.check(self.library.cuDeviceGet(ctypes.byref(device), 0), "cuDeviceGet")
        name = ctypes.create_string_buffer(256)
        self.library.cuDeviceGetName(name, 256, device)
        self.name = name.value.decode()
        self.architecture = 10 * self.attribute(75, device) + self.attribute(76, device)
        self.multiprocessors = self.attribute(16, device)
        self.context = ctypes.c_void_p()
        self.check(self.library.cuDevicePrimaryCtxRetain(ctypes.byref(self.context), device), "context")
        self.check(self.library.cuCtxSetCurrent(self.context), "context")
        if image is None:
            image = ROOT / f"Sources/CUDAKernels/kernels_{80 if self.architecture >= 80 else 75}.ptx.gz"
        data = gzip.decompress(image.read_bytes()) if image.suffix == ".gz" else image.read_bytes()
        self.module = ctypes.c_void_p()
        load = self.library.cuModuleLoadDataEx
        self.check(load(ctypes.byref(self.module), data + b"\0", 0, None, None), f"{image.name} cannot be loaded")
        self.functions: dict[str, ctypes.c_void_p] = {}

    def attribute(self, number: int, device: ctypes.c_int) -> int:
        """The value of a device's attribute. number: as in cuda.h."""
        value = ctypes.c_int()
        self.library.cuDeviceGetAttribute(ctypes.byref(value), number, device)
        return value.value

    def check(self, code: int, what: str) -> None:
        """Raise an error if a call failed. what: begins the message."""
        if code:
            name = ctypes.c_char_p()
            self.library.cuGetErrorName(code, ctypes.byref(name))
            raise RuntimeError(f"{what}: {(name.value or b'?').decode()}")

    def array(self, values: np.ndarray | list | float, dtype: type | None = None) -> Array:
        """A new array on the device."""
        return Array(self, np.asarray(values, dtype))

    def zeros(self, shape: int | tuple[int, ...], dtype: type = np.float32) -> Array:
        """A new array of zeros on the device."""
        return Array(self, np.zeros(shape, dtype))

    def arguments(self, kind: str, **fields: object) -> ctypes.Structure:
        """A structure of arguments; arrays become their addresses, missing fields 0."""
        known = {name for name, _ in self.types[kind]._fields_}
        if unknown := set(fields) - known:
            raise TypeError(f"{kind} has no {unknown}")
        return self.types[kind](**{key: value.address if isinstance(value, Array) else value
                                   for key, value in fields.items()})  # fmt: skip

    def launch(self, kernel: str, grid: tuple[int, ...], threads: int, arguments: ctypes.Structure) -> None:
        """Launch a kernel without waiting for it."""
        if kernel not in self.functions:
            function = ctypes.c_void_p()
            get = self.library.cuModuleGetFunction
            self.check(get(ctypes.byref(function), self.module, kernel.encode()), f"kernel {kernel} not found")
            self.functions[kernel] = function
        columns, rows, layers = (*grid, 1, 1, 1)[:3]
        pointers = (ctypes.c_void_p * 1)(ctypes.addressof(arguments))
        self.check(
            self.library.cuLaunchKernel(
                self.functions[kernel], columns, rows, layers, threads, 1, 1, 0, None, pointers, None
            ),
            kernel,
        )

    def run(self, kernel: str, grid: tuple[int, ...], threads: int, kind: str, **fields: object) -> None:
        """Launch a kernel and wait for its end."""
        self.launch(kernel, grid, threads, self.arguments(kind, **fields))
        try:
            self.synchronize()
        except RuntimeError as error:
            raise RuntimeError(f"{kernel}: {error}") from None

    def synchronize(self) -> None:
        """Wait until all copies and kernels are done."""
        self.check(self.library.cuStreamSynchronize(None), "a kernel failed")
