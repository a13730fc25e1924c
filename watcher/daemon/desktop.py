"""Desktop notifications: a program for `watcher.daemon.notifier` to run, by the package desktop-notifier.

It is a process of its own, so that a desktop that hangs or crashes cannot harm the watcher, and the watcher
never loads the desktop's libraries. It reads what a command of `[notify]` reads.
"""

import importlib.util
import json
import sys

_PACKAGE = "desktop_notifier"

# A notification shows a few lines.
_MAX_LINES = 3


def command() -> tuple[str, ...]:
    """Return the command that shows a notification; empty if the package is not installed."""
    if importlib.util.find_spec(_PACKAGE) is None:
        return ()
    # -P: this file's folder holds modules of the watcher, which nothing else should import.
    return sys.executable, "-P", __file__


def main() -> int:
    """Show the line of JSON on standard input; return 1 where no desktop shows it or the user forbids it."""
    from desktop_notifier import Capability, DesktopNotifierSync  # noqa: PLC0415

    report = json.loads(sys.stdin.readline())
    lines = [
        ": ".join(filter(None, (event.get("file"), event.get("reason"), event.get("error"))))
        for event in report["events"][:_MAX_LINES]
    ]
    notifier = DesktopNotifierSync("Digit watcher", app_icon=None)
    # A desktop that is not there raises here, or names no ability.
    if Capability.TITLE not in notifier.get_capabilities() or not notifier.request_authorisation():
        return 1
    shown: list[bool] = []
    # `send` hides its errors: it calls back only if the desktop took the notification.
    notifier.send(report["message"], "\n".join(lines), on_dispatched=lambda: shown.append(True))
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
