"""The parser of the command line: the options that commands share, and one line for a mistake."""

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol

from watcher import __version__
from watcher.config.errors import ExpectedError
from watcher.config.folders import expand_path
from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus
from watcher.program import command_line


class Command(Protocol):
    """A module with one command.

    `SUMMARY` says what the command does, as a sentence without its capital and full stop. `EXAMPLE` is
    a command line without the program's name. `SHARED` names the shared options that mean something to
    the command; the others are accepted but not listed.
    """

    SUMMARY: str
    EXAMPLE: str
    SHARED: tuple[str, ...]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options and arguments."""

    def run(
        self,
        options: argparse.Namespace,
        load_settings: LoadSettings,
        terminal: Terminal,
    ) -> ExitStatus:
        """Run the command; `load_settings` raises ConfigError."""
        ...


@dataclass(frozen=True, slots=True)
class _Shared:
    """An option that several commands take, before or after the command's name."""

    help: str
    metavar: str = ""
    level: str | None = None


_SHARED: Mapping[str, _Shared] = {
    "config": _Shared("take the settings from FILE instead of config.toml of this folder", "FILE"),
    "inbox": _Shared("use this inbox, whatever the settings say", "DIR"),
    "outbox": _Shared("use this outbox, whatever the settings say", "DIR"),
    "verbose": _Shared("also show what the watcher waits for, and why", level="DEBUG"),
    "quiet": _Shared("show only warnings and errors", level="WARNING"),
}

# Two letters swapped in a short word give 0.8; "--josn" and "--since", which share only letters, 0.6.
_SIMILARITY = 0.7

ALL_SHARED = tuple(_SHARED)


class Parser(argparse.ArgumentParser):
    """A parser that reports a mistake in one line, without the usage."""

    def __init__(self, command: Command, **arguments: Any) -> None:
        summary = command.SUMMARY
        super().__init__(
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"example: {command_line(command.EXAMPLE)}",
            **arguments,
        )
        self.commands: dict[str, Parser] = {}

    @property
    def option_names(self) -> list[str]:
        """The options as a user types them, without those that are not listed."""
        return [
            name
            for action in self._actions
            if action.help != argparse.SUPPRESS
            for name in action.option_strings
        ]

    def error(self, message: str) -> NoReturn:
        self.exit(ExitStatus.WRONG_SETTINGS, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def refuse(self, kind: str, word: str, known: Iterable[str]) -> NoReturn:
        """End the process with status 2, naming the known word that is most like `word`."""
        from difflib import get_close_matches

        (similar,) = get_close_matches(word, list(known), 1, _SIMILARITY) or [""]
        question = f": did you mean {similar}?" if similar else ""
        self.error(f"there is no {kind} {word}{question}")


def parse(
    arguments: Sequence[str], default: Command, commands: Mapping[str, Command]
) -> argparse.Namespace:
    """Return the options of a command line; their `command` is None for the default command.

    Ends the process with status 2 on a mistake, with 0 on `--help` and `--version`.
    """
    parser = build_parser(default, commands)
    name = _first_argument(arguments)
    if name is not None and name not in commands:
        _refuse_unknown_option(arguments, parser, parser)
        parser.refuse("command", name, commands)
    chosen = parser if name is None else parser.commands[name]
    _refuse_unknown_option(arguments, parser, chosen)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        word = unknown[0]
        if not word.startswith("-"):
            chosen.error(f"unexpected argument {word}")
        chosen.refuse("option", word, chosen.option_names)
    return options


def build_parser(default: Command, commands: Mapping[str, Command]) -> Parser:
    """Return the parser of the default command, which has the others as subcommands."""
    parser = Parser(default, prog=command_line())
    parser.add_argument("--version", action="version", version=__version__, help="show the version")
    default.add_arguments(parser)
    _add_shared(parser, default.SHARED, is_default=True)
    subparsers = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=Parser
    )
    for name, command in commands.items():
        subparser = subparsers.add_parser(name, help=command.SUMMARY, command=command)
        command.add_arguments(subparser)
        _add_shared(subparser, command.SHARED, is_default=False)
        parser.commands[name] = subparser
    return parser


def _add_shared(parser: Parser, listed: Sequence[str], *, is_default: bool) -> None:
    """Add the shared options that `parser` has not already as options of its own.

    A subcommand sets no default, which would replace what was given before its name.
    """
    own = parser.option_names
    for name, shared in _SHARED.items():
        if f"--{name}" in own:
            continue
        arguments: dict[str, Any] = {"help": shared.help if name in listed else argparse.SUPPRESS}
        if shared.level is None:
            arguments |= {"metavar": shared.metavar, "type": _parse_path}
            default = None
        else:
            arguments |= {"dest": "least", "action": "store_const", "const": shared.level}
            default = "INFO"
        arguments["default"] = default if is_default else argparse.SUPPRESS
        parser.add_argument(f"--{name}", **arguments)


def _parse_path(text: str) -> Path:
    """Return a path with `~` and variables expanded, which a shell leaves alone in quotes."""
    if os.path.lexists(text):
        return Path(text)
    try:
        return expand_path(text)
    except ExpectedError as expected:
        raise argparse.ArgumentTypeError(f"{text}: expected {expected}") from None


def _first_argument(words: Sequence[str]) -> str | None:
    """Return the first word that is neither an option nor a shared option's value."""
    is_value = False
    for word in words:
        if is_value:
            is_value = False
        elif not word.startswith("-"):
            return word
        else:
            is_value = any(
                shared.metavar and len(word) > 2 and f"--{name}".startswith(word)
                for name, shared in _SHARED.items()
            )
    return None


def _refuse_unknown_option(words: Sequence[str], parser: Parser, chosen: Parser) -> None:
    """End the process where a word is no option of any command, also abbreviated."""
    parsers = (parser, *parser.commands.values())
    known = {name for one in parsers for action in one._actions for name in action.option_strings}
    for word in words:
        if word == "--":
            return
        option = word.partition("=")[0]
        if option.startswith("--") and not any(name.startswith(option) for name in known):
            chosen.refuse("option", option, chosen.option_names)
