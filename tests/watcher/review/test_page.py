"""The review's page in a real browser: keys, clicks, filters, and that many drawings scroll."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bottle", reason='the review\'s packages are missing: pip install ".[review]"')
pytest.importorskip(
    "waitress", reason='the review\'s packages are missing: pip install ".[review]"'
)
pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect, sync_playwright

from tests.support.in_process import InProcessWatcher
from tests.support.served import Served, served
from tests.support.stub import Stub, drawing
from tests.watcher.corrections.test_corrections import labels
from watcher.journal.journal import Journal
from watcher.recognition import Recognition
from watcher.types import Row

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
MANY = 10_000

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


class Doubtful(Stub):
    """The greater the digit, the surer."""

    def _one(self, data: bytes) -> Recognition:  # type: ignore[override]
        digit = data[-1]
        sure = 0.6 + digit / 30
        return Recognition(tuple(sure if n == digit else 0.01 for n in range(11)), 28, 28)


@pytest.fixture
def desk(tmp_path: Path) -> InProcessWatcher:
    """The drawings 3, 5 and 7, the least certain first, and an unsure one after the day is over."""
    desk = InProcessWatcher(tmp_path, recogniser=Doubtful())
    for digit in (3, 5, 7):
        desk.save(f"{digit}.png", drawing(digit))
    desk.file()
    desk.clock.turn(86_400)
    desk.recogniser.min_confidence = 0.99
    desk.save("9.png", drawing(9))
    desk.file()
    return desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def review(desk: InProcessWatcher) -> Iterator[Served]:
    with served(desk) as running:
        yield running


@pytest.fixture
def page(review: Served, browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    errors: list[object] = []

    def note(error: object) -> None:
        errors.append(error)

    page.on("pageerror", note)
    page.goto(review.url)
    page.wait_for_selector("article[aria-selected=true]")
    yield page
    assert not errors
    context.close()


def lies_in(page: Any, file: str, folder: str) -> None:
    """Waits until the page shows a drawing in a folder, and it is done."""
    page.wait_for_selector(
        f'article:not(.waiting):has(.file:text-is("{file}")) b:text-is("{folder}")'
    )


def shows(page: Any, files: list[str]) -> None:
    """Waits until the page shows these drawings and no others."""
    expect(page.locator(".file")).to_have_text(files)


def selected(page: Any) -> str:
    text: str = page.text_content("article[aria-selected=true] .file")
    return text


def test_keys_correct_confirm_and_undo(desk: InProcessWatcher, page: Any) -> None:
    press = page.keyboard.press
    assert selected(page) == "3.png"
    press("8")
    assert selected(page) == "5.png", "the next one"
    press("5")
    press("u")
    lies_in(page, "7.png", "unsure")
    assert desk.filed() == ["5/5.png", "8/3.png", "unsure/7.png", "unsure/9.png"]
    assert labels(desk) == {"5/5.png": "5", "8/3.png": "8"}
    for file, folder in (("7.png", "7"), ("5.png", "5"), ("3.png", "3")):
        press("Control+z")
        lies_in(page, file, folder)
        assert selected(page) == file
    expect(page.locator(".labelled")).to_have_count(0)
    assert desk.filed() == ["3/3.png", "5/5.png", "7/7.png", "unsure/9.png"]
    assert labels(desk) == {}
    assert [row["reason"] for row in desk.rows() if row["status"] == "corrected"] == [
        "from 3",
        "from 5",
        "from 7",
        "undone",
        "undone",
        "undone",
    ]
    press("Control+z")
    page.wait_for_selector("#message:text('nothing to undo')")


def test_a_click_and_the_arrows_select(desk: InProcessWatcher, page: Any) -> None:
    page.click('article:has(.file:text-is("7.png"))')
    assert selected(page) == "7.png"
    for key, file in (("ArrowLeft", "5.png"), ("ArrowRight", "7.png"), ("ArrowDown", "9.png")):
        page.keyboard.press(key)
        assert selected(page) == file
    page.keyboard.press("4")
    lies_in(page, "9.png", "4")
    assert labels(desk) == {"4/9.png": "4"}


def test_it_filters_by_folder_status_and_day(page: Any) -> None:
    def choose(name: str, value: str, count: str) -> None:
        if "day" in name:
            page.fill(f"[name={name}]", value)
        else:
            page.select_option(f"[name={name}]", value)
        page.wait_for_selector(f"#count:text-is('{count}')")

    shows(page, ["3.png", "5.png", "7.png", "9.png"])
    choose("folder", "5", "1 drawing")
    shows(page, ["5.png"])
    page.keyboard.press("6")
    lies_in(page, "5.png", "6")
    choose("folder", "", "4 drawings")
    choose("status", "unsure", "1 drawing")
    shows(page, ["9.png"])
    choose("status", "corrected", "1 drawing")
    shows(page, ["5.png"])
    choose("status", "", "4 drawings")
    choose("first_day", "2027-01-16", "1 drawing")
    shows(page, ["9.png"])


def test_a_name_is_text_and_nothing_else(
    desk: InProcessWatcher, review: Served, browser: Any
) -> None:
    name = "<img src=x onerror=alert(1)>&.png"
    desk.save(name, drawing(2))
    desk.file()
    page = browser.new_page()
    page.goto(review.url)
    page.wait_for_selector("article[aria-selected=true]")
    expect(page.locator(".file").filter(has_text=name)).to_have_count(1)
    page.close()


@pytest.mark.slow
def test_ten_thousand_drawings_are_shown_as_they_are_scrolled_to(
    desk: InProcessWatcher, page: Any
) -> None:
    journal = Journal(desk.journal)
    first = next(journal.rows.after())
    journal.record([numbered(first, number) for number in range(MANY)])
    journal.close()
    page.reload()
    page.wait_for_selector("#count:text('10004 drawings, the 10000 least certain')")
    tiles = page.locator("article")
    assert tiles.count() < 1000
    page.mouse.move(500, 600)
    for _ in range(200):
        if tiles.count() > 1000:
            break
        page.mouse.wheel(0, 5000)
        page.wait_for_timeout(50)
    assert tiles.count() > 1000
    frames = page.evaluate(FRAMES)
    assert sorted(frames)[len(frames) // 2] < 100, "milliseconds between frames while it scrolls"


FRAMES = """async () => {
    const times = [];
    for (let n = 0; n < 40; n++) {
        const began = performance.now();
        window.scrollBy(0, 300);
        await new Promise(requestAnimationFrame);
        times.push(performance.now() - began);
    }
    return times;
}"""


def numbered(row: Row, number: int) -> Row:
    return replace(row, id=f"id-{number}", confidence=number / MANY, filed_as=f"3/{number}.png")
