"""What notebooks show, compared with the pictures of dvsprep."""

import base64
import io
import re
from html.parser import HTMLParser

import dvskit
import numpy as np
import pytest
from dvskit import _pictures
from PIL import Image


def pictures(text: str) -> list[np.ndarray]:
    """The images [height, width, 3] in a page."""
    found = re.findall(r'src="data:image/png;base64,([^"]*)"', text)
    return [np.array(Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB")) for content in found]


def balanced(text: str) -> bool:
    """Whether every element is closed in order."""
    elements = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag != "img":
                elements.append(tag)

        def handle_endtag(self, tag):
            assert elements.pop() == tag

    Parser().feed(text)
    return not elements


@pytest.mark.parametrize("number", [0, 8, 21])
def test_a_sample_has_the_colours_of_dvsprep(path, tmp_path, number):
    file = tmp_path / "sheet.png"
    report = dvskit.inspect(path, sample=f"train:{number}", png=file, zoom=1, quiet=True)
    wanted = np.array(Image.open(file).convert("RGB"))
    (found,) = pictures(dvskit.FrameCache(path).train[number]._repr_html_())
    for frame, (left, top) in enumerate(report["png"]["frame_origins"]):
        own = found[:, frame * 132 : frame * 132 + 128]
        assert np.array_equal(own, wanted[top : top + 128, left : left + 128])
    assert _pictures.brightness_scale(dvskit.FrameCache(path).train[number].frames) == report["scale"]


def test_padding_is_not_shown(padded_path):
    sample = dvskit.FrameCache(padded_path).train[0]
    text = sample._repr_html_()
    assert f"events in {sample.frame_count} frames. " in text
    (found,) = pictures(text)
    assert found.shape == (2 * 132 - 4, 8 * 132 - 4, 3)


def test_a_cache_has_a_picture_of_each_class(path, wide_path):
    text = dvskit.FrameCache(path)._repr_html_()
    assert balanced(text)
    assert len(pictures(text)) == 11
    assert "24 training, 12 test" in text
    wide = dvskit.FrameCache(wide_path)
    text = wide._repr_html_()
    assert balanced(text)
    assert "up &amp; down" in text
    assert [picture.shape for picture in pictures(text)] == [(90, 120, 3)] * 3
    assert balanced(wide.train[0]._repr_html_())


def test_a_sample_without_events_and_one_of_many_pixels():
    assert _pictures.brightness_scale(np.zeros((2, 2, 4, 4), np.uint8)) == 1
    from dvskit._html import _reduced

    frames = np.zeros((1, 2, 720, 1280), np.uint8)
    frames[0, 1, 719, 1279] = 9
    reduced = _reduced(frames)
    assert reduced.shape == (1, 2, 144, 256)
    assert reduced[0, 1, 143, 255] == 9
    assert reduced.sum() == 9
