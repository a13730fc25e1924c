"""The public datasets: which files, where they come from, and the hash that each must have."""

from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Repository:
    """A public repository at a fixed commit; its folder `folder` holds the files of a dataset."""

    name: str
    commit: str
    folder: str = ""

    def url(self, path: str) -> str:
        """Return the address of the file `path` below `folder`."""
        there = quote(self.folder + path)
        return f"https://github.com/{self.name}/raw/{self.commit}/{there}"


# By folder below the data folder. Licences: UCI pendigits, UJI and UNIPEN CC BY 4.0, Omniglot MIT.
REPOSITORIES = {
    "pendigits": Repository(
        "kleinplw/HMM-Pendigits", "a50dacab2860f6e10389f59d63253354bbc48c3e", "data/"
    ),
    "omniglot": Repository(
        "brendenlake/omniglot", "057f034baf2ecb8530bc5710e5a23584d2a519cc", "python/"
    ),
    "uji": Repository("bridger/NumberPad", "de2f2285144d16346bffdd37b94af75eb6fa2d13", "Data/"),
    "unipen": Repository(
        "GreenCappuccino/train_r01_v07", "552a4d440bc94bb34710650c0826be7deb986f7c"
    ),
}

_MNIST = Repository("teavanist/MNIST-JPG", "835495c")
MNIST_ZIP = "MNIST Dataset JPG format.zip"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file's address and the hash (hex) that it must have."""

    url: str
    digest: str


# The digest is git's blob id: the only hash of the zip that is published.
MNIST = RemoteFile(_MNIST.url(MNIST_ZIP), "f752d1ec1065d7a44f0513a5d3a7ee1e549bfbb5")


def registry() -> dict[str, RemoteFile]:
    """Return all files but MNIST-JPG's, with their sha256, by path below the data folder."""
    text = files("training.data").joinpath("registry.txt").read_text(encoding="utf-8")
    remote = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            path, sha256 = line.split()
            dataset, _, rest = path.partition("/")
            remote[path] = RemoteFile(REPOSITORIES[dataset].url(rest), sha256)
    return remote


def origins() -> dict[str, str]:
    """Return "repository@commit" of each dataset, for a model's card."""
    repositories = {"mnist-jpg": _MNIST, **REPOSITORIES}
    return {name: f"{one.name}@{one.commit}" for name, one in repositories.items()}
