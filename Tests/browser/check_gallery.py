"""`dvsprep inspect --html`: the page shows the cache's frames and counts, and everything can be reached by keys."""

import json
import shutil
import time
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers the filter)
import numpy
from browser import (PHONE, WIDE, opened, require_contrast, require_fits, screenshot, small_cache,
                     small_data_set, wait, work_folder)  # fmt: skip
from harness import require, run
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

DRAWN = "document.querySelector('.tile canvas').width > 1"


def make_gallery(*options: str, name: str) -> tuple[Path, dict]:
    page = work_folder() / f"{name}.html"
    result = run("inspect", small_cache(), "--html", page, "--force", "--json", "--quiet", *options)
    return page, json.loads(result.stdout.splitlines()[0])


def script_values(driver: Chrome, sample: int, frame: int) -> numpy.ndarray:
    """The values of a frame [2, height, width], unpacked by the page's script."""
    width, height, planes = driver.execute_script(
        """const frames = dvs.gallery.store.get(arguments[0]).frames, [off, on] = frames.planes(arguments[1]);
        return [frames.width, frames.height, [Array.from(off), Array.from(on)]];""", sample, frame)  # fmt: skip
    padded = numpy.array(planes).reshape(2, height + 2, width + 3)
    return padded[:, 1:-1, 2:-1]


def canvas_pixels(driver: Chrome, selector: str) -> numpy.ndarray:
    width, height, data = driver.execute_script(
        """const canvas = document.querySelector(arguments[0]);
        return [canvas.width, canvas.height,
          Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)];
        """, selector)  # fmt: skip
    return numpy.array(data, dtype=numpy.uint8).reshape(height, width, 4)[:, :, :3]


