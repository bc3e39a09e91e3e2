"""CSV files: sound ones are read as pandas reads them, damaged and hostile ones get one sentence with the place."""

import io
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Problem, Timeline
from engine.data.csv_rows import classes_of, left_out, looks_like_classes, rows_of, usual_inputs
from engine.data.csv_table import MAX_BYTES, CsvTable, distinct, has_decimal_comma, printable, read
from engine.data.datasets import DataSource, raw_rows
from engine.data.raw_rows import RawRows
from engine.data.sourced import from_source
from engine.problems import SENTENCES
from engine.typed import is_number
from tests.engine.data.csv_files import DAMAGES, WORDS, damaged, mangled, sound, written

DATA = Path(__file__).parents[3] / "engine" / "data"


def opened(raw: bytes) -> RawRows | Problem:
    """What the dialog makes of a file without a touch; anything but rows or one sentence is a failure."""
    try:
        table = read(raw)
        target = len(table.names) - 1
        return rows_of(table, target, usual_inputs(table, target), looks_like_classes(table, target))
    except Problem as caught:
        problem = caught
    assert 10 < len(str(problem)) < 400
    assert str(problem).isprintable()
    return problem


def by_pandas(raw: bytes, table: CsvTable) -> list[list[str]]:
    """The cells below the header as pandas reads them."""
    frame = pd.read_csv(
        io.BytesIO(raw),
        sep=table.delimiter,
        header=None,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
        skip_blank_lines=True,
        skiprows=0,
    )
    cells = [[str(cell).strip() for cell in row] for row in frame.itertuples(index=False)]
    return [row for row in cells if any(row)][int(table.header) :]


@pytest.mark.parametrize("seed", range(60))
def test_sound_files_are_read_as_pandas_reads_them(seed: int) -> None:
    rng = random.Random(seed)
    cells, delimiter = sound(rng)
    raw = (b"\xef\xbb\xbf" if seed % 2 else b"") + written(cells, delimiter, rng).encode()
    table = read(raw)
    assert (table.delimiter, table.header) == (delimiter, True)
    assert [list(row) for row in table.cells] == by_pandas(raw, table)
    rows = opened(raw)
    assert isinstance(rows, RawRows)
    assert rows.X.tolist() == [[float(cell) for cell in row[:-1]] for row in cells[1:]]
    kinds = [row[-1] for row in cells[1:]]
    assert len(rows.classes) == len(set(kinds))
    assert len(set(zip(kinds, rows.Y[:, 0].tolist(), strict=True))) == len(set(kinds))
    bare = read("\n".join(raw.decode("utf-8-sig").replace("\r", "\n").split("\n")[1:]).encode())
    assert not bare.header
    assert bare.names == tuple(f"x{k}" for k in range(1, len(cells[0]) + 1))


DAMAGED = list(damaged())


def test_there_are_three_hundred_damaged_files_and_more() -> None:
    assert len({raw for _, raw, _, _ in DAMAGED}) + len(set(mangled())) + len(HAND) > 450
    assert len(DAMAGED) >= 280


@pytest.mark.parametrize("name", list(DAMAGES))
def test_damaged_files_are_answered_with_the_place(name: str) -> None:
    for kind, raw, code, line in DAMAGED:
        if kind != name:
            continue
        found = opened(raw)
        assert isinstance(found, Problem), raw
        assert found.code == code, (raw, str(found))
        if line:
            assert f"ine {line}" in str(found) or f"in line {line}" in str(found), (raw, str(found))


def test_mangled_files_are_read_right_or_refused() -> None:
    """Whatever a file holds: one sentence, or just the numbers that an independent reader finds in it."""
    read_right = 0
    for raw in mangled():
        found = opened(raw)
        if isinstance(found, Problem):
            continue
        table = read(raw)
        assert [list(row) for row in table.cells] == by_pandas(raw, table), raw
        inputs = usual_inputs(table, len(table.names) - 1)
        assert found.X.tolist() == [[float(row[at]) for at in inputs] for row in table.cells]
        assert Timeline(from_source(DataSource("own", own=found, test_ratio=0.3))).mean_loss(1) >= 0.0
        read_right += 1
    assert 20 < read_right < 180


