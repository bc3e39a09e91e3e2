"""The list of the formulas is whole, is printed from the trees, and each has its sentence in both languages."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from engine.formulas.__main__ import every, table
from pages.text import LANGUAGES, text

ROOT = Path(__file__).resolve().parent.parent
COUNTS = {"F": 9, "D": 12, "R": 5, "P": 7, "T": 8, "E": 7}  # docs/formulas.md
SECOND = [f"S{number}" for number in range(1, 15)]
WANTED = [*(f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)), *SECOND]
FAMILIES = (
    "derivation.walk",
    "formulas.rows",
    "perceptron.formulas",
    "formulas.thresholds",
    "splitting.formulas",
    "rules.formulas",
    "formulas.ruled",
)


def test_every_formula_is_there_once() -> None:
    assert list(every()) == WANTED
    assert all(written and all(written) for written in every().values())


def test_the_document_lists_the_same() -> None:
    listed = re.findall(r"^- \*\*([A-Z]\d+)\*\*", (ROOT / "docs" / "formulas.md").read_text("utf-8"), re.MULTILINE)
    assert [formula for formula in listed if formula[0] in {*COUNTS, "S"}] == WANTED


def test_the_modules_own_lists_are_the_same() -> None:
    own = [formula for name in FAMILIES for formula in import_module(f"engine.{name}").FORMULAS]
    assert sorted(own) == sorted(formula for formula in WANTED if formula[0] != "F")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_sentence_of_its_own(language: str) -> None:
    said = [text(language)(f"formula.{formula}") for formula in WANTED]
    assert len(set(said)) == len(WANTED)
    assert all(len(one) < 80 for one in said)


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("F4", r"u^{(1)} = W^{(1)}\,x^{(0)} + b^{(1)}"),
        ("F8", r"W^{(1)} \leftarrow W^{(1)} - \eta\,\nabla_{W^{(1)}} L"),
        ("D9", r"\delta^{(1)} = (W^{(2)})^{\mathsf T}\,\delta^{(2)} \odot f'(u^{(1)})"),
        ("R4", r"\nabla_{\vec x} \to \nabla_{\vec y}"),
        ("T5", r"\Delta \theta_{j} = -\eta\,g_{j}"),
        (
            "S7",
            r"\Delta w^{(1)}_{11} = -\eta\,\left(\frac{\partial L}{\partial w^{(1)}_{11}} + \mu\,v^{(1)}_{11}\right)",
        ),
        ("S10", r"\hat m^{(1)}_{11} = \frac{m^{(1)}_{11}}{1 - \beta_1^{\tau}}"),
        ("S12", r"\eta = \eta_0\,\gamma^{\lfloor t/k \rfloor}"),
        ("S3", r"(H + \lambda\,I)\,p = -\nabla L"),
        ("S13", r"\varphi(\alpha) = L(w+\alpha p)"),
        ("P6", r"\nabla L(\hat w) = \sum_{i \in M} (\hat y_{i} - y_{i})\,\hat x_{i}"),
    ],
)
def test_what_it_says(formula: str, line: str) -> None:
    assert line in every()[formula]


def test_beyond_gradient_descent_each_is_as_it_should_be() -> None:
    """S1 to S14, every line: one that changes here has been looked at."""
    w, grad = r"w^{(1)}_{11}", r"\frac{\partial L}{\partial w^{(1)}_{11}}"
    square, sqrt = rf"\left({grad}\right)^2", r"\sqrt{s^{(1)}_{11}} + \varepsilon"
    adam, keras = r"\frac{-\eta\,\hat m^{(1)}_{11}}{\sqrt{\hat v^{(1)}_{11}} + \varepsilon}", r"\sqrt{v^{(1)}_{11}}"
    keras = rf"\frac{{-\alpha_t\,m^{{(1)}}_{{11}}}}{{{keras} + \varepsilon}}"
    divided = [
        rf"\Delta {w} = \frac{{-\eta\,{grad}}}{{{root}}}" for root in (sqrt, r"\sqrt{s^{(1)}_{11} + \varepsilon}")
    ]
    back, rho = r"(W^{(l+1)})^{\mathsf T}\delta^{(l+1)}\odot f'(u^{(l)})", r"\rho = \frac{L - L(w+p)}{L - m(p)}"
    wave = r"(\eta_0 - \eta_{\mathrm{min}})\,\left(1 + \cos\left(\frac{\pi\,t}{T}\right)\right)"
    wanted: dict[str, list[str]] = {
        "S1": [
            r"w \leftarrow w - \eta\,\nabla L_i",
            r"\frac1m\sum_i\nabla L_i = \nabla L",
            r"\cos\angle(\nabla L_i,\nabla L) = "
            r"\frac{\nabla L_i^{\mathsf T}\nabla L}{\lVert\nabla L_i\rVert\,\lVert\nabla L\rVert}",
        ],
        "S2": [
            r"H = \nabla^2_w L",
            r"H\,p = -\nabla L",
            r"w \leftarrow w + p",
            r"m(p) = L + \nabla L^{\mathsf T}p + \tfrac12\,p^{\mathsf T}Hp",
        ],
        "S3": [r"(H + \lambda\,I)\,p = -\nabla L", rho],
        "S4": [
            r"G = \frac1m\sum_i J_i^{\mathsf T}J_i",
            r"J_i = \partial x^{(n_l)}_i/\partial w",
            r"(G + \mu\,I)\,p = -\nabla L",
            rho,
        ],
        "S5": [
            r"\mathcal R u^{(l)} = W^{(l)}\,\mathcal R x^{(l-1)} + \dot W^{(l)}x^{(l-1)} + \dot b^{(l)}",
            r"\mathcal R x^{(l)} = f'(u^{(l)})\odot\mathcal R u^{(l)}",
            rf"\mathcal R\delta^{{(l)}} = \mathcal R\bigl({back}\bigr)",
            r"H e_k = \mathcal R(\nabla L)",
        ],
        "S6": [
            rf"v^{{(1)}}_{{11}} \leftarrow \mu\,v^{{(1)}}_{{11}} + {grad}",
            rf"\Delta {w} = -\eta\,v^{{(1)}}_{{11}}",
            rf"v^{{(1)}}_{{11}} \leftarrow \mu\,v^{{(1)}}_{{11}} - \eta\,{grad}",
            rf"\Delta {w} = v^{{(1)}}_{{11}}",
        ],
        "S7": [
            rf"\Delta {w} = -\eta\,\left({grad} + \mu\,v^{{(1)}}_{{11}}\right)",
            rf"\Delta {w} = \mu\,v^{{(1)}}_{{11}} - \eta\,{grad}",
        ],
        "S8": [rf"s^{{(1)}}_{{11}} \leftarrow s^{{(1)}}_{{11}} + {square}", *divided],
        "S9": [rf"s^{{(1)}}_{{11}} \leftarrow \rho\,s^{{(1)}}_{{11}} + (1 - \rho)\,{square}", *divided],
        "S10": [
            rf"m^{{(1)}}_{{11}} \leftarrow \beta_1\,m^{{(1)}}_{{11}} + (1 - \beta_1)\,{grad}",
            rf"v^{{(1)}}_{{11}} \leftarrow \beta_2\,v^{{(1)}}_{{11}} + (1 - \beta_2)\,{square}",
            r"\hat m^{(1)}_{11} = \frac{m^{(1)}_{11}}{1 - \beta_1^{\tau}}",
            r"\hat v^{(1)}_{11} = \frac{v^{(1)}_{11}}{1 - \beta_2^{\tau}}",
            rf"\Delta {w} = {adam}",
            r"\alpha_t = \frac{\eta\,\sqrt{1 - \beta_2^{\tau}}}{1 - \beta_1^{\tau}}",
            rf"\Delta {w} = {keras}",
        ],
        "S11": [rf"\Delta {w} = -\eta\,\lambda\,{w} + {step}" for step in (adam, keras)],
        "S12": [
            r"\eta = \eta_0",
            r"\eta = \eta_0\,\gamma^{\lfloor t/k \rfloor}",
            r"\eta = \eta_0\,\gamma^{t}",
            rf"\eta = \eta_{{\mathrm{{min}}}} + \frac{{{wave}}}{{2}}",
        ],
        "S13": [r"\varphi(\alpha) = L(w+\alpha p)", r"\varphi'(0) = \nabla L^{\mathsf T}p"],
        "S14": [
            r"\eta_{\mathrm{max}} = \frac{2}{\lambda_{\mathrm{max}}}",
            r"\kappa = \frac{\lambda_{\mathrm{max}}}{\lambda_{\mathrm{min}}}",
        ],
    }
    assert {name: list(lines) for name, lines in every().items() if name in SECOND} == wanted


@pytest.mark.slow
def test_the_list_is_printed() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "engine.formulas"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == table() + "\n"
    assert ran.stderr == ""
