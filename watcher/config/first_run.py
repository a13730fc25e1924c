"""The first run writes the commented `config.toml` into the folder where it was started."""

import os
from contextlib import suppress
from pathlib import Path

from watcher.config.loading import DEFAULT_FILE
from watcher.config.toml_text import default_file
from watcher.fs import no_replace


def write_default_file(folder: Path) -> str:
    """Write `config.toml` with every default into `folder` unless that name is taken.

    The file appears whole or not at all, and never replaces another. Returns the line for the user,
    "" if there is nothing to report.
    """
    file = folder / DEFAULT_FILE
    if os.path.lexists(file):
        return ""
    part = folder / f".{DEFAULT_FILE}.{os.getpid()}.part"
    try:
        try:
            with part.open("xb") as written:
                written.write(default_file().encode("utf-8"))
                written.flush()
                os.fsync(written.fileno())
            no_replace.move(part, file)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except FileExistsError:  # Another first run was faster.
        return ""
    except OSError as error:
        why = error.strerror or str(error)
        return f"{file} cannot be written ({why}): the defaults are used without it"
    return f"{file} was written: every setting with its default, to change as you like"
