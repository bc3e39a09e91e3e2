"""What runs are called: what differs between them, and nothing else."""

from typing import Final

from engine import Experiment, Newton, UpdateRule
from engine.numerals import given
from engine.rules.variation import KERAS, name_of_rule
from pages.optimisers.state import OptimisersState
from pages.shared.session import Session
from pages.text import Text

PROPER: Final = {"nesterov": "Nesterov", "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}


def rule_called(rule: UpdateRule, words: Text, other: bool = False) -> str:
    """A rule by what it is called; with its library where it is Keras's, or where ``other`` runs are."""
    if isinstance(rule, Newton):
        return words("optimisers.rule_newton", damping=given(rule.damping, 4))
    name = name_of_rule(rule)
    plain = name.removesuffix(KERAS)
    said = PROPER.get(plain) or words(f"optimisers.rule_{plain.replace('-', '_')}")
    return f"{said} (Keras)" if plain != name else f"{said} (PyTorch)" if other else said


def names(session: Session, look: OptimisersState, words: Text) -> tuple[str, ...]:
    """The name of each run, for a legend."""
    differing, experiments = look.differing(session), look.experiments(session)
    rules = [name_of_rule(one.rule) for one in experiments]
    libraries = frozenset(rule.removesuffix(KERAS) for rule in rules if rule.endswith(KERAS))
    return tuple(called(one, session.experiment, differing, words, libraries) for one in experiments)


def called(
    experiment: Experiment,
    base: Experiment,
    differing: tuple[str, ...],
    words: Text,
    libraries: frozenset[str] = frozenset(),
) -> str:
    """One run of ``base`` by what it has, of the things that differ; ``libraries``: rules there in Keras's form too."""
    parts = []
    if all(rule.second for rule in experiment.rules) and differing != ("rate",):  # it alone may tell runs apart
        differing = tuple(name for name in differing if name != "rate")  # such rules take none
    for name in differing:
        if name == "rule":
            parts.append(rule_called(experiment.rule, words, name_of_rule(experiment.rule) in libraries))
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
