"""An experiment as JSON text: versioned, every double exact, and checked field by field on the way back."""

import json
from collections.abc import Mapping
from typing import Any, Final

from engine.data.sourced import fields_of
from engine.experiment import Experiment
from engine.network import Network
from engine.problems import Problem
from engine.sharing.fields import FROM_SOURCE, NETWORK, ROWS, SETTINGS
from engine.sharing.fields import as_plain as fields_as_plain
from engine.sharing.fields import from_plain as fields_from_plain
from engine.sharing.json_kinds import from_zero, is_whole

VERSION: Final = 1
MAX_CHARACTERS: Final = 16_000_000
AT: Final = "at"  # after so many updates


def to_json(experiment: Experiment, at: int = 0) -> str:
    """JSON text that ``from_json`` turns back into an equal experiment; ``opened`` also into the update it is at."""
    plain = as_plain(experiment) | ({AT: at} if at else {})
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def as_plain(experiment: Experiment) -> dict[str, Any]:
    """The experiment as lists, numbers and texts; what has its usual value is left out."""
    rows = ROWS if experiment.source is None else (FROM_SOURCE,)
    return (
        {"backstep": VERSION}
        | fields_as_plain(NETWORK, experiment.network)
        | fields_as_plain(rows, experiment)
        | fields_as_plain(SETTINGS, experiment)
    )


def from_json(text: str | bytes) -> Experiment:
    """The experiment that ``to_json`` wrote; raises as ``opened`` does."""
    return opened(text)[0]


def opened(text: str | bytes) -> tuple[Experiment, int]:
    """The experiment that ``to_json`` wrote, and at which update.

    Raises
    ------
    Problem
        With the place that is wrong and what would be right; never anything else, whatever the text.
    """
    if len(text) > MAX_CHARACTERS:
        raise Problem("json_large", size=len(text), limit=MAX_CHARACTERS)
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem("json_syntax", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):  # not UTF-8, a number of thousands of digits, brackets without end
        raise Problem("json_syntax", line=1, column=1) from None
    experiment = from_plain(plain)
    at = plain.get(AT, 0)
    if not from_zero(is_whole)(at):
        raise Problem("json_field", field=AT, expected="json_updates")
    return experiment, at


def from_plain(plain: object) -> Experiment:
    """The experiment that ``as_plain`` described; raises ``Problem``."""
    if not isinstance(plain, dict) or not is_whole(plain.get("backstep")):
        raise Problem("json_field", field="backstep", expected=VERSION)
    if plain["backstep"] != VERSION:
        raise Problem("json_version", version=plain["backstep"], known=VERSION)
    known = {field.name for field in (*NETWORK, *ROWS, FROM_SOURCE, *SETTINGS)}
    for name in plain:
        if name not in known and name not in ("backstep", AT):
            raise Problem("json_unknown", field=name)
    network, settings = fields_from_plain(NETWORK, plain), fields_from_plain(SETTINGS, plain)
    if FROM_SOURCE.name not in plain:
        rows = fields_from_plain(ROWS, plain)
    elif twice := [field.name for field in ROWS if field.name in plain]:
        raise Problem("json_twice", field=twice[0])
    else:
        rows = fields_of(fields_from_plain((FROM_SOURCE,), plain)[FROM_SOURCE.name])
    return asked(Experiment(network=Network(**network), **settings, **rows), settings)


def asked(experiment: Experiment, settings: Mapping[str, Any]) -> Experiment:
    """The experiment that these settings made; a batch of more rows than there are is a mistake where it is written.

    Raises
    ------
    Problem
        ``batch_size``.
    """
    if settings.get("batch_size", 1) > len(experiment.X):
        raise Problem("batch_size", value=settings["batch_size"], limit=len(experiment.X))
    return experiment
