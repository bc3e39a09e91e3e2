"""What is wrong with a saved experiment is said in the language of the page, whole."""

import json
import re
from dataclasses import replace
from typing import Any, Final

import pytest

from engine import DataSource, Problem
from engine.data import csv_table
from engine.data.csv_rows import rows_of
from engine.data.sourced import from_source
from engine.presets import experiment
from engine.sharing.fields import FROM_SOURCE, NETWORK, OWN, ROWS, SETTINGS, SOURCE
from engine.sharing.saved import from_plain
from pages.text import text

WRONG: Final = ({"wrong": 1}, "wrong", [["wrong"]])
LATIN: Final = {"W", "b", "t", "true", "false", "numbers", "learning_rate", "rule", "schedule"}
INSIDE: Final = {field.name for field in (*SOURCE, *OWN)} - {field.name for field in ROWS}


def refused(plain: dict[str, Any]) -> Problem:
    with pytest.raises(Problem) as caught:
        from_plain(plain)
    return caught.value


@pytest.mark.parametrize("name", [field.name for field in (*NETWORK, *ROWS, FROM_SOURCE, *SETTINGS, *SOURCE, *OWN)])
def test_a_field_of_a_file_is_told_in_chinese(name: str) -> None:
    own = "weight,good\n1,0\n2,1\n"
    table = rows_of(csv_table.read(own.encode()), 1, (0,), True)
    made = experiment("xor") if name in {field.name for field in ROWS} else from_source(DataSource("own", own=table))
    told = []
    for wrong in WRONG:
        plain = json.loads(made.to_json())
        (plain["source"] if name in INSIDE else plain)[name] = wrong
        found = refused(plain)
        if found.code == "json_field" and found.values["field"] == name:
            told.append(text("zh").problem(found))
            assert found.values["expected"] not in str(found), "its key"
    assert told
    for sentence in told:
        assert set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", sentence)) <= LATIN | {name}, sentence


@pytest.mark.parametrize("version", [None, "1", True, 1.0, [1]])
def test_a_file_without_a_version_is_none_of_ours(version: object) -> None:
    plain = json.loads(experiment("xor").to_json()) | {"backstep": version}
    found = refused(plain)
    assert found.code == "json_field"
    assert "None" not in text("zh").problem(found)


def test_names_of_columns_are_counted_in_chinese() -> None:
    with pytest.raises(Problem) as caught:
        replace(experiment("xor"), input_names=("a",))
    assert "1 个输入列" in text("zh").problem(caught.value)
    assert "1 names of input columns" in str(caught.value)
