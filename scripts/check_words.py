#!/usr/bin/env python3
"""Look for words that the glossary in CONTRIBUTING.md has retired, and for sentences that are too long.

    scripts/check_words.py              fails where a retired word stands in sources, tests, scripts or documents
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
OTHERS = ["README.md", "CONTRIBUTING.md", "scripts", "Benchmarks"]
KINDS = {".swift", ".h", ".c", ".cpp", ".cu", ".py", ".sh", ".md", ".js", ".css"}
LONG_SENTENCE = 40

# What is retired, and what is said in its place. Identifiers are split into words first: `firstPlace` is "first place".
RETIRED = {
    r"(?<!in )(?<!take )(?<!takes )(?<!took )(?<!taking )(?<!taken )(?<!the )places?(?!holder)\b": "index, pixel, offset, slot, position",
    r"\bshares?\b(?! (a|an|the|one|its|their|no|it|them|this|memory|with|between|among)\b)": "partition, fraction",
    r"\bway back\b|\bback through\b|\b(go|goes|going) back through\b": "backward pass",
    r"\btold apart\b|\btell apart\b": "classified, distinguished",
    r"\btaken for\b": "predicted as, treated as",
    r"\bthe document\b|\bdocument's\b": "SpikingJelly's tutorial",
    r"\bgradients? by\b": "gradient with respect to",
    r"\bgo(es)? on\b|\bgoing on\b|\bwent on\b": "continue, resume",
    r"\bso many\b": "N, a given number of",
    r"\bis no (?!longer|more)\w+": "is not a …",
    r"\bno number\b": "NaN",
    r"\bfar out\b": "outlier",
    r"\blively\b": "active",
    r"\bsquares\b(?! of|,)": "pooling windows",
    r"\bmade[- ]up\b|\bmade data\b": "synthetic",
    r"\bsound\b": "valid",
    r"\bstands? in\b(?! for)": "is in, contains",
}


def words_of(line: str) -> str:
    """A line with identifiers split into words, in lower case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", line).lower()


def files(folders: list[str]) -> list[Path]:
    """The files under version control that people read."""
    command = ["git", "-C", ROOT, "ls-files", "--", *folders]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [ROOT / name for name in names if Path(name).suffix in KINDS and Path(name).name != "check_words.py"]


def retired(path: Path) -> list[tuple[int, str, str]]:
    """Line, word and replacement of each retired word; the glossary itself names them."""
    text = path.read_text()
    if path.name == "CONTRIBUTING.md":
        text = text.split("## Glossary")[0]
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, instead in RETIRED.items():
            found += [(number, match[0], instead) for match in re.finditer(pattern, words_of(line))]
    return found


def count() -> None:
    """Print a table."""
    print(f"| retired | {' | '.join(FOLDERS)} |\n| --- |{' ---: |' * len(FOLDERS)}")
    for pattern in RETIRED:
        cells = []
        for folder in FOLDERS:
            texts = (words_of(path.read_text()) for path in files([folder]))
            cells.append(str(sum(len(re.findall(pattern, text)) for text in texts)))
        print(f"| `{pattern.replace('|', '¦')}` | {' | '.join(cells)} |")


def sentences() -> None:
    """Print those that are too long."""
    for path in files(["Documentation", "README.md", "CONTRIBUTING.md"]):
        text = re.sub(r"```.*?```|^    .*$|^\|.*$|^#.*$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
        for sentence in re.split(r"(?<=[.:;!?])\s+|\n\s*\n|\n- ", text):
            if len(sentence.split()) > LONG_SENTENCE:
                print(f"{path.relative_to(ROOT)}: {len(sentence.split())} words: {' '.join(sentence.split())[:100]}…")


def main() -> int:
    """Count, or fail."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", action="store_true")
    parser.add_argument("--sentences", action="store_true")
    arguments = parser.parse_args()
    if arguments.count or arguments.sentences:
        return count() if arguments.count else sentences() or 0
    wrong = 0
    for path in files(FOLDERS + OTHERS):
        for number, word, instead in retired(path):
            wrong += 1
            print(f"{path.relative_to(ROOT)}:{number}: '{word}' found: {instead} expected, see the glossary in CONTRIBUTING.md")
    if wrong == 0:
        print("no retired word")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
