"""The letters in which E1-E7 are written: the error book's own, or those of another book for the same numbers."""

from dataclasses import dataclass

from engine.books.book import ERROR, ROW, THRESHOLD, Notation
from engine.expression import Symbol


@dataclass(frozen=True)
class Letters:
    """TeX of the parts of E1-E7 in a book, for weights from layer ``low`` into the layer above.

    ``e`` and ``E`` stay: they are this page's own, the target minus the output and the sum of its squares.
    """

    book: Notation
    low: int
    layers: int

    @property
    def own(self) -> bool:
        """Whether this is the book that E1-E7 come from."""
        return self.book.name == ERROR.name

    def _symbol(self, kind: str, layer: int, j: int | str = "", i: int | str = "") -> str:
        return self.book.symbol(Symbol(kind, layer, j, i, last=self.layers))

    def weight(self, j: int | str, k: int | str) -> str:
        """The weight from neuron j to neuron k above."""
        return f"w_{{{j}{k}}}" if self.own else self._symbol("W", self.low + 1, k, j)

    def below(self, j: int | str) -> str:
        """What neuron j of the lower layer puts out."""
        return f"o_{{{j}}}" if self.own else self._symbol("x", self.low, j)

    def output(self, k: int | str) -> str:
        """What output k puts out."""
        return f"o_{{{k}}}" if self.own else self._symbol("x", self.layers, k)

    def target(self, k: int | str) -> str:
        """What output k should put out."""
        return f"t_{{{k}}}" if self.own else self._symbol("y", self.layers, k)

    def net_input(self, k: int | str) -> str:
        """The net input of output k."""
        return f"u_{{{k}}}" if self.own else self._symbol("u", self.layers, k)

    def sent(self, k: str) -> str:
        """-delta of neuron k above."""
        if self.own:
            return rf"(-\delta_{k})"
        delta = self._symbol("delta", self.low + 1, k)
        return delta if self.book.factors.get("delta") else f"(-{delta})"

    @property
    def rate(self) -> str:
        """The learning rate."""
        return self.book.symbol(Symbol("eta"))

    def back(self, low: str, high: str, pair: str) -> str:
        """E3 for the whole layer: W^T e, or e W^T of rows, or W e where W has a row for each neuron below."""
        if self.own:
            return rf"e_{{{low}}} = W_{{{pair}}}^{{\mathsf T}}\,e_{{{high}}}"
        W = self._symbol("W", self.low + 1)
        if self.book.name == ROW.name:
            return rf"\vec e_{{{low}}} = \vec e_{{{high}}}\,({W})^{{\mathsf T}}"
        if self.book.name == THRESHOLD.name:
            return rf"e_{{{low}}} = {W}\,e_{{{high}}}"
        return rf"e_{{{low}}} = ({W})^{{\mathsf T}}\,e_{{{high}}}"

    def change(self, steep: str) -> str:
        """E6: a column of errors times slopes, times a row of outputs; the other way round where rows are from."""
        if self.own:
            return rf"\Delta W_{{jk}} = \alpha\,\bigl(E_k{steep}\bigr)\cdot o_j^{{\mathsf T}}"
        slope = rf" \odot f'({self._symbol('u', self.layers)})" if steep else ""
        x, W = self._symbol("x", self.low), self._symbol("W", self.low + 1)
        errors = rf"\vec e{slope}" if self.book.name == ROW.name else f"e{slope}"
        if self.book.name == ROW.name:
            return rf"\Delta {W} = {self.rate}\,({x})^{{\mathsf T}}\,({errors})"
        if self.book.name == THRESHOLD.name:
            return rf"\Delta {W} = {self.rate}\,{x}\,({errors})^{{\mathsf T}}"
        return rf"\Delta {W} = {self.rate}\,({errors})\,({x})^{{\mathsf T}}"
