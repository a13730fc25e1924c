"""Filing: each file exactly once, whatever is killed, full, locked or renamed.

What must never break, at every instant:

1. Nothing is lost. Every file that was in the inbox is still there (as a claim, perhaps), in the outbox, or
   with its user. Nothing of the user's is overwritten or deleted.
2. One file, one row. Each filed file has exactly one row, after any number of crashes; each correction
   adds one with the same id.
3. What was filed is what was judged. A verdict holds only for bytes with the judged sha256.

The journal is the record; the log is written from it. `transaction.Filer.file` takes batches through these
steps, one durable commit a step, each in the journal before the next begins:

| step | done by | on the disk before the next step |
|---|---|---|
| 1. claim: rename to a private name in the inbox's file system | `Journal.claim`, `ClaimFolder.take` | |
| 2. judge: read once, hash, recognise, decide | `Judge.begin`, `Judging.result` | the bytes and the claim |
| 3. intend: journal verdict and destination | `Publisher.publish`, `Journal.intend` | the intent |
| 4. publish: name it in the outbox, never replacing | `Publisher.publish`, `no_replace.place` | the name |
| 5. check: judge it again if it was written to since | `Outbox.check_again` | |
| 6. log: journal the row, append it, remove the claim | `Recorder.record`, `Log.write` | the row |

The user is notified of a file once its row is durable; then the log and the end of the claim become durable
in any order. After a crash `recovery.resume` finds each claim, sees from the `evidence` how far it came, and
continues from there: a claim without an intent is judged; a missing claim with an intent counts as
published. `refile` carries out a person's request by the same steps. `rebuild` makes a lost journal from log
and outbox. A `session` holds both folders' locks and does all this at its start; every retry after an error
is a new session, so that a retry and a restart are the same thing.
"""
