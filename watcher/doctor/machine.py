"""What the checks ask the machine, handed to them, so that a test can be on another one."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watcher.fs.network import network_type


@dataclass(frozen=True, slots=True)
class Machine:
    """`now` in seconds since 1970; `network_type` names the network file system of a folder, None on
    a disk of the machine; `environment` holds the variables of the user's session."""

    now: Callable[[], float] = time.time
    network_type: Callable[[Path], str | None] = network_type
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
