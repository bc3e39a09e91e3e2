"""A list of edits as one word of an address: ``20-W.1.2.1-3,~50-eta-0.1``, where a tilde marks what is taken out."""

import json
from typing import Final

from engine.edit import MAX_EDITS, Edit
from engine.edit_list import EditList, ListedEdit
from engine.problems import Problem
from engine.quantities import Quantity
from engine.rules.rule import RULES
from engine.rules.schedule import SCHEDULES
from engine.sharing.packing import packed, unpacked
from engine.sharing.plain_edits import edit_as_plain, edit_from_plain
from engine.sharing.rule_words import word
from engine.sharing.words import number, whole

FIELD: Final = "edits"
EXAMPLE: Final = "20-W.1.2.1-3"
NUMBER: Final = number(EXAMPLE)
ORIGINAL: Final = "original"  # before the first edit: the run without any is on screen
RULE_WORD: Final = word(RULES)
SCHEDULE_WORD: Final = word(SCHEDULES)
_OUT: Final = "~"
_RULE: Final = "rule-"
_SCHEDULE: Final = "schedule"
_PACKED: Final = "x"


def written(edits: EditList) -> str:
    """The word from which ``items`` makes an equal list, every double exact."""
    each = [("" if entry.kept else _OUT) + _item(entry.edit) for entry in edits.entries]
    return ",".join([ORIGINAL] * edits.original + each)


def items(text: str) -> tuple[tuple[ListedEdit, ...], bool]:
    """What ``written`` wrote: the entries, and whether the original is on screen."""
    first, _, rest = text.partition(",")
    original = first == ORIGINAL
    found = (rest if original else text).split(",")
    if len(found) > MAX_EDITS:
        raise Problem("edits_many", count=len(found), limit=MAX_EDITS)
    return tuple(_entry(item) for item in found), original


def _item(edit: Edit) -> str:
    singles = edit.numbers or any(one is not None for one in (edit.learning_rate, edit.rule, edit.schedule))
    if edit.W is not None or edit.b is not None or not singles:
        return _PACKED + packed(json.dumps(edit_as_plain(edit), separators=(",", ":"), allow_nan=False))
    changes = [f"{quantity}-{_short(size)}" for quantity, size in edit.numbers]
    if edit.learning_rate is not None:
        changes.append(f"eta-{_short(edit.learning_rate)}")
    if edit.schedule is not None:
        changes.append(f"{_SCHEDULE}-{SCHEDULE_WORD.write(edit.schedule).replace(',', _OUT)}")
    if edit.rule is not None:  # the last, for names of its numbers may hold what stands between changes
        changes.append(_RULE + RULE_WORD.write(edit.rule).replace(",", _OUT))
    return f"{edit.t}-" + "_".join(changes)


def _short(size: float) -> str:
    return repr(size).removesuffix(".0")


def _entry(item: str) -> ListedEdit:
    kept = not item.startswith(_OUT)
    try:
        return ListedEdit(_edit(item.removeprefix(_OUT)), kept)
    except Problem:
        raise
    except ValueError:
        raise Problem("address_field", field=FIELD, value=item, expected=EXAMPLE) from None


def _edit(item: str) -> Edit:
    """An edit as it is written; raises ``ValueError`` where it is none, ``Problem`` where that says more."""
    if item.startswith(_PACKED):
        return edit_from_plain(unpacked(item[1:]))
    t, _, changes = item.partition("-")
    changes, _, rule = changes.partition(_RULE)
    numbers, rate, schedule, seen = {}, None, None, set[str]()
    for change in changes.removesuffix("_").split("_") if changes or not rule else ():
        place, _, size = change.partition("-")
        if place in seen:
            raise ValueError(place)
        seen.add(place)
        if place == _SCHEDULE:
            schedule = SCHEDULE_WORD.of(FIELD, size.replace(_OUT, ","))
            continue
        value = NUMBER.read(size)
        if place == "eta":
            rate = value
        elif (quantity := Quantity.named(place)) is not None:
            numbers[quantity] = value
        else:
            raise ValueError(place)
    other = RULE_WORD.of(FIELD, rule.replace(_OUT, ",")) if rule else None
    numbered = tuple(numbers.items())
    return Edit(whole().read(t), learning_rate=rate, numbers=numbered, rule=other, schedule=schedule)
