#!/usr/bin/env python3
"""Look for words that the glossary in CONTRIBUTING.md has retired, and for sentences that are too long.

    scripts/check_words.py              fails where sources, tests, scripts or documents have new retired words
    scripts/check_words.py --count      prints how often each does, by folder
    scripts/check_words.py --sentences  prints the sentences of documents and comments of more than 40 words
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ["Sources", "Tests", "Documentation"]
OTHERS = ["README.md", "CONTRIBUTING.md", "scripts", "Benchmarks", "Python"]
KINDS = {".swift", ".h", ".c", ".cpp", ".cu", ".py", ".sh", ".md", ".js", ".css"}
LONG_SENTENCE = 40

# What is retired, what is said instead, and how many are left: JSON keys and names of attributes that are part of a format,
# and sentences where the word has its usual meaning. No new one may come. Identifiers are split into words first:
# `firstPlace` is "first place".
RETIRED = {
    r"(?<!in )(?<!take )(?<!takes )(?<!took )(?<!taking )(?<!taken )(?<!the )(?<!last )\bplaces?\b": ("index, pixel, offset, slot, position", 19),
    r"(?<!/)\bshares?\b(?!/)(?! (?:a|an|the|one|its|their|no|it|them|this|memory|with|between|among)\b)": ("partition, fraction", 44),
    r"\bway (?:back|forward)\b": ("backward pass, forward pass", 0),
    r"\b(?:told|tell) apart\b": ("classified, distinguished", 0),
    r"\btaken for\b(?! granted)": ("predicted as, treated as", 0),
    r"\bgradients? by\b": ("gradient with respect to", 0),
    r"\bgo(?:es|ing)? on\b|\bwent on\b": ("continue, resume", 1),
    r"\bso many\b": ("N, a given number of", 0),
    r"(?<!there )\bis no (?!longer|more|such)\w+": ("is not a …", 0),
    r"\bno number\b": ("NaN", 0),
    r"\bfar out\b": ("outlier", 1),
    r"\blively\b": ("active", 0),
    r"\bmade[- ]up\b|\bmade data\b": ("synthetic", 0),
    r"\bsound\b": ("valid", 5),
    r"\bstands? in\b(?! for)": ("is in, contains", 2),
}


def words_of(line: str) -> str:
    """A line with identifiers split into words, in lower case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", line).lower()


def files(folders: list[str]) -> list[Path]:
    """The files under version control that people read."""
    command = ["git", "-C", ROOT, "ls-files", "--", *folders]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [ROOT / name for name in names if Path(name).suffix in KINDS and Path(name).name != "check_words.py"]


def lines(path: Path) -> list[str]:
    """A file's lines as words; those of the glossary itself, which names what is retired, are empty."""
    text = path.read_text()
    if path.name == "CONTRIBUTING.md":
        text = text.split("## Glossary")[0]
    return [words_of(line) for line in text.splitlines()]


def count() -> None:
    """Print a table."""
    print(f"| retired | {' | '.join(FOLDERS)} |\n| --- |{' ---: |' * len(FOLDERS)}")
    texts = {folder: [line for path in files([folder]) for line in lines(path)] for folder in FOLDERS}
    for pattern in RETIRED:
        cells = [str(sum(len(re.findall(pattern, line)) for line in texts[folder])) for folder in FOLDERS]
        print(f"| `{pattern.replace('|', '¦')}` | {' | '.join(cells)} |")


def sentences() -> None:
    """Print those that are too long."""
    for path in files(["Documentation", "README.md", "CONTRIBUTING.md"]):
        text = re.sub(r"```.*?```|^    .*$|^\|.*$|^#.*$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
        for sentence in re.split(r"(?<=[.:;!?])\s+|\n\s*\n|\n- ", text):
            if len(sentence.split()) > LONG_SENTENCE:
                print(f"{path.relative_to(ROOT)}: {len(sentence.split())} words: {' '.join(sentence.split())[:100]}…")


def check() -> int:
    """Print the retired words of which there are more than were left."""
    found: dict[str, list[str]] = {pattern: [] for pattern in RETIRED}
    for path in files(FOLDERS + OTHERS):
        for number, line in enumerate(lines(path), 1):
            for pattern in RETIRED:
                words = re.findall(pattern, line)
                found[pattern] += [f"{path.relative_to(ROOT)}:{number}: '{word}'" for word in words]
    code = 0
    for pattern, (instead, left) in RETIRED.items():
        if len(found[pattern]) > left:
            code = 1
            for word in found[pattern]:
                print(f"{word} found: {instead} expected, see the glossary in CONTRIBUTING.md")
            print(f"{len(found[pattern])} of these found, {left} expected at most")
    if code == 0:
        print(f"no new retired words; {sum(left for _, left in RETIRED.values())} are left at most")
    return code


def main() -> int:
    """Count, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", action="store_true")
    parser.add_argument("--sentences", action="store_true")
    arguments = parser.parse_args()
    if arguments.count:
        count()
    elif arguments.sentences:
        sentences()
    return 0 if arguments.count or arguments.sentences else check()


if __name__ == "__main__":
    sys.exit(main())
