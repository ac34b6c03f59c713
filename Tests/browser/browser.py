"""A browser for the checks: opens a page as a file; the page must log nothing and load no other file."""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from harness import require, run
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

WIDE = (1280, 900)
PHONE = (390, 844)


@cache
def work_folder() -> Path:
    """A folder for pages and data, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="dvskit-browser-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def small_data_set() -> Path:
    """The folder of a small synthetic data set with its cache: 24 training and 12 test samples."""
    folder = work_folder() / "data"
    run("synth", folder, "--train", "2", "--test", "1", "--events", "200000", "--quiet")
    run("convert", folder, "--quiet")
    return folder


def small_cache() -> Path:
    return small_data_set() / "frames_number_16_split_by_number.h5"


@contextmanager
def opened(path: Path, size: tuple[int, int] = WIDE, dark: bool = False) -> Iterator[Chrome]:
    """A browser that shows the page; at the end the page must have logged nothing and loaded no other file."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    for argument in ("--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update"):  # fmt: skip
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600})  # fmt: skip
        scheme = "dark" if dark else "light"
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})  # fmt: skip
        driver.get(path.resolve().as_uri())
        yield driver
        logged = driver.get_log("browser")
        require(not logged, f"{path.name}: the browser logged {logged}")
        require_no_requests(driver, path)
    finally:
        driver.quit()


def require_no_requests(driver: Chrome, path: Path) -> None:
    """Requires that the page's own file was the only request."""
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        url = message["params"]["request"]["url"].split("#")[0]
        require(
            url == path.resolve().as_uri() or url.startswith("data:"), f"{path.name} asks for {url}"
        )


def wait(driver: Chrome, script: str, text: str, seconds: float = 20) -> object:
    """Waits until a script's value is true, and returns it."""
    return WebDriverWait(driver, seconds, 0.05).until(
        lambda driver: driver.execute_script(f"return {script}"), text
    )


def screenshot(driver: Chrome, name: str) -> None:
    """Writes a screenshot to the folder SCREENSHOTS, if that is set."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        driver.save_screenshot(str(Path(folder) / f"{name}.png"))


def require_fits(driver: Chrome, name: str) -> None:
    """Requires that the page is not wider than the window."""
    width, room = driver.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    require(width <= room, f"{name}: {width} pixels wide in a window of {room}")


def require_contrast(driver: Chrome, dark: bool) -> None:
    """Requires that the page has its theme's background, and text with a contrast of at least 7 to it."""
    ground, ink = driver.execute_script(
        "const style = getComputedStyle(document.body); return [style.backgroundColor, style.color]"
    )

    def lightness(colour: str) -> float:
        def linear(value: str) -> float:
            part = float(value) / 255
            return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

        red, green, blue = (linear(value) for value in colour.strip("rgb()").split(",")[:3])
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted([lightness(ground), lightness(ink)])
    require((lightness(ground) < 0.1) == dark, f"ground {ground} in the {'dark' if dark else 'light'} theme")
    require((high + 0.05) / (low + 0.05) >= 7, f"{ink} on {ground} is hard to read")
