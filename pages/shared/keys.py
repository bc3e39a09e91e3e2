"""The keys as a list for people: which are pressed and what they do, on a page or on all of them."""

from typing import Final

from pages.stage import Help
from pages.text import Text

KEYS: Final = (  # what stands on the keys, and the key of the words for what they do
    (("→", "PageDown"), "next_phase"),
    (("←", "PageUp"), "previous_phase"),
    (("N",), "next_update"),
    (("P",), "previous_update"),
    (("Home",), "first_update"),
    (("End",), "last_update"),
    (("␣",), "play"),
    (("G",), "go_to"),
    (("F", "Esc"), "present"),
    (("?",), "help"),
)
ASKING: Final = ((("Q",), "button_help"), (("1 – 4",), "choices"), (("0 – 9", "⏎"), "typed"))
IN_LESSONS: Final = (
    (("PageDown", "⇧→"), "next_stop"),
    (("PageUp", "⇧←"), "previous_stop"),
    (("L",), "back_help"),
    (("1 – 4",), "answers"),
)


def said(words: Text) -> list[tuple[tuple[str, ...], str]]:
    """What stands on each key, and what it does."""
    usual = [(names, words(f"keys.{does}")) for names, does in KEYS]
    asking = [(names, words(f"ask.{does}")) for names, does in ASKING]
    return [*usual, *asking, *((names, words(f"lesson.{does}")) for names, does in IN_LESSONS)]


def listed(words: Text) -> Help:
    """All of them, as the key ``?`` shows them."""
    return Help(words("keys.title"), said(words), words("keys.close"), [(words("welcome.again"), "welcome.open")])
