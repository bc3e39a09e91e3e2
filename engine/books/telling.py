"""An explanation as another book tells it: its letters, its order of factors, its signs, and the numbers it shows."""

from engine.books.book import COLUMN, ERROR, ROW, THRESHOLD, Notation
from engine.books.telling_error import Error
from engine.books.telling_row import Row
from engine.books.telling_threshold import Threshold
from engine.explain import Explanation
from engine.network import Network
from engine.update import Update


def told(explanation: Explanation, network: Network, update: Update, notation: Notation) -> Explanation:
    """The same number as a book writes it; ``value`` is the number that this book shows, and ``worked`` gives it.

    ``row`` transposes every product of matrices. ``threshold`` shows -b and its change, g and e for -delta, and its
    layer formulas are extended from the book's index formulas. ``error`` shows t - o and -delta, and E without the
    half; its gradients have the factor 2 absorbed. ``notes`` says where that bites and where the book is silent.
    """
    if notation.name == COLUMN.name:
        return explanation
    book = {ROW.name: Row, THRESHOLD.name: Threshold, ERROR.name: Error}[notation.name]
    return book(network, update, notation.of(network), explanation.quantity).tell(explanation)
