"""The edits that somebody has made of an experiment, as a list: each can be taken out and put back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.edit import Edit, check_room


@dataclass(frozen=True)
class ListedEdit:
    """An edit, and whether it was in when edits were last looked at."""

    edit: Edit
    kept: bool = True


@dataclass(frozen=True)
class EditList:
    """Edits in order of t, those of one update in the order in which they were made; every move makes another list.

    Parameters
    ----------
    entries : tuple of ListedEdit
    original : bool
        The run without any edit is looked at; the entries still tell which of them come back with ``swapped``. Where
        none was kept it is the original too, and all come back.

    Raises
    ------
    Problem
        ``edits_many`` for more than a thousand, ``edits_large`` for more numbers than can be kept.
    """

    entries: tuple[ListedEdit, ...] = ()
    original: bool = False

    def __post_init__(self) -> None:
        check_room([entry.edit for entry in self.entries])
        entries = tuple(sorted(self.entries, key=lambda entry: entry.edit.t))
        if not any(entry.kept for entry in entries):
            entries = tuple(replace(entry, kept=True) for entry in entries)
            object.__setattr__(self, "original", bool(entries))
        object.__setattr__(self, "entries", entries)

    @staticmethod
    def of(edits: Iterable[Edit]) -> "EditList":
        """All of them in."""
        return EditList(tuple(ListedEdit(edit) for edit in edits))

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def applied(self) -> tuple[Edit, ...]:
        """The edits that are in: those of the experiment."""
        return tuple(entry.edit for k, entry in enumerate(self.entries) if self.is_in(k))

    def is_in(self, k: int) -> bool:
        """Whether entry k (from 0) is in."""
        return self.entries[k].kept and not self.original

    def made(self, edit: Edit) -> "EditList":
        """With another edit, which is in; later ones belonged to the future that is left, and are taken out.

        Where the newest entry of that update is in and changes the same, it is replaced: a number that is set twice at
        one update is one edit. So is the very same edit that was taken out.
        """
        stay = [
            replace(entry, kept=self.is_in(k) and entry.edit.t <= edit.t)
            for k, entry in enumerate(self.entries)
            if entry.edit != edit or self.is_in(k)
        ]
        same = [k for k, entry in enumerate(stay) if entry.edit.t == edit.t]
        if same and stay[same[-1]].kept and stay[same[-1]].edit.covered_by(edit):
            del stay[same[-1]]
        return EditList((*stay, ListedEdit(edit)))

    def toggled(self, k: int) -> "EditList":
        """Entry k taken out, or put back; with the last one out it is the original."""
        if self.is_in(k) and len(self.applied) == 1:
            return replace(self, original=True)
        kept = (self.is_in(n) != (n == k) for n in range(len(self)))
        return EditList(tuple(replace(entry, kept=now) for entry, now in zip(self.entries, kept, strict=True)))

    def without(self, k: int) -> "EditList":
        """Entry k forgotten."""
        return replace(self, entries=(*self.entries[:k], *self.entries[k + 1 :]))

    def swapped(self) -> "EditList":
        """To the run without edits; from there back to those that were in."""
        return replace(self, original=bool(self.entries) and not self.original)
