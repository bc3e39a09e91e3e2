"""Data in a real browser, in both languages: a file dropped, a hostile one, points clicked, test rows seen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, settled
from tests.browser.stepper import (
    choose,
    click,
    click_point,
    control,
    no_traceback,
    open_at,
    overflow,
    press,
    says,
    wait_address,
)
from tests.browser.test_stepper_access import serious

pytestmark = pytest.mark.browser
HOSTILE = (
    "<b>size</b>,:red[w] $x$,**kind**\n"
    "1.5,2,[x](http://a.invalid)\n2.5,1,<img src=x onerror=alert(1)>\n3,4,[x](http://a.invalid)\n4,4,:smile: www.a.b\n"
)
MARKUP = "[role=dialog] :is(b, em, img, script, .katex), [data-panel] :is(b, img, script), a[href*=invalid]"


def opened(page: Page) -> Page:
    """With the set-up open."""
    control(page, "setup").click()
    page.locator(".st-key-open_csv").wait_for()
    settled(page)
    return page


def dropped(page: Page, file: Path) -> None:
    """Drop a file on the dialog, as from a folder."""
    page.locator(".st-key-csv_file input[type=file]").set_input_files(str(file))
    page.wait_for_timeout(300)


def test_a_file_is_dropped_looked_at_and_used(serve: Serve, page: Page, tmp_path: Path) -> None:
    page = opened(open_at(page, serve, "lang=zh"))
    file = tmp_path / "melons.csv"
    file.write_text(
        "密度;糖;好瓜\n" + "".join(f"{k / 20};{(k * 7 % 20) / 20};{'是否'[k % 2]}\n" for k in range(20)), "utf-8"
    )
    click(page, "open_csv")
    dropped(page, file)
    page.locator(".st-key-csv_use").wait_for()
    assert page.locator(".st-key-csv_use button").is_enabled()
    assert page.locator("[role=dialog]").inner_text().count("20") >= 1
    says(page, "setup", "3-4-2")
    click(page, "csv_use")
    page.locator("[role=dialog]").wait_for(state="detached")
    settled(page)
    says(page, "setup", "2-4-1")
    wait_address(page, "x=")
    page.reload()
    settled(page)
    says(page, "setup", "2-4-1")
    no_traceback(page)
    assert "密度" in page.locator("[data-panel=data]").inner_text()


def test_damaged_and_hostile_files_are_answered_and_nothing_is_lost(stepper: Page, tmp_path: Path) -> None:
    press(stepper, "n", "n", "ArrowRight")
    page = opened(stepper)
    click(page, "open_csv")
    for raw, said in (
        (b"a,b\n1,0\nx,1\n2,0\n3,1", "Line 3, column 1"),
        (b"a,b\n1,0\n2", "Line 3 has 1 cells"),
        (b"a,b\n1,\xff", "Line 2, character 3"),
        (b"", "no rows"),
        (b"PK\x03\x04zip", "spreadsheet"),
        (b"<b>a</b>,$b$\n1;5,<script>alert(1)</script>\n", "input"),
    ):
        file = tmp_path / f"damaged{len(raw)}.csv"
        file.write_bytes(raw)
        dropped(page, file)
        page.locator("[role=dialog] [data-testid=stAlert]", has_text=said).wait_for()
        assert page.locator(MARKUP).count() == 0
        use = page.locator(".st-key-csv_use button")
        assert not use.count() or use.is_disabled()
    file = tmp_path / "hostile.csv"
    file.write_text(HOSTILE, "utf-8")
    dropped(page, file)
    page.locator(".st-key-csv_use button:enabled").wait_for()
    page.wait_for_timeout(500)
    assert page.locator(MARKUP).count() == 0
    assert page.locator("[role=dialog]").inner_text().count("😄") == 0
    assert page.get_attribute(".stage", "data-step") == "2.forward-1", "the experiment on screen is untouched"
    click(page, "csv_use")
    page.locator("[role=dialog]").wait_for(state="detached")
    settled(page)
    says(page, "setup", "2-4-3")
    assert page.locator(MARKUP).count() == 0
    press(page, "n")
    no_traceback(page)


def test_a_class_that_is_chosen_keeps_its_colour_and_points_are_clicked_into_the_plane(
    serve: Serve, page: Page
) -> None:
    page = opened(open_at(page, serve, "lang=en"))
    click(page, "click_points")
    page.locator("[data-panel=plane] .stage-canvas .main-svg").first.wait_for()
    for kind, ink in enumerate(("rgb(192, 67, 12)", "rgb(26, 102, 214)")):
        button = page.locator(".st-key-points_class button").nth(kind)
        button.click()
        page.locator(f".st-key-points_class button:nth-child({kind + 1})[aria-checked=true]").wait_for()
        page.wait_for_timeout(300)
        drawn = "e => [getComputedStyle(e).borderTopColor, getComputedStyle(e.querySelector('p')).color]"
        assert button.evaluate(drawn) == [ink, ink]
    click_point(page, "plane", "add.10.-5")
    click_point(page, "plane", "add.-10.5")
    assert control(page, "points_use").is_disabled()
    page.locator(".st-key-points_class button").first.click()
    page.wait_for_timeout(500)
    click_point(page, "plane", "add.0.0")
    page.wait_for_timeout(300)
    click_point(page, "plane", "take.0")
    page.wait_for_timeout(300)
    click(page, "points_undo")
    page.wait_for_timeout(300)
    click(page, "points_use")
    page.locator("[role=dialog]").wait_for(state="detached")
    settled(page)
    says(page, "setup", "2-4-1")
    rows = page.locator("[data-panel=data] tbody tr").all_inner_texts()
    assert [row.split()[1:4] for row in rows] == [["1", "−0.5", "1"], ["−1", "0.5", "1"], ["0", "0", "0"]]
    no_traceback(page)


def test_the_dialog_of_points_can_be_read_in_the_dark_and_ends_in_the_window(
    serve: Serve, new_page: Callable[..., Page]
) -> None:
    page = opened(open_at(new_page(color_scheme="dark"), serve, "lang=en"))
    click(page, "click_points")
    page.locator("[data-panel=plane] .stage-canvas .main-svg").first.wait_for()
    assert serious(page) == []
    use = control(page, "points_use").bounding_box()
    assert use is not None
    assert use["y"] + use["height"] <= 768


def test_a_set_with_test_rows_is_stepped_through_and_its_address_opens_it(serve: Serve, page: Page) -> None:
    page = opened(open_at(page, serve, "lang=zh"))
    choose(page, "data_set", "双月")
    wait_address(page, "data=moons")
    tested = open_at(page, serve, "lang=zh&data=moons&size=60&test=0.3&std=1&features=x1-x2-x1x1&t=20&eta=2")
    assert press(tested, "n", "ArrowRight") == "21.forward-1"
    assert "测试样本" in tested.locator("[data-panel=loss]").inner_text()
    assert "测1" in tested.locator("[data-panel=data]").inner_text()
    assert overflow(tested) <= 0
    drawn = tested.evaluate(
        "document.querySelector('[data-panel=boundary] .stage-canvas').data"
        ".filter(trace => Array.isArray(trace.marker?.line?.color)).map(trace => trace.x.length)"
    )
    assert drawn == [18]
    no_traceback(tested)
