"""Finds and runs dvsprep and dvstrain."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ._errors import Error

if TYPE_CHECKING:
    import subprocess

PROGRAMS = ("dvsprep", "dvstrain")
# An error is a program's last line. A line is shown after this time, if the program has not ended by then.
HELD_SECONDS = 0.05


def find_program(name: str) -> Path:
    """The path of a program: in the folder that DVSKIT_BIN names, else in this package, else in PATH.

    Raises:
        Error: there is none.
    """
    folder = os.environ.get("DVSKIT_BIN")
    program = Path(folder, name) if folder else Path(__file__).with_name("bin") / name
    if program.is_file() and os.access(program, os.X_OK):
        return program
    found = None if folder else shutil.which(name)
    if found is None:
        where = f"in {folder}, which DVSKIT_BIN names" if folder else "in this package and in PATH"
        raise Error(f"{name}: expected the program {where}, found none: install the wheel of dvskit again")
    return Path(found)


def run_program(name: str, arguments: list[str]) -> str:
    """Runs a program, shows its messages and progress as it writes them, and returns its output.

    Ctrl-C interrupts the program as it would in a shell, waits until it has ended, and then is a KeyboardInterrupt.

    Raises:
        Error: the program failed, with its line.
    """
    import subprocess

    draws_progress = _draws_progress()
    reading, writing = os.openpty() if draws_progress else os.pipe()
    try:
        if draws_progress:
            _set_width(writing)
        # In a session of its own, Ctrl-C in a terminal reaches it once: a second one would end it at once.
        process = subprocess.Popen(
            [os.fspath(find_program(name)), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=writing, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        os.close(reading)
        raise error if isinstance(error, Error) else Error(f"{name}: cannot be started: {error}") from None
    finally:
        os.close(writing)
    messages = _Messages(name)
    try:
        output = _read(process, reading, messages)
    finally:
        os.close(reading)
    if process.returncode != 0:
        raise Error(messages.failure(process.returncode))
    messages.show_rest()
    # As Python has paths, which need not be UTF-8.
    return output.decode(errors="surrogateescape")


def _read(process: subprocess.Popen[bytes], messages_descriptor: int, messages: _Messages) -> bytes:
    """Reads output and messages until both end; returns the output."""
    import selectors
    import signal

    assert process.stdout is not None
    output = bytearray()
    interrupted = False
    with selectors.DefaultSelector() as selector, process.stdout:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(messages_descriptor, selectors.EVENT_READ)
        while True:
            try:
                while selector.get_map():
                    ready = selector.select(HELD_SECONDS)
                    if not ready:
                        messages.show_rest()
                    for key, _ in ready:
                        content = _content(key.fd)
                        if not content:
                            selector.unregister(key.fileobj)
                        elif key.fd == messages_descriptor:
                            messages.add(content)
                        else:
                            output += content
                process.wait()
                break
            except KeyboardInterrupt:
                process.send_signal(signal.SIGKILL if interrupted else signal.SIGINT)
                interrupted = True
            except BaseException:
                # For example, a message could not be written. A program whose messages nobody reads could wait for ever.
                process.kill()
                process.wait()
                raise
    if interrupted:
        messages.show_rest()
        raise KeyboardInterrupt
    return bytes(output)


def _content(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        # A terminal whose last writer has ended is an input/output error.
        return b""


def _draws_progress() -> bool:
    """Whether sys.stderr shows text that a carriage return overwrites: in a terminal or a notebook."""
    stream = sys.stderr
    is_notebook = type(stream).__module__.startswith("ipykernel")
    return stream is not None and (is_notebook or stream.isatty())


def _set_width(descriptor: int) -> None:
    """Gives a terminal the width of the one in use."""
    import fcntl
    import struct
    import termios

    columns, rows = shutil.get_terminal_size()
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class _Messages:
    """What a program writes to stderr: passed on, but for the last line of a program that fails."""

    def __init__(self, name: str) -> None:
        import codecs

        self._prefix = f"{name}: "
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._last_line = ""

    def add(self, content: bytes) -> None:
        """Passes on all but the last line."""
        # A terminal ends lines with "\r\n".
        self._held += self._decoder.decode(content).replace("\r\n", "\n")
        head, end, tail = self._held[:-1].rpartition("\n")
        self._held = tail + self._held[-1:]
        self._show(head + end)

    def show_rest(self) -> None:
        """Passes on everything."""
        held, self._held = self._held, ""
        self._show(held)

    def failure(self, exit_code: int) -> str:
        """The line of a program that has failed."""
        # What follows the progress line, which is erased.
        line = (self._held.strip() or self._last_line).rpartition("\x1b[K")[2]
        if line.startswith(self._prefix):
            return line[len(self._prefix) :]
        return f"{self._prefix}ended with exit code {exit_code}" + (f": {line}" if line else "")

    def _show(self, text: str) -> None:
        if text.strip():
            self._last_line = text.rstrip("\n").rpartition("\n")[2]
        if text and sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()
