"""README and pages say what is: each command, setting, column, reason and link, and nothing besides."""

import argparse
import ast
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.pictures import paint_digit, png
from training.arguments import COMMANDS as TRAINING_COMMANDS
from training.arguments import parser as training_parser
from watcher.cli import watch
from watcher.cli.main import COMMANDS
from watcher.cli.parser import build_parser
from watcher.config.errors import ConfigError
from watcher.config.loading import load
from watcher.config.settings import SETTINGS
from watcher.exit_status import ExitStatus
from watcher.layout import OUTBOX_FOLDERS
from watcher.log.rows import ENDED
from watcher.recognition import (
    NOT_DIGIT,
    Limits,
    Recogniser,
    Recognition,
    decide,
    normalise,
)
from watcher.recognition.ink_finder import ENCLOSED, FAINT, shipped_finder
from watcher.recognition.normalise import Alternative
from watcher.recognition.samples import sample
from watcher.types import COLUMNS, Reason

REPOSITORY = Path(__file__).parents[3]
DOCS = REPOSITORY / "watcher" / "docs"
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.glob("*.md"))]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def sections(name: str) -> dict[str, str]:
    """A page's parts below its headings of the second level, without their backticks."""
    parts = re.split(r"^## (.+)$", text_of(DOCS / name), flags=re.MULTILINE)[1:]
    return {
        heading.replace("`", ""): body
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    }


def rows(text: str) -> list[list[str]]:
    """The cells of a part's tables, without their headers."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = [number for number, line in enumerate(lines) if set(line) <= set("|-")]
    heads = {number - 1 for number in rules}
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for number, line in enumerate(lines)
        if number not in heads.union(rules)
    ]


def named(text: str) -> set[str]:
    """The first cells of a part's tables, without their backticks."""
    return {cells[0].replace("`", "") for cells in rows(text)}


# Commands.


def spelled(action: argparse.Action) -> str:
    """An option or argument as a reader types it: `--port N`, `PATH...`."""
    metavar = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    several = "..." if action.nargs == "+" else ""
    return " ".join([*action.option_strings[-1:], *([metavar + several] if metavar else [])])


def arguments(parser: argparse.ArgumentParser) -> set[str]:
    return {
        spelled(action)
        for action in parser._actions
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
        and action.help != argparse.SUPPRESS
    }


def watcher_parser() -> argparse.ArgumentParser:
    return build_parser(watch, COMMANDS)


def watcher_commands() -> Mapping[str, argparse.ArgumentParser]:
    return build_parser(watch, COMMANDS).commands


def shared_options(command: str) -> set[str]:
    """The shared options that the page names for a command, `watch` for the one without a name."""
    return {
        option.replace("`", "")
        for option, _, commands in rows(sections("commands.md")["Shared options"])
        if command in re.findall(r"\w+", commands)
    }


def subcommands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    (found,) = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    choices: Mapping[str, argparse.ArgumentParser] = found.choices
    return choices


def test_each_command_of_the_watcher_is_documented_and_each_documented_one_exists() -> None:
    documented = {
        heading.removeprefix("python -m watcher ")
        for heading in sections("commands.md")
        if heading.startswith("python -m watcher ")
    }
    assert documented == set(watcher_commands())


def test_so_is_each_option_of_the_watcher() -> None:
    page = sections("commands.md")
    own = named(page["python -m watcher"])
    assert own | shared_options("watch") == arguments(watcher_parser())
    for name, parser in watcher_commands().items():
        own = named(page[f"python -m watcher {name}"])
        assert own | shared_options(name) == arguments(parser), name


def test_so_is_each_command_and_option_of_the_training() -> None:
    page = sections("commands.md")["python -m training"]
    documented = {
        cells[0].strip("`"): set(re.findall(r"--[a-z]+", cells[2]))
        for cells in rows(page)
        if len(cells) == 3
    }
    assert documented == {name: set(command.options) for name, command in TRAINING_COMMANDS.items()}
    parsers = [training_parser(), *subcommands(training_parser()).values()]
    options = set().union(*map(arguments, parsers)) - {"FILE", "VERSION"}
    assert named(page) == options | set(TRAINING_COMMANDS)


def test_each_command_has_its_row_in_the_readme() -> None:
    readme = text_of(PAGES[0])
    for name in watcher_commands():
        assert f"| `python -m watcher {name}" in readme


# What stands for what a reader puts in, where the parser does not take any word.
EXAMPLES = {"DATE": "2026-11-22", "N": "1", "COMMAND": "fetch"}


