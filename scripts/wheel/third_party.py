#!/usr/bin/env python3
"""Writes the list of what a wheel contains of others, with versions, licences and their texts.

    scripts/wheel/third_party.py STAGE LIBRARIES CHECKOUTS

Reads which libraries the programs in STAGE load. Those built for the wheel lie in LIBRARIES, others are Debian's. A library
that the wheel is not meant to contain is an error. CHECKOUTS are the Swift packages that are compiled in. Writes
STAGE/THIRD_PARTY.md and the folder STAGE/third_party.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What every system has that a manylinux wheel is for; auditwheel leaves these out.
SYSTEM = {"ld-linux-x86-64", "libc", "libgcc_s", "libm", "libstdc++", "libz"}
LICENCES = {
    "libarchive": "BSD-2-Clause",
    "libbz2": "bzip2-1.0.6",
    "libgif": "MIT",
    "libhdf5_serial": "BSD-3-Clause",
    "libisal": "BSD-3-Clause",
    "liblz4": "BSD-2-Clause",
    "liblzma": "public domain",
    "libpng16": "libpng-2.0",
    "libxxhash": "BSD-2-Clause",
    "libzstd": "BSD-3-Clause",
}
SWIFT_LICENCE = "Apache-2.0 WITH Swift-exception"


def printed(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def loaded_libraries(stage: Path) -> dict[str, Path]:
    """The libraries, by name without version, that the programs in `stage` load and a system need not have."""
    files = sorted(path for path in (stage / "dvskit").rglob("*") if path.suffix == ".so" or path.parent.name == "bin")
    found = {}
    for file in files:
        for soname, path in re.findall(r"^\s*(\S+) => (\S+)", printed("ldd", str(file)), re.MULTILINE):
            name = soname.split(".so")[0]
            if name in SYSTEM:
                continue
            if name not in LICENCES:
                sys.exit(f"{file}: loads {soname}, which is not meant to be in the wheel: see {Path(__file__).name}")
            if path == "not":
                sys.exit(f"{file}: loads {soname}, which was not found")
            found[name] = Path(path)
    return found


def debian_package(path: Path) -> tuple[str, str]:
    """The name and version of the Debian package of a file."""
    path = path.resolve()
    # Where /lib is a link to /usr/lib, packages own files by either name.
    names = [str(path), str(path).removeprefix("/usr")]
    owner = subprocess.run(["dpkg-query", "--search", *names], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if not owner.stdout:
        sys.exit(f"{path}: a file of a Debian package expected, whose version and licence are known")
    package = owner.stdout.split(": ")[0]
    return package.split(":")[0], printed("dpkg-query", "--show", "--showformat", "${Version}", package)


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    stage, libraries, checkouts = map(Path, sys.argv[1:])
    texts = stage / "third_party"
    texts.mkdir()
    built = dict(line.split() for line in (libraries / "versions").read_text().splitlines())
    rows = []
    for name, path in sorted(loaded_libraries(stage).items()):
        if path.is_relative_to(libraries.resolve()):
            source = name.removesuffix("_serial")
            version, origin, text = built[source], "built from Debian's source, without what it does not need", source
            shutil.copy(libraries / "licences" / source, texts)
        else:
            text, version = debian_package(path)
            origin = "Debian's"
            shutil.copy(Path("/usr/share/doc", text, "copyright"), texts / text)
        rows.append((f"{name}.so", version, LICENCES[name], origin, text))

    swift_folder = Path(printed("swift", "-print-target-info").split('"runtimeResourcePath": "')[1].split('"')[0])
    swift_version = re.search(r"Swift version (\S+)", printed("swift", "--version"))
    shutil.copy(swift_folder.parents[1] / "share/swift/LICENSE.txt", texts / "swift")
    rows.append(("Swift's libraries", swift_version[1] if swift_version else "", SWIFT_LICENCE, "in the programs", "swift"))
    for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]:
        name = pin["identity"]
        shutil.copy(checkouts / name / "LICENSE.txt", texts / name)
        rows.append((name, pin["state"]["version"], SWIFT_LICENCE, "in the programs", name))

    lines = ["# What this wheel contains of others", "", "| name | version | licence | origin | text |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {version} | {licence} | {origin} | third_party/{text} |" for name, version, licence, origin, text in rows]
    (stage / "THIRD_PARTY.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
