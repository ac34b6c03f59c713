"""`dvstrain`'s pages: a run's report and curves, a comparison of runs, and predictions for a recording over time."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from browser import (PHONE, WIDE, opened, require_contrast, require_fits, screenshot, small_data_set,
                     wait, work_folder)  # fmt: skip
from harness import require
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

ROOT = Path(__file__).resolve().parents[2]
DVSTRAIN = os.environ.get("DVSTRAIN", str(ROOT / ".build/release/dvstrain"))


def train(*arguments: str | Path) -> str:
    """Runs dvstrain and requires that it succeeds."""
    result = subprocess.run([DVSTRAIN, *map(str, arguments)], capture_output=True, text=True, check=False)
    require(result.returncode == 0, f"dvstrain {arguments}: exit {result.returncode}: {result.stderr.strip()}")
    return result.stdout


@cache
def small_run(channels: int = 2) -> Path:
    """The folder of a run of three epochs, so few that some samples are classified wrongly."""
    logs = work_folder() / "logs"
    train("-data_dir", small_data_set(), "-out_dir", logs, "-channels", channels, "-b", 4, "-epochs", 3, "--quiet")
    return logs / f"T_16_b_4_c_{channels}_Adam_lr_0.001_CosALR_32"


def last_test() -> dict:
    lines = (small_run() / "metrics.jsonl").read_text().splitlines()
    return json.loads(lines[-1])["test"]


def recording() -> Path:
    return small_data_set() / "DvsGesture" / "user01_fluorescent.aedat"


def chart(driver: Chrome, title: str) -> object:
    return driver.find_element(By.CSS_SELECTOR, f'svg[aria-label^="{title}"]')


def check_report_has_the_numbers_of_the_last_epoch() -> None:
    test = last_test()
    with opened(small_run() / "report.html") as driver:
        text = driver.find_element(By.TAG_NAME, "body").text
        require("3 of 3" in text, "no count of epochs")
        accuracy = f"{100 * test['accuracy']:.2f} % ({test['correct']} of {test['samples']})"
        require(accuracy in text, f"no '{accuracy}'")
        cells = chart(driver, "Confusion matrix").find_elements(By.CSS_SELECTOR, "text title")
        counts = [int(cell.get_attribute("textContent").split(": ")[1].split(" of ")[0]) for cell in cells]
        require(sum(counts) == test["samples"], f"{sum(counts)} samples in the confusion matrix")
        for group in test["by_subject"]:
            require(f"subject {group['name']}" in chart(driver, "Accuracy by subject").text, f"no {group}")
        dots = chart(driver, "Accuracy by epoch").find_elements(By.TAG_NAME, "circle")
        require(len(dots) == 6, f"{len(dots)} points of two curves of three epochs")


def check_mistakes_are_played() -> None:
    mistakes = last_test()["mistakes"]
    require(0 < len(mistakes) <= 12, f"{len(mistakes)} mistakes")
    with opened(small_run() / "report.html") as driver:
        players = driver.find_elements(By.CSS_SELECTOR, ".player")
        require(len(players) == len(mistakes), f"{len(players)} players of {len(mistakes)} mistakes")
        for player, mistake in zip(players, mistakes):
            caption = player.find_element(By.TAG_NAME, "figcaption").text
            identity = f"{mistake['split']}/{mistake['label']}/{mistake['sample']}"
            require(identity in caption, f"{caption} of {mistake}")
        driver.execute_script("arguments[0].scrollIntoView()", players[0])
        pixels = """(() => { const canvas = document.querySelector('.player canvas');
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(new Uint32Array(data.buffer)).size })()"""
        wait(driver, f"{pixels} > 2", "no frame was drawn")
        scrubber = players[0].find_element(By.CSS_SELECTOR, ".player-scrubber")
        scrubber.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        shown = players[0].find_element(By.CSS_SELECTOR, ".player-frame").text
        require(shown.startswith("3/16"), f"after two keys the player shows '{shown}'")


def check_report_fits_and_can_be_read() -> None:
    for name, size, dark in (("wide", WIDE, False), ("wide", WIDE, True), ("phone", PHONE, False)):
        with opened(small_run() / "report.html", size, dark) as driver:
            require_fits(driver, name)
            require_contrast(driver, dark)
            screenshot(driver, f"report-{name}-{'dark' if dark else 'light'}")


def check_theme_changes_the_charts() -> None:
    colour = "getComputedStyle(document.querySelector('.chart .line0')).stroke"
    with opened(small_run() / "report.html") as driver:
        light = driver.execute_script(f"return {colour}")
        button = driver.find_element(By.ID, "theme")
        colours = set()
        for _ in range(3):
            button.click()
            colours.add(driver.execute_script(f"return {colour}"))
        require(light in colours and len(colours) == 2, f"curves of {light}, then {colours}")


def check_svg_files_of_curves() -> None:
    for name in ("train_loss", "train_acc", "test_loss", "test_acc"):
        for dark in (False, True):
            with opened(small_run() / f"{name}.svg", dark=dark) as driver:
                ground = driver.execute_script("return getComputedStyle(document.querySelector('.ground')).fill")
                require((ground != "rgb(255, 255, 255)") == dark, f"{name}.svg: ground {ground}, dark {dark}")
                require(driver.find_elements(By.CSS_SELECTOR, "path.line0"), f"{name}.svg: no curve")


def check_runs_side_by_side() -> None:
    folders = [small_run(), small_run(3)]
    # The incomplete last line of a killed run.
    with (folders[1] / "metrics.jsonl").open("a") as file:
        file.write('{"epoch":3,"lear')
    page, picture = work_folder() / "runs.html", work_folder() / "runs.svg"
    output = train("plot", *folders, "-o", page, "--force", "--json", "--quiet")
    labels = [json.loads(line)["label"] for line in output.splitlines()]
    require(labels == ["channels 2", "channels 3"], f"{labels}")
    train("plot", *folders, "-o", picture, "--force", "--quiet")
    for path in (page, picture):
        with opened(path) as driver:
            text = driver.execute_script("return document.documentElement.textContent")
            require(all(label in text for label in labels), f"{path.name}: no legend")
    with opened(page, PHONE) as driver:
        require_fits(driver, "runs on a phone")
        screenshot(driver, "runs-phone")


def check_predictions_over_time() -> None:
    page = work_folder() / "seen.html"
    checkpoint = small_run() / "checkpoint_max.safetensors"
    output = train("predict", checkpoint, recording(), "--html", page, "--force", "--json", "--quiet")
    windows = [json.loads(line) for line in output.splitlines()]
    for name, size, dark in (("wide", WIDE, False), ("wide", WIDE, True), ("phone", PHONE, False)):
        with opened(page, size, dark) as driver:
            require_fits(driver, name)
            require_contrast(driver, dark)
            screenshot(driver, f"seen-{name}-{'dark' if dark else 'light'}")
            strip = chart(driver, "Gesture over time")
            for row in ("predicted", "label", "agreement"):
                require(row in driver.execute_script("return arguments[0].textContent", strip), f"no row {row}")
            require("times real time" in driver.find_element(By.TAG_NAME, "body").text, "no speed")
            driver.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
            rows = driver.find_elements(By.CSS_SELECTOR, "details tbody tr")
            require(len(rows) == len(windows), f"{len(rows)} rows of {len(windows)} windows")


def check_predictions_without_labels() -> None:
    alone = shutil.copy(recording(), work_folder() / "alone.aedat")
    page = work_folder() / "alone.html"
    train("predict", small_run() / "checkpoint_max.safetensors", alone, "--html", page, "--force", "--quiet")
    with opened(page) as driver:
        text = driver.execute_script("return document.body.textContent")
        require("no label file" in text and "agreement" not in text, "labels shown without a label file")
