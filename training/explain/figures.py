"""A picture with its caption, as the page shows it and `--pictures` writes it."""

from dataclasses import dataclass
from pathlib import Path

from training.explain.pictures import enlarge
from training.report.pictures import Picture, as_png, as_uri

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
        return as_uri(as_png(self.picture))

    def save(self, folder: Path) -> None:
        """Write the picture to `folder`, large enough to be seen without enlarging."""
        (folder / f"{self.name}.png").write_bytes(as_png(enlarge(self.picture, _SIDE)))
