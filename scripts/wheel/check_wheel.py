#!/usr/bin/env python3
"""Checks what a wheel loads, exports and contains, and prints the newest symbol of glibc that it needs.

    scripts/wheel/check_wheel.py WHEEL    needs pyelftools

- Every library that a file needs is in the wheel and its THIRD_PARTY.md, or in every system that the tag names.
- The tag names the newest glibc that a file needs; that is 2.34 or older.
- libdvskit.so exports the functions of dvskit.h and nothing else.
- The wheel has at most 40 MB.
"""

import io
import re
import sys
import zipfile
from pathlib import Path

from elftools.elf.elffile import ELFFile

SYSTEM = {"ld-linux-x86-64.so.2", "libc.so.6", "libgcc_s.so.1", "libm.so.6", "libstdc++.so.6", "libz.so.1"}
NEWEST_GLIBC = (2, 34)
BYTE_LIMIT = 40_000_000
GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")


def needed_libraries(elf: ELFFile) -> set[str]:
    return {tag.needed for tag in elf.get_section_by_name(".dynamic").iter_tags() if tag.entry.d_tag == "DT_NEEDED"}


def glibc_symbols(elf: ELFFile) -> dict[tuple[int, int], str]:
    """A symbol that the file needs of each version of glibc, or the version's name where it needs only that."""
    needs = elf.get_section_by_name(".gnu.version_r")
    if needs is None:
        return {}
    names, symbols = {}, {}
    for _, versions in needs.iter_versions():
        for version in versions:
            names[version["vna_other"]] = version.name
    indices = elf.get_section_by_name(".gnu.version")
    by_name = {name: name for name in names.values()}
    for number, symbol in enumerate(elf.get_section_by_name(".dynsym").iter_symbols()):
        name = names.get(indices.get_symbol(number)["ndx"])
        if name and by_name[name] == name:
            by_name[name] = symbol.name
    for name, symbol in by_name.items():
        if match := GLIBC.fullmatch(name):
            symbols.setdefault((int(match[1]), int(match[2])), symbol)
    return symbols


def exports(elf: ELFFile) -> set[str]:
    symbols = elf.get_section_by_name(".dynsym").iter_symbols()
    return {symbol.name for symbol in symbols if symbol["st_shndx"] != "SHN_UNDEF" and symbol["st_info"]["bind"] != "STB_LOCAL"}


def defects(path: Path) -> list[str]:
    found = []
    newest: tuple[tuple[int, int], str, str] = ((0, 0), "", "")
    bundled: dict[str, str] = {}
    needed: dict[str, str] = {}
    with zipfile.ZipFile(path) as wheel:
        for entry in wheel.infolist():
            content = wheel.read(entry)
            if not content.startswith(b"\x7fELF"):
                continue
            name = entry.filename.rpartition("/")[2]
            elf = ELFFile(io.BytesIO(content))
            if entry.filename.startswith("dvskit.libs/"):
                bundled[name] = re.sub(r"-[0-9a-f]{8}\.so.*", ".so", name)
            needed |= dict.fromkeys(needed_libraries(elf), entry.filename)
            for version, symbol in glibc_symbols(elf).items():
                newest = max(newest, (version, symbol, entry.filename))
            if name == "libdvskit.so":
                header = (Path(__file__).resolve().parents[2] / "Sources/CDVSKit/include/dvskit.h").read_text()
                declared = set(re.findall(r"\b(dvskit_\w+)\(", header))
                found += [f"{entry.filename}: exports {other}" for other in sorted(exports(elf) - declared)]
                found += [f"{entry.filename}: does not export {other}" for other in sorted(declared - exports(elf))]
        listed = next(name for name in wheel.namelist() if name.endswith("/THIRD_PARTY.md"))
        documented = set(re.findall(r"^\| (lib\S+\.so) ", wheel.read(listed).decode(), re.MULTILINE))

    found += [f"{file}: needs {name}, which is not in the wheel" for name, file in needed.items() if name not in SYSTEM | set(bundled)]
    found += [f"{name}: in the wheel, or in THIRD_PARTY.md, but not both" for name in sorted(documented ^ set(bundled.values()))]
    (major, minor), symbol, file = newest
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB; glibc {major}.{minor} is needed for {symbol} by {file}")
    if f"manylinux_{major}_{minor}_x86_64" not in path.name:
        found.append(f"{path.name}: manylinux_{major}_{minor} expected")
    if newest[0] > NEWEST_GLIBC:
        found.append(f"{file}: glibc {'.'.join(map(str, NEWEST_GLIBC))} or older expected, {major}.{minor} needed for {symbol}")
    if path.stat().st_size > BYTE_LIMIT:
        found.append(f"{path.name}: at most {BYTE_LIMIT} bytes expected, {path.stat().st_size} found")
    return found


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = defects(Path(sys.argv[1]))
    for defect in found:
        print(defect, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
