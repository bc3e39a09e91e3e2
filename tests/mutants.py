"""Mistakes made on purpose, one at a time, in a copy of the tree: the tests that are named with each must fail.

``python -m tests.mutants`` makes them all, ``python -m tests.mutants kernel outbox`` those in files with such names.
What a test lets pass it does not hold: a mutation that is not caught asks for a test, not for another mutation.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
WORKERS: Final = 2
PATIENCE: Final = 900  # seconds for the tests of one mutation; one that makes them hang is caught too


@dataclass(frozen=True)
class Mutation:
    """In ``file`` the text ``old``, which stands there once, becomes ``new``; ``tests`` are arguments of pytest."""

    file: str
    old: str
    new: str
    tests: str

    def __str__(self) -> str:
        return f"{self.file}: {self.old.strip()!r} -> {self.new.strip()!r}"


def _of(file: str, *changes: tuple[str, str, str]) -> Iterator[Mutation]:
    return (Mutation(file, *change) for change in changes)


FURTHER: Final = "tests/stage/test_further.py"
RESTING: Final = "tests/pages/test_resting.py"
ALIKE: Final = "tests/pages/test_alike.py"
ORACLES: Final = "tests/engine/test_oracles.py"
KERNEL: Final = "tests/engine/test_published.py tests/engine/test_oracles.py tests/engine/test_timeline.py"
FILM: Final = "tests/pages/test_film.py"
TIMELINE: Final = "tests/engine/test_timeline.py"
RULES: Final = "tests/engine/rules/test_rules.py"
CURVATURE: Final = "tests/engine/rules/test_curvature.py"
NEWTON: Final = "tests/engine/rules/test_newton.py"
BLAME: Final = "tests/engine/inquiry/test_blame.py"
STRUCK: Final = "tests/engine/test_struck.py"
WRITTEN: Final = "tests/test_formulas.py"
LANDSCAPE: Final = "tests/engine/rules/test_landscape.py"
EXERCISE: Final = "tests/engine/questions/test_exercise.py"
GRADED: Final = "tests/engine/questions/test_grading.py"
MISTAKEN: Final = "tests/engine/questions/test_mistakes.py"
PROGRAMS: Final = "tests/engine/programs/test_faults.py tests/pages/test_practice.py"
ASKED: Final = "tests/pages/test_asking.py"
PROTOCOL: Final = "tests/stage/test_protocol.py"
SAMPLES: Final = "tests/engine/test_samples.py"
FIELD: Final = "tests/engine/boundary/test_field.py"
STAGE: Final = "tests/stage/test_stage.py"
RUN: Final = "tests/stage/test_run.py"
MENUS: Final = "tests/stage/test_taking.py"
NUMBERS: Final = "tests/stage/test_numbers.py"
MUTATIONS: Final = (
    *_of(
        "pages/stage/static/numbers.js",
        ("if (every.every((one) => NUMBER.test(one)) && every.length)", "if (false)", MENUS),
        ("layout.xaxis?.visible === false || ", "", MENUS),
        ("/^[=+\\-@\\t\\r]/.test(text)", "false", MENUS),
        ("meta?.places ?? [x, y]", "[x, y]", NUMBERS),
        ("!z && (hovertext", "(z || hovertext", NUMBERS),
    ),
    *_of(
        "pages/stage/static/unset.js",
        ('.replace(TURNED, "$2$1")', "", NUMBERS),
        ("letter + ABOVE[mark]", "letter", NUMBERS),
    ),
    *_of(
        "pages/stage/static/taking.js",
        ('!one.closest(".stage-spare")', "false", MENUS),
        ("theme === this.theme ? undefined", "true ? undefined", MENUS),
    ),
    *_of(
        "pages/shared/taking.py",
        ("if covered(session):", "if False:", "tests/pages/test_taking.py"),
    ),
    *_of(
        "engine/export/update_file.py",
        (
            'if not math.isnan(value) else "NaN"',
            'if not math.isnan(value) else "Infinity"',
            "tests/engine/export/test_update_file.py",
        ),
    ),
    *_of(
        "engine/kernel.py",
        ("u[l, j] = total + b[l, j]", "u[l, j] = total - b[l, j]", KERNEL),
        ("total += W[l, j, i] * x[l - 1, i]", "total += W[l, i, j] * x[l - 1, i]", KERNEL),
        ("delta[last, k] = x[last, k] - Y[row, k]", "delta[last, k] = Y[row, k] - x[last, k]", KERNEL),
        ("total += W[l + 1, k, j] * delta[l + 1, k]", "total += W[l + 1, j, k] * delta[l + 1, k]", KERNEL),
        ("            delta[l, j] = total * f_prime[l, j]", "            delta[l, j] = total", KERNEL),
        ("grad_W[l, j, i] += d * x[l - 1, i]", "grad_W[l, j, i] += d * x[l, i]", KERNEL),
        ("                grad_b[l, j] += d", "                grad_b[l, j] = d", KERNEL),
        ("            grad_b[l, j] /= count", "            grad_b[l, j] /= 1", KERNEL),
        ("b[l, j] += -eta * grad_b[l, j]", "b[l, j] += eta * grad_b[l, j]", "tests/engine/test_published.py"),
        ("slope += l2 * w", "slope += 2.0 * l2 * w", "tests/engine/test_penalties.py"),
        ("1.0 if w > 0.0 else -1.0 if w < 0.0 else 0.0", "1.0 if w >= 0.0 else -1.0", "tests/engine/test_penalties.py"),
        (
            "error[last, k] = Y[row, k] - x[last, k]",
            "error[last, k] = x[last, k] - Y[row, k]",
            "tests/engine/splitting",
        ),
        ("rows[epoch, first + count - 1] < 0:", "rows[epoch, first + count - 1] < -1:", STRUCK),
        ("place = span.t % per_epoch", "place = span.t % (per_epoch + 1)", TIMELINE),
        ("count = min(span.batch_size, m - first)", "count = min(span.batch_size, m - first - 1) or 1", TIMELINE),
        ("if t + 1 == due and k", "if t == due and k", "tests/engine/test_kernel_tuples.py"),
        ("exact = memory.coefficients.code == NEWTON", "exact = memory.coefficients.code != NEWTON", NEWTON),
        ("parameters, data, work) < before:", "parameters, data, work) > before:", NEWTON),
        ("max(mu / factor, LOWEST_MU)", "max(mu * factor, LOWEST_MU)", NEWTON),
        ("        mu *= factor\n", "        mu /= factor\n", NEWTON),
        ("mean += 0.5 * descent.l2 * (w * w)", "mean += descent.l2 * (w * w)", TIMELINE),
    ),
    *_of(
        "engine/samples.py",
        ("row[s] = total[s] + bias", "row[s] = total[s] - bias", ORACLES),
        ("            delta[s] = x[s] - Y[rows[s], k]", "            delta[s] = x[s] - Y[s, k]", SAMPLES),
        ("            total += deltas[j, s]\n", "            total = deltas[j, s]\n", ORACLES),
        (
            "sums[s] = (((sums[s] + a0 * p) + a1 * q) + a2 * r)",
            "sums[s] = (((sums[s] + a2 * r) + a1 * q) + a0 * p)",
            SAMPLES,
        ),
        ("weights[min(j + 2, last)]", "weights[min(j + 1, last)]", SAMPLES),
        ("(1.0 if u[s] >= 0.0 else e[s]) / (1.0 + e[s])", "(1.0 if u[s] > 1.0 else e[s]) / (1.0 + e[s])", FIELD),
        ("deltas[j + r, 0] * turned[i] if fresh", "deltas[j + r, 0] * turned[i] if True", SAMPLES),
    ),
    *_of(
        "engine/boundary/everywhere.py",
        ("row = many.x[0, i * count :], inputs[i, first:]", "row = many.x[0, i * count :], inputs[i]", FIELD),
        ("total += parameters.b[layer - 1][j]", "total += parameters.b[layer - 1][0]", FIELD),
    ),
    *_of(
        "engine/rules/moves.py",
        ("            v[k] = mu * v[k] + g[k]", "            v[k] = mu * v[k] - g[k]", RULES),
        ("            step[k] = v[k]", "            step[k] = rate * v[k]", RULES),
        ("-rate * (g[k] + mu * v[k])", "-rate * (g[k] + v[k])", RULES),
        ("step[k] = mu * v[k] - rate * g[k]", "step[k] = v[k] - rate * g[k]", RULES),
        ("added * (g[k] * g[k])", "added * abs(g[k])", RULES),
        ("(c.epsilon, 0.0)", "(0.0, c.epsilon)", RULES),
        ("(1.0 - beta1) * g[k]", "g[k]", RULES),
        ("c1, c2 = 1.0 - powers[1], 1.0 - powers[2]", "c1, c2 = 1.0 - powers[2], 1.0 - powers[1]", RULES),
        ("math.sqrt(c2) / c1", "c2 / c1", RULES),
        ("-rate * decay * w[k] + step[k]", "-alpha * decay * w[k] + step[k]", RULES),
        ("t // changing.every", "(t + 1) // changing.every", RULES),
        ("math.cos(math.pi * t / changing.over)", "math.cos(2.0 * math.pi * t / changing.over)", RULES),
        ("g[at + j] = 0.0", "g[at + j] = 1.0", RULES),
        ("g[at] += descent.l2 * w[at]", "g[at] += 2.0 * descent.l2 * w[at]", RULES),
    ),
    *_of(
        "engine/rules/memory.py",
        ("    row[:count] = state[:count]\n", "    row[:] = state\n", TIMELINE),
    ),
    *_of(
        "engine/rules/rule.py",
        ("return 0.0, 1.0, 1.0", "return 1.0, 1.0, 1.0", RULES),
        ("return 0.0, self.mu, 0.0", "return 0.0, 1.0, 0.0", NEWTON),
        ("return self.name, self.mu", "return (self.name,)", NEWTON),
    ),
    *_of(
        "engine/rules/bending.py",
        ("    Ru[layer, j] = work.x[layer - 1, i] if i >= 0 else 1.0", "    Ru[layer, j] = 1.0", CURVATURE),
        ("Rx[l, q] = work.f_prime[l, q] * Ru[l, q]", "Rx[l, q] = Ru[l, q]", CURVATURE),
        ("Rx[l, q] = work.x[l, q] * (Ru[l, q] - mean)", "Rx[l, q] = work.x[l, q] * Ru[l, q]", CURVATURE),
        ("room.Rx[last, k] * work.f_prime[last, k] + bent", "room.Rx[last, k] * work.f_prime[last, k]", CURVATURE),
        (" + room.below[l, q] * room.bent[l, q] * room.Ru[l, q]", "", CURVATURE),
        (" + work.delta[l, j] * room.Rx[l - 1, i]", "", CURVATURE),
        ("share = work.x[last, k] if", "share = 1.0 if", CURVATURE),
        ("                J[k, a] -= mean", "                J[k, a] -= 0.0", CURVATURE),
        ("            matrix[a, c] /= count", "            matrix[a, c] /= 1", CURVATURE),
        ("under -= L[j, k] * L[j, k]", "under -= L[j, k]", NEWTON),
        ("        total = -g[i]", "        total = g[i]", NEWTON),
        ("total -= L[k, i] * p[k]", "total -= L[i, k] * p[k]", NEWTON),
        ("if not under > nothing", "if not under > -1.0", NEWTON),
        ("J[k, at] = d[l, j] * work.x[l - 1, i]", "J[k, at] = d[l, j] * work.x[l, i]", CURVATURE),
        ("        A[a, a] += damping", "        A[a, a] -= damping", NEWTON),
        ("matrix[a, a] += l2 * solving", "matrix[a, a] += 2.0 * l2 * solving", NEWTON),
        ("whole[places[a], places[c]]", "whole[a, c]", NEWTON),
    ),
    *_of(
        "engine/rules/newton.py",
        ("return 0.5 * float(p @ self.matrix @ p)", "return float(p @ self.matrix @ p)", NEWTON),
        ("(self.before - self.after) / self.predicted", "(self.after - self.before) / self.predicted", NEWTON),
        ("solved(model.matrix, model.gradient, damping)", "solved(model.matrix, model.gradient, 0.0)", NEWTON),
        ("batch.Y) + np.diag(bent)", "batch.Y) - np.diag(bent)", NEWTON),
    ),
    *_of(
        "engine/rules/second.py",
        ("total -= self.L[i, k] * found[k]", "total += self.L[i, k] * found[k]", NEWTON),
        ('mu *= float(rule.numbers["factor"])', 'mu += float(rule.numbers["factor"])', NEWTON),
    ),
    *_of(
        "engine/struck.py",
        ("order = order[::-1].copy()", "order = order.copy()", STRUCK),
        ("[np.lexsort((gone, batch))]", '[np.argsort(batch, kind="stable")]', STRUCK),
    ),
    *_of(
        "engine/inquiry/blame.py",
        ("later, left = keep * reach, keep * left", "later, left = reach, keep * left", BLAME),
        ("moved[k], kept[k] = direct + add * reach", "moved[k], kept[k] = direct + add * through", BLAME),
        ("carried = np.zeros_like(carried)", "carried = carried.copy()", BLAME),
        ("np.maximum(counts, 1)[:, None]", "np.maximum(counts, 2)[:, None]", BLAME),
    ),
    *_of(
        "engine/rules/price.py",
        ("return -(-whole // gradient_price(network, 1))", "return rows", "tests/pages/test_optimisers.py"),
    ),
    *_of(  # each formula as it is written
        "engine/rules/formulas.py",
        ('Difference(_s("w"), Product((_s("eta"), _s("nabla_i"))))', 'Product((_s("eta"), _s("nabla_i")))', WRITTEN),
        (r'"newton": r"\nabla^2_w L"', r'"newton": r"\nabla_w L"', WRITTEN),
        (
            'damped = Sum((_s(matrix), Product((_s(letter), _s("identity")))))',
            'damped = Difference(_s(matrix), Product((_s(letter), _s("identity"))))',
            WRITTEN,
        ),
        (r"J_i^{\mathsf T}J_i", r"J_iJ_i^{\mathsf T}", WRITTEN),
        (r"f'(u^{(l)})\odot\mathcal R", r"f(u^{(l)})\odot\mathcal R", WRITTEN),
        (r"L(w+\alpha p)", r"L(w-\alpha p)", WRITTEN),
        ('Quotient(Number(2.0), _s("largest"))', 'Quotient(Number(1.0), _s("largest"))', WRITTEN),
    ),
    *_of(
        "engine/formulas/ruled.py",
        ("Difference(kept, Product((ETA, g))) if inside", "Sum((kept, Product((ETA, g)))) if inside", WRITTEN),
        ("Sum((g, ahead)) if nesterov else v", "Difference(g, ahead) if nesterov else v", WRITTEN),
        ("return Sum((old, Square(g)))", "return Sum((old, g))", WRITTEN),
        ('return _mixed("rho", old, Square(g))', 'return _mixed("rho", old, g)', WRITTEN),
        ('old, g if letter == "m" else Square(g)', "old, g", WRITTEN),
        ('Product((Negative(ETA), Symbol("decay")', 'Product((ETA, Symbol("decay")', WRITTEN),
        ("return Product((base, Power(factor, NOW)))", "return Product((base, Power(factor, STEPS)))", WRITTEN),
        ("        first -= term\n", "        first += term\n", NEWTON),
    ),
    *_of(
        "engine/rules/curvature.py",
        ("return 2.0 / self.largest", "return 1.0 / self.largest", CURVATURE),
        ("np.full(n, 0.0 if freeze_biases else 1.0)", "np.full(n, 1.0)", CURVATURE),
    ),
    *_of(
        "engine/rules/along.py",
        ("slope = float(gradient @ p)", "slope = float(p @ p)", LANDSCAPE),
        ("right - high * (right - left)", "right + high * (right - left)", LANDSCAPE),
        ("and outer < inner for end", "and outer > inner for end", LANDSCAPE),
        ("np.array([0.5 * self.l2 * (w @ w)", "np.array([self.l2 * (w @ w)", NEWTON),
    ),
    *_of(
        "engine/rules/landscape.py",
        ("    moved = states - self.base", "    moved = states", LANDSCAPE),
        ("np.linalg.norm(states - through - inside, axis=1)", "np.linalg.norm(states - through, axis=1)", LANDSCAPE),
    ),
    *_of(
        "engine/rules/angles.py",
        ("delta[:, :, None] * below[:, None, :]", "delta[:, :, None] + below[:, None, :]", LANDSCAPE),
    ),
    *_of(
        "engine/losses.py",
        ("return 0.5 * total", "return total", ORACLES),
        ("total += over - u[k] * y[k]", "total += over + u[k] * y[k]", ORACLES),
    ),
    *_of(
        "engine/activations.py",
        ("return math.tanh(u), 4.0 * e", "return math.tanh(u), 2.0 * e", ORACLES),
        (
            "return high if u >= 0.0 else low if u < 0.0 else u, high * low",
            "return high if u >= 0.0 else low, low",
            ORACLES,
        ),
    ),
    *_of(
        "engine/experiment.py",
        (
            "for edit in self.edits if edit.t <= t]",
            "for edit in self.edits if edit.t < t]",
            TIMELINE,
        ),
        (
            "for one in reversed(given) if one is not None",
            "for one in given if one is not None",
            TIMELINE,
        ),
        (
            "for earlier in self.edits if earlier.t <= t)",
            "for earlier in self.edits)",
            "tests/engine/test_experiment.py",
        ),
        ("return -(-len(self.X) // self.batch_size)", "return len(self.X) // self.batch_size", TIMELINE),
    ),
    *_of(
        "engine/timeline.py",
        ("return next(different, MAX_UPDATE + 1)", "return next(different, MAX_UPDATE + 1) + 1", TIMELINE),
        (
            "near: Floats = stretch.states[t - stretch.first]",
            "near: Floats = stretch.states[t - stretch.first - 1]",
            TIMELINE,
        ),
    ),
    *_of(
        "engine/quantities.py",
        ("quantity.j - 1, quantity.i - 1", "quantity.j - 1, quantity.i - 2", "tests/engine/formulas/test_explain.py"),
        (
            "trace, l, s = update.trace, layer - 1, sample - 1",
            "trace, l, s = update.trace, layer - 1, 0",
            "tests/engine/formulas/test_explain.py",
        ),
    ),
    *_of(
        "engine/phases.py",
        (
            '*(Phase("delta", l) for l in range(layers, 0, -1))',
            '*(Phase("delta", l) for l in range(1, layers + 1))',
            "tests/engine/test_phases.py",
        ),
        (
            "made_in(quantity, layers, ruled) <= phases(layers, ruled).index(phase)",
            "made_in(quantity, layers, ruled) < phases(layers, ruled).index(phase)",
            "tests/pages/test_tables.py",
        ),
    ),
    *_of(
        "engine/check.py",
        (
            "found.append((high - low) / (2.0 * step))",
            "found.append((high - low) / step)",
            "tests/engine/test_check.py",
        ),
        (
            "for k in order if errors[k] > TOLERANCE)",
            "for k in order if errors[k] > 1.0)",
            "tests/engine/test_check.py",
        ),
    ),
    *_of(
        "engine/numerals.py",
        ("    if -4 <= power < digits:", "    if -4 <= power <= digits:", "tests/engine/test_numerals.py"),
        ("sign = MINUS if number < 0.0", 'sign = "" if number < 0.0', "tests/engine/test_numerals.py"),
    ),
    *_of(
        "engine/questions/grading.py",
        ("abs(number if size is None else size)", "abs(answer + 1.0)", MISTAKEN),
        ("says(-answer, right))", "says(answer, right))", MISTAKEN),
        ("if not says(number, right) and says", "if says", MISTAKEN),
        ("STEP_SHARE * abs(step)", "STEP_SHARE * abs(number)", GRADED),
        ("if abs(step) > half and min(", "if False and min(", GRADED),
        ("abs(before - seen) + STEP", "STEP", GRADED),
        ("abs(number - activation.high))", "abs(number))", GRADED),
    ),
    *_of(
        "engine/questions/mastery.py",
        ("        if name in self.spent:\n            return self\n        return", "        return", EXERCISE),
        ("found = self if self.mastered(subject) else self._with(subject, ())", "found = self", EXERCISE),
        ("if not hmac.compare_digest(signature.encode(), _hash(body).encode()):", "if not signature:", EXERCISE),
    ),
    *_of(
        "engine/questions/exercise.py",
        ("if self.given or self.missed or self.grade is None", "if self.given or self.grade is None", EXERCISE),
        ("return 1.0 - self.helped / LEVELS", "return 1.0", EXERCISE),
        ("number / self.book.factors.get(quantity.kind, 1.0)", "number", EXERCISE),
    ),
    *_of(
        "engine/programs/faults.py",
        ("{**others, line: text}", "others", PROGRAMS),
        ("if not _mends(fault, number, text)", "if True", PROGRAMS),
    ),
    *_of(
        "engine/programs/finding.py",
        ("return all(line in self.repairs", "return any(line in self.repairs", PROGRAMS),
    ),
    *_of(
        "pages/shared/asking.py",
        ("if told.right or (told.grades and quiz.misses + 1 >= TRIES):", "if told.right:", ASKED),
        ("right=chosen - 1 == asked.answer", "right=chosen == asked.answer", ASKED),
        ("right=all(grade.right for grade in grades)", "right=any(grade.right for grade in grades)", ASKED),
        ("return None if asker is None or verdict_on(asker, session) else", "return None if asker is None else", ASKED),
    ),
    *_of(
        "pages/shared/playhead.py",
        ("        if number != self.ticks:\n            return self\n", "", "tests/pages/test_session.py"),
        (
            "return self.to(run, self.t - 1, run.places - 1) if self.t",
            "return self.to(run, self.t - 1, 0) if self.t",
            "tests/pages/test_session.py tests/pages/test_playhead.py",
        ),
        (
            "return self.to(run, self.reached, self.place)",
            "return self.to(run, self.t, self.place)",
            "tests/pages/test_session.py",
        ),
        (
            "playing, reached = self.playing and target is None, max(self.reached, t)",
            "playing, reached = self.playing and target is None, t",
            "tests/pages/test_session.py",
        ),
    ),
    *_of(
        "pages/shared/guard.py",
        ("            panels.append(instead(words, name))", "            pass", "tests/pages/test_guard.py"),
        ('            say(Notice("failed"))', "            pass", "tests/pages/test_guard.py"),
    ),
    *_of(
        "pages/shared/clock.py",
        (
            "        except Problem as problem:\n            self.say(problem)",
            "        except Problem:\n            pass",
            "tests/pages/test_session.py",
        ),
    ),
    *_of(
        "pages/stepper/tables.py",
        ("        marked=asked,", "        marked=False,", "tests/pages/test_tables.py"),
        (
            "_outputs(session, outputs[row - first])",
            "_outputs(session, outputs[row - first - 1])",
            "tests/pages/test_tables.py",
        ),
        (
            'cells = [Cell(str(row + 1), ref=f"row.{row + 1}" if here',
            'cells = [Cell(str(row + 1), ref=f"row.{row}" if here',
            "tests/pages/test_tables.py",
        ),
    ),
    *_of(
        "pages/figures/matrices.py",
        (
            "else significant(cell.number, digits)",
            "else significant(-cell.number, digits)",
            "tests/pages/figures/test_matrices.py",
        ),
        (
            "refs=[str(cell.quantity) for _, cell in cells]",
            "refs=[str(cell.quantity) for _, cell in cells[::-1]]",
            "tests/pages/figures/test_matrices.py",
        ),
    ),
    *_of(
        "pages/figures/network_edges.py",
        (
            "quantity = Quantity(kind, edge.layer, edge.j, edge.i)",
            "quantity = Quantity(kind, edge.layer, edge.j, max(edge.i - 1, 1))",
            "tests/pages/figures/test_network.py",
        ),
    ),
    *_of(
        "pages/stage/events.py",
        (
            "                if not memory.last < number < 2**53:\n                    continue\n",
            "",
            "tests/pages/test_stage.py",
        ),
        ('rest.get("session") not in (None, memory.session)', "False", "tests/pages/test_stage.py"),
        ("if len(ref) <= longest and panel in panels:", "if len(ref) <= longest:", "tests/pages/test_stage.py"),
        ("            self.last = event.n - 1\n", "", "tests/pages/test_stage.py"),
    ),
    *_of(
        "pages/stage/static/outbox.js",
        ("this.events = this.events.filter(({ n }) => n > last);", "this.events = [];", PROTOCOL),
        ("else if (this.tries++ < TRIES) this.dispatch();", "", PROTOCOL),
        ("if (!events.length || !online()) return;", "if (!events.length) return;", PROTOCOL),
        ("if (tick?.number !== this.waiting) this.stopTick();", "", PROTOCOL),
        ("if (this.session !== undefined && session !== this.session) this.restart();", "", PROTOCOL),
        (
            "return !this.busy && !this.events.length && this.waiting === undefined;",
            "return true;",
            f"{STAGE} {PROTOCOL}",
        ),
    ),
    *_of(
        "pages/stage/static/stage.js",
        ("if (panel && panel.kind !== spec.kind)", "if (panel)", STAGE),
        ("if (node.hidden !== hidden) node.hidden = hidden;", "", STAGE),
        ("          this.rest(false);\n          this.ahead", "          this.ahead", STAGE),
        ("    this.rest(false);\n    if (!this.address", "    if (!this.address", STAGE),
        (" && !this.outbox.busy) this.step(ref);", ") this.step(ref);", PROTOCOL),
        ("if (this.outbox.acknowledged < this.foreseen) return", "if (!message) return", RUN),
        ("if (!this.address.passes(this.message)) this.paint();", "this.paint();", PROTOCOL),
        ("        this.failed(spec, place, panels, holder, error);\n", "", PROTOCOL),
        ("if (panel.waits && !after) break;", "", STAGE),
        ("if (performance.now() - (this.furtherAt ?? -Infinity) < SELDOM) return;", "", FURTHER),
        ("[this.base, this.message] = [held(this.base), held(this.message)];", "", FURTHER),
    ),
    *_of(
        "pages/stage/static/ahead.js",
        ("if (!signal.aborted) this.stage.paint();", "", FURTHER),
        ('panel.kind === "scrubber" && panel.start === start', "panel.start === start", FURTHER),
        (" && panel.stop === stop;", ";", FURTHER),
        (" && panel.figure !== undefined) panel.figure", ") panel.figure", FURTHER),
    ),
    *_of(
        "pages/shared/alike.py",
        ("if lasting(made):", "if True:", ALIKE),
        ("self._made.move_to_end(key)", "pass", ALIKE),
    ),
    *_of(
        "pages/shared/session.py",
        ("where = head.t, head.place, head.reached, self.computed", "where = head.t, head.place", ALIKE),
        ("self.asked, tuple(self.trail), focus,", "self.asked, focus,", ALIKE),
        ("\\n{written(edits)}", "", ALIKE),
        ("        if self.asks:\n            return None\n        head", "        head", ALIKE),
    ),
    *_of(
        "pages/shared/page.py",
        ("pen.words.language, pen.theme.name, tuple(pen.said)", "pen.theme.name, tuple(pen.said)", ALIKE),
        ("pen.theme.name, tuple(pen.said)\n", "pen.theme.name\n", ALIKE),
        ("lasting=lambda screen: not failed(screen.panels)", "lasting=lambda screen: True", ALIKE),
    ),
    *_of(
        "pages/stage/wire.py",
        ("if held is not None and held[0]() is panel:", "if False:", "tests/pages/test_stage.py"),
        ("lambda _: _made.pop(name, None)", "lambda _: None", "tests/pages/test_stage.py"),
        (".union(*(wire.codes for wire in inner))", "", "tests/pages/test_stage.py"),
    ),
    *_of(
        "pages/stage/ahead.py",
        ("(BACKGROUND if move == MORE else SHARE)", "SHARE", "tests/pages/test_ahead.py"),
        ("and not PROCESS.crowded", "", "tests/pages/test_ahead.py"),
        ("return several and", "return", "tests/pages/test_ahead.py"),
        ("PROCESS.draws(memory.session)", "pass", "tests/pages/test_ahead.py"),
    ),
    *_of(
        "pages/resting.py",
        ("if due and empty >= GONE:", "if empty >= GONE:", RESTING),
        ("(0.0, True) if there()", "(empty, True) if there()", RESTING),
        ("        stored_sessions().expire()\n", "        pass\n", RESTING),
        ("            trim(0)\n", "            pass\n", RESTING),
        ("    page.SCREENS.forget()\n", "", RESTING),
    ),
    *_of(
        "pages/film/reel.py",
        ("if meet(other, dark):", "if not meet(other, dark):", FILM),
    ),
    *_of(
        "pages/film/scenes.py",
        ("here.head = Playhead(t, place, stretch.last)", "here.head = Playhead(t, place, t)", FILM),
        ("            if made:\n", "            if not made:\n", FILM),
    ),
    *_of(
        "pages/film/static/film.js",
        ("made[this.asked] <= known ? now : later", "now", "tests/stage/test_film.py"),
        ("reel.length - places + place", "reel.length - 1", "tests/stage/test_film.py"),
    ),
    *_of(
        "pages/stage/static/run.js",
        ("skip = until - outbox.acknowledged,", "skip = until - outbox.acknowledged + 1,", RUN),
        ("    this.stage.outbox.flush();\n", "", RUN),
        ("screens.splice(0, late)", "screens.slice(0, 0)", RUN),
    ),
    *_of(
        "pages/stage/static/plot.js",
        ("if (this.figure === figure && this.drawn === figure) return;", "", STAGE),
        ("const half = (width * factor) / 2 /", "const half = (width * factor) /", "tests/stage/test_pictures.py"),
    ),
    *_of(
        "pages/stage/static/slider.js",
        (
            "if (!this.outbox.holds(this.node.dataset.panel)) this.input.value = value;",
            "this.input.value = value;",
            PROTOCOL,
        ),
    ),
    *_of(
        "pages/stage/static/keys.js",
        ("if (target.closest(FIELDS)) return true;", "", STAGE),
        ("composes(event) || event.ctrlKey || event.altKey || event.metaKey", "composes(event)", STAGE),
    ),
    *_of(
        "pages/stage/static/address.js",
        (
            'history[this.leap ? "pushState" : "replaceState"]',
            'history["pushState"]',
            f"{STAGE} tests/stage/test_bar.py",
        ),
    ),
)


def stale(root: Path = ROOT) -> list[str]:
    """Mutations whose text does not stand in its file exactly once, or whose tests are not there."""
    found = []
    for mutation in MUTATIONS:
        if (count := (root / mutation.file).read_text("utf-8").count(mutation.old)) != 1:
            found.append(f"{mutation}: {count} times")
        found += [f"{mutation}: no {test}" for test in mutation.tests.split() if not (root / test).exists()]
    return found


def caught(mutation: Mutation, folder: Path) -> bool:
    """Whether the tests fail with this mistake in the tree in ``folder``, which is as before afterwards."""
    file = folder / mutation.file
    right = file.read_text("utf-8")
    file.write_text(right.replace(mutation.old, mutation.new), "utf-8")
    try:
        # A mistake may stand in compiled code: plain Python needs no minute to compile it, and gives the same doubles.
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", *mutation.tests.split()],
            cwd=folder,
            env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(right, "utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{mutation}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


def main(names: Sequence[str]) -> int:
    """Make the mutations in files with these names; 1 if one of them was not caught."""
    if wrong := stale():
        print("\n".join(wrong))
        return 1
    chosen = [m for m in MUTATIONS if not names or any(name in m.file for name in names)]
    missed: list[Mutation] = []
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(WORKERS) as pool:
        folders = [Path(place) / str(number) for number in range(WORKERS)]
        for folder in folders:
            shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", "artifacts"))
        free = list(folders)

        def one(mutation: Mutation) -> None:
            folder, start = free.pop(), time.monotonic()
            try:
                held = caught(mutation, folder)
            finally:
                free.append(folder)
            print(f"{'caught' if held else 'MISSED'} {time.monotonic() - start:4.0f} s  {mutation}", flush=True)
            if not held:
                missed.append(mutation)

        list(pool.map(one, chosen))
    print(f"{len(chosen) - len(missed)} of {len(chosen)} mutations are caught.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
