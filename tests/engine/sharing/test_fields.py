"""Every field of an experiment has one row, which writes and reads it in a file and in an address."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final

import pytest

from engine import Adam, CosineRate, DataSource, Experiment, Network, Problem, presets
from engine.data.raw_rows import RawRows
from engine.data.sourced import from_source
from engine.sharing.address import FIELDS, to_address
from engine.sharing.fields import (
    FROM_SOURCE,
    NETWORK,
    OWN,
    ROWS,
    SETTINGS,
    SOURCE,
    SharedField,
    as_plain,
    as_words,
    from_plain,
    from_words,
)
from engine.sharing.json_kinds import FLAG, WHOLE
from engine.sharing.words import YES_NO, counted, names, number, one_of, whole
from tests.engine.addresses import from_address

USUAL: Final = presets.experiment()
CHANGED: Final[dict[str, Experiment]] = {
    "sizes": replace(USUAL, network=replace(USUAL.network, sizes=(3, 5, 2))),
    "act": replace(USUAL, network=replace(USUAL.network, activations=("tanh", "sigmoid"))),
    "loss": replace(USUAL, network=replace(USUAL.network, loss="cross_entropy")),
    "init": replace(USUAL, initial="he"),
    "eta": replace(USUAL, learning_rate=0.1 + 0.2),
    "batch": replace(USUAL, batch_size=3),
    "shuffle": replace(USUAL, shuffle=True),
    "seed": replace(USUAL, seed=9),
    "freeze": replace(USUAL, freeze_biases=True),
    "l1": replace(USUAL, l1=1e-3),
    "l2": replace(USUAL, l2=1 / 3),
    "rule": replace(USUAL, rule=Adam.keras(beta1=0.1 + 0.2)),
    "schedule": replace(USUAL, schedule=CosineRate(over=50, low=1e-3)),
    "data": from_source(DataSource("moons")),
    "size": from_source(DataSource("moons", size=50)),
    "noise": from_source(DataSource("moons", noise=0.0)),
    "dseed": from_source(DataSource("moons", seed=4)),
    "test": from_source(DataSource("iris", test_ratio=0.3)),
    "tseed": from_source(DataSource("iris", test_ratio=0.3, split_seed=5)),
    "std": from_source(DataSource("iris", standardise=True)),
    "features": from_source(DataSource("moons", features=("x1", "x1*x2"))),
    "signed": from_source(DataSource("moons", signed=True)),
}


def named(*tables: tuple[SharedField, ...]) -> list[str]:
    return [field.name for table in tables for field in table]


def test_every_field_has_one_row() -> None:
    assert sorted(named(ROWS, (FROM_SOURCE,), SETTINGS)) == sorted(
        {one.name for one in fields(Experiment)} - {"network"}
    )
    assert sorted(named(NETWORK)) == sorted(one.name for one in fields(Network))
    assert sorted(named(SOURCE)) == sorted({one.name for one in fields(DataSource)} - {"own"})
    assert sorted(named(OWN)) == sorted(one.name for one in fields(RawRows))
    keys = [field.key for field in (*NETWORK, *SETTINGS, *SOURCE) if field.key]
    assert len(keys) == len(set(keys))
    assert {"preset", "x", "edits", *keys} == set(FIELDS)
    assert set(keys) == set(CHANGED)


@pytest.mark.parametrize("key", CHANGED)
def test_every_word_and_every_field_of_a_file_come_back(key: str) -> None:
    changed = CHANGED[key]
    words = to_address(changed)
    assert key in words
    assert from_address(words) == changed
    assert Experiment.from_json(changed.to_json()) == changed


@dataclass(frozen=True)
class Tuned:
    """Settings of a test."""

    speed: int = 1
    loud: bool = False


def test_a_new_field_needs_one_row() -> None:
    table: tuple[SharedField, ...] = (SharedField("speed", WHOLE, key="v", word=whole(0, 9)),)
    assert as_plain(table, Tuned(3, True)) == {"speed": 3}
    table += (SharedField("loud", FLAG, False, "loud", YES_NO),)
    assert as_plain(table, Tuned(3, True)) == {"speed": 3, "loud": True}
    assert as_plain(table, Tuned(3)) == {"speed": 3}, "what is usual is left out"
    assert as_words(table, Tuned(3, True)) == {"v": "3", "loud": "1"}
    for tuned in (Tuned(3, True), Tuned(3)):
        assert Tuned(**from_plain(table, as_plain(table, tuned))) == tuned
        assert Tuned(**from_words(table, as_words(table, tuned))) == tuned
    for damaged, field in (({"speed": "3"}, "speed"), ({}, "speed"), ({"speed": 3, "loud": 1}, "loud")):
        with pytest.raises(Problem) as caught:
            from_plain(table, damaged)
        assert (caught.value.code, caught.value.values["field"]) == ("json_field", field)
    for words, field, right in (({"v": "10"}, "v", "0..9"), ({"v": "1", "loud": "yes"}, "loud", "1")):
        with pytest.raises(Problem) as caught:
            from_words(table, words)
        assert caught.value.values == {"field": field, "value": words[field], "expected": right}


@pytest.mark.parametrize(
    ("word", "good", "bad"),
    [
        (whole(0, 12), {"0": 0, "12": 12}, ["13", "-1", "²", "٣", "1_0", " 1", "+1", "", "1.0", "9" * 5000]),
        (whole(-15, -1), {"-15": -15, "-1": -1}, ["0", "-0", "1", "-16", "--5", "-", "-٣"]),
        (counted(3), {"1": 0, "3": 2}, ["0", "4", "-1", ""]),
        (number("1", below=1e300), {"0.1": 0.1, "-2.0": -2.0}, ["nan", "inf", "1e300", "", "x", "9" * 400]),
        (one_of(("a", "b")), {"a": "a"}, ["", "c", "a,b"]),
        (names("a"), {"a-b": ("a", "b")}, []),
        (YES_NO, {"0": False, "1": True}, ["", "01", "2", "yes", "²"]),
    ],
)
def test_words_are_read_and_written(word: Any, good: dict[str, object], bad: list[str]) -> None:
    for text, value in good.items():
        assert word.read(text) == value
        assert type(word.read(text)) is type(value)
        assert word.write(value) == text
    for text in bad:
        with pytest.raises(Problem) as caught:
            word.of("field", text)
        assert caught.value.values["field"] == "field"
        assert caught.value.values["expected"] == word.right
