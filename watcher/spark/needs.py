"""What Spark needs on this machine, and what to do where it is missing."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

JAVA = 17
"""The oldest that Spark 4 runs on."""

NEEDS_JAVA = (
    f"Spark needs Java {JAVA} or later: install a JRE (Debian: apt install openjdk-17-jre-headless; "
    "others: https://adoptium.net) and let java be on the PATH, or JAVA_HOME name it"
)

NEEDS_PACKAGES = 'Spark needs more packages: python -m pip install ".[spark]"'


def missing() -> str:
    """What is missing and the mend, in one line; "" where nothing is."""
    if any(find_spec(name) is None for name in ("pyspark", "pandas", "pyarrow")):
        return NEEDS_PACKAGES
    return _java_fault()


def _java_fault() -> str:
    """Why Java cannot be used, for the user; "" if it can."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if java is None:
        return NEEDS_JAVA + (f" (JAVA_HOME is {home}, which has no bin/java)" if home else "")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{NEEDS_JAVA} ({java} cannot be run: {error.strerror})"
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    if found is None or int(found[1]) < JAVA:
        said = (told.stderr.strip().splitlines() or ["it says nothing"])[0]
        return f"{NEEDS_JAVA} ({java} is {said})"
    return ""
