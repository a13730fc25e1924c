"""Decide what becomes of a drawing, from its recognition alone. Pure."""

from watcher.recognition.formats import SUFFIXES
from watcher.recognition.types import NOT_DIGIT, Decision, Recognition
from watcher.types import Status


def decide(recognition: Recognition, min_confidence: float, name: str = "") -> Decision:
    """Decide to file a drawing only if its digit is at least `min_confidence` (0 to 1) probable.

    The digit must also be at least `recognition.least_confidence` probable. `name` is the file's, in upper
    or lower case: if its ending does not fit its content, the reason says so.
    """
    remark = _remark(recognition, name)
    if recognition.fault:
        return Decision(Status.REJECTED, reason=recognition.fault)
    if recognition.probabilities is None:
        return Decision(Status.UNSURE, reason=_joined(recognition.doubt, remark))
    by_confidence = sorted(
        enumerate(recognition.probabilities[:NOT_DIGIT]), key=lambda pair: pair[1], reverse=True
    )
    (digit, confidence), (second_digit, second_confidence) = by_confidence[:2]
    doubt = recognition.doubt
    if not doubt and recognition.probabilities[NOT_DIGIT] >= confidence:
        doubt = "does not look like a digit"
    min_confidence = max(min_confidence, recognition.least_confidence)
    if not doubt and confidence < min_confidence:
        doubt = f"confidence below {min_confidence:.1%}"
    return Decision(
        Status.UNSURE if doubt else Status.FILED,
        digit,
        confidence,
        second_digit,
        second_confidence,
        _joined(doubt, remark),
    )


def _remark(recognition: Recognition, name: str) -> str:
    kind = recognition.format
    if kind is None or not name or name.lower().endswith(SUFFIXES[kind]):
        return ""
    return f"{kind} content"


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)
