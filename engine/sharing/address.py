"""An experiment as parameters of an address: short words for what presets offer, one packed word for the rest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from engine import presets
from engine.data.datasets import DataSource
from engine.data.generated import GENERATED
from engine.data.sourced import with_source
from engine.edit_list import EditList
from engine.experiment import Experiment
from engine.problems import Problem
from engine.sharing import edit_words, saved
from engine.sharing.fields import NETWORK, SETTINGS, SOURCE, as_words, from_words
from engine.sharing.packing import packed, unpacked

LIMIT: Final = 6 * 1024  # characters of the packed word; longer addresses do not survive mail and chat
KEPT: Final = 2_000_000  # of one that no address carries, but the browser keeps
_UNPACKED: Final = 160  # times its length: what a packed word may unfold to
FIELDS: Final = (
    "preset",
    *(field.key for field in (*SOURCE, *NETWORK, *SETTINGS) if field.key),
    "x",
    edit_words.FIELD,
)


def to_address(experiment: Experiment, edits: EditList | None = None, limit: int = LIMIT) -> dict[str, str]:
    """Parameters from which ``opened`` makes an equal experiment.

    With ``edits``, the list that its edits are from, they also tell what was taken out; see ``opened``.

    Raises
    ------
    Problem
        ``address_large`` where the packed words would be longer than ``limit``: 6 KB for an address.
    """
    edits = EditList.of(experiment.edits) if edits is None else edits
    fields = _without_edits(replace(experiment, edits=()))
    if edits.entries:
        fields = fields | {edit_words.FIELD: edit_words.written(edits)}
    size = sum(len(fields.get(field, "")) for field in ("x", edit_words.FIELD))
    if size > limit:
        raise Problem("address_large", size=size, limit=limit)
    return fields


def _without_edits(experiment: Experiment) -> dict[str, str]:
    if experiment.source is not None and (words := _on_source(experiment)) is not None:
        return words
    readable = [fields for name in presets.PRESETS if (fields := _against(experiment, name)) is not None]
    if readable:
        return min(readable, key=len)
    return {"x": packed(saved.to_json(experiment))}


def opened(fields: Mapping[str, str], limit: int = LIMIT) -> tuple[Experiment, EditList]:
    """The experiment that an address asks for, and the list of its edits, those taken out included.

    Without any of ``FIELDS`` it is the default one. An address of version 0.1.0 has its edits within the packed
    experiment: all of them are in.

    Raises
    ------
    Problem
        Which part was not understood.
    """
    experiment = _read_without_edits(fields, limit)
    edits = EditList.of(experiment.edits)
    if (word := fields.get(edit_words.FIELD)) is not None:
        if len(word) > limit:
            raise Problem("address_large", size=len(word), limit=limit)
        more, original = edit_words.items(word)
        edits = EditList((*edits.entries, *more), original)
        experiment = replace(experiment, edits=edits.applied)
    return experiment, edits


def _read_without_edits(fields: Mapping[str, str], limit: int) -> Experiment:
    if "x" in fields:
        return saved.from_plain(_unpacked(fields["x"], limit))
    base = presets.experiment(fields.get("preset", presets.DEFAULT))
    source = _source(fields)
    if source is not None:
        base = with_source(base, source)
    network, shape, values = base.network, from_words(NETWORK, fields), from_words(SETTINGS, fields)
    sizes = shape.get("sizes", network.sizes)
    if "activations" not in shape and len(sizes) != len(network.sizes):
        shape["activations"] = (network.activations[0],) * (len(sizes) - 2) + network.activations[-1:]
    made = replace(network, **shape)
    if made.sizes != network.sizes and not isinstance(base.initial, str):
        values = {"initial": "uniform"} | values
    return saved.asked(replace(base, **{"network": made} | values), values)


def _source(fields: Mapping[str, str]) -> DataSource | None:
    """The data set that an address asks for; None where it has no ``data``."""
    given = fields.get("data")
    if given is None:
        alone = next((field.key for field in SOURCE if field.key in fields), None)
        if alone is not None:
            raise Problem("address_field", field=alone, value=fields[alone], expected="data=moons")
        return None
    if given == "own":  # its rows are in the packed word
        raise Problem("set_own")
    for word in ("size", "noise", "dseed"):
        if word in fields and given not in GENERATED:
            raise Problem("address_field", field=word, value=fields[word], expected="data=moons")
    return DataSource(**from_words(SOURCE, fields))


def _on_source(experiment: Experiment) -> dict[str, str] | None:
    """The words of a data set and what else to say, or None where short words do not suffice."""
    source = experiment.source
    if source is None or source.own is not None or not isinstance(experiment.initial, str):
        return None
    fields = {"data": source.name} | _unlike(as_words(SOURCE, source), as_words(SOURCE, DataSource(source.name)))
    return fields | _unlike(_words(experiment), _words(with_source(presets.experiment(), source)))


def _against(experiment: Experiment, name: str) -> dict[str, str] | None:
    """What to say beside ``preset=name``, or None where short words do not suffice."""
    base = presets.experiment(name)
    if (
        experiment.source is not None
        or len(experiment.X_test)
        or not np.array_equal(experiment.X, base.X)
        or not np.array_equal(experiment.Y, base.Y)
        or (experiment.input_names, experiment.output_names) != (base.input_names, base.output_names)
    ):
        return None
    if not isinstance(experiment.initial, str) and experiment.initial != base.initial:
        return None
    fields = _unlike(_words(experiment), _words(base))
    return fields if name == presets.DEFAULT else {"preset": name} | fields


def _words(experiment: Experiment) -> dict[str, str]:
    """Everything but the data, typed parameters and edits, each as a short word."""
    return as_words(NETWORK, experiment.network) | as_words(SETTINGS, experiment)


def _unlike(words: Mapping[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in words.items() if text != usual[key]}


def _unpacked(word: str, limit: int) -> object:
    if len(word) > limit:
        raise Problem("address_large", size=len(word), limit=limit)
    try:
        return unpacked(word, _UNPACKED * limit)
    except ValueError:
        raise Problem("address_compact") from None
