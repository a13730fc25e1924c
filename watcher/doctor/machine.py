"""What the checks ask the machine, passed in so that a test can replace it."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watcher.fs.network import network_type


@dataclass(frozen=True, slots=True)
class Machine:
    """`now` returns seconds since 1970; `network_type` names a folder's network file system, None for a
    local disk; `environment` holds the environment variables."""

    now: Callable[[], float] = time.time
    network_type: Callable[[Path], str | None] = network_type
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
