"""convert, synth, inspect and `python -m dvskit`: what they run, show, return and raise."""

import io
import os
import pty
import re
import signal
import subprocess
import sys
import time

import dvskit
import numpy as np
import pytest
from dvskit import _commands, _programs


def python(*arguments, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


def test_convert_returns_the_cache_and_shows_messages(data_set, tmp_path, capfd):
    output = tmp_path / "out.h5"
    path = dvskit.convert(
        data_set, output, frames_number=2, split_by="time", subjects=[1, 24], classes=["arm_roll", 2], level=3
    )
    assert path == output
    errors = capfd.readouterr().err
    assert f"dvsprep: {data_set} -> {output}: T 2 by time, subjects 1, 24; classes 2 right_hand_wave" in errors
    assert "zstd level 3" in errors
    cache = dvskit.FrameCache(path)
    assert set(cache.train.columns["subject"]) == {1}
    assert set(cache.train.labels) == {1, 7}
    assert (cache.split_by, cache.frames_number) == ("time", 2)


def test_what_exists_is_kept(data_set, path):
    before = path.stat().st_mtime_ns
    assert dvskit.convert(data_set, frames_number=4, quiet=True) == path
    assert path.stat().st_mtime_ns == before


def test_every_option_is_one_of_the_program(monkeypatch):
    words = {}

    def recorded(name, arguments):
        words[arguments[0]] = arguments
        return '{"cache": "c", "path": "p"}\n'

    monkeypatch.setattr(_commands, "run_program", recorded)
    _commands.convert(
        "-in", "out", frames_number=3, split_by="time", duration=4, dataset="own", sensor=(5, 6), times_from="start",
        train_fraction=0.5, group_by="g", split_seed=7, crop=(1, 2), downsample=2, flip_x=True, flip_y=True, rotate=90,
        hot_pixels=8, refractory=9, noise_filter=10, invalid_events="drop", skip_empty=True,
        allow_missing=True, subjects=[1, 2], lightings=["led"], classes=["x"], threads=7, level=8,
        force=True, quiet=True,
    )  # fmt: skip
    _commands.synth("d", train=1, test=2, events=3, seed=4, threads=5, force=True, quiet=True)
    _commands.inspect(
        "c", by="class", sample="train:1", html="h", png="p", gif="g", speed=1.5, zoom=2, scale=3, light=True, threads=4,
        force=True, quiet=True,
    )  # fmt: skip
    assert words["convert"][-2:] == ["--", "-in"]
    assert words["convert"][2:4] == ["--output=out", "--frames=3"]
    assert "--sensor=5x6" in words["convert"]
    assert "--subject=1,2" in words["convert"]
    # What a program needs that is started by hand: shards, a trial, and its own options.
    left_out = {
        "convert": {"--shard", "--dry-run", "--json", "--version", "--help"},
        "synth": {"--json", "--version", "--help"},
        # What is drawn in a terminal.
        "inspect": {"--draw", "--play", "--columns", "--json", "--version", "--help"},
    }
    for command, arguments in words.items():
        help_text = python("-m", "dvskit", command, "--help").stdout
        options = set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", help_text, re.MULTILINE))
        passed = {word.partition("=")[0] for word in arguments[1:-2]}
        assert passed - {"--json"} == options - left_out[command]


def test_own_recordings_are_divided_and_kept_together(tmp_path):
    own = tmp_path / "own"
    events = np.zeros(40, dvskit.EVENT_TYPE)
    for number in range(6):
        events["t"], events["x"], events["y"] = np.arange(40) * 1000, np.arange(40) % 32, number
        for name in ("left", "right"):
            (own / name).mkdir(parents=True, exist_ok=True)
            np.save(own / name / f"{number}.npy", events)
    with pytest.raises(dvskit.Error, match='dataset="own" train_fraction=0.8 divides'):
        dvskit.convert(own, quiet=True)
    path = dvskit.convert(own, dataset="own", sensor=(32, 32), frames_number=4, train_fraction=0.5, split_seed=3, quiet=True)
    cache = dvskit.FrameCache(path)
    assert (len(cache.train), len(cache.test)) == (6, 6)
    with pytest.raises(dvskit.Error, match="; force=True replaces it, output= makes another$"):
        dvskit.convert(
            own, path, dataset="own", sensor=(32, 32), frames_number=5, train_fraction=0.5, split_seed=3, quiet=True
        )


@pytest.mark.parametrize("arguments", [{"crop": (1, 2, 3)}, {"crop": (5,)}, {"sensor": (1, 2, 3)}, {"downsample": (2,)}])
def test_sizes_of_another_number_of_values_are_refused(arguments, tmp_path):
    ((name, value),) = arguments.items()
    with pytest.raises(ValueError, match=f"^{name}: expected \\(width, height\\).*, found ") as error:
        dvskit.convert(tmp_path, **arguments)
    assert str(error.value).endswith(repr(value))


def test_failures_are_errors_with_the_line_of_the_program(tmp_path, data_set, capfd):
    missing = tmp_path / "missing"
    with pytest.raises(dvskit.NotFoundError) as error:
        dvskit.convert(missing)
    assert str(error.value) == f"{missing}: cannot be opened: No such file or directory"
    assert capfd.readouterr().err == ""
    with pytest.raises(dvskit.Error, match="The value 'events' is invalid for '--split-by <number|time>'"):
        dvskit.convert(data_set, split_by="events")
    with pytest.raises(dvskit.Error, match="DvsGesture: already exists; force=True replaces it$"):
        dvskit.synth(data_set.parent)
    (tmp_path / "other.h5").write_text("another file")
    with pytest.raises(dvskit.Error, match="; force=True replaces it"):
        dvskit.convert(data_set, tmp_path / "other.h5", quiet=True)
    with pytest.raises(dvskit.NotFoundError, match="cannot be opened") as error:
        dvskit.inspect(missing)
    assert error.value.filename == str(missing)


def test_inspect_returns_numbers_and_writes_files(path, tmp_path):
    report = dvskit.inspect(path, quiet=True)
    assert (report["kind"], report["frames"], report["train_samples"]) == ("inspection", 4, 24)
    page = tmp_path / "gallery.html"
    assert dvskit.inspect(path, html=page, quiet=True)["samples"] == 36
    assert page.stat().st_size > 10_000
    assert dvskit.inspect(path, sample="train:3", quiet=True)["identity"] == "train/3/user01_fluorescent_0"


def test_a_program_that_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("DVSKIT_BIN", str(tmp_path))
    with pytest.raises(
        dvskit.Error, match=f"dvsprep: expected the program in {tmp_path}, which DVSKIT_BIN names, found none"
    ):
        dvskit.convert("x")
    (tmp_path / "dvsprep").write_text("#!/nowhere/interpreter\n")
    (tmp_path / "dvsprep").chmod(0o755)
    with pytest.raises(dvskit.Error, match="dvsprep: cannot be started: "):
        dvskit.convert("x")


def test_where_a_program_is_looked_for(monkeypatch, tmp_path):
    """In the package, then in PATH."""
    monkeypatch.delenv("DVSKIT_BIN")
    monkeypatch.setattr(_programs, "__file__", str(tmp_path / "dvskit/_programs.py"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dvskit.Error, match="dvstrain: expected the program in this package and in PATH, found none"):
        _programs.find_program("dvstrain")
    for folder in (tmp_path, tmp_path / "dvskit/bin"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dvstrain").touch(0o755)
        assert _programs.find_program("dvstrain") == folder / "dvstrain"


def program(folder, monkeypatch, script):
    """Replaces dvsprep by a shell script."""
    (folder / "dvsprep").write_text(f"#!/bin/sh\n{script}")
    (folder / "dvsprep").chmod(0o755)
    monkeypatch.setenv("DVSKIT_BIN", str(folder))


def test_messages_arrive_while_the_program_runs(tmp_path, monkeypatch, capsys):
    program(tmp_path, monkeypatch, 'printf "first\\n" >&2; sleep 0.5; printf "last\\nan error\\n" >&2; exit 3')
    shown = []
    monkeypatch.setattr(_programs._Messages, "_show", _timed(_programs._Messages._show, shown))
    with pytest.raises(dvskit.Error, match="^dvsprep: ended with exit code 3: an error$"):
        _programs.run_program("dvsprep", [])
    assert capsys.readouterr().err == "first\nlast\n"
    assert shown[0][1] == "first\n"
    assert shown[1][0] - shown[0][0] > 0.3


def _timed(show, shown):
    def timed(self, text):
        if text:
            shown.append((time.monotonic(), text))
        show(self, text)

    return timed


def test_a_message_that_cannot_be_shown_ends_the_program(tmp_path, monkeypatch):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    program(tmp_path, monkeypatch, f'echo $$ > "{tmp_path}/id"; printf "one\\ntwo\\n" >&2; exec sleep 60')
    monkeypatch.setattr(sys, "stderr", Closed())
    with pytest.raises(BrokenPipeError):
        _programs.run_program("dvsprep", [])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), 0)


def test_any_path_can_be_returned(tmp_path, monkeypatch):
    """Neither U+0085, which ends a line for Python, nor bytes that are not UTF-8 change it."""
    program(tmp_path, monkeypatch, """printf 'text\\n{"cache": "a\\302\\205\\377b"}\\n'""")
    assert os.fsencode(dvskit.convert("x")) == b"a\xc2\x85\xffb"


def test_much_output_does_not_block(tmp_path, monkeypatch, capsys):
    program(
        tmp_path, monkeypatch, "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2; echo >&2"
    )
    assert _programs.run_program("dvsprep", []) == "x" * 3_000_000
    assert capsys.readouterr().err == "y" * 3_000_000 + "\n"


def test_in_a_terminal_the_program_draws_its_progress(tmp_path, monkeypatch):
    draw, erase = (
        'test -t 2 && printf "\\rprogress 50 %%\\033[K" >&2; sleep 0.2',
        'printf "\\r\\033[Kdvsprep: failed\\n" >&2',
    )
    program(tmp_path, monkeypatch, f"{draw}; {erase}; exit 1")
    code = "import dvskit\ntry: dvskit.convert('x')\nexcept dvskit.Error as error: print(repr(error))"
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])
    text = b""
    while True:
        try:
            content = os.read(terminal, 4096)
        except OSError:
            break
        if not content:
            break
        text += content
    os.waitpid(child, 0)
    os.close(terminal)
    assert text == b"\rprogress 50 %\x1b[KError('failed')\r\n"


