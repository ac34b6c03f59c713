"""`python -m dvskit` says what is installed; with a command it runs the programs."""

from __future__ import annotations

import os
import sys

from ._errors import Error
from ._library import library_path, version
from ._programs import PROGRAMS, find_program

USAGE = """\
python -m dvskit prep …     runs dvsprep
python -m dvskit train …    runs dvstrain
python -m dvskit COMMAND …  runs dvsprep COMMAND: convert, export, import, info, inspect, repack, synth, verify or view"""
COMMANDS = ("convert", "export", "import", "info", "inspect", "repack", "synth", "verify", "view")


def main(arguments: list[str]) -> int:
    """Runs a command; returns the exit code."""
    command = arguments[:1]
    try:
        if command in ([], ["--version"], ["-h"], ["--help"]):
            show(*command)
        elif command[0] in COMMANDS:
            run("dvsprep", arguments)
        elif command[0] in ("prep", "train"):
            run(f"dvs{command[0]}", arguments[1:])
        else:
            print(f"dvskit: {command[0]}: expected a command, found none of this name\n{USAGE}", file=sys.stderr)
            return 64
    except Error as error:
        print(f"dvskit: {error}", file=sys.stderr)
        return 1
    return 0


def show(option: str = "") -> None:
    """Prints the version, what is installed, and how to use it."""
    if option in ("", "--version"):
        print(f"dvskit {version()}")
    if option == "":
        print(*(library_path(), *map(find_program, PROGRAMS)), "", sep="\n")
    if option != "--version":
        print(USAGE)


def run(program: str, arguments: list[str]) -> None:
    """Becomes the program."""
    path = os.fspath(find_program(program))
    sys.stdout.flush()
    os.execv(path, [path, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
