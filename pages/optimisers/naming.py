"""What runs are called: what differs between them, and nothing else."""

from typing import Final

from engine import Experiment
from engine.numerals import given
from engine.rules.variation import KERAS, name_of_rule
from pages.optimisers.state import OptimisersState
from pages.shared.session import Session
from pages.text import Text

PROPER: Final = {"nesterov": "Nesterov", "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}


def rule_called(name: str, words: Text, other: bool = False) -> str:
    """A rule by what it is called; with its library where it is Keras's, or where ``other`` runs are."""
    plain = name.removesuffix(KERAS)
    said = PROPER.get(plain) or words(f"optimisers.rule_{plain.replace('-', '_')}")
    return f"{said} (Keras)" if plain != name else f"{said} (PyTorch)" if other else said


def names(session: Session, look: OptimisersState, words: Text) -> tuple[str, ...]:
    """The name of each run, for a legend."""
    differing, experiments = look.differing(session), look.experiments(session)
    libraries = frozenset(
        name_of_rule(one).removesuffix(KERAS) for one in experiments if name_of_rule(one).endswith(KERAS)
    )
    return tuple(called(one, differing, words, libraries) for one in experiments)


def called(
    experiment: Experiment, differing: tuple[str, ...], words: Text, libraries: frozenset[str] = frozenset()
) -> str:
    """One run by what it has, of the things that differ; ``libraries`` are the rules that stand in Keras's form too."""
    parts = []
    for name in differing:
        if name == "rule":
            rule = name_of_rule(experiment)
            parts.append(rule_called(rule, words, rule in libraries))
        elif name == "rate":
            parts.append(f"η {given(experiment.learning_rate, 4)}")
        elif name == "seed":
            parts.append(words("optimisers.seed", seed=experiment.seed))
        elif name == "batch":
            parts.append(words("optimisers.batch", count=experiment.batch_size))
        elif name == "activation":
            parts.append(words(f"activation.{experiment.network.activations[0]}"))
        else:
            parts.append(words("optimisers.edited" if experiment.edits else "optimisers.unedited"))
    return " · ".join(parts) or words("optimisers.this_run")
