"""What Spark needs on this machine, and how to install it."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

# The oldest Java that Spark 4 runs on.
JAVA = 17

NEEDS_JAVA = (
    f"Spark needs Java {JAVA} or later: install a JRE (Debian: apt install openjdk-17-jre-headless; "
    "others: https://adoptium.net) and put java on the PATH, or set JAVA_HOME"
)

NEEDS_PACKAGES = 'Spark needs more packages: python -m pip install ".[spark]"'


def missing() -> str:
    """Return what is missing and how to install it, in one line; "" if nothing is."""
    if any(find_spec(name) is None for name in ("pyspark", "pandas", "pyarrow")):
        return NEEDS_PACKAGES
    return _java_fault()


def _java_fault() -> str:
    """Return why Java cannot be used, for the user; "" if it can."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if java is None:
        return NEEDS_JAVA + (f" (JAVA_HOME is {home}, which has no bin/java)" if home else "")
    try:
        ended = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{NEEDS_JAVA} ({java} cannot be run: {error.strerror})"
    found = re.search(r'version "(?:1\.)?(\d+)', ended.stderr)
    if found is None or int(found[1]) < JAVA:
        version = (ended.stderr.strip().splitlines() or ["it says nothing"])[0]
        return f"{NEEDS_JAVA} ({java} is {version})"
    return ""