HAND: list[tuple[bytes, str, str]] = [
    (b"", "csv_empty", ""),
    (b"\n\n \n,,\n", "csv_empty", ""),
    (b"\xef\xbb\xbf", "csv_empty", ""),
    (b"a,b\n", "csv_no_rows", ""),
    (b"a,b\n\n\n", "csv_no_rows", ""),
    (b"a\n1\n2\n", "csv_one_column", "Line 1"),
    (b"1 2\n3 4\n", "csv_one_column", "Line 1"),
    (b"a,b\n1,2\n".decode().encode("utf-16"), "csv_utf16", "UTF-16"),
    ("a,b\n1,2\n".encode("utf-16-le"), "csv_utf16", ""),
    ("a,b\n1,2\n".encode("utf-16-be"), "csv_utf16", ""),
    ("a,b\n1,2\n".encode("utf-32"), "csv_utf16", ""),
    (b"PK\x03\x04\x14\x00\x06\x00", "csv_spreadsheet", "CSV UTF-8"),
    (b"\x89PNG\r\n\x1a\n", "csv_no_text", "picture"),
    (b"\x89PNG\r\n\x1a\n" + bytes(900), "csv_no_text", "picture"),  # more zeros than in UTF-16
    (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "csv_no_text", "picture"),
    (b"%PDF-1.7\n1 0 obj", "csv_no_text", "picture"),
    (b"sep=;\na;b\n1;2\n3\n", "csv_cells", "Line 4 has 1 cells; line 2 has 2"),
    (b"<!DOCTYPE html><script>alert(1)</script>", "csv_one_column", ""),
    (b"a,b\n1,2\n3,4\n5,\xff\n", "csv_encoding", "Line 4, character 3"),
    (b"a,b\n1,2\n3,4\0\n", "csv_nul", "Line 3, character 4"),
    (b'a,b\n"1,2\n3,4\n', "csv_quote", "line 2"),
    (b'a,b\n"1"x,2\n', "csv_quote", "line 2"),
    (b'a,b\n"x\ny",1\n"2"3,4\n', "csv_quote", "line 4"),  # a cell of two lines before it
    (b'a,b\n"' + b"x" * 200_000 + b"\n", "csv_quote", "line 2"),
    (b"a,b\n" + b"x" * 110_000 + b",1\n", "csv_cell_long", "Line 2, column 1"),
    (b"a,b\n1,2\n3\n", "csv_cells", "Line 3 has 1 cells; line 1 has 2"),
    (b"a,b\n1,2\n\n\n3,4,5\n", "csv_cells", "Line 5 has 3"),
    (b"a,b\r1,2\r3\r", "csv_cells", "Line 3"),
    (b"a,b\n1,\n2,3\n3,4\n", "csv_empty_cell", "Line 2, column 2 (b)"),
    (b"size,b\n1.5,0\nx,1\n2,0\n", "csv_not_number", "Line 3, column 1 (size)"),
    (b"1.5,0\nx,1\n2,0\n", "csv_not_number", "Line 2, column 1:"),
    (b"a;b\n1,5;0\n2,5;1\n", "csv_decimal_comma", "decimal point"),
    (b"a,b\n1e101,0\n1,1\n", "csv_range", "Line 2, column 1 (a)"),
    (b"a,b\n1,x\n2,x\n", "csv_one_class", "2 (b)"),
    (b"x,y\na,b\nc,d\n", "csv_no_inputs", "input"),
    (("a,b\n" + "1,2\n" * 10_001).encode(), "csv_rows", "10001"),
    (b",\n" * 999_999, "csv_lines", "100000"),  # took seven seconds to be called empty
    (b'"\n"\n' * 500_000, "csv_lines", "100000"),
    (("1,2\n" * 300_000).encode(), "csv_lines", "100000"),
    (",".join(["1"] * 65).encode(), "csv_columns", "65"),
    (b"1" * (MAX_BYTES + 1), "csv_large", str(MAX_BYTES)),
    (b"a,b\n=1+1,0\n2,1\n=cmd(),0\n3,1\n4,0", "csv_not_number", "=1+1"),
    (b'<img src=x onerror=alert(1)>,b\n"<b>1</b>",0\n2,1\n3,0\n', "csv_not_number", "column 1"),
]


