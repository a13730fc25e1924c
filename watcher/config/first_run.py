"""The first run lays the commented `config.toml` where a person will look for it."""

import os
from contextlib import suppress
from pathlib import Path

from watcher.config.load import DEFAULT_FILE
from watcher.config.schema import default_file
from watcher.fs import no_replace


def lay_settings(folder: Path) -> str:
    """Writes `config.toml` with every default into `folder` unless something bears that name.

    It comes whole or not at all, and never in the place of another. Returns the line for the user,
    "" where there is nothing to say.
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
        return f"{file} cannot be written ({why}): the defaults hold without it"
    return f"{file} was written: every setting with its default, to change as you like"
