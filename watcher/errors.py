"""The errors of the program, by what can be done about them.

```
DigitWatcherError
├── UserError            the user has to act: the command ends with one line and status 1 or 2
│   ├── ConfigError           wrong settings (config)
│   ├── AnotherWatcherError   the folders are in use; status 4 (fs)
│   ├── NewerJournalError     written by a newer version (journal)
│   ├── ServiceError          the system refused the background service (service)
│   └── DatasetError          a dataset is missing or damaged (training)
├── TransientError       passes by itself or once the user acts: the watcher waits and retries
│   ├── LogHeldError          another program holds the log open (log)
│   ├── ModelError            no model can be loaded (recognition)
│   └── StorageError          Spark's file system refused (spark)
├── FileFaultError       one file's own fault: the other files are filed
│   ├── NotADrawingError      the bytes are no picture (recognition)
│   └── RefusedError          the file cannot be claimed (inbox)
└── CorruptStateError    set aside and rebuilt
    └── CorruptJournalError   (journal)
```

Errors of the system (`OSError`) and of SQLite keep their own classes.
"""


class DigitWatcherError(Exception):
    """Root of all errors of the program; `str` of one is a line for the user."""


class UserError(DigitWatcherError):
    """A mistake of the user, or a situation that only the user can change."""


class TransientError(DigitWatcherError):
    """A failure that passes by itself or after the user acts: wait and retry."""


class FileFaultError(DigitWatcherError):
    """One file's own fault, which concerns no other file."""


class CorruptStateError(DigitWatcherError):
    """A damaged file of the watcher's own: set it aside and rebuild it."""
