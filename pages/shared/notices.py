"""The notices above a page as sentences, and the one that the run has diverged."""

from typing import Protocol

from engine import divergence, numerals
from pages.shared import naming
from pages.shared.rules import rule_name
from pages.shared.session import Session
from pages.shared.view import Notice
from pages.stage import Note
from pages.text import Text


class Speaker(Protocol):
    """Who has something to say to the visitor."""

    notices: list[Notice]
    last_notices: tuple[Notice, ...]


def sentences(session: Speaker, words: Text) -> list[str]:
    """The waiting notices as sentences. Each is returned once and stays on screen until the next step."""
    said, session.notices = session.notices, []
    session.last_notices = tuple(said)
    return [
        words.problem(notice.problem) if notice.problem else words(f"notice.{notice.key}", **notice.values)
        for notice in said
    ]


def say_again(session: Speaker) -> None:
    """Keep what the screen says when it is drawn anew though nobody has done anything."""
    session.notices = [*session.last_notices, *session.notices]


def run_notice(session: Session, words: Text, notices: list[str]) -> Note:
    """The panel of notices, with the divergence of the run if there is one."""
    wrong = divergence(session.line, session.t)
    said = list(notices)
    if wrong is not None:
        what = naming.quantity_plain(words, session.experiment.network, wrong.quantity)
        said.append(_diverged(session, words, wrong.t, what, wrong.value))
    standing = _standing(session, words)
    return Note("notices", "  ".join([*said, *standing]), tone="negative" if wrong or standing else "")


def _standing(session: Session, words: Text) -> list[str]:
    """Why an update of the second order makes no step, from the phase on in which its rule finds out."""
    solved = session.update.second
    if solved is None or solved.step.problem is None or session.phase.kind not in ("rule", "update"):
        return []
    return [words.problem(solved.step.problem), words("notice.stands_still")]


def plain_steps(session: Session, words: Text) -> list[str]:
    """That the steps of a page are those of gradient descent, where the run moves by another rule."""
    rule = session.experiment.rule_at(session.t)
    return [] if rule.plain else [words("notice.plain_steps", rule=rule_name(rule, words))]


def _diverged(session: Session, words: Text, t: int, what: str, number: float) -> str:
    said = numerals.significant(number)
    if begins_too_large(session, t):
        here = t == session.t
        return words("status.diverged_here_weights" if here else "status.diverged_weights", t=t, what=what, value=said)
    second = session.experiment.rule_at(t).second  # which takes no rate
    if t == session.t:
        return words("status.diverged_here_second" if second else "status.diverged_here", what=what, value=said)
    if second:
        return words("status.diverged_second", t=t, what=what, value=said)
    eta = numerals.given(session.experiment.learning_rate_at(t))
    return words("status.diverged", t=t, what=what, value=said, eta=eta)


def begins_too_large(session: Session, t: int) -> bool:
    """Whether what the visitor set is why update t diverges: no step lies between it and the start, or an edit."""
    return t == 0 or any(edit.t == t and bool(edit.parameters) for edit in session.line.experiment.edits)
