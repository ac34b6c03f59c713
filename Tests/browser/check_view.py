"""`dvsprep view --html`: the chart, the player and the table of label windows move together, also without labels."""

import shutil
import struct
import time
from pathlib import Path

from browser import (PHONE, WIDE, opened, require_contrast, require_fits, screenshot, small_data_set,
                     wait, work_folder)  # fmt: skip
from harness import require, run
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By

READY = "document.getElementById('film-player').player?.frames != null"


def make_view(name: str, recording: Path) -> Path:
    page = work_folder() / f"{name}.html"
    run("view", recording, "--html", page, "--force", "--quiet")
    return page


def recording_with_labels() -> Path:
    return small_data_set() / "DvsGesture" / "user01_fluorescent.aedat"


def film_frame(driver: Chrome) -> int:
    return driver.execute_script("return document.getElementById('film-player').player.frame")


def cursor(driver: Chrome) -> float:
    return driver.execute_script("return document.querySelector('#rates .broad .cursor').x1.baseVal.value")


def check_scrubber_chart_and_table_move_together() -> None:
    with opened(make_view("view", recording_with_labels())) as driver:
        wait(driver, READY, "the film did not load")
        first, begin = film_frame(driver), cursor(driver)
        scrubber = driver.find_element(By.CSS_SELECTOR, "#film-player .player-scrubber")
        scrubber.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        require(film_frame(driver) == first + 2 and cursor(driver) > begin, "the scrubber does not move the cursor")
        rows = driver.find_elements(By.CSS_SELECTOR, "#windows tbody tr")
        require(len(rows) == 12, f"{len(rows)} label windows")
        rows[6].find_element(By.TAG_NAME, "button").click()
        require(rows[6].get_attribute("aria-current") == "true", "the chosen window is not marked")
        chosen = film_frame(driver)
        svg = driver.find_element(By.CSS_SELECTOR, "#rates .broad svg")
        ActionChains(driver).move_to_element(svg).click().perform()
        require(film_frame(driver) != chosen, "a click on the chart does not move the film")
        middle = int(scrubber.get_attribute("max")) / 2
        require(abs(film_frame(driver) - middle) < 20, f"the chart's middle is frame {film_frame(driver)}")
        driver.find_element(By.CSS_SELECTOR, "#film-player .player-play").send_keys(Keys.SPACE)
        before = film_frame(driver)
        wait(driver, f"document.getElementById('film-player').player.frame !== {before}", "the film does not play")


def check_opens_at_the_first_label_window() -> None:
    with opened(make_view("begin", recording_with_labels())) as driver:
        wait(driver, READY, "the film did not load")
        first = driver.find_elements(By.CSS_SELECTOR, "#windows tbody tr")[0]
        count = int(driver.find_element(By.CSS_SELECTOR, "#film-player .player-scrubber").get_attribute("max")) + 1
        length = float(driver.find_element(By.ID, "view").get_attribute("data-seconds"))
        time_of_frame = film_frame(driver) / count * length
        require(abs(time_of_frame - float(first.get_attribute("data-start"))) <= length / count, f"at {time_of_frame} s")
        require("of the recording's clock" in driver.find_element(By.CLASS_NAME, "introduction").text, "no clock")


def check_digits_of_the_table_do_not_break() -> None:
    page = make_view("digits", recording_with_labels())
    for width in (320, 390, 900, 1024, 1280, 1920):
        with opened(page, (width, 900)) as driver:
            heights = driver.execute_script(
                "return [...document.querySelectorAll('#windows tbody td:nth-child(5)')].map((cell) => {"
                "const range = document.createRange(); range.selectNodeContents(cell);"
                "return range.getBoundingClientRect().height })")  # fmt: skip
            require(len(heights) == 12 and max(heights) < 26, f"{width} pixels: numbers {heights} pixels high")
            require_fits(driver, f"view at {width}")


def check_players_of_windows() -> None:
    with opened(make_view("players", recording_with_labels())) as driver:
        wait(driver, READY, "the film did not load")
        figure = driver.find_element(By.ID, "window-3")
        driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", figure)
        wait(driver, "document.getElementById('window-3').player?.frames != null", "a player in view did not load")
        ActionChains(driver).move_to_element(figure.find_element(By.TAG_NAME, "canvas")).perform()
        wait(driver, "document.getElementById('window-3').player.frame > 1", "the pointer does not make it play")
        require(driver.execute_script("return document.getElementById('window-3').player.frames.count") == 16,
                "a label window is not 16 frames")  # fmt: skip


def check_without_labels() -> None:
    recording = work_folder() / "user01_fluorescent.aedat"
    shutil.copy(recording_with_labels(), recording)
    with opened(make_view("unlabelled", recording)) as driver:
        wait(driver, READY, "the film did not load")
        require(not driver.find_elements(By.ID, "windows"), "a table of label windows without any")
        require("no label file" in driver.find_element(By.CLASS_NAME, "introduction").text, "the page does not say so")


def check_a_recording_of_an_instant() -> None:
    """Its duration is shown as 0.000 s, and the page divides by it."""
    header, end = recording_with_labels().read_bytes().split(b"#!END-HEADER\r\n")[0], b"#!END-HEADER\r\n"
    packet = struct.pack("<hhiiiiii", 1, 1, 8, 4, 0, 2, 2, 2)
    events = b"".join(struct.pack("<II", 5 << 17 | 7 << 2 | 3, time) for time in (1000, 1100))
    recording = work_folder() / "instant.aedat"
    recording.write_bytes(header + end + packet + events)
    with opened(make_view("instant", recording)) as driver:
        wait(driver, READY, "the film did not load")
        begin = cursor(driver)
        require(begin > 0, f"the cursor is at {begin}")
        ActionChains(driver).move_to_element(driver.find_element(By.CSS_SELECTOR, "#rates .broad svg")).click().perform()
        require(film_frame(driver) == 0 and cursor(driver) == begin, "a click on the chart leaves the only frame")


def check_looks() -> None:
    page = make_view("looks-view", recording_with_labels())
    for dark in (False, True):
        for name, size in (("wide", WIDE), ("phone", PHONE)):
            with opened(page, size, dark) as driver:
                wait(driver, READY, "the film did not load")
                require_fits(driver, f"view, {name}")
                require_contrast(driver, dark)
                theme = "dark" if dark else "light"
                driver.execute_script("document.getElementById('film-player').player.show(90)")
                screenshot(driver, f"view-{name}-{theme}")
                driver.execute_script("document.querySelector('.players').scrollIntoView()")
                time.sleep(0.3)
                screenshot(driver, f"view-{name}-{theme}-windows")
