"""The formulas that are alive, each with where it is met and the tests that hold it: ``python -m engine.formulas``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Living:
    """A formula that the app shows with its numbers and its value.

    Attributes
    ----------
    formula : str
        Its id, as the explanations on the screen carry it.
    says : str
        The formula in one line.
    module : str
        The file of ``engine`` that makes it.
    page : str
        Where a reader meets it first, by the page's address.
    tests : tuple of str
        ``file::function``, below ``tests/engine``: they hold its value against a computation written another way.
    """

    formula: str
    says: str
    module: str
    page: str
    tests: tuple[str, ...]


_ORACLES: Final = ("test_oracles.py::test_fifty_digits", "test_oracles.py::test_autograd")
_TREES: Final = ("test_explain.py::test_every_number", "test_explain.py::test_numbers_come_from_the_right_places")
_MATRICES: Final = ("test_matrix_form.py::test_numbers_in_their_places",)
_EXAMPLES: Final = ("derivation/test_derivation.py::test_every_example_agrees_with_autograd_at_every_size",)
_STOPS: Final = ("derivation/test_derivation.py::test_every_stop_agrees_with_autograd",)
_SPLITTING: Final = "splitting/test_error_splitting.py"
_SPLIT: Final = (f"{_SPLITTING}::test_every_formula_alive_evaluates_to_its_value",)
_PERCEPTRON: Final = ("perceptron/test_perceptron.py::test_the_formulas_hold_the_records_values",)
_ROWS: Final = ("books/test_book_formulas.py::test_rows",)
_PROGRAM: Final = ("books/test_book_formulas.py::test_the_program_carried_out_gives_the_same",)
_THRESHOLDS: Final = ("books/test_book_formulas.py::test_thresholds",)


def _living(module: str, page: str, tests: tuple[str, ...], **says: str) -> Iterator[Living]:
    for formula, line in says.items():
        yield Living(formula, line, module, page, tests)


ALIVE: Final = (
    *_living(
        "explain.py", "stepper", (*_ORACLES, *_TREES),
        F1="f(u) = 1/(1 + e^-u), f'(u) = f(u) (1 - f(u))",
        F2="x_j = f(sum_i w_ji x_i + b_j), a hidden neuron",
        F3="x_k = f(sum_j w_kj x_j + b_k), an output neuron",
    ),
    *_living("matrix_form.py", "stepper", (*_ORACLES, *_MATRICES), F4="u = W x + b, x = f(u)"),
    *_living("matrix_form.py", "stepper", (*_ORACLES, *_MATRICES), F5="h(x) = f(W2 f(W1 x + b1) + b2)"),
    *_living("explain.py", "stepper", (*_ORACLES, *_TREES), F6="L = 1/2m sum |h(x) - y|^2, the mean of the samples'"),
    *_living("matrix_form.py", "stepper", _MATRICES, F7="gradient of 1/2 |x - c|^2 by x: x - c"),
    *_living(
        "explain.py", "stepper", (*_TREES, "test_timeline.py::test_update_is_the_difference_of_two_states"),
        F8="W <- W - eta grad_W L, b <- b - eta grad_b L",
    ),
    *_living(
        "experiment.py", "stepper",
        ("test_timeline.py::test_random_walk", "test_timeline.py::test_every_epoch_is_all_rows_once"),
        F9="samples one at a time, in mini-batches, as a whole batch",
    ),
    *_living(
        "derivation/problems.py", "derivation", _EXAMPLES,
        D1="df/dx = df/du du/dx + df/dv dv/dx + df/dw dw/dx",
        D2="y = W x: grad_W f = (grad_y f) x^T",
        D3="y = W x: grad_x f = W^T grad_y f",
        D4="y = g(x): grad_x f = grad_y f * g'(x), elementwise",
        D5="u = W x, y = g(u): D2 and D3 after D4",
        D6="y = g(x): grad_x f = J^T grad_y f",
    ),
    *_living(
        "derivation/network.py", "derivation", _STOPS,
        D7="grad_W L = delta x^T, grad_b L = delta",
        D8="delta_L = (x - y) * f'(u)",
        D9="delta_l = (W_l+1)^T delta_l+1 * f'(u)",
        D10="D8 and D9 as one recursion",
        D11="the complete algorithm: deltas, gradients, update",
        D12="what is kept from the forward pass: f(u), f'(u)",
    ),
    *_living(
        "books/row_formulas.py", "notation", _ROWS,
        R1="index form: z_j, y_j, delta_j, and the derivatives of e",
        R2="the same with nabla",
        R3="z = x W + b, grad_z = grad_y * f'(z), grad_W = x^T grad_z, grad_x = grad_z W^T",
    ),
    *_living("books/row_formulas.py", "notation", _PROGRAM, R4="the same as a program of assignments"),
    *_living("books/row_formulas.py", "notation", _ROWS, R5="row-major storage, layer by layer"),
    *_living(
        "perceptron/formulas.py", "perceptron", _PERCEPTRON,
        P1="f(x) = sgn(w^T x + b)",
        P2="the hyperplane w^T x + b = 0",
        P3="distance of a point, |w^T x + b| / |w|",
        P4="total distance of the misclassified",
        P5="the loss, without the norm",
        P6="its gradient",
        P7="the correction, eta (y - y^) x^",
    ),
    *_living(
        "books/threshold_formulas.py", "notation", _THRESHOLDS,
        T1="E_k = 1/2 sum (y^ - y)^2",
        T2="the chain for w_hj: three factors",
        T3="g_j = y^_j (1 - y^_j) (y_j - y^_j)",
        T4="delta w_hj = eta g_j b_h",
        T5="delta theta_j = -eta g_j",
        T6="delta v_ih = eta e_h x_i",
        T7="delta gamma_h = -eta e_h",
        T8="e_h = b_h (1 - b_h) sum_j w_hj g_j",
    ),
    *_living("splitting/formulas.py", "splitting", (f"{_SPLITTING}::test_e1_two_by_two_is_the_books", *_SPLIT),
             E1="dot and matrix products, cell by cell"),
    *_living(
        "splitting/formulas.py", "splitting", (f"{_SPLITTING}::test_e2_e3_against_einsum_through_all_layers",
                                           *_SPLIT),
        E2="the error split in proportion to the weights",
        E3="e_hidden = W^T e",
    ),
    *_living(
        "splitting/formulas.py", "splitting", (f"{_SPLITTING}::test_e4_e5_e6_print_what_the_book_prints",
                                           *_SPLIT),
        E4="dE/dw_jk = -2 (t_k - o_k) s (1 - s) o_j",
        E5="w_jk <- w_jk - alpha dE/dw_jk",
        E6="delta W_jk = alpha (E_k o_k (1 - o_k)) o_j^T",
    ),
    *_living(
        "splitting/formulas.py", "splitting", (f"{_SPLITTING}::test_the_exact_rule_is_what_autograd_says",
                                           f"{_SPLITTING}::test_angles", *_SPLIT),
        E7="the three rules side by side, and the angles between them",
    ),
)  # fmt: skip


def table() -> str:
    """The list as text, a formula a line and the tests that hold it below."""
    lines = []
    for one in ALIVE:
        lines.append(f"{one.formula:4} {one.says}")
        lines.append(f"     page {one.page}, engine/{one.module}")
        lines += [f"     tests/engine/{test}" for test in one.tests]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
