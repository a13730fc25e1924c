"""The same recogniser past one machine, on Apache Spark Structured Streaming.

A drawing goes `inbox/sept.png` -> a claim -> a batch of the stream -> `outbox/7/sept-<mark>.png` and a
row in `outbox/log/part-*.csv` and `.parquet`. Spark's file source remembers which claims are in which
batch, and Spark spreads the batch over its workers; nothing of the distribution is written here.

**Claims.** The source remembers paths and never looks at one again, so it does not watch the inbox. The
driver renames each file of the inbox that has been quiet for `settle_seconds` to a path that never was
before, in `inbox/.watcher-claims/<stream>/`, and the source watches that folder. So a name that is saved
again is a new path; what is still being written is not yet claimed; and nobody saves over a claim
between its judging and its filing. A claim bears the user's name: claims are all there is to know of
unfinished work, whatever becomes of the checkpoint. (A claim of an empty file is told by its id: Spark
hands over no file without bytes, so the driver judges those.)

**Files are renamed, not written.** Only the driver can reach Hadoop's `FileSystem` (Python workers have
no way to it), and a rename moves no bytes through it: the bytes of a drawing are read once, by the worker
that judges it. A copy written from the bytes would cost a second transfer of everything, and its source
would have to be deleted, which destroys what was saved over it meanwhile.

**Exactly once.** `foreachBatch` is at least once. The order of a batch, each step repeatable:

1. Judged, by the workers. A claim that changed since it was read is claimed anew, out of this batch.
2. Intended: `log/.part-<stream>-<run>-<batch>.parquet`, hidden, appears whole. From here on nothing is
   judged again: this file says what becomes of the batch.
3. Filed: each claim is renamed to its place, whose name no other drawing has. One that is gone was filed.
4. Logged: the CSV part appears whole; last, the hidden part gets its visible name, and the batch is done.

Killed before step 2, the batch is judged again from the same claims; after it, the next start finishes
the intents it finds; after step 4, Spark's repetition finds the visible part and does nothing.
"""
