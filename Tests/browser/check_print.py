"""Printing: every canvas is drawn, the paper is light, nothing is cut, and the theme's button is not printed."""

import base64
from pathlib import Path

from browser import opened, screenshot, small_cache, wait, work_folder
from check_run import recording, small_run, train
from harness import require, run
from selenium.webdriver import Chrome

# Canvases of one colour, and boxes that the paper would cut, as they are when the page has been printed.
EMPTY = """return [...document.querySelectorAll("canvas")].filter((canvas) => canvas.checkVisibility()).filter((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size < 2;
}).length"""
CUT = """return [...document.querySelectorAll("svg, table")].filter((part) => part.checkVisibility()
    && part.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length"""


def printed(driver: Chrome) -> bytes:
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
    return base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])


def require_prints(path: Path) -> None:
    with opened(path, dark=True) as driver:
        wait(driver, "document.readyState === 'complete'", "the page did not load")
        # After printing, the theme of the screen is back; before, the paper's must be light.
        driver.execute_script("""addEventListener("beforeprint", () => { document.title = dvs.theme(); });""")
        require(len(printed(driver)) > 10_000, f"{path.name}: an empty PDF file")
        require(driver.title == "light", f"{path.name}: printed in the {driver.title} theme")
        require(driver.execute_script("return dvs.theme()") == "dark", f"{path.name}: another theme after printing")
        empty = driver.execute_script(EMPTY)
        require(empty == 0, f"{path.name}: {empty} pictures were not drawn before printing")
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 718, "height": 1000, "deviceScaleFactor": 1, "mobile": False})  # fmt: skip
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        cut = driver.execute_script(CUT)
        require(cut == 0, f"{path.name}: {cut} parts wider than the paper")
        shown = "return getComputedStyle(document.getElementById('theme')).display"
        require(driver.execute_script(shown) == "none", f"{path.name}: the theme's button is printed")
        screenshot(driver, f"print-{path.stem}")


def check_gallery() -> None:
    page = work_folder() / "print-gallery.html"
    run("inspect", small_cache(), "--html", page, "--force", "--quiet")
    require_prints(page)


def check_view() -> None:
    page = work_folder() / "print-view.html"
    run("view", recording(), "--html", page, "--force", "--quiet")
    require_prints(page)


def check_report() -> None:
    require_prints(small_run() / "report.html")


def check_predictions() -> None:
    page = work_folder() / "print-predictions.html"
    train("predict", small_run() / "checkpoint_max.safetensors", recording(), "--html", page, "--force", "--quiet")
    require_prints(page)