def test_in_a_notebook_the_program_draws_its_progress(tmp_path, monkeypatch):
    class Stream(io.StringIO):
        """As that of a notebook's kernel."""

    Stream.__module__ = "ipykernel.iostream"
    stream = Stream()
    monkeypatch.setattr(sys, "stderr", stream)
    program(tmp_path, monkeypatch, 'test -t 2 && printf "\\rprogress 50 %%\\033[K\\r\\033[Kdone\\n" >&2')
    _programs.run_program("dvsprep", [])
    assert stream.getvalue() == "\rprogress 50 %\x1b[K\r\x1b[Kdone\n"


CTRL_C = """
# The tests may run in the background, where shells ignore SIGINT.
import signal; signal.signal(signal.SIGINT, signal.default_int_handler)
import sys, dvskit
try:
    print("ready", flush=True)
    dvskit.synth(sys.argv[1], train=98, test=24, events=1000000, quiet=True)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_interrupts_the_program(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", CTRL_C, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert output == "interrupted\n"
    assert process.returncode == 0
    assert os.listdir(tmp_path) == []


def test_python_m_dvskit():
    shown = python("-m", "dvskit").stdout.splitlines()
    assert shown[0] == f"dvskit {dvskit.__version__}"
    assert [os.path.basename(line) for line in shown[1:4]] == ["libdvskit.so", "dvsprep", "dvstrain"]
    assert python("-m", "dvskit", "--version").stdout == f"dvskit {dvskit.__version__}\n"
    for command in (["prep", "convert"], ["convert"]):
        result = python("-m", "dvskit", *command, "/nowhere")
        assert (result.returncode, result.stderr) == (1, "dvsprep: /nowhere: cannot be opened: No such file or directory\n")
    assert python("-m", "dvskit", "train", "--version").stdout.startswith("dvstrain ")
    unknown = python("-m", "dvskit", "frobnicate")
    assert unknown.returncode == 64
    assert unknown.stderr.startswith("dvskit: frobnicate: expected a command")
    without = python("-m", "dvskit", "convert", "x", env={**os.environ, "DVSKIT_BIN": "/nowhere"})
    assert without.returncode == 1
    assert without.stderr.startswith("dvskit: dvsprep: expected the program in /nowhere")
