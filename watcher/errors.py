"""The errors of the program, by what can be done about them.

```
DigitWatcherError
├── UserError                 the user has to act: the command ends with one line, status 1 as a rule
│   ├── ConfigError           wrong settings; status 2 (config)
│   ├── ExpectedError         a value is wrong; says what was expected (config)
│   ├── AnotherWatcherError   the folders are in use; status 4 (fs)
│   ├── NewerJournalError     written by a newer version (journal)
│   ├── ServiceError          the system refused the background service (service)
│   │   └── NotStartedError   it is installed, and does not run yet
│   └── WrongRequestError     the review's page asks for what cannot be (review)
├── TransientError            passes by itself or once the user acts: the watcher waits and retries
│   ├── LogHeldError          another program holds the log open (log)
│   ├── ModelError            no model can be loaded (recognition)
│   └── StorageError          Spark's file system refused (spark)
├── FileFaultError            one file's own fault: the other files are filed
│   ├── NotADrawingError      the bytes are no picture (recognition)
│   ├── NotAFileError         a folder or the like has the name (filing)
│   ├── NotThereError         the review's drawing is not where the log says (review)
│   ├── ChangedError          the file changed while it was copied (fs)
│   └── RefusedError          the file cannot be claimed (inbox)
├── CorruptStateError         a file of the watcher's own is damaged: set aside and rebuilt
│   └── CorruptJournalError   (journal)
└── StoppingError             a Spark stream ends before its batch (spark)
```

Errors of the system (`OSError`) and of SQLite keep their own classes.
"""

from watcher.exit_status import ExitStatus


class DigitWatcherError(Exception):
    """Root of all errors of the program; `str` of one is a line for the user.

    A command that it ends exits with `exit_status`.
    """

    exit_status = ExitStatus.FAILED


class UserError(DigitWatcherError):
    """A mistake of the user, or a situation that only the user can change."""


class TransientError(DigitWatcherError):
    """A failure that passes by itself or after the user acts: wait and retry."""


class FileFaultError(DigitWatcherError):
    """One file's own fault, which concerns no other file."""


class CorruptStateError(DigitWatcherError):
    """A damaged file of the watcher's own: set it aside and rebuild it."""
