"""The tables of the page of settings, `watcher/docs/settings.md`; `python -m watcher.config` writes them."""

import re

from watcher.config.kinds import Setting
from watcher.config.settings import SETTINGS
from watcher.config.toml_text import as_toml

_HEAD = """\
| setting | default | values | what it is | when to change it |
|---|---|---|---|---|
"""


def with_tables(page: str) -> str:
    """Return `page` with each section's table replaced by the one of the definitions."""

    def section(match: re.Match[str]) -> str:
        return (
            match[1] + _HEAD + "".join(map(_row, SETTINGS[match[2]], SETTINGS[match[2]].values()))
        )

    names = "|".join(SETTINGS)
    return re.sub(rf"(^## ({names})\n\n)(?:\|.*\n)*", section, page, flags=re.MULTILINE)


def _row(key: str, setting: Setting) -> str:
    default = setting.default
    value = f"unset: {setting.if_unset}" if default is None else f"`{as_toml(default)}`"
    cells = f"`{key}`", value, setting.kind.expected, setting.comment, setting.advice
    return f"| {' | '.join(cells)} |\n"
