"""An experiment as parameters of an address: short words for what presets offer, one packed word for the rest."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from engine import presets
from engine.data.sourced import with_source
from engine.experiment import Experiment
from engine.network import Network
from engine.problems import Problem
from engine.sharing import saved
from engine.sharing import source as address_source
from engine.sharing.words import number, whole, yes_no

LIMIT: Final = 6 * 1024  # characters of the packed word; longer addresses do not survive mail and chat
_UNPACKED_LIMIT: Final = 1 << 20  # a packed word that unfolds to more was made to do harm
FIELDS: Final = (
    "preset", *address_source.FIELDS, "sizes", "act", "loss", "eta", "batch", "shuffle", "seed", "init", "freeze", "l1",
    "l2", "x",
)  # fmt: skip


def to_address(experiment: Experiment) -> dict[str, str]:
    """Parameters from which ``from_address`` makes an equal experiment.

    Raises
    ------
    Problem
        ``address_large`` where the packed word would be longer than 6 KB.
    """
    if experiment.source is not None and (words := _on_source(experiment)) is not None:
        return words
    readable = [fields for name in presets.PRESETS if (fields := _against(experiment, name)) is not None]
    if readable:
        return min(readable, key=len)
    raw = saved.to_json(experiment).encode()
    word = base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")
    if len(word) > LIMIT:
        raise Problem("address_large", size=len(word), limit=LIMIT)
    return {"x": word}


def from_address(fields: Mapping[str, str]) -> Experiment:
    """The experiment that an address asks for; without any of ``FIELDS`` the default one.

    Raises
    ------
    Problem
        Which part was not understood.
    """
    if "x" in fields:
        return saved.from_plain(_unpacked(fields["x"]))
    base = presets.experiment(fields.get("preset", presets.DEFAULT))
    source = address_source.source_of(fields)
    if source is not None:
        base = with_source(base, source)
    network = base.network
    sizes = network.sizes
    if "sizes" in fields:
        sizes = tuple(whole("sizes", part, "3-4-2") for part in fields["sizes"].split("-")[:64])
    activations: tuple[str, ...] = network.activations
    if "act" in fields:
        activations = tuple(fields["act"].split("-")[:64])
    elif len(sizes) != len(network.sizes):
        activations = (network.activations[0],) * (len(sizes) - 2) + network.activations[-1:]
    loss = fields.get("loss", network.loss)
    made = Network(sizes, activations, loss)
    if made.sizes != network.sizes and not isinstance(base.initial, str) and "init" not in fields:
        base = replace(base, network=made, initial="uniform")
    return replace(
        base,
        network=made,
        initial=fields.get("init", base.initial),
        learning_rate=number("eta", fields["eta"], "0.5") if "eta" in fields else base.learning_rate,
        batch_size=whole("batch", fields["batch"], "1") if "batch" in fields else base.batch_size,
        shuffle=yes_no("shuffle", fields["shuffle"]) if "shuffle" in fields else base.shuffle,
        seed=whole("seed", fields["seed"], "0") if "seed" in fields else base.seed,
        freeze_biases=yes_no("freeze", fields["freeze"]) if "freeze" in fields else base.freeze_biases,
        l1=number("l1", fields["l1"], "0.01") if "l1" in fields else base.l1,
        l2=number("l2", fields["l2"], "0.01") if "l2" in fields else base.l2,
    )


def _on_source(experiment: Experiment) -> dict[str, str] | None:
    """The words of a data set and what else to say, or None where short words do not suffice."""
    source = experiment.source
    if source is None or source.own is not None or experiment.edits or not isinstance(experiment.initial, str):
        return None
    usual = _words(with_source(presets.experiment(), source))
    return address_source.words_of(source) | {
        key: value for key, value in _words(experiment).items() if value != usual[key]
    }


def _against(experiment: Experiment, name: str) -> dict[str, str] | None:
    """What to say beside ``preset=name``, or None where short words do not suffice."""
    base = presets.experiment(name)
    if (
        experiment.edits
        or experiment.source is not None
        or len(experiment.X_test)
        or not np.array_equal(experiment.X, base.X)
        or not np.array_equal(experiment.Y, base.Y)
        or (experiment.input_names, experiment.output_names) != (base.input_names, base.output_names)
    ):
        return None
    if not isinstance(experiment.initial, str) and experiment.initial != base.initial:
        return None
    said, usual = _words(experiment), _words(base)
    fields = {key: value for key, value in said.items() if value != usual[key]}
    return fields if name == presets.DEFAULT else {"preset": name} | fields


def _words(experiment: Experiment) -> dict[str, str]:
    """Everything but the data and typed parameters, each as a short word."""
    network = experiment.network
    return {
        "sizes": "-".join(map(str, network.sizes)),
        "act": "-".join(network.activations),
        "loss": network.loss,
        "eta": repr(experiment.learning_rate),
        "batch": str(experiment.batch_size),
        "shuffle": str(int(experiment.shuffle)),
        "seed": str(experiment.seed),
        "init": experiment.initial if isinstance(experiment.initial, str) else "",
        "freeze": str(int(experiment.freeze_biases)),
        "l1": repr(experiment.l1),
        "l2": repr(experiment.l2),
    }


def _unpacked(word: str) -> object:
    if len(word) > LIMIT:
        raise Problem("address_large", size=len(word), limit=LIMIT)
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(raw, _UNPACKED_LIMIT)
        if not unpacker.eof or unpacker.unused_data:
            raise Problem("address_compact")
        return json.loads(text)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise Problem("address_compact") from None
