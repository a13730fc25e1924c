"""The peer: the script that one finds when one looks for this. `peer.py INBOX OUTBOX`.

Watches with watchdog, reads with OpenCV, shrinks, asks Keras, moves and writes a row: one file at a
time, as it comes. Two kindnesses: it files what lies there when it starts, and it waits for a file to
be closed. Its network is the tutorial's CNN with whatever weights, for only its time counts.
"""

import csv
import os
import queue
import shutil
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import cv2
import numpy as np
from tensorflow import keras
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from training.network.architecture import build_tutorial


class Handler(FileSystemEventHandler):  # type: ignore[misc]  # watchdog is not followed
    def __init__(self, saved: "queue.Queue[str]") -> None:
        self.saved = saved

    def on_closed(self, event: FileSystemEvent) -> None:
        self.saved.put(os.fsdecode(event.src_path))


def read_digit(model: keras.Model, path: str) -> int:
    image = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    assert image is not None
    image = cv2.resize(image, (28, 28), interpolation=cv2.INTER_AREA)
    logits = model.predict((255 - image).reshape(1, 28, 28, 1) / 255.0, verbose=0)
    return int(np.argmax(logits))


def main(inbox: Path, outbox: Path) -> None:
    model = build_tutorial()
    saved: queue.Queue[str] = queue.Queue()
    observer = Observer()
    observer.schedule(Handler(saved), str(inbox))
    observer.start()
    for path in sorted(inbox.iterdir()):
        saved.put(str(path))
    print("watching", flush=True)
    with (outbox / "log.csv").open("a", newline="") as file:
        log = csv.writer(file)
        while True:
            path = Path(saved.get())
            digit = read_digit(model, str(path))
            folder = outbox / str(digit)
            folder.mkdir(exist_ok=True)
            shutil.move(path, folder / path.name)
            log.writerow([path.name, digit])
            file.flush()
            print(f"{path.name} -> {digit}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
