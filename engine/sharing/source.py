"""A data set as short words of an address, such as data=moons, test=0.3, features=x1-x2-x1x1."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.data.datasets import DataSource
from engine.data.features import FEATURES
from engine.data.generated import GENERATED, MAX_NOISE
from engine.problems import Problem
from engine.sharing.words import number, whole, yes_no

_FEATURES: Final = dict(zip(("x1", "x2", "x1x1", "x2x2", "x1x2", "sinx1", "sinx2"), FEATURES, strict=True))
_READ: Final[dict[str, tuple[str, Callable[[str, str], Any]]]] = {
    "size": ("size", lambda field, text: whole(field, text, "200")),
    "noise": ("noise", lambda field, text: _noise(field, text)),
    "dseed": ("seed", lambda field, text: whole(field, text, "0")),
    "test": ("test_ratio", lambda field, text: number(field, text, "0.3")),
    "tseed": ("split_seed", lambda field, text: whole(field, text, "0")),
    "std": ("standardise", lambda field, text: yes_no(field, text)),
    "features": ("features", lambda field, text: _features(field, text)),
    "signed": ("signed", lambda field, text: yes_no(field, text)),
}
FIELDS: Final = ("data", *_READ)


def words_of(source: DataSource) -> dict[str, str]:
    """The words from which ``source_of`` makes an equal source; what is usual is left out. Not for own rows."""
    usual = DataSource(source.name)
    said = {
        "size": str(source.size),
        "noise": repr(source.noise),
        "dseed": str(source.seed),
        "test": repr(source.test_ratio),
        "tseed": str(source.split_seed),
        "std": str(int(source.standardise)),
        "features": "-".join(word for word, name in _FEATURES.items() if name in source.features),
        "signed": str(int(source.signed)),
    }
    kept = {
        word: text for word, text in said.items() if getattr(source, _READ[word][0]) != getattr(usual, _READ[word][0])
    }
    return {"data": source.name} | kept


def source_of(fields: Mapping[str, str]) -> DataSource | None:
    """The source that an address asks for; None where it has no ``data``.

    Raises
    ------
    Problem
    """
    if "data" not in fields:
        alone = next((word for word in _READ if word in fields), None)
        if alone is not None:
            raise Problem("address_field", field=alone, value=fields[alone], expected="data=moons")
        return None
    name = fields["data"]
    if name == "own":  # its rows are in the packed word
        raise Problem("set_own")
    for word in ("size", "noise", "dseed"):
        if word in fields and name not in GENERATED:
            raise Problem("address_field", field=word, value=fields[word], expected="data=moons")
    return DataSource(
        name, **{field: read(word, fields[word]) for word, (field, read) in _READ.items() if word in fields}
    )


def _noise(field: str, text: str) -> float:
    noise = number(field, text, "0.1")
    if noise < 0.0:
        raise Problem("set_noise", value=text, limit=MAX_NOISE)
    return noise


def _features(field: str, text: str) -> tuple[str, ...]:
    asked = text.split("-")[:64]
    wrong = next((word for word in asked if word not in _FEATURES), None)
    if wrong is not None:
        raise Problem("address_field", field=field, value=text, expected="-".join(_FEATURES))
    return tuple(_FEATURES[word] for word in asked)