def shown_commands(text: str) -> Iterator[list[str]]:
    """The command lines of our two programs in a page, as words behind `python -m`."""
    for block in re.findall(r"^```sh$(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").replace("&&", "\n").splitlines():
            words = shlex.split(line, comments=True)
            yield words[2:] if words[:2] == ["python", "-m"] else []
    prose = re.sub(r"^```.*?^```$|^#[^\n]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"`(python -m (?:watcher|training)\b[^`]*)`", prose):
        plain = re.sub(r"[\[\]]|\.\.\.", "", span)
        yield [EXAMPLES.get(word, word) for word in plain.split()[2:]]


@every_page
def test_each_command_that_is_shown_is_one(page: Path) -> None:
    shown = [words for words in shown_commands(text_of(page)) if words]
    for words in [words for words in shown if words[0] == "watcher"]:
        assert is_taken(watcher_parser(), words[1:]), words
    for words in [words for words in shown if words[0] == "training"]:
        assert is_taken(training_parser(), words[1:]), words


def is_taken(parser: argparse.ArgumentParser, words: list[str]) -> bool:
    try:
        parser.parse_args(words)
    except SystemExit as end:
        return end.code == 0
    return True


@pytest.mark.parametrize("page", [PAGES[0], DOCS / "commands.md"], ids=lambda page: page.name)
def test_the_exit_statuses_are_those_of_the_program(page: Path) -> None:
    table = text_of(page).split("status | meaning |")[1].split("\n\n")[0]
    told = {int(cells[0]) for cells in rows(table)}
    # The README names those that its own commands end with.
    assert told <= {int(status) for status in ExitStatus}
    assert page.name == "README.md" or told == {int(status) for status in ExitStatus}


# Settings.


def test_each_setting_is_documented_and_each_documented_one_exists() -> None:
    page = sections("settings.md")
    documented = {section: named(page[section]) for section in page if section in SETTINGS}
    assert documented == {section: set(readers) for section, readers in SETTINGS.items()}
    assert len(documented) == len(page), "a heading that is no section of the settings"


def settings() -> list[tuple[str, list[str]]]:
    """The rows of settings.md with their sections."""
    return [
        (section, cells)
        for section, body in sections("settings.md").items()
        for cells in rows(body)
    ]


def test_each_setting_has_its_default() -> None:
    shipped = tomllib.loads(text_of(REPOSITORY / "config.toml"))
    for section, (key, told, *_) in settings():
        default = shipped[section].get(key.strip("`"))
        if default is None:
            assert told.startswith("unset: "), key
        else:
            assert tomllib.loads(f"told = {told.strip('`')}") == {"told": default}, key


def test_each_setting_has_its_range(tmp_path: Path) -> None:
    for section, (key, _, values, *_) in settings():
        assert expected(tmp_path, section, key.strip("`")) in (
            values,
            f"a number of {values}",
            f"a whole number of {values}",
        )


