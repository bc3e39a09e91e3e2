"""What an experiment and a data set consist of, as tables: each row serves the saved file and the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.data.datasets import FROM_FILES, DataSource
from engine.data.features import FEATURES
from engine.data.generated import MAX_NOISE
from engine.data.raw_rows import RawRows
from engine.edit import MAX_EDITS
from engine.initial import MAX_SEED
from engine.problems import Problem
from engine.rules.rule import RULES
from engine.rules.schedule import SCHEDULES
from engine.sharing import plain_edits as edits
from engine.sharing import rule_words
from engine.sharing.json_kinds import (
    FLAG,
    NAME,
    NAMES,
    NUMBER,
    TABLE,
    WHOLE,
    JsonKind,
    from_zero,
    is_a,
    is_number,
    is_whole,
    list_of,
)
from engine.sharing.words import TEXT, YES_NO, Word, names, number, whole

REQUIRED: Final = object()


@dataclass(frozen=True)
class SharedField:
    """A field of an experiment or of a data set."""

    name: str  # the attribute, and its name in a file
    kind: JsonKind  # what it is in a file
    usual: Any = REQUIRED  # in a file it is left out where it is this; by default it is always there
    key: str = ""  # its name in an address; empty where only the packed word has it
    word: Word = TEXT  # what it is in an address


def as_plain(table: Iterable[SharedField], owner: object) -> dict[str, Any]:
    """The fields of a table as lists, numbers and texts; what has its usual value is left out."""
    plain = ((field, field.kind.plain(getattr(owner, field.name))) for field in table)
    return {field.name: value for field, value in plain if field.usual is REQUIRED or value != field.usual}


def from_plain(table: Iterable[SharedField], plain: Mapping[str, Any]) -> dict[str, Any]:
    """The values that ``as_plain`` described; what was left out is left out.

    Raises
    ------
    Problem
        ``json_field`` where one is missing or of the wrong kind.
    """
    found = {}
    for field in table:
        if field.name in plain or field.usual is REQUIRED:
            if not field.kind.check(plain.get(field.name)):
                raise Problem("json_field", field=field.name, expected=field.kind.called)
            found[field.name] = field.kind.value(plain[field.name])
    return found


def as_words(table: Iterable[SharedField], owner: object) -> dict[str, str]:
    """The fields of a table that an address has words for."""
    return {field.key: field.word.write(getattr(owner, field.name)) for field in table if field.key}


def from_words(table: Iterable[SharedField], texts: Mapping[str, str]) -> dict[str, Any]:
    """The values that an address says; raises ``Problem`` with the field that is damaged."""
    return {
        field.name: field.word.of(field.key, texts[field.key]) for field in table if field.key and field.key in texts
    }


def _noise(text: str) -> float:
    noise = number("0.1").read(text)
    if noise < 0.0:
        raise Problem("set_noise", value=text, limit=MAX_NOISE)
    return float(noise)


_FEATURES: Final = dict(zip(("x1", "x2", "x1x1", "x2x2", "x1x2", "sinx1", "sinx2"), FEATURES, strict=True))


def _features(text: str) -> tuple[str, ...]:
    asked = text.split("-")[:64]
    if not _FEATURES.keys() >= set(asked):
        raise ValueError(text)
    return tuple(_FEATURES[word] for word in asked)


SOURCE: Final = (
    SharedField("name", NAME, key="data"),
    SharedField("size", JsonKind(from_zero(is_whole), "json_rows"), 0, "size", whole(right="200")),
    SharedField("noise", JsonKind(from_zero(is_number), "json_noise"), 0.0, "noise", Word(_noise, "0.1", repr)),
    SharedField("seed", WHOLE, 0, "dseed", whole(right=f"0..{MAX_SEED}")),
    SharedField("test_ratio", NUMBER, 0.0, "test", number("0.3")),
    SharedField("split_seed", WHOLE, 0, "tseed", whole(right=f"0..{MAX_SEED}")),
    SharedField("standardise", FLAG, False, "std", YES_NO),
    SharedField(
        "features",
        JsonKind(list_of(is_a(str), 64), "json_features", list, tuple),
        [],
        "features",
        Word(_features, "-".join(_FEATURES), lambda chosen: "-".join(w for w, f in _FEATURES.items() if f in chosen)),
    ),
    SharedField("signed", FLAG, False, "signed", YES_NO),
)
OWN: Final = tuple(
    SharedField(name, kind)
    for name, kind in (("X", TABLE), ("Y", TABLE), ("input_names", NAMES), ("output_names", NAMES), ("classes", NAMES))
)


def _source_as_plain(source: DataSource) -> dict[str, Any]:
    plain = as_plain(SOURCE, source)
    if source.name not in ("own", *FROM_FILES):
        plain |= {"size": source.size, "noise": source.noise}
    return plain if source.own is None else plain | as_plain(OWN, source.own)


def _source_from_plain(plain: Mapping[str, Any]) -> DataSource:
    for name in plain:
        if name not in {field.name for field in (*SOURCE, *OWN)}:
            raise Problem("json_unknown", field=f"source.{name}")
    values = from_plain(SOURCE, plain)
    if any(field.name in plain for field in OWN):
        values["own"] = RawRows(**from_plain(OWN, plain))
    return DataSource(**values)


ROWS: Final = (
    SharedField("X", TABLE),
    SharedField("Y", TABLE),
    SharedField("X_test", TABLE, []),
    SharedField("Y_test", TABLE, []),
    SharedField("input_names", NAMES, []),
    SharedField("output_names", NAMES, []),
)
FROM_SOURCE: Final = SharedField("source", JsonKind(is_a(dict), "json_source", _source_as_plain, _source_from_plain))
NETWORK: Final = (
    SharedField(
        "sizes",
        JsonKind(list_of(is_whole, 64), "json_sizes", list, tuple),
        key="sizes",
        word=Word(
            lambda text: tuple(whole().read(part) for part in text.split("-")[:64]),
            "3-4-2",
            lambda sizes: "-".join(map(str, sizes)),
        ),
    ),
    SharedField(
        "activations",
        JsonKind(list_of(is_a(str), 64), "json_names", list, tuple),
        key="act",
        word=names("sigmoid-sigmoid"),
    ),
    SharedField("loss", NAME, key="loss"),
)
SETTINGS: Final = (
    SharedField(
        "initial",
        JsonKind(edits.initial_ok, "json_initial", edits.initial_as_plain, edits.initial_from_plain),
        key="init",
        word=Word(str, "uniform", lambda initial: initial if isinstance(initial, str) else ""),
    ),
    SharedField("learning_rate", NUMBER, key="eta", word=number("0.5")),
    SharedField("rule", rule_words.RULE, {"name": "gradient_descent"}, "rule", rule_words.word(RULES)),
    SharedField(
        "schedule",
        rule_words.SCHEDULE,
        {"name": "constant"},
        "schedule",
        rule_words.word(SCHEDULES),
    ),
    SharedField("batch_size", WHOLE, key="batch", word=whole(right="1")),
    SharedField("shuffle", FLAG, False, "shuffle", YES_NO),
    SharedField("seed", WHOLE, 0, "seed", whole(right=f"0..{MAX_SEED}")),
    SharedField("freeze_biases", FLAG, False, "freeze", YES_NO),
    SharedField("l1", NUMBER, 0.0, "l1", number("0.01")),
    SharedField("l2", NUMBER, 0.0, "l2", number("0.01")),
    SharedField(
        "edits",
        JsonKind(
            list_of(edits.edit_ok, MAX_EDITS),
            edits.EDITS,
            lambda made: [edits.edit_as_plain(e) for e in made],
            lambda plain: tuple(edits.edit_from_plain(e) for e in plain),
        ),
        [],
    ),
)
