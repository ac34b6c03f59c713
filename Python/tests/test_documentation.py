"""Documentation/Python.md: its commands and its Python run in order, and its network is the example's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dvskit._programs import find_program
from streams import ROOT

pytest.importorskip("torch")
pytest.importorskip("safetensors")

TEXT = (ROOT / "Documentation/Python.md").read_text()


def test_everything_runs_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{find_program('dvsprep').parent}:{os.environ['PATH']}")
    (tmp_path / "Python").symlink_to(ROOT / "Python")
    names = {"__name__": "documentation"}
    for kind, content in re.findall(r"^```(python|console)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE):
        if kind == "python":
            exec(compile(content, "Python.md", "exec"), names)
            continue
        for command in re.findall(r"^\$ (.*)$", content, re.MULTILINE):
            if not command.startswith("pip "):
                started = re.sub("^python ", f"{sys.executable} ", command)
                subprocess.run(started, shell=True, check=True, capture_output=True, timeout=120)
    output = capsys.readouterr().out
    (shown,) = re.findall(r"^```text\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    assert output.startswith(shown)
    assert re.search(r"^0 0\.0909\d+$", output, re.MULTILINE)
    assert re.search(r"^1 of 12$", output, re.MULTILINE)
    assert "torch.Size([6, 16, 2, 128, 128])" in output


def test_the_network_is_that_of_the_example():
    source = Path(ROOT, "Python/examples/train_gesture_net.py").read_text()
    network = source[source.index("class Spike") : source.index("def load_checkpoint")].rstrip()
    assert network in TEXT
