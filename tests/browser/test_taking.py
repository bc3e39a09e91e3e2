"""The menu of a figure in the app: its picture in the other theme, with its own letters, the update as a file."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from pages.figures.theme import DARK
from pages.shared import address
from tests.browser.conftest import Serve, settled
from tests.browser.stepper import open_at, press
from tests.stage.test_taking import MORE, picture

pytestmark = pytest.mark.browser


def taken(page: Page, what: str) -> tuple[str, bytes]:
    with page.expect_download() as started:
        page.locator(f"[data-take={what}-save]").click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def test_a_figure_is_taken_in_the_other_theme_and_the_update_as_a_file(page: Page, serve: Serve) -> None:
    open_at(page, serve, "t=3&phase=delta-1&lang=zh")
    page.locator("[data-panel=network]").hover(position={"x": 5, "y": 5})
    page.locator(MORE.format("network")).click()
    page.locator("dialog.stage-take select").nth(0).select_option("slide")
    page.locator("dialog.stage-take select").nth(1).select_option("dark")
    name, content = taken(page, "svg")
    assert name == "backstep-stepper-3.delta-1-network.svg"
    root = ET.fromstring(content)
    assert b"@font-face" in content, "outside of the page nobody has its letters"
    style = "".join(part.attrib.get("style", "") for part in root.iter())
    red, green, blue = (int(DARK.ground[k : k + 2], 16) for k in (1, 3, 5))
    assert f"rgb({red}, {green}, {blue})" in style or DARK.ground in style
    width, height, lines = picture(taken(page, "png")[1])
    assert (width, height) == (1920, 1080)
    assert tuple(lines[1:4]) == (red, green, blue), "the corner is the ground"
    name, content = taken(page, "json")
    assert name == "backstep-stepper-3.delta-1.json"
    file = json.loads(content.decode())
    for layer, array in enumerate(address.read("t=3").update.trace.delta):
        assert np.asarray(file["trace"]["delta"][layer]).tobytes() == np.ascontiguousarray(array).tobytes()
    page.keyboard.press("Escape")
    settled(page)
    assert press(page, "ArrowRight") == "3.gradients", "the keys step again"
