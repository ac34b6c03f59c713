"""The formats of the benchmark's files, and where in a file its compressed parts are."""

import struct
import zipfile
from pathlib import Path

# The suffix of each file, and the format in words.
FORMATS = {
    "aedat31": (".aedat", "AEDAT 3.1"),
    "aedat2": (".aedat", "AEDAT 2.0, DVS128"),
    "aedat2_davis": (".aedat", "AEDAT 2.0, DAVIS346"),
    "aedat4": (".aedat4", "AEDAT 4.0"),
    "aedat4_lz4": (".aedat4", "AEDAT 4.0, LZ4"),
    "aedat4_zstd": (".aedat4", "AEDAT 4.0, Zstandard"),
    "evt2": (".raw", "EVT 2.0"),
    "evt21": (".raw", "EVT 2.1"),
    "evt3": (".raw", "EVT 3.0"),
    "dat": (".dat", "DAT"),
    "atis": (".bin", "ATIS (N-MNIST)"),
    "text": (".txt", "text, t in µs"),
    "text_seconds": (".txt", "text, t in s"),
    "npz": (".npz", "NumPy arrays, stored"),
    "npz_deflated": (".npz", "NumPy arrays, deflated"),
    "npy": (".npy", "NumPy records"),
}


def file_of(folder: Path, name: str) -> Path:
    """The file of a format."""
    return folder / f"{name}{FORMATS[name][0]}"


def aedat4_packets(content: memoryview | bytes) -> list[tuple[int, int]]:
    """Offset and size in bytes of each packet of AEDAT 4.0, up to the table that follows them."""
    packets = []
    offset = 18 + struct.unpack_from("<I", content, 14)[0]
    while offset < len(content):
        stream, size = struct.unpack_from("<ii", content, offset)
        if stream != 0:
            break
        packets.append((offset + 8, size))
        offset += 8 + size
    return packets


def zip_members(path: Path, content: memoryview | bytes) -> list[tuple[int, int]]:
    """Offset and size in bytes of each member of a zip archive, as stored."""
    members = []
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name, extra = struct.unpack_from("<HH", content, member.header_offset + 26)
            members.append((member.header_offset + 30 + name + extra, member.compress_size))
    return members


def compressed_parts(path: Path, name: str) -> tuple[str, list[tuple[int, int]]]:
    """The library that decompresses a format, and the parts of the file that it decompresses: empty without any."""
    content = memoryview(path.read_bytes())
    match name:
        case "aedat4_lz4":
            return "lz4", aedat4_packets(content)
        case "aedat4_zstd":
            return "zstd", aedat4_packets(content)
        case "npz_deflated":
            return "zlib", zip_members(path, content)
    return "", []
