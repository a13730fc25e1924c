"""A picture with its caption, as the page shows it and `--pictures` writes it."""

import base64
from dataclasses import dataclass
from pathlib import Path

from training.explain.pictures import Picture, as_png, enlarged

# Pixels of the longer side of a picture in a folder: it is shown as it is, where the page enlarges.
_SIDE = 260


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture; `name` is unique among a page's, `width` what it takes of the page in CSS pixels."""

    name: str
    picture: Picture
    caption: str
    width: int = 560

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return "data:image/png;base64," + base64.b64encode(as_png(self.picture)).decode("ascii")

    def save(self, folder: Path) -> None:
        """Write the picture to `folder`, large enough to be seen without enlarging."""
        (folder / f"{self.name}.png").write_bytes(as_png(enlarged(self.picture, _SIDE)))
