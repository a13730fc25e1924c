"""How many pictures of each source a training has."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many pictures of each source. The defaults are the full training's.

    In all: `mnist` at most; `hands`: digits of UJI and UNIPEN; `letters`: letters and signs of UNIPEN;
    `embellished`: digits of pendigits; `scribbles`. Of each: `renderings` of a digit of pendigits,
    `validation_renderings` of one that validates, `redrawn` of a digit of MNIST traced back to strokes,
    `glyphs` of a style of digit, `signs` of a sign, `pixels` of a digit drawn pixel by pixel,
    `characters` of a character of Omniglot. `scenes`: pictures of all kinds, of the digits of pendigits,
    UJI and UNIPEN and every tenth of a letter; `validation_scenes`: of those that validate.
    """

    mnist: int = 60_000
    renderings: int = 6
    validation_renderings: int = 4
    hands: int = 24_000
    letters: int = 12_000
    redrawn: int = 1
    glyphs: int = 700
    pixels: int = 700
    embellished: int = 4_000
    characters: int = 3
    signs: int = 200
    scribbles: int = 7_200
    scenes: int = 24_000
    validation_scenes: int = 4_000


# For `--quick`: a small but real training.
QUICK_AMOUNTS = Amounts(
    mnist=6_000,
    renderings=1,
    validation_renderings=1,
    hands=4_000,
    letters=2_000,
    redrawn=1,
    glyphs=150,
    pixels=150,
    embellished=800,
    characters=1,
    signs=30,
    scribbles=1_200,
    scenes=800,
    validation_scenes=400,
)
# For a refresh. The model in use teaches what everybody draws, so that little of it is enough; what validates
# is as much as thresholds need.
REFRESH_AMOUNTS = replace(
    QUICK_AMOUNTS, hands=8_000, redrawn=0, validation_renderings=4, validation_scenes=1_600
)
