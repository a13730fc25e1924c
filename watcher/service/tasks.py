"""Windows: a task of the Task Scheduler ("Task Scheduler Schema", Microsoft)."""

import subprocess
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from watcher.service.description import NAME, Plan, Record, Service, Step

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

# The element that holds what the service belongs to.
_SOURCE = "Source"

# The shortest interval that the schema allows.
_RETRY_INTERVAL = "PT1M"

# The most that the schema allows.
_MAX_RESTARTS = "255"


def task(service: Service, user: str) -> bytes:
    """Return the task's definition in UTF-16, as schtasks expects it; `user` is `DOMAIN\\name`."""
    words = service.command
    root = ElementTree.Element("Task", version="1.2", xmlns=NAMESPACE)
    _add(
        root,
        "RegistrationInfo",
        ("Description", "Files drawings of digits"),
        (_SOURCE, service.belongs_to),
    )
    logon = _add(_add(root, "Triggers"), "LogonTrigger")
    # Not every death counts as a failure there, so start the task again whenever it does not run.
    _add(logon, "Repetition", ("Interval", _RETRY_INTERVAL))
    _add(logon, "UserId").text = user
    principal = _add(
        _add(root, "Principals"),
        "Principal",
        ("UserId", user),
        ("LogonType", "InteractiveToken"),
        ("RunLevel", "LeastPrivilege"),
    )
    principal.set("id", "Author")
    settings = _add(
        root,
        "Settings",
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("Hidden", "true"),
        ("ExecutionTimeLimit", "PT0S"),
    )
    _add(settings, "RestartOnFailure", ("Interval", _RETRY_INTERVAL), ("Count", _MAX_RESTARTS))
    actions = _add(root, "Actions")
    actions.set("Context", "Author")
    _add(
        actions,
        "Exec",
        ("Command", words[0]),
        ("Arguments", subprocess.list2cmdline(words[1:])),
        ("WorkingDirectory", service.folder),
    )
    ElementTree.indent(root)
    content = BytesIO()
    ElementTree.ElementTree(root).write(content, encoding="utf-16", xml_declaration=True)
    return content.getvalue()


def read(content: bytes) -> Record:
    """Return what a task says."""
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        return Record()
    names = {"": NAMESPACE}
    return Record(
        root.findtext(f"RegistrationInfo/{_SOURCE}", "", names),
        root.findtext("Actions/Exec/Command", "", names),
        root.findtext("Actions/Exec/WorkingDirectory", "", names),
    )


def plan(service: Service, environment: Mapping[str, str], home: Path) -> Plan:
    """Return the plan for the Task Scheduler, which copies the file; ours says what is installed."""
    folder = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    names = [environment.get(key, "") for key in ("USERDOMAIN", "USERNAME")]
    file = folder / NAME / f"{NAME}.xml"
    named = ("/TN", NAME)
    # It may fail because the task does not run.
    end = Step(("schtasks", "/End", *named), may_fail=True)
    run = Step(("schtasks", "/Run", *named))
    enable = Step(("schtasks", "/Change", *named, "/ENABLE"))
    return Plan(
        file=file,
        content=task(service, "\\".join(name for name in names if name)),
        read=read,
        register=(end, Step(("schtasks", "/Create", *named, "/XML", str(file), "/F"))),
        start=(run,),
        stop=(end, Step(("schtasks", "/Delete", *named, "/F"))),
        # An enabled task is started again within a minute.
        pause=(Step(("schtasks", "/Change", *named, "/DISABLE")), end),
        resume=(enable, run),
        restart=(enable, end, run),
    )


def _add(parent: ElementTree.Element, name: str, *texts: Sequence[str]) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    for child, text in texts:
        ElementTree.SubElement(element, child).text = text
    return element
