"""`python -m watcher.config` writes `config.toml` and the page of settings from the definitions.

For maintainers, after a setting was added or changed; run it in the root of the repository.
"""

from pathlib import Path

from watcher.config.loading import DEFAULT_FILE
from watcher.config.page import with_tables
from watcher.config.toml_text import default_file

if __name__ == "__main__":
    Path(DEFAULT_FILE).write_text(default_file(), encoding="utf-8", newline="\n")
    page = Path("watcher", "docs", "settings.md")
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
