"""Recognise a digit: bytes -> drawing -> 28 x 28 -> probabilities -> decision. No files are moved here."""

from watcher.recognition.decide import decide
from watcher.recognition.decode import Limits, NotADrawingError, decode
from watcher.recognition.ink_finder import InkFinder
from watcher.recognition.litert import ModelError
from watcher.recognition.normalise import Normalised, normalise
from watcher.recognition.recogniser import Recogniser
from watcher.recognition.types import (
    CLASS_COUNT,
    NOT_DIGIT,
    Decision,
    Drawing,
    Recognition,
)
from watcher.types import Status

__all__ = [
    "CLASS_COUNT",
    "NOT_DIGIT",
    "Decision",
    "Drawing",
    "InkFinder",
    "Limits",
    "ModelError",
    "Normalised",
    "NotADrawingError",
    "Recogniser",
    "Recognition",
    "Status",
    "decide",
    "decode",
    "normalise",
]
