"""What runs are called: what differs between them, and nothing else."""

from typing import Final

from engine import Experiment, Newton, UpdateRule
from engine.numerals import given
from engine.rules.variation import differing
from pages.optimisers.state import OptimisersState
from pages.shared.rules import KERAS, convention_of, kind_of, numbers_apart
from pages.shared.session import Session
from pages.text import Text

PROPER: Final = {"nesterov": "Nesterov", "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}


def rule_called(rule: UpdateRule, words: Text, others: tuple[UpdateRule, ...] = ()) -> str:
    """A rule by what it is called; with its library where it is Keras's, or where ``others`` of its kind have another.

    Of its numbers those are said in which others of its kind and library differ from it.
    """
    if isinstance(rule, Newton):
        return words("optimisers.rule_newton", damping=given(rule.damping, 4))
    kind, library = kind_of(rule), convention_of(rule)
    said = PROPER.get(kind) or words(f"optimisers.rule_{kind}")
    akin = [one for one in others if kind_of(one) == kind]
    if library == KERAS or any(convention_of(one) != library for one in akin):
        said += f" ({words(f'rule.{library}')})"
    return " ".join((said, *numbers_apart(rule, (one for one in akin if convention_of(one) == library))))


def names(session: Session, look: OptimisersState, words: Text) -> tuple[str, ...]:
    """The name of each run, for a legend."""
    return called(look.experiments(session), session.experiment, words)


def called(experiments: tuple[Experiment, ...], base: Experiment, words: Text) -> tuple[str, ...]:
    """The name of each of these runs of ``base``."""
    apart, rules = differing(experiments), tuple(one.rule for one in experiments)
    return tuple(_called(one, base, apart, rules, words) for one in experiments)


def _called(
    experiment: Experiment, base: Experiment, apart: tuple[str, ...], rules: tuple[UpdateRule, ...], words: Text
) -> str:
    """One run by what it has, of the things that differ."""
    parts = []
    if all(rule.second for rule in experiment.rules) and apart != ("rate",):  # it alone may tell runs apart
        apart = tuple(name for name in apart if name != "rate")  # such rules take none
    for name in apart:
        if name == "rule":
            parts.append(rule_called(experiment.rule, words, rules))
        elif name == "rate":
            parts.append(f"η {given(experiment.learning_rate, 4)}")
        elif name == "seed":
            parts.append(words("optimisers.seed", seed=experiment.seed))
        elif name == "batch":
            parts.append(words("optimisers.batch", count=experiment.batch_size))
        elif name == "activation":
            parts.append(words(f"activation.{experiment.network.activations[0]}"))
        else:
            parts.append(
                words("optimisers.edited" if len(experiment.edits) == len(base.edits) else "optimisers.unedited")
            )
    return " · ".join(parts) or words("optimisers.this_run")
