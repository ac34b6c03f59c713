#!/usr/bin/env python3
"""Checks that the sources, Package.swift and the documents agree.

    scripts/check_structure.py            prints differences; exit code 1 if there are any
    scripts/check_structure.py --update   first updates the lists in Architecture.md: the import diagram and unsafe code

- A target imports exactly the targets that Package.swift lists for it. (The build's own
  `--explicit-target-dependency-import-check` also accepts indirect dependencies.)
- Libraries do not import Foundation.
- `unsafe` is used only in the files that Architecture.md lists; its diagram and its table contain the package's targets.
- README.md lists the package's libraries.
- Links, paths and headings in documents exist.
"""

import difflib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = ROOT / "Documentation/Architecture.md"
UPDATE = "scripts/check_structure.py --update"

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)", re.MULTILINE)  # fmt: skip
UNSAFE = re.compile(r"^(?!\s*//).*(?<![\w'-])unsafe(?![\w'-])", re.MULTILINE)
UNSAFE_LINE = re.compile(r"- (\w+): `[^`]+`(?:, `[^`]+`)*(.*)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
PATH = re.compile(r"`((?:Sources|Tests|Benchmarks|Documentation|Fixtures|scripts|\.ci)/[^`\s]*)")
SECTION = re.compile(r"\b([\w/]+\.md)[`)\]]*,\s+\"([^\"]+)\"")


class Target:
    """A target of Package.swift."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.name: str = manifest["name"]
        self.type: str = manifest["type"]
        # A dependency is {"byName": [name, …]} or {"product": [name, package, …]}.
        self.dependencies: list[str] = [next(iter(entry.values()))[0] for entry in manifest["dependencies"]]
        folder = "Tests" if self.type == "test" else "Sources"
        self.folder = ROOT / (manifest.get("path") or f"{folder}/{self.name}")

    @property
    def is_in_sources(self) -> bool:
        return self.folder.is_relative_to(ROOT / "Sources")

    def sources(self) -> list[Path]:
        return sorted(self.folder.rglob("*.swift"))


class Package:
    """The content of Package.swift."""

    def __init__(self) -> None:
        command = ["swift", "package", "--package-path", str(ROOT), "dump-package"]
        manifest = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        self.targets = {entry["name"]: Target(entry) for entry in manifest["targets"]}
        # Those for Swift; libdvskit is for C.
        self.libraries: list[str] = [
            entry["name"] for entry in manifest["products"] if entry["type"].get("library") == ["automatic"]
        ]

    def reached(self, name: str) -> set[str]:
        """The targets on which a target depends, directly or indirectly."""
        dependencies = self.targets[name].dependencies if name in self.targets else []
        return set(dependencies).union(*(self.reached(dependency) for dependency in dependencies))

    def height(self, name: str) -> int:
        dependencies = self.targets[name].dependencies if name in self.targets else []
        return 1 + max((self.height(dependency) for dependency in dependencies), default=0)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def import_defects(package: Package) -> list[str]:
    """Differences between a target's dependencies in Package.swift and the imports of its files."""
    defects = []
    known = set(package.targets).union(*(target.dependencies for target in package.targets.values()))
    for target in package.targets.values():
        if target.type == "system":
            continue
        files: dict[str, Path] = {}
        for path in target.sources():
            for module in IMPORT.findall(path.read_text()):
                files.setdefault(module, path)
        for module in sorted(known & set(files) - set(target.dependencies)):
            defects.append(f"{relative(files[module])}: imports {module}, which Package.swift does not list for {target.name}")
        for module in sorted(set(target.dependencies) - set(files)):
            defects.append(f"Package.swift: lists {module} for {target.name}, which does not import it")
        if target.is_in_sources and "Foundation" in files:
            defects.append(f"{relative(files['Foundation'])}: imports Foundation; FoundationEssentials has JSON")
    return defects


def unsafe_lines(package: Package, text: str) -> list[str]:
    """Architecture.md's list of files with unsafe code, one line per target; a line's text after the files is kept."""
    notes = {match[1]: match[2] for match in map(UNSAFE_LINE.fullmatch, text.splitlines()) if match}
    lines = []
    for target in package.targets.values():
        if target.is_in_sources:
            files = sorted(path.name for path in target.sources() if UNSAFE.search(path.read_text()))
            if files:
                lines.append(f"- {target.name}: " + ", ".join(f"`{name}`" for name in files) + notes.get(target.name, ""))
    return lines


def diagram_lines(package: Package) -> list[str]:
    """The import diagram of Sources from the top down, without imports that follow from others."""
    lines = []
    names = [name for name, target in package.targets.items() if target.is_in_sources and target.type != "system"]
    width = max(map(len, names))
    for name in sorted(names, key=lambda name: (-package.height(name), name)):
        direct = [other for other in package.targets[name].dependencies if other in package.targets]
        implied = set().union(*(package.reached(other) for other in direct))
        shown = sorted(set(direct) - implied, key=lambda other: (-package.height(other), other))
        if shown:
            lines.append(f"{name:{width}} → {', '.join(shown)}")
    return lines


def with_lists(package: Package, text: str) -> str:
    """Architecture.md with its diagram and its list of unsafe code updated."""
    parts, unsafe = text.index("## Parts\n"), text.index("## Unsafe code\n")
    diagram = FENCED.search(text, parts)
    listed = [match for match in re.finditer(UNSAFE_LINE.pattern + "\n", text) if match.start() > unsafe]
    if diagram is None or not listed:
        sys.exit('Architecture.md: a diagram under "Parts" and a list under "Unsafe code" expected')
    new_list = "\n".join(unsafe_lines(package, text[unsafe:])) + "\n"
    new_diagram = "\n".join(["```", *diagram_lines(package), "```"])
    text = text[: listed[0].start()] + new_list + text[listed[-1].end() :]
    return text[: diagram.start()] + new_diagram + text[diagram.end() :]


def list_defects(package: Package) -> list[str]:
    """Defects of the lists in Architecture.md and README.md."""
    defects = []
    text = ARCHITECTURE.read_text()
    expected = with_lists(package, text)
    labels = relative(ARCHITECTURE), f"expected; {UPDATE} writes it"
    defects += difflib.unified_diff(text.splitlines(), expected.splitlines(), *labels, n=0, lineterm="")

    rows = re.findall(r"^\| ([\w, ]+) \|", text, re.MULTILINE)
    shown = {name for row in rows if row != "target" for name in row.split(", ")}
    libraries = {name for name, target in package.targets.items() if target.is_in_sources and target.type != "executable"}
    for name in sorted(shown ^ libraries):
        where = "not a target of Package.swift" if name in shown else "has no row in the table of targets"
        defects.append(f"{relative(ARCHITECTURE)}: {name}: {where}")

    sentence = re.search(r"The libraries ([\w,\s]+) are\s+products of the package", (ROOT / "README.md").read_text())
    found = set(re.findall(r"\w+", sentence[1])) - {"and"} if sentence else set()
    if found != set(package.libraries):
        *most, last = package.libraries
        defects.append(f"README.md: expected: The libraries {', '.join(most)} and {last} are products of the package")
    return defects


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+?)\s*$", FENCED.sub("", text), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of a document's headings."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings(text))
    return {heading.replace(" ", "-") for heading in plain}


