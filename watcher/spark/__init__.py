"""The same recogniser beyond one machine, on Apache Spark Structured Streaming.

A drawing goes `inbox/sept.png` -> a claim -> a batch of the stream -> `outbox/7/sept-<mark>.png` and a
row in `outbox/log/part-*.csv` and `.parquet`. Spark's file source remembers which claims are in which
batch, and Spark spreads the batch over its workers; no code here distributes anything.

**Claims.** The source remembers paths and never looks at one again, so it does not watch the inbox. The
driver renames each file of the inbox that has not changed for `settle_seconds` to a path that never
existed before, in `inbox/.watcher-claims/<stream>/`, and the source watches that folder. So a name that
is saved again is a new path; a file that is still being written is not yet claimed; and no program saves
over a claim between its judging and its filing. A claim's name contains the user's: the claims are the
whole unfinished work, even if the checkpoint is lost. (The id of an empty file's claim says so: Spark
hands over no file without bytes, so the driver judges those.)

**Files are renamed, not written.** Only the driver can use Hadoop's `FileSystem` (Python workers
cannot), and a rename moves no bytes through it: the bytes of a drawing are read once, by the worker
that judges it. Writing a copy would transfer everything a second time, and its source would have to
be deleted, which destroys what was saved over it meanwhile.

**Exactly once.** `foreachBatch` is at least once. The order of a batch, each step repeatable:

1. Judge, by the workers. A claim that changed since it was read is claimed again, outside this batch.
2. Intend: `log/.part-<stream>-<run>-<batch>.parquet`, hidden, appears whole. After this nothing is
   judged again: this file decides the batch.
3. File: each claim is renamed to its place, whose name no other drawing has. A missing claim was filed.
4. Log: the CSV part appears whole; finally the hidden part gets its visible name, and the batch is done.

Killed before step 2, the batch is judged again from the same claims; after it, the next start finishes
the intents it finds; after step 4, Spark's repetition finds the visible part and does nothing.
"""
