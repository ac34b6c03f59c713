#!/usr/bin/env python3
"""Prints the manual page of a tool, made from its help.

    scripts/man_page.py .build/release/dvsprep >dvsprep.1
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

# Every command has these; one section has them for all.
COMMON = {"version", "help"}
# The default of these is the number of processors of the machine that made the page.
MACHINE = {"threads"}
HEADING = re.compile(r"[A-Z][A-Z ]+")


def escaped(text: str) -> str:
    """Text as roff: no character of it is a request, a hyphen is a hyphen, and quotes are those of a shell."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = "".join(character if character.isascii() else f"\\[u{ord(character):04X}]" for character in text)
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in text.split("\n"))


def discussion(text: str, heading: str) -> list[str]:
    """Paragraphs, headings in capitals, and indented lines, which stay as they are."""
    lines: list[str] = []
    is_filled = True
    for line in text.split("\n"):
        is_indented = line.startswith("  ")
        if is_indented == is_filled:
            lines.append(".nf" if is_indented else ".fi")
            is_filled = not is_indented
        if HEADING.fullmatch(line):
            lines.append(f"{heading} {escaped(line if heading == '.SH' else line.capitalize())}")
        elif is_indented:
            lines.append(escaped(line))
        else:
            lines.append(escaped(line) if line else ".PP")
    if not is_filled:
        lines.append(".fi")
    return lines


def spelled(name: dict[str, str]) -> str:
    dashes = "--" if name["kind"] == "long" else "-"
    return f"\\fB{escaped(dashes + name['name'])}\\fR"


def value_of(argument: dict[str, Any]) -> str:
    return f"\\fI{escaped(argument['valueName'])}\\fR"


def shown(command: dict[str, Any]) -> list[dict[str, Any]]:
    return [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]


def described(argument: dict[str, Any]) -> list[str]:
    """An argument with its names and what its help says."""
    names = ", ".join(spelled(name) for name in argument.get("names", []))
    if argument["kind"] == "option":
        names += f" {value_of(argument)}"
    text = argument.get("abstract", "")
    if argument.get("preferredName", {}).get("name") in MACHINE:
        text += " (default: the number of processors)"
    elif "defaultValue" in argument:
        text += f" (default: {argument['defaultValue']})"
    return [".TP", names or value_of(argument), escaped(text)]


def options(command: dict[str, Any], names: set[str]) -> list[str]:
    """The arguments, except for those with these names."""
    arguments = [argument for argument in shown(command) if not (argument.get("names") and argument["valueName"] in names)]
    return [line for argument in arguments for line in described(argument)]


def synopsis(words: str, command: dict[str, Any]) -> str:
    """The command with its required options and its arguments."""
    parts = [f"\\fB{escaped(words)}\\fR"]
    for argument in shown(command):
        if argument["kind"] == "flag" or (argument["kind"] == "option" and argument["isOptional"]):
            continue
        name = f"{spelled(argument['preferredName'])} " if argument["kind"] == "option" else ""
        parts.append(name + value_of(argument) + ("..." if argument["isRepeating"] else ""))
    return " ".join([*parts, "[\\fIoptions\\fR]"])


def page(tool: dict[str, Any], version: str) -> list[str]:
    name = tool["commandName"]
    default = tool.get("defaultSubcommand")
    commands = [command for command in tool["subcommands"] if command["shouldDisplay"] and command["commandName"] != "help"]
    lines = [
        f'.TH {name.upper()} 1 "" "{escaped(version)}" "User Commands"',
        ".SH NAME",
        f"{name} \\- {escaped(tool['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS",
    ]
    for command in commands:
        subcommand = command["commandName"]
        words = f"{name} [{subcommand}]" if subcommand == default else f"{name} {subcommand}"
        lines += [synopsis(words, command), ".br"]
    lines += [".SH DESCRIPTION", escaped(tool["abstract"]), ".PP"]
    before, *rest = re.split(r"^(?=[A-Z][A-Z ]+$)", tool["discussion"], flags=re.MULTILINE)
    lines += discussion(before.strip(), ".SH")
    lines += [".SH OPTIONS OF EVERY COMMAND", *options(tool, set())]
    for command in commands:
        title = f"{name} {command['commandName']}"
        lines += [f".SH {escaped(title)}", escaped(command["abstract"]), ".PP"]
        lines += discussion(command.get("discussion", ""), ".SS")
        lines += [".SS Options", *options(command, COMMON)]
    return lines + discussion("".join(rest).strip(), ".SH")


def main() -> int:
    if len(sys.argv) != 2:
        print("man_page.py: the path of a tool expected", file=sys.stderr)
        return 64
    tool = Path(sys.argv[1]).resolve()

    def printed(option: str) -> str:
        return subprocess.run([tool, option], check=True, capture_output=True, text=True).stdout

    command = json.loads(printed("--experimental-dump-help"))["command"]
    print("\n".join(line for line in page(command, printed("--version").strip()) if line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
