"""What can be wrong with an experiment, each with one sentence that says where and what would be right."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "sizes_count": "A network has 1 to 6 layers of neurons after its input; this one has {count}.",
    "sizes_kind": "The sizes are {value}; they should be whole numbers, such as 3, 4, 2.",
    "sizes_range": "Layer {layer} has {size} neurons; each layer has 1 to 16.",
    "activation_count": "There are {count} activations for {layers} layers; give one for each layer.",
    "activation_name": "Layer {layer} asks for the activation {name}; known are {known}.",
    "softmax_place": "Softmax is for the output layer with cross-entropy only; layer {layer} asks for it.",
    "loss_name": "The loss {name} is not known; known are {known}.",
    "cross_entropy_output": "Cross-entropy needs a sigmoid or softmax output; the output layer has {name}.",
    "parameter_count": "{name} has {count} arrays for {layers} layers; give one for each layer.",
    "parameter_list": "{name} is {value}; it should be a list with one array for each layer.",
    "parameter_shape": "{name} of layer {layer} has shape {shape}; it should be {expected}.",
    "not_finite": "{where} holds {value}, which is not a finite number.",
    "not_number": "{where} holds {value}, which is not a number.",
    "number_empty": "{where} is empty; write a number.",
    "data_empty": "There are no rows of data; give at least one.",
    "data_shape": "{name} has {dimensions} dimensions; it should be a table of rows and columns.",
    "data_columns": "{name} has {count} columns; the network needs {expected}.",
    "data_rows": "There are {inputs} rows of inputs and {targets} rows of targets; give as many of both.",
    "data_range": "{where} holds {value}; numbers of the data should lie between -{limit} and {limit}.",
    "data_large": "There are {count} rows of data; at most {limit} can be used.",
    "set_name": "The data set {name} is not known; xor, moons and iris are, for instance.",
    "set_own": "The data set “own” needs its own rows, and no other set has any.",
    "set_size": "The size of the data set is {value}; it should be a whole number from 2 to {limit}.",
    "set_noise": "The noise is {value}; it should be a number from 0 to {limit}.",
    "set_source": "The rows are not those that the data set {name} gives; leave the data set out.",
    "set_test_ratio": "The share of test rows is {value}; it should be a number from 0 to {limit}.",
    "feature_name": "The feature {name} is not known; known are {known}.",
    "feature_inputs": "Features are made from 2 inputs; these data have {count}.",
    "column_count": "{name} has {count} columns; it should have 1 to {limit}.",
    "class_count": "There are {count} different classes; there should be 2 to {limit}.",
    "class_number": "Row {row} has the class {value}; it should be a whole number from 0 to {limit}.",
    "target_probability": "Row {row} has the target {value}; cross-entropy needs targets from 0 to 1.",
    "target_sum": "The targets of row {row} sum to {value}; softmax needs rows that sum to 1.",
    "learning_rate": "The learning rate is {value}; it should be a number above 0 and at most 1000.",
    "penalty": "The rate of the {name} penalty is {value}; it should be a number from 0 to {limit}.",
    "rule_kind": "{value} is not a rule; GradientDescent() and Adam() are, for instance.",
    "rule_name": "The rule {name} is not known; known are {known}.",
    "rule_word": "{name} is given {value}, which was not understood; it takes {known}, each once.",
    "rule_schedule_name": "The way {name} for a rate to change is not known; known are {known}.",
    "rule_schedule_number": "{name} of the rate is {value}; it should be a number from {low} to {high}.",
    "rule_number": "{name} of the rule is {value}; it should be a number from {low} to {high}.",
    "rule_choice": "{name} of the rule is {value}; known are {known}.",
    "rule_updates": "{name} of the rate is {value}; it should be a whole number of updates from 1 to {limit}.",
    "rule_schedule": "{value} is no way for a rate to change; ConstantRate() and CosineRate() are, for instance.",
    "batch_size": "The batch size is {value}; it should be a whole number from 1 to {limit}.",
    "seed": "The seed is {value}; it should be a whole number from 0 to {limit}.",
    "scheme": "The scheme {name} is not known; known are {known}.",
    "edit_place": "{value} is not a weight or a bias of this network.",
    "edits_many": "There are edits at {count} updates; at most {limit} can be kept.",
    "edits_large": "The edits hold {count} numbers together; at most {limit} can be kept. Take out edits of whole "
    "tables, or change single numbers.",
    "update_number": "Update {value} cannot be reached; give a whole number from 0 to {limit}.",
    "program_rule": "There is no program for a rule of the second order; choose gradient descent, momentum, Adam or "
    "another rule that takes each weight by itself.",
    "program_edit": "There is no program for a run whose rule, or the way its rate changes, is edited before "
    "update {t}; take that edit out, or go back to before it.",
    "json_syntax": "This is not a saved experiment: it is not valid JSON (line {line}, column {column}).",
    "json_large": "This file holds {size} characters; a saved experiment has at most {limit}.",
    "json_version": "This experiment was saved as version {version}; this program reads version {known}.",
    "json_field": "The field {field} of the saved experiment is missing or of the wrong kind; it should be {expected}.",
    "json_unknown": "The saved experiment has a field {field}, which is not known.",
    "json_twice": "The saved experiment has a data set and the field {field}; the data set gives it already.",
    "quantity": "{value} does not name a number of this update.",
    "preset": "The preset {name} is not known; known are {known}.",
    "names": "{count} names of {what} columns were given; give {expected}, each up to {limit} printable characters.",
    "address_unknown": "The address has a part {field}, which is not known; it was left out.",
    "address_twice": "The address has {field} more than once; the last one counts.",
    "address_elsewhere": "The address has no p=…, so it says nothing of the perceptron; other pages show it.",
    "address_field": "The address says {field}={value}, which was not understood; {expected} would be right.",
    "address_panel": "The address says show={value}; there is no panel “{name}”. Known on this page are {known}.",
    "address_lesson": "The address says lesson={value}, which names no lesson; known are {known}.",
    "address_lesson_cut": "The lesson in the address (lesson=~…) is damaged; the link may have been cut.",
    "address_stop": "The address says lesson={value}; this lesson has stops 1 to {limit}.",
    "address_watch": "The address watches {value}, which cannot be read from character {at} on; {expected} would be "
    "right.",
    "address_own": "The address says own={value}, which names no experiment that this browser could keep.",
    "address_compact": "The packed part of the address (x=...) is damaged; the link may have been cut.",
    "address_points": "These points do not fit an address: they are only on this page, and a link would lack them. "
    "Points with fewer digits fit.",
    "address_points_missing": "This link lacks its points, which were too many for a link. What is shown here is the "
    "example.",
    "address_large": "This experiment needs {size} bytes and does not fit an address ({limit}); save it as a file.",
    "csv_large": "The file has {size} bytes; at most {limit} can be read.",
    "csv_spreadsheet": "This is a spreadsheet or an archive, not a CSV file; save the sheet as “CSV UTF-8”.",
    "csv_no_text": "This is a picture or another file that holds no text, not a CSV file.",
    "csv_utf16": "The file is not UTF-8 but looks like UTF-16; save it as UTF-8.",
    "csv_encoding": "Line {line}, character {column} is not UTF-8; save the file as UTF-8.",
    "csv_nul": "Line {line}, character {column} is a NUL byte; this is not a text file.",
    "csv_empty": "The file has no rows.",
    "csv_no_rows": "The file has a header and no rows below it.",
    "csv_one_column": "Line {line} has only one column; cells are separated by a comma, a semicolon or a tab, and the "
    "target needs at least one input beside it.",
    "csv_columns": "The file has {count} columns; at most {limit} can be read.",
    "csv_cells": "Line {line} has {count} cells; line {first} has {expected}, and all lines must be alike.",
    "csv_quote": "The quotation marks of the row that begins in line {line} do not match; a cell that begins with one "
    "must end with one.",
    "csv_cell_long": "Line {line}, column {column} holds more than {limit} characters.",
    "csv_rows": "The file has {count} rows of data; at most {limit} can be used.",
    "csv_lines": "The file has more than {limit} lines, too many to look for data in; save the rows that you need.",
    "csv_no_inputs": "No column is chosen as an input; choose at least one.",
    "csv_inputs": "{count} columns are chosen as inputs; a network has at most {limit}.",
    "csv_empty_cell": "Line {line}, column {column}: the cell is empty; fill it, or remove the row.",
    "csv_not_number": "Line {line}, column {column}: “{value}” is not a number.",
    "csv_decimal_comma": "Line {line}, column {column}: “{value}” has a decimal comma; write a decimal point.",
    "csv_range": "Line {line}, column {column}: {value} is too large; numbers should lie between -{limit} and {limit}.",
    "csv_one_class": "Column {column} holds only one class, “{value}”; there should be at least 2.",
    "csv_many_classes": "Column {column} holds {count} different classes; at most {limit} can be used.",
    "check_not_finite": "A parameter or the loss is not a finite number here: there is nothing to compare. Step back.",
    "parameters_many": "The second order needs all second derivatives: of up to {limit} parameters; this network has "
    "{count}.",
    "second_not_finite": "A parameter or a derivative is not a finite number here: there is no step of second order.",
    "not_positive_definite": "With {letter} = {damping} the matrix is not positive definite: in column {column} "
    "Cholesky meets {pivot} under the root. A larger {letter} helps.",
    "singular_to_rounding": "With {letter} = {damping} the matrix is as good as singular: in column {column} Cholesky "
    "meets only {pivot} under the root, no more than rounding. A larger {letter} helps.",
    "mu_ran_away": "After {count} tries no μ makes the loss fall: the parameters stay as they are.",
    "worked_large": "This update takes {count} formulas, a sheet holds {limit}: take fewer samples or neurons.",
    "worked_not_finite": "A number of this update is not finite: there is nothing to work out on paper. Step back.",
    "point_inputs": "The points have {count} inputs; a line needs 2 and a plane 3.",
    "point_count": "There are {count} points; give 1 to {limit}.",
    "point_class": "Point {row} has the class {value}; a class is 0 or 1.",
    "point_size": "{where} holds {value}; numbers here are at most {limit} in size.",
    "point_small": "{where} holds {value}; a number here that is not 0 is at least {limit} in size.",
    "point_number": "Point {row}, {column}: “{value}” is not a number.",
    "point_missing": "Point {row} has an empty cell; fill it or remove the row.",
    "perceptron_start": "The start has {count} numbers; give {expected}: the weights and then b.",
    "perceptron_rate": "The learning rate is {value}; the perceptron needs one from {limit} to below 1.",
    "perceptron_order": "The order {name} is not known; known are {known}.",
    "perceptron_data": "The data set {name} is not known; known are {known}.",
    "correction_number": "Correction {value} cannot be reached; give a whole number from 0 to {limit}.",
    "lesson_large": "This file holds {size} characters; a lesson has at most {limit}.",
    "lesson_syntax": "Line {line} of this file cannot be read as TOML: {value}",
    "lesson_no_text": "This file is not text in UTF-8 from line {line} on; a lesson is a TOML file.",
    "lesson_field": "Line {line}: {field} is missing or of the wrong kind; it should be {expected}.",
    "lesson_unknown": "Line {line}: {field} is not known here; known are {known}.",
    "lesson_stops": "This lesson has {count} stops; it should have 1 to {limit}.",
    "lesson_words": "Line {line}: a stop says {size} characters here; it should say at most {limit}.",
    "lesson_page": "Line {line}: there is no page {name} for a stop; known are {known}.",
    "lesson_point": "Line {line}: nothing there is called {value}, so the stop cannot point at it.",
    "lesson_expression": "Line {line}: the expression {value} cannot be worked out there; look at its character {at}.",
    "lesson_claim": "Line {line}: {value} does not hold at this stop.",
    "lesson_answer": "Line {line}: the answer {value} is no finite number at this stop.",
    "lesson_address": "Line {line}: a part of this address was not understood: {field}.",
    "lesson_own": "The lesson of this link was opened from a file; open the file again on the page Lessons.",
    "lesson_no_address": "What is on the screen does not fit an address, so it cannot be a stop of a lesson; fewer "
    "rows of data would fit.",
    "typed_empty": "Nothing is typed; write a number, such as 0.25 or 0.5*0.145.",
    "typed_long": "{size} characters are typed; at most {limit} can be read.",
    "typed_deep": "Brackets and signs stand more than {limit} deep within each other; write it with fewer.",
    "typed_operations": "More than {limit} operations stand behind each other; write it with fewer.",
    "typed_unexpected": "At character {at} stands {found}; what could stand there: {expected}.",
    "typed_comma": "At character {at} stands a comma, which parts numbers; a decimal number has a point, such as 0.5.",
    "typed_ends": "It ends after character {at}, and something is missing; it could go on with: {expected}.",
    "typed_name": "At character {at} stands {name}, which is not known here; known are {known}.",
    "typed_path": "At character {at} stands {name}, which this run has not; {expected} would be right.",
    "typed_sizes": "At character {at}, {name} is given {count} and {other} numbers; it takes as many of both.",
    "typed_undefined": "At character {at}, {name} has no finite value for these numbers.",
    "typed_count": "At character {at}, {name} is given {count} numbers; it takes {expected}.",
    "typed_many": "At character {at}, {name} stands for {count} numbers where one is needed; max(…), sum(…) or norm(…) "
    "make one of them.",
    "typed_condition": "At character {at} a condition is needed, such as loss < 0.1.",
    "typed_row": "There is no row {row}; the data have {rows} rows.",
    "typed_update": "At character {at} stands {value}; it should be a whole number of updates from 0 to {limit}.",
    "struck_row": "There is no row {row} to leave out; the data have {rows} rows.",
    "struck_edit": "There is no edit at update {t} to leave out.",
    "struck_empty": "All rows of update {t} are left out: it computes nothing.",
    "blame_place": "{value} is not a weight or a bias of this network; only those are made up of steps.",
    "blame_not_finite": "{value} is not a finite number after {t} updates: parts of it cannot be told. Step back.",
    "line_syntax": "Line {line} cannot be read: it should be one line such as b = b - eta * grad_b.",
    "line_long": "Line {line} has {size} characters; at most {limit} can be read.",
    "line_name": "Line {line} names {name}, which is not known there.",
    "line_entry": "Line {line}: {name} has no entry {entry} there.",
    "line_refused": "Line {line} uses {what} in a way that this small language does not have.",
    "line_shape": "Line {line}: the shapes {shapes} do not fit together there.",
    "line_undefined": "Line {line} has no finite value there.",
    "line_large": "Line {line} makes more than {limit} numbers, or numbers that are not real.",
    "line_steps": "Line {line}: after {limit} steps the program has not come to its end.",
    "exercise_large": "This exercise has {count} numbers; at most {limit} can be worked out by hand. Choose a part of "
    "the update, or a smaller network.",
    "code_damaged": "This is not a code of practice, or a part of it is missing.",
    "code_forged": "The code does not fit its signature: it was changed, or made by a server with another key.",
}

# What a sentence says a value should be, or what it is of, by the key that the problem has in ``expected`` or ``what``;
# another text stands there as it is.
CALLED: Final[dict[str, str]] = {
    "json_whole": "a whole number",
    "json_number": "a number",
    "json_flag": "true or false",
    "json_name": "a name",
    "json_names": "a list of names",
    "json_table": "rows of numbers, all of one length",
    "json_rows": "a whole number of rows",
    "json_noise": "a number from 0 to 2",
    "json_features": "a list of features",
    "json_source": "a data set with its name",
    "json_sizes": "a list of whole numbers",
    "json_initial": "the name of a scheme, or W and b",
    "json_rule": "a rule with its name and numbers",
    "json_schedule": "a name and its numbers",
    "json_edits": "a list of edits, each with t and W, b, numbers, learning_rate, rule or schedule",
    "json_updates": "a number of updates",
    "input_columns": "input",
    "output_columns": "output",
    "class_columns": "class",
}


class Problem(ValueError):
    """Bad input, said in one sentence.

    Parameters
    ----------
    code : str
        A key of ``SENTENCES``; screens look their own language's sentence up by it.
    values : str or number
        What the sentence names: the place, the value found, what would be right.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = {name: _short(value, 150 if name == "known" else 60) for name, value in values.items()}
        super().__init__(SENTENCES[code].format(**self.told(CALLED)))

    def told(self, called: Mapping[str, str]) -> dict[str, str]:
        """The values, with the words that a language has for ``CALLED``."""
        return {
            name: called.get(value, value) if name in ("expected", "what") else value
            for name, value in self.values.items()
        }


def _short(value: object, longest: int) -> str:
    """Text of a value, cut and cleaned so that hostile input can neither fill the screen nor break it."""
    try:
        text = str(value)
    except ValueError:  # a whole number of thousands of digits
        text = "…"
    text = "".join(letter if letter.isprintable() else "�" for letter in text[:200])
    return text if len(text) <= longest else text[: longest - 3] + "..."
