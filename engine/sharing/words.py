"""One word of an address: a whole number, a number, yes or no; or the sentence that says what would be right."""

from engine.problems import Problem


def whole(field: str, text: str, example: str) -> int:
    """A whole number of at most ten digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Problem("address_field", field=field, value=text, expected=example)
    return int(text)


def number(field: str, text: str, example: str) -> float:
    """A number; of a text too long to be one, not a number."""
    try:
        return float(text) if len(text) <= 40 else float("nan")
    except ValueError:
        raise Problem("address_field", field=field, value=text, expected=example) from None


def yes_no(field: str, text: str) -> bool:
    """1 or 0."""
    if text not in ("0", "1"):
        raise Problem("address_field", field=field, value=text, expected="1")
    return text == "1"