def expected(folder: Path, section: str, key: str) -> str:
    """What the program says that it expects there."""
    file = folder / "config.toml"
    file.write_text(f"[{section}]\n{key} = {{}}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as mistake:
        load(file)
    found = re.search(r"expected (.*), got", str(mistake.value))
    assert found
    return found[1]


# The log.


def test_the_log_has_the_columns_that_are_documented() -> None:
    documented = [cells[0].strip("`") for cells in rows(sections("filing.md")["The log"])]
    assert tuple(documented) == COLUMNS


@pytest.fixture(scope="module")
def reasons() -> set[tuple[str, str]]:
    """Every reason that can be had, with the status that it comes with."""
    recogniser = Recogniser.shipped(Limits(max_bytes=1 << 20, max_pixels=250_000))
    sheet = np.full((200, 200), 255, np.uint8)
    line = sheet.copy()
    line[:, 98:102] = 0
    dot = sheet.copy()
    dot[98:101, 98:101] = 0
    files = {
        "a.png": b"text",
        "b.png": b"",
        "c.png": png(sheet)[:-20],
        "d.png": png(np.zeros((600, 600), np.uint8)),
        "e.png": b"\x89PNG\r\n\x1a\n" + bytes(1 << 20),
        "f.png": png(sheet),
        "g.png": png(line),
        "h.gif": png(paint_digit(7)),
        "k.png": png(dot),
        "r.png": png(paint_digit(3, ink=(238, 238, 238))),
        "p.png": png(np.hstack([paint_digit(3), paint_digit(8)])),
    }
    seen = dict(zip(files, recogniser.recognise(list(files.values())), strict=True))
    doubtful = {
        "h.png": Recognition(
            None, fault="too little memory for 9 x 9 pixels"
        ),  # see test_recogniser
        "l.png": Recognition(None, fault="the program failed to read it (ValueError)"),
        "m.png": Recognition(None, fault="the program ended 3 times while reading it"),
        "i.png": Recognition((*(0.05 for _ in range(NOT_DIGIT)), 0.5)),
        "j.png": Recognition((0.6, *(0.04 for _ in range(NOT_DIGIT)))),
    }
    seven, one = (normalise(sample(digit), shipped_finder()) for digit in (7, 1))
    assert seven is not None
    assert one is not None
    for name, reason in (("n.png", FAINT), ("o.png", ENCLOSED)):
        either = replace(seven, alternatives=(Alternative(one.image, reason),))
        (doubtful[name],) = recogniser.read([either])
    grid = np.zeros((28, 28), np.uint8)
    grid[4:24:5, 4:24] = grid[4:24, 4:24:5] = 255
    boxed = replace(seven, image=grid, parts=(seven.image,), is_plain=False)
    (doubtful["q.png"],) = recogniser.read([boxed])
    decided = [decide(one, 0.9, name) for name, one in (seen | doubtful).items()]
    found = {(decision.reason, str(decision.status)) for decision in decided}
    spoken = [Reason.BY_HAND, Reason.RENAMED, Reason.NOT_A_DIGIT, Reason.UNDONE]
    spoken += [f"from {folder}" for folder in OUTBOX_FOLDERS]
    return found | {(reason, "corrected") for reason in spoken} | {(Reason.RECOVERED, "filed")}


def documented_reasons() -> dict[re.Pattern[str], str]:
    """What reasons look like, with the status that each comes with."""
    standing_for = {
        "N": r"[\d.]+",
        "NAME": r"\w+",
        "KIND": "(PNG|JPEG|BMP|GIF|WebP)",
        "FOLDER": f"({'|'.join(OUTBOX_FOLDERS)})",
    }
    found = {}
    for told, status, _ in rows(sections("deciding.md")["Reasons"]):
        words = re.split(r"\b(N|NAME|KIND|FOLDER)\b", told.strip("`"))
        pattern = "".join(standing_for.get(word, re.escape(word)) for word in words)
        found[re.compile(pattern)] = status
    return found


def test_each_reason_is_documented(reasons: set[tuple[str, str]]) -> None:
    documented = documented_reasons()
    for reason, status in reasons:
        statuses = [told for pattern, told in documented.items() if pattern.fullmatch(reason)]
        assert len(statuses) == 1, reason
        assert status in re.split(", | or ", statuses[0]), reason


def test_each_documented_reason_exists(reasons: set[tuple[str, str]]) -> None:
    for pattern in documented_reasons():
        assert any(pattern.fullmatch(reason) for reason, _ in reasons), pattern.pattern


# Where the source gives a drawing a fault or a doubt, whatever a test thinks of to make it happen.
FAULTS = re.compile(r'(?:NotADrawingError\(|\b(?:doubt|fault)=|\bdoubt = )\s*f?"([^"]+)"')


def test_no_reason_is_in_the_source_alone() -> None:
    documented = documented_reasons()
    written = {
        text
        for file in (REPOSITORY / "watcher").rglob("*.py")
        for text in FAULTS.findall(text_of(file))
    }
    assert len(written) >= 8, "the source writes its reasons otherwise now"
    for text in written:
        named = text.replace("{ENDED}", ENDED)
        filled = {re.sub(r"\{[^}]*\}", value, named) for value in ("1", "1%", "PNG")}
        assert any(p.fullmatch(reason) for p in documented for reason in filled), text


# Architecture.


DOTTED = re.compile(r"`((?:watcher|training)(?:\.\w+)+)`")


@pytest.mark.parametrize(("page", "most"), [("architecture.md", 40), ("network.md", 10)])
def test_the_pages_on_the_code_name_what_exists(page: str, most: int) -> None:
    names = set(DOTTED.findall(text_of(DOCS / page)))
    assert len(names) > most
    missing = {name for name in names if not resolves(name)}
    assert not missing


def resolves(name: str) -> bool:
    """Whether a dotted name is a module of ours, or a name in one; without importing it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = REPOSITORY.joinpath(*parts[:length])
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if file.is_file():
            return has(ast.parse(text_of(file)), parts[length:])
    return False


def has(scope: ast.AST, names: list[str]) -> bool:
    if not names:
        return True
    return any(
        isinstance(child, ast.ClassDef | ast.FunctionDef)
        and child.name == names[0]
        and has(child, names[1:])
        for child in ast.iter_child_nodes(scope)
    )


# Links.


def links(text: str) -> Iterable[str]:
    return re.findall(r"\]\(([^)\s]+)\)", text)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_each_link_leads_somewhere(page: Path) -> None:
    found = [link for link in links(text_of(page)) if not link.startswith("https://")]
    assert found
    for link in found:
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_each_page_and_picture_can_be_found_from_the_readme() -> None:
    reached: set[Path] = set()
    to_read = [PAGES[0]]
    while to_read:
        page = to_read.pop()
        for link in links(text_of(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if (
                target.suffix in (".md", ".png", ".gif")
                and target.is_file()
                and target not in reached
            ):
                reached.add(target)
                to_read += [target] if target.suffix == ".md" else []
    assert {path.resolve() for path in DOCS.rglob("*.*")} <= reached
