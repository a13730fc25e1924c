"""The review's page in a real browser: keys, clicks, taps, filters, undo, and thousands of drawings."""

import shutil
from collections.abc import Callable, Iterator
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
def watcher(tmp_path: Path) -> InProcessWatcher:
    """The drawings 3, 5 and 7, the least certain first, and an unsure one after the day is over."""
    watcher = InProcessWatcher(tmp_path, recogniser=Doubtful())
    for digit in (3, 5, 7):
        watcher.save(f"{digit}.png", drawing(digit))
    watcher.file()
    watcher.clock.turn(86_400)
    watcher.recogniser.min_confidence = 0.99
    watcher.save("9.png", drawing(9))
    watcher.file()
    return watcher


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def review(watcher: InProcessWatcher) -> Iterator[Served]:
    with served(watcher) as running:
        yield running


@pytest.fixture
def open_page(review: Served, browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens the page with a list, in a browser context of its own."""
    contexts: list[Any] = []
    errors: list[object] = []

    def note(error: object) -> None:
        errors.append(error)

    def opened(query: str = "tab=all", **options: Any) -> Any:
        context = browser.new_context(
            **{"viewport": {"width": 1000, "height": 800}, "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", note)
        page.goto(f"{review.url}?{query}")
        page.wait_for_selector("article[aria-selected=true], #empty:not([hidden])")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """The list of all drawings."""
    return open_page()


def lies_in(page: Any, file: str, folder: str) -> None:
    """Waits until the page shows a drawing in a folder, and it is done."""
    page.wait_for_selector(
        f'article:not(.waiting):has(.file:text-is("{file}")) .place b:text-is("{folder}")'
    )


def shows(page: Any, files: list[str]) -> None:
    """Waits until the page shows these drawings and no others."""
    expect(page.locator(".file")).to_have_text(files)


def says(page: Any, message: str) -> None:
    expect(page.locator("#message span")).to_have_text(message)


def counts(page: Any, review: int, confirmed: int, all_: int) -> None:
    """Waits until the lists have these counts."""
    expect(page.locator("#tabs b")).to_have_text([str(n) for n in (review, confirmed, all_)])


def selected(page: Any) -> str:
    text: str = page.text_content("article[aria-selected=true] .file")
    return text


def tile(file: str) -> str:
    return f'article:has(.file:text-is("{file}"))'


def test_keys_correct_confirm_and_undo(watcher: InProcessWatcher, page: Any) -> None:
    press = page.keyboard.press
    assert selected(page) == "3.png"
    press("8")
    assert selected(page) == "5.png", "the next one"
    press("5")
    press("u")
    lies_in(page, "7.png", "unsure")
    assert watcher.filed() == ["5/5.png", "8/3.png", "unsure/7.png", "unsure/9.png"]
    assert labels(watcher) == {"5/5.png": "5", "8/3.png": "8"}
    for file, folder in (("7.png", "7"), ("5.png", "5"), ("3.png", "3")):
        press("Control+z")
        lies_in(page, file, folder)
        expect(page.locator("article[aria-selected=true] .file")).to_have_text(file)
    expect(page.locator(".labelled")).to_have_count(0)
    assert watcher.filed() == ["3/3.png", "5/5.png", "7/7.png", "unsure/9.png"]
    assert labels(watcher) == {}
    assert [row["reason"] for row in watcher.rows() if row["status"] == "corrected"] == [
        "from 3",
        "from 5",
        "from 7",
        "undone",
        "undone",
        "undone",
    ]
    press("Control+z")
    says(page, "nothing to undo")


def test_a_click_and_the_arrows_select(watcher: InProcessWatcher, page: Any) -> None:
    page.click(tile("7.png") + " .guesses")
    assert selected(page) == "7.png"
    steps = (("ArrowLeft", "5.png"), ("ArrowRight", "7.png"), ("ArrowDown", "9.png"))
    more = (("k", "7.png"), ("j", "9.png"), ("Home", "3.png"), ("End", "9.png"))
    for key, file in steps + more:
        page.keyboard.press(key)
        assert selected(page) == file
    page.keyboard.press("4")
    lies_in(page, "9.png", "4")
    assert labels(watcher) == {"4/9.png": "4"}


def test_it_filters_by_folder_status_and_day(page: Any) -> None:
    def choose(name: str, value: str, count: str) -> None:
        if "day" in name:
            page.fill(f"[name={name}]", value)
        else:
            page.select_option(f"[name={name}]", value)
        page.wait_for_selector(f"#count:text-is('{count}')")

    shows(page, ["3.png", "5.png", "7.png", "9.png"])
    page.click("#more summary")
    choose("folder", "5", "1 drawing")
    shows(page, ["5.png"])
    page.locator("#drawings").press("6")
    page.wait_for_selector("#count:text-is('0 drawings')")
    choose("folder", "", "4 drawings")
    lies_in(page, "5.png", "6")
    choose("status", "unsure", "1 drawing")
    shows(page, ["9.png"])
    choose("status", "corrected", "1 drawing")
    shows(page, ["5.png"])
    choose("status", "", "4 drawings")
    choose("first_day", "2027-01-16", "1 drawing")
    shows(page, ["9.png"])
    page.reload()
    shows(page, ["9.png"])  # The filters are in the address.
    page.click("#more summary")
    page.click("#clear")
    shows(page, ["3.png", "5.png", "7.png", "9.png"])


def test_to_review_are_the_unsure_then_the_barely_filed_and_what_is_answered_leaves(
    watcher: InProcessWatcher, open_page: Callable[..., Any]
) -> None:
    page = open_page("")
    shows(page, ["9.png", "7.png", "5.png", "3.png"])  # Below (1 + 0.99) / 2, nearest 0.99 first.
    counts(page, 4, 0, 4)
    page.keyboard.press("u")
    shows(page, ["7.png", "5.png", "3.png", "9.png"])
    assert selected(page) == "7.png"
    page.keyboard.press("7")
    shows(page, ["5.png", "3.png", "9.png"])
    says(page, "7.png confirmed as 7")
    counts(page, 3, 1, 4)
    page.keyboard.press("n")
    says(page, "5.png moved to rejected: not a digit")
    page.keyboard.press("c")
    says(page, "3.png confirmed as 3")
    shows(page, ["9.png"])
    page.keyboard.press("c")
    says(page, "9.png confirmed as 9")
    expect(page.locator("#empty h2")).to_have_text("Nothing to review")
    counts(page, 0, 4, 4)
    assert watcher.filed() == ["3/3.png", "7/7.png", "9/9.png", "rejected/5.png"]
    expect(page.locator("#labels span")).to_have_text("4 labels since the last training:")
    expect(page.locator("#labels code")).to_have_text("python -m training refresh")


def test_an_act_is_undone_after_a_reload_by_its_button(
    watcher: InProcessWatcher, open_page: Callable[..., Any]
) -> None:
    page = open_page("")
    page.keyboard.press("1")
    says(page, "9.png moved to 1")
    page.reload()
    page.wait_for_selector("#undo:enabled")
    assert page.get_attribute("#undo", "title") == "Undo: 9.png moved to 1"
    page.click("#undo")
    says(page, "undone: 9.png moved to 1")
    shows(page, ["9.png", "7.png", "5.png", "3.png"])
    page.keyboard.press("2")
    page.click("#message button")
    says(page, "undone: 9.png moved to 2")
    assert watcher.filed()[-1] == "unsure/9.png"


def test_many_are_selected_and_answered_in_one_press(watcher: InProcessWatcher, page: Any) -> None:
    page.click(tile("3.png") + " .guesses")
    page.click(tile("7.png") + " .guesses", modifiers=["Shift"])
    expect(page.locator("article[aria-selected=true]")).to_have_count(3)
    page.click(tile("5.png") + " .guesses", modifiers=["Control"])
    expect(page.locator("#bar p")).to_have_text("2 selected")
    page.click("#bar [data-choice=confirm]")
    says(page, "2 drawings confirmed")
    assert labels(watcher) == {"3/3.png": "3", "7/7.png": "7"}
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    expect(page.locator("#bar p")).to_have_text("4 selected")
    page.keyboard.press("8")
    says(page, "4 drawings moved to 8")
    assert watcher.filed() == ["8/3.png", "8/5.png", "8/7.png", "8/9.png"]
    page.keyboard.press("Control+z")
    says(page, "undone: 4 drawings moved to 8")
    assert watcher.filed() == ["3/3.png", "5/5.png", "7/7.png", "unsure/9.png"]


def test_enter_enlarges_and_the_keys_go_on_from_there(watcher: InProcessWatcher, page: Any) -> None:
    page.keyboard.press("Enter")
    big = page.locator("#enlarged")
    expect(big.locator("h2")).to_have_text("3.png")
    expect(big.locator(".why")).to_have_text("The best guess is 3, with 70.0%; 0 has 1.0%.")
    expect(big.locator(".guesses dt").first).to_have_text("3")
    expect(big.locator(".history li")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(big.locator("h2")).to_have_text("5.png")
    page.keyboard.press("6")
    expect(big.locator("h2")).to_have_text("7.png")
    big.locator("[data-choice='1']").click()
    expect(big.locator("h2")).to_have_text("9.png")
    page.keyboard.press("Escape")
    expect(big).not_to_be_visible()
    lies_in(page, "7.png", "1")
    assert labels(watcher) == {"6/5.png": "6", "1/7.png": "1"}
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")


def test_it_works_by_touch_on_a_phone(open_page: Callable[..., Any]) -> None:
    page = open_page("", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.eval_on_selector("header", "header => header.offsetHeight") <= 160
    page.tap(tile("5.png") + " .guesses")
    assert selected(page) == "5.png"
    page.tap("#pad [data-enlarge]")
    expect(page.locator("#enlarged h2")).to_have_text("5.png")
    page.tap("#enlarged [data-close]")
    expect(page.locator("#enlarged")).not_to_be_visible()
    button = page.locator("#pad .digits button").nth(6)
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    button.tap()
    says(page, "5.png moved to 6")
    page.tap("#message button")
    says(page, "undone: 5.png moved to 6")
    page.tap(tile("9.png") + " .guesses")
    page.tap(tile("7.png") + " .pick")
    expect(page.locator("#bar p")).to_have_text("2 selected")
    page.tap("#bar [data-choice=rejected]")
    says(page, "2 drawings moved to rejected: not a digit")
    counts(page, 2, 2, 4)


def test_a_phone_shows_drawings_first_and_unfolds_the_plots(open_page: Callable[..., Any]) -> None:
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True}
    page = open_page("tab=all", viewport={"width": 390, "height": 844}, **phone)
    expect(page.locator("#plot")).not_to_be_visible()
    assert page.eval_on_selector("header", "header => header.offsetHeight") <= 120
    assert page.locator("article").first.bounding_box()["y"] <= 180
    page.tap("#totals summary")
    page.tap('#plot [data-value="5"]')
    shows(page, ["5.png"])
    expect(page.locator("#plot")).to_be_visible()
    page.tap("#tabs [data-tab=review]")
    expect(page.locator("#totals")).not_to_be_visible()
    page.set_viewport_size({"width": 1000, "height": 800})
    page.click("#tabs [data-tab=all]")
    expect(page.locator("#plot")).to_be_visible()
    expect(page.locator("#totals summary")).not_to_be_visible()


def test_the_header_is_one_row_at_1400_pixels(open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": 1400, "height": 900})
    assert page.eval_on_selector("header", "header => header.offsetHeight") <= 60


def test_it_searches_sorts_and_filters_by_a_bar(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("5.p")
    shows(page, ["5.png"])
    page.fill("[name=name]", "nobody")
    expect(page.locator("#empty h2")).to_have_text("No drawing matches")
    page.click("#empty button")
    page.select_option("[name=sort]", "newest")
    expect(page.locator(".file").first).to_have_text("9.png")
    page.select_option("[name=sort]", "name")
    shows(page, ["3.png", "5.png", "7.png", "9.png"])
    page.click("[data-key=folder][data-value='7'] .target")
    shows(page, ["7.png"])
    assert "folder=7" in page.url


def test_new_drawings_appear_and_deleted_ones_go_by_themselves(
    watcher: InProcessWatcher, page: Any
) -> None:
    page.keyboard.press("ArrowRight")
    watcher.save("new.png", drawing(4))
    watcher.file()
    (watcher.outbox / "3" / "3.png").unlink()
    expect(page.locator(".file")).to_have_text(
        ["new.png", "5.png", "7.png", "9.png"], timeout=20_000
    )
    assert selected(page) == "5.png", "what is selected stays"


def test_a_rejected_file_shows_what_it_is(
    watcher: InProcessWatcher, open_page: Callable[..., Any]
) -> None:
    watcher.recogniser = Stub()
    watcher.save("notes.png", b"no picture")
    watcher.file()
    page = open_page("tab=all&folder=rejected")
    expect(page.locator("article.no-picture .fault")).to_have_text("not a picture")


def test_an_empty_outbox_says_what_to_do(tmp_path: Path, browser: Any) -> None:
    with served(InProcessWatcher(tmp_path / "new")) as review:
        page = browser.new_page()
        page.goto(review.url)
        expect(page.locator("#empty h2")).to_have_text("No drawings yet")
        page.close()


def test_a_name_is_text_and_nothing_else(
    watcher: InProcessWatcher, review: Served, browser: Any
) -> None:
    name = "<img src=x onerror=alert(1)>&.png"
    watcher.save(name, drawing(2))
    watcher.file()
    page = browser.new_page()
    page.goto(f"{review.url}?tab=all")
    page.wait_for_selector("article[aria-selected=true]")
    expect(page.locator(".file").filter(has_text=name)).to_have_count(1)
    page.click(tile("5.png") + " .guesses")
    page.keyboard.press("Enter")
    expect(page.locator("#enlarged h2")).to_have_text("5.png")
    page.close()


@pytest.mark.slow
def test_ten_thousand_drawings_are_shown_as_they_are_scrolled_to(
    watcher: InProcessWatcher, page: Any
) -> None:
    journal = Journal(watcher.journal)
    first = next(journal.rows.after())
    journal.record([numbered(first, number) for number in range(MANY)])
    journal.close()
    for number in range(MANY):
        (watcher.outbox / "3" / f"{number}.png").touch()
    page.reload()
    page.wait_for_selector("#count:text('10004 drawings, the first 10000')")
    chosen = page.locator("article[aria-selected=true]")
    for key, place in (("End", MANY), ("Home", 1)):
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("aria-posinset", str(place))
        expect(chosen).to_be_in_viewport()
    page.keyboard.press("Control+a")
    frames = page.evaluate(FRAMES)
    assert sorted(frames)[len(frames) // 2] < 100, "milliseconds between frames while it scrolls"
    tiles = page.locator("article")
    expect(tiles.nth(tiles.count() // 2)).to_be_in_viewport()
    expect(page.locator("article[aria-selected=false]")).to_have_count(0)
    assert tiles.count() < 200, "only what is near the view: each costs time in every frame"


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