def link_defects() -> list[str]:
    """Links, paths and headings in documents that do not exist."""
    defects = []
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    documents = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.rstrip("\0")
    for document in (ROOT / name for name in documents.split("\0")):
        text = document.read_text()
        prose = FENCED.sub("", text)
        for link, anchor in LINK.findall(prose):
            path = document.parent / link if link else document
            if not path.exists():
                defects.append(f"{relative(document)}: no file {link}")
            elif anchor and anchor not in anchors(path.read_text()):
                defects.append(f"{relative(document)}: no heading #{anchor} in {link or 'it'}")
        for name in PATH.findall(prose):
            if not any(ROOT.glob(name.rstrip("/"))):
                defects.append(f"{relative(document)}: no file {name}")
        for name, heading in SECTION.findall(prose):
            paths = [path for path in (document.parent / name, ROOT / name, ROOT / "Documentation" / name) if path.exists()]
            if not paths or " ".join(heading.split()) not in headings(paths[0].read_text()):
                defects.append(f"{relative(document)}: no heading \"{heading}\" in {name}")
    return defects


def main() -> None:
    package = Package()
    if sys.argv[1:] == ["--update"]:
        ARCHITECTURE.write_text(with_lists(package, ARCHITECTURE.read_text()))
    elif sys.argv[1:]:
        sys.exit(__doc__)
    defects = import_defects(package) + list_defects(package) + link_defects()
    for defect in defects:
        print(defect, file=sys.stderr)
    if defects:
        sys.exit(1)
    print(f"{len(package.targets)} targets agree with the documents")


if __name__ == "__main__":
    main()
