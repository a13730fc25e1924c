"""A drawing is filed only if its digit is sure enough."""

from watcher.recognition import NOT_DIGIT, Recognition, Status, decide
from watcher.recognition.formats import Format


def recognised(probabilities: dict[int, float], **more: object) -> Recognition:
    rest = (1 - sum(probabilities.values())) / (11 - len(probabilities))
    values = tuple(probabilities.get(number, rest) for number in range(11))
    return Recognition(values, 28, 28, **more)  # type: ignore[arg-type]


def test_a_sure_digit_is_filed_with_its_runner_up() -> None:
    decision = decide(recognised({7: 0.9, 1: 0.08}), 0.8)
    assert (decision.status, decision.digit, decision.second_digit) == (Status.FILED, 7, 1)
    assert (decision.confidence, decision.second_confidence) == (0.9, 0.08)
    assert decision.reason == ""


def test_below_the_threshold_it_is_unsure_and_keeps_its_best_guess() -> None:
    decision = decide(recognised({7: 0.7, 1: 0.29}), 0.8)
    assert (decision.status, decision.digit) == (Status.UNSURE, 7)
    assert decision.reason == "confidence below 80.0%"


def test_at_the_threshold_it_is_filed() -> None:
    assert decide(recognised({7: 0.8}), 0.8).status is Status.FILED


def test_found_ink_must_be_read_with_more_confidence_than_plain_ink() -> None:
    found = recognised({7: 0.97}, least_confidence=0.99)
    decision = decide(found, 0.949)
    assert (decision.status, decision.digit) == (Status.UNSURE, 7)
    assert decision.reason == "confidence below 99.0%"
    assert decide(recognised({7: 0.97}), 0.949).status is Status.FILED
    assert decide(recognised({7: 0.995}, least_confidence=0.99), 0.949).status is Status.FILED


def test_what_looks_like_no_digit_is_unsure_at_any_threshold() -> None:
    decision = decide(recognised({NOT_DIGIT: 0.6, 3: 0.3}), 0.0)
    assert (decision.status, decision.digit) == (Status.UNSURE, 3)
    assert decision.reason == "does not look like a digit"


def test_a_blank_canvas_is_unsure_without_a_guess() -> None:
    decision = decide(Recognition(None, 28, 28, doubt="blank canvas"), 0.0)
    assert (decision.status, decision.digit, decision.confidence) == (Status.UNSURE, None, None)
    assert decision.reason == "blank canvas"


def test_a_doubt_outweighs_any_confidence() -> None:
    decision = decide(recognised({1: 0.999}, doubt="a straight line across the canvas"), 0.5)
    assert (decision.status, decision.digit) == (Status.UNSURE, 1)


def test_what_is_no_drawing_is_rejected_with_the_reason() -> None:
    decision = decide(Recognition(None, fault="empty file"), 0.5)
    assert (decision.status, decision.reason) == (Status.REJECTED, "empty file")


def test_a_name_that_belies_its_content_is_told_in_the_row() -> None:
    jpeg = recognised({7: 0.9}, format=Format.JPEG)
    assert decide(jpeg, 0.5, "b.png").reason == "JPEG content"
    assert decide(jpeg, 0.5, "B.JPEG").reason == ""
    assert decide(jpeg, 0.95, "b.png").reason == "confidence below 95.0%; JPEG content"