@pytest.mark.parametrize("index", range(len(HAND)))
def test_picked_files(index: int) -> None:
    raw, code, named = HAND[index]
    found = opened(raw)
    assert isinstance(found, Problem)
    assert found.code == code
    assert named in str(found)


def test_choices_of_columns() -> None:
    wide = read((",".join(["1.5"] * 18) + "\n" + ",".join(["2.5"] * 18)).encode())
    assert usual_inputs(wide, 17) == tuple(range(16))
    for inputs, code in ((range(17), "csv_inputs"), ((), "csv_no_inputs")):
        with pytest.raises(Problem) as caught:
            rows_of(wide, 17, tuple(inputs), False)
        assert caught.value.code == code
    many = read(b"a,b\n" + b"".join(b"1,k%d\n" % k for k in range(17)))
    with pytest.raises(Problem) as caught:
        classes_of(many, 1)
    assert (caught.value.code, caught.value.values["count"]) == ("csv_many_classes", "17")


def test_every_sentence_about_files_is_raised_by_something() -> None:
    mine = {code for code in SENTENCES if code.startswith("csv_")}
    assert mine == {code for _, code, _ in HAND} | {code for *_, code, _ in DAMAGED} | {"csv_inputs"}


def test_how_a_file_is_written_can_be_told() -> None:
    raw = b"1,5;2\n3,5;4\n"
    assert read(raw).delimiter == ";"
    assert read(raw, delimiter=",").cells == (("1", "5;2"), ("3", "5;4"))
    assert read(b"1,2\n3,4").header is False
    assert read(b"1,2\n3,4", header=True).names == ("1", "2")
    assert read(b"a,b\nc,d").header is True
    assert read(b"5.1,setosa\n4.9,virginica").header is False
    assert read(b"a,b\nc,d", header=False).names == ("x1", "x2")
    assert read(b'"a;b","c"\n1,2\n').names == ("a;b", "c")


def test_names_are_one_printable_line_and_no_two_alike() -> None:
    for word in (*WORDS, "a\nb", "\x1b[2J", "\u202e", " a ", "\t", "\x00"):
        assert printable(word).isprintable()
        assert len(printable(word)) <= 60
    assert read(b'"a\nb",a,a,\n1,2,3,4\n').names == ("a b", "a", "a (2)", "x4")
    many = distinct(("n" * 60,) * 30)
    assert len(set(many)) == 30
    assert all(len(name) <= 60 for name in many)


def test_targets_are_numbers_or_classes() -> None:
    table = read(b"a,b\n1,2.5\n2,-3\n3,2.5\n")
    assert not looks_like_classes(table, 1)
    assert rows_of(table, 1, (0,), False).Y.tolist() == [[2.5], [-3.0], [2.5]]
    as_classes = rows_of(table, 1, (0,), True)
    assert (as_classes.classes, as_classes.Y.tolist()) == (("-3", "2.5"), [[1.0], [0.0], [1.0]])
    whole = read(b"a,b\n1,10\n2,9\n3,1.0\n4,1\n")
    assert looks_like_classes(whole, 1)
    assert classes_of(whole, 1) == ("1.0", "9", "10")
    assert rows_of(whole, 1, (0,), True).Y[:, 0].tolist() == [2.0, 1.0, 0.0, 0.0]
    words = rows_of(read("a,b\n1,好\n2,坏\n3,好\n".encode()), 1, (0,), True)
    assert words.classes == tuple(sorted(("好", "坏")))
    assert rows_of(read(b"k,a\nx,1\ny,2\n"), 0, (1,), True).input_names == ("a",)