def documented_colour(levels: numpy.ndarray, dark: bool) -> numpy.ndarray:
    """The colours of levels [2, H, W] by the formula of Documentation/Pictures.md."""
    ground, off, on = ([18, 18, 24], [60, 140, 255], [255, 160, 40]) if dark else (
        [255, 255, 255], [0, 114, 178], [213, 94, 0])  # fmt: skip
    ground, off, on = (numpy.array(colour) for colour in (ground, off, on))
    weights = numpy.where(levels == 0, 0, 73 + 13 * levels)[..., None]
    mixed = 255 * ground + weights[0] * (off - ground) + weights[1] * (on - ground)
    return ((mixed.clip(0, 255 * 255) + 127) // 255).astype(numpy.uint8)


def check_frames_are_those_of_the_cache() -> None:
    page, report = make_gallery(name="levels")
    require(report["pixels_per_side"] == 1, f"{report}")
    with opened(page) as driver, h5py.File(small_cache()) as cache:
        wait(driver, DRAWN, "no tile was drawn")
        train = len(cache["train/labels"])
        for sample, frame in ((0, 0), (0, 15), (7, 3), (train, 0), (train + 11, 15)):
            split, row = ("train", sample) if sample < train else ("test", sample - train)
            counts = cache[split]["frames"][row, frame]
            levels = sum((counts >= threshold).astype(int) for threshold in report["thresholds"])
            found = script_values(driver, sample, frame)
            require((found == levels).all(), f"sample {sample}, frame {frame}: other levels")


def check_counts_and_colours_of_one_sample() -> None:
    for dark in (False, True):
        page, report = make_gallery("--sample", "train:5", name="one")
        require(report["thresholds"] == [] and report["samples"] == 1, f"{report}")
        with opened(page, dark=dark) as driver, h5py.File(small_cache()) as cache:
            wait(driver, "dvs.gallery.detail.entry !== null", "the sample did not open")
            counts = cache["train/frames"][5]
            for frame in range(16):
                require((script_values(driver, 0, frame) == counts[frame]).all(), f"frame {frame}: other counts")
            scrubber = driver.find_element(By.CSS_SELECTOR, "#detail .player-scrubber")
            scrubber.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
            require(scrubber.get_attribute("value") == "3", "the scrubber did not move to frame 4")
            used = numpy.sort(counts[counts > 0])
            scale = int(used[(len(used) * 99 + 99) // 100 - 1])
            levels = (14 * numpy.minimum(counts[3].astype(int), scale) + scale - 1) // scale
            found = canvas_pixels(driver, "#detail canvas")
            require((found == documented_colour(levels, dark)).all(), f"other colours, dark {dark}")
            screenshot(driver, f"sample-{'dark' if dark else 'light'}")


def check_filters() -> None:
    page, _ = make_gallery(name="filters")
    with opened(page) as driver, h5py.File(small_cache()) as cache:
        def shown() -> int:
            return driver.execute_script("return [...document.querySelectorAll('.tile')].filter((tile) => "
                                         "tile.checkVisibility()).length")  # fmt: skip

        def choose(name: str, value: str) -> None:
            Select(driver.find_element(By.NAME, name)).select_by_value(value)

        train, test = (cache[split] for split in ("train", "test"))
        everything = len(train["labels"]) + len(test["labels"])
        require(shown() == everything, f"{shown()} tiles of {everything} samples")
        choose("split", "test")
        require(shown() == len(test["labels"]), f"{shown()} test samples")
        choose("label", "7")
        require(shown() == (test["labels"][:] == 7).sum() == 2, f"{shown()} test samples of label 7")
        driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
        wait(driver, f"dvs.gallery.shown.length === {everything}", "reset does not show all samples")
        subject = int(train["subject"][0])
        choose("subject", str(subject))
        expected = sum(int((group["subject"][:] == subject).sum()) for group in (train, test))
        require(shown() == expected, f"{shown()} samples of subject {subject}, not {expected}")
        choose("subject", "")
        lighting = test["lighting"][0].decode()
        choose("lighting", lighting)
        expected = sum(int((group["lighting"][:] == lighting.encode()).sum()) for group in (train, test))
        require(shown() == expected, f"{shown()} samples in {lighting}, not {expected}")
        choose("lighting", "")
        driver.find_element(By.NAME, "name").send_keys("user01")
        expected = sum(name.startswith(b"user01") for group in (train, test) for name in group["names"][:])
        require(shown() == expected, f"{shown()} samples named user01, not {expected}")
        driver.find_element(By.NAME, "name").send_keys("nobody")
        require(shown() == 0, "a name that no sample has")
        require(driver.find_element(By.CLASS_NAME, "nothing").is_displayed(), "no message that no sample matches")
        driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
        choose("order", "most")
        events = driver.execute_script(
            "return [...document.querySelector('.grid').querySelectorAll('.tile')].map((tile) => tile.sample.events)")
        require(events == sorted(events, reverse=True), f"most events first: {events}")


def check_keys_reach_everything() -> None:
    page, _ = make_gallery(name="keys")
    with opened(page) as driver:
        wait(driver, DRAWN, "no tile was drawn")

        def press(*keys: str) -> None:
            ActionChains(driver).send_keys(*keys).perform()

        def focused() -> str:
            return driver.execute_script("return document.activeElement.sample?.id ?? document.activeElement.tagName")

        for _ in range(40):
            press(Keys.TAB)
            if "/" in focused():
                break
        first = focused()
        require("/" in first, "Tab does not reach a tile")
        wait(driver, "document.activeElement.frame > 0", "the tile with the focus does not play")
        press(Keys.ARROW_RIGHT)
        second = focused()
        require(second != first, "the right arrow does not move to the next tile")
        press(Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.HOME)
        require(focused() == first, f"Home is {focused()}, not {first}")
        press(Keys.ENTER)
        wait(driver, "dvs.gallery.detail.entry !== null", "Enter does not open a sample")
        frame = "return dvs.gallery.detail.player.frame"
        press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        require(driver.execute_script(frame) == 2, f"after two steps the frame is {driver.execute_script(frame)}")
        press(Keys.ARROW_LEFT)
        require(driver.execute_script(frame) == 1, "the left arrow does not step back")
        press("n")
        wait(driver, f"dvs.gallery.detail.sample.id === '{second}'", "N does not show the next sample")
        wait(driver, "dvs.gallery.detail.entry !== null", "N does not show the next sample's frames")
        press(Keys.SPACE)
        wait(driver, "dvs.gallery.detail.player.frame > 1", "Space does not play")
        press(Keys.SPACE)
        require(not driver.execute_script("return dvs.gallery.detail.player.clock.isRunning"), "Space does not stop")
        press(Keys.ESCAPE)
        require(not driver.find_element(By.ID, "detail").is_displayed(), "Esc does not close the sample")
        require(focused() == second, f"the focus is on {focused()} after Esc, not on {second}")


def check_an_address_opens_its_sample() -> None:
    page, _ = make_gallery(name="address")
    with opened(page) as driver:
        sample = driver.execute_script("return dvs.gallery.samples[9].id")
        driver.execute_script("location.hash = encodeURIComponent(arguments[0])", sample)
        wait(driver, "document.getElementById('detail').open", "the address does not open its sample")
        title = driver.find_element(By.CSS_SELECTOR, "#detail h2").text
        require(title.endswith(sample.split("/")[2]), f"{title} is shown for {sample}")


def check_a_sample_without_frames() -> None:
    """Split by duration, a window without events is by default a sample of 0 frames."""
    folder = work_folder() / "windows"
    shutil.copytree(small_data_set() / "DvsGesture", folder)
    with (folder / "user01_fluorescent_labels.csv").open("a") as labels:
        labels.write("1,1,2\n")
    cache, page = work_folder() / "windows.h5", work_folder() / "windows.html"
    run("convert", folder, "-o", cache, "--duration", "500000", "--quiet")
    run("inspect", cache, "--html", page, "--quiet")
    with opened(page) as driver:
        driver.execute_script("location.hash = encodeURIComponent('train/0/user01_fluorescent_1')")
        wait(driver, "document.getElementById('detail').open", "the address does not open its sample")
        text = driver.find_element(By.CSS_SELECTOR, "#detail .player-scrubber").get_attribute("aria-valuetext")
        require(text == "no frames", f"a sample without frames says {text!r}")


def check_first_view() -> None:
    page, _ = make_gallery(name="first")
    with opened(page) as driver:
        wait(driver, "performance.getEntriesByName('dvs-drawn').length", "the tiles in view were not drawn")
        built, drawn = driver.execute_script(
            "return ['dvs-first-view', 'dvs-drawn'].map((name) => performance.getEntriesByName(name)[0].startTime)")
        print(f"       gallery of 36 samples: built after {built:.0f} ms, drawn after {drawn:.0f} ms")


def check_themes_and_widths() -> None:
    page, _ = make_gallery(name="looks")
    for dark in (False, True):
        for name, size in (("wide", WIDE), ("phone", PHONE)):
            with opened(page, size, dark) as driver:
                wait(driver, DRAWN, "no tile was drawn")
                require_fits(driver, f"gallery, {name}")
                require_contrast(driver, dark)
                theme = "dark" if dark else "light"
                screenshot(driver, f"gallery-{name}-{theme}")
                driver.execute_script("document.querySelectorAll('.class-samples')[3].scrollIntoView()")
                time.sleep(0.3)
                screenshot(driver, f"gallery-{name}-{theme}-scrolled")
                driver.execute_script("document.querySelectorAll('.tile')[9].scrollIntoView({ block: 'center' })")
                driver.find_elements(By.CSS_SELECTOR, ".tile")[9].click()
                wait(driver, "dvs.gallery.detail.entry !== null", "a click does not open a sample")
                screenshot(driver, f"detail-{name}-{theme}")
    with opened(page) as driver:
        for dark in (False, True):
            driver.find_element(By.ID, "theme").click()
            require_contrast(driver, dark)