@pytest.mark.parametrize("cell", ["1", "-1.5", "+.5", "5.", "1e5", "1E-5", "0"])
def test_numbers(cell: str) -> None:
    assert is_number(cell)
    assert not has_decimal_comma(cell)
    assert has_decimal_comma(cell.replace(".", ",")) == ("." in cell)


def test_ten_thousand_rows_of_sixteen_inputs_are_read() -> None:
    rng = np.random.default_rng(0)
    table = np.round(rng.normal(size=(10_000, 16)), 4)
    kinds = rng.integers(0, 3, 10_000)
    raw = "\n".join(",".join(map(repr, row)) + f",k{kind}" for row, kind in zip(table.tolist(), kinds, strict=True))
    assert len(raw) < MAX_BYTES
    found = opened(raw.encode())
    assert isinstance(found, RawRows)
    assert np.array_equal(found.X, table)
    assert found.Y[:, 0].tolist() == kinds.tolist()


def test_shipped_files_are_read_by_it_as_well() -> None:
    for name, file in (("iris", "iris.csv"), ("watermelon", "watermelon_3a.csv")):
        found = opened((DATA / file).read_bytes())
        assert isinstance(found, RawRows)
        assert found == raw_rows(DataSource(name))


def test_a_true_minus_and_wide_digits_are_numbers_in_a_file() -> None:
    table = read("x1,x2,y\n−1,２．５,0\n−3,4,1\n−5,4,1\n".encode())
    assert usual_inputs(table, 2) == (0, 1)
    rows = rows_of(table, 2, (0, 1), True)
    assert rows.X.tolist() == [[-1.0, 2.5], [-3.0, 4.0], [-5.0, 4.0]]
    assert rows.classes == ("0", "1")
    decimal = read("x1;y\n−0,5;0\n−3;1\n".encode())
    assert usual_inputs(decimal, 1) == (0,)
    with pytest.raises(Problem) as caught:
        rows_of(decimal, 1, (0,), True)
    assert (caught.value.code, caught.value.values["line"]) == ("csv_decimal_comma", "2")
    assert read("name,y\n−x,０号\n".encode(), header=True).cells == (("−x", "０号"),), "words stay as they are"


@pytest.mark.parametrize("cell", ["1/2", "50%", "NA", "TRUE", "1.000,5", "", "nan"])
def test_a_column_that_is_left_out_is_told_with_its_first_cell_that_is_no_number(cell: str) -> None:
    table = read(f"a;b;y\n1;7;0\n2;{cell};1\n3;{cell};0\n4;{cell};1\n".encode())
    chosen = usual_inputs(table, 2)
    assert chosen == (0,)
    assert left_out(table, 2, chosen) == ((1, 1),)
    assert left_out(table, 2, (0, 1)) == ()


def test_columns_beyond_those_of_a_network_are_told() -> None:
    wide = read((",".join("1" * 18) + "\n" + ",".join("2" * 18)).encode())
    assert left_out(wide, 17, usual_inputs(wide, 17)) == ((16, None),)


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_line_by_which_a_spreadsheet_tells_the_delimiter_is_none_of_the_rows(sign: str, end: str) -> None:
    rows = [["size", "price, net", "good"], ["1.5", "2", "0"], ["2.5", "1", "1"]]
    lines = [f"sep={sign}", *(sign.join(f'"{cell}"' for cell in row) for row in rows)]
    table = read(end.join(lines).encode())
    assert (table.delimiter, table.names) == (sign, tuple(rows[0]))
    assert [list(row) for row in table.cells] == rows[1:]
    assert table.lines == (3, 4)


def test_columns_at_the_end_without_anything_in_them_are_none() -> None:
    table = read(b"a,b,y,,\n1,2,0,,\n3,4,1,,\n")
    assert (table.names, table.cells) == (("a", "b", "y"), (("1", "2", "0"), ("3", "4", "1")))
    kept = read(b"a,b,\n1,2,\n3,4,1\n")
    assert (len(kept.names), kept.cells[0]) == (3, ("1", "2", "")), "one cell is enough"
    with pytest.raises(Problem) as caught:
        read(b"a,\n1,\n2,\n")
    assert caught.value.code == "csv_one_column"
