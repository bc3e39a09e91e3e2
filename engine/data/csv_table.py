"""A CSV file read strictly into cells of text: how it is written is found out, and every fault has its place."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.data.checks import MAX_ROWS
from engine.data.raw_rows import short_name
from engine.problems import Problem
from engine.typed import is_number, plain
from engine.work import pause

# How pictures, PDF, older spreadsheets and packed files begin.
_NO_TEXT: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_TOLD: Final = re.compile(r"sep=([,;\t])(?=[\r\n]|$)", re.IGNORECASE)  # a first line by which Excel tells the delimiter
MAX_BYTES: Final = 2_000_000
MAX_COLUMNS: Final = 64
MAX_CELL: Final = 100_000
DELIMITERS: Final = (",", ";", "\t")
_BLANK: Final = re.compile(r"(?:[^\S\r\n]*(?:\r\n?|\n))+")  # lines without anything in them
MAX_LINES: Final = 100_000  # with anything in them, if only commas: ten times the rows that can be used
_LOOK: Final = 60  # rows that decide how the file is written
_LOOK_LINES: Final = 2000  # and lines among which they are looked for


@dataclass(frozen=True)
class CsvTable:
    """The cells of a file, without blanks around them, numbers in ASCII; rows are as long as ``names``."""

    delimiter: str
    header: bool  # whether names stood in the file; else they are made up
    names: tuple[str, ...]  # printable, at most 60 characters, no two alike
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]  # the line (from 1, as an editor counts) in which each row begins

    def column(self, at: int) -> str:
        """A column (from 0) as sentences call it: its number, and its name where it has one."""
        return f"{at + 1} ({self.names[at]})" if self.header else str(at + 1)


def read(raw: bytes, delimiter: str | None = None, header: bool | None = None) -> CsvTable:
    """The table in a file; what is not told about how it is written is found out.

    Raises
    ------
    Problem
        ``csv_...`` with line and column, whatever the bytes are.
    """
    text = _decoded(raw)
    if told := _TOLD.match(text):
        delimiter, text = delimiter or told[1], text[told.end() :]  # the line stays, so that lines count as they stand
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda one: _likeness(text, one))
    rows = list(_rows(text, delimiter))
    if not rows:
        raise Problem("csv_empty")
    rows = _without_empty_end(rows)
    first_line, first = rows[0]
    if len(first) == 1:
        raise Problem("csv_one_column", line=first_line)
    if len(first) > MAX_COLUMNS:
        raise Problem("csv_columns", count=len(first), limit=MAX_COLUMNS)
    for line, row in rows:
        if len(row) != len(first):
            raise Problem("csv_cells", line=line, count=len(row), first=first_line, expected=len(first))
    if header is None:
        header = _has_header([row for _, row in rows[:_LOOK]])
    body = rows[1:] if header else rows
    if not body:
        raise Problem("csv_no_rows")
    if len(body) > MAX_ROWS:
        raise Problem("csv_rows", count=len(body), limit=MAX_ROWS)
    names = first if header else tuple(f"x{k}" for k in range(1, len(first) + 1))
    names = tuple(printable(name) or f"x{k}" for k, name in enumerate(names, start=1))
    return CsvTable(delimiter, header, distinct(names), tuple(row for _, row in body), tuple(line for line, _ in body))


def has_decimal_comma(cell: str) -> bool:
    """Whether a cell would be a number if its comma were a point."""
    return cell.count(",") == 1 and is_number(cell.replace(",", "."))


def printable(name: str) -> str:
    """A name from a file as one line that a screen can show: no control or direction marks, not too long."""
    return short_name("".join(letter if letter.isprintable() else "�" for letter in " ".join(name.split())))


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of which no two are alike: the second "a" becomes "a (2)"."""
    result: dict[str, None] = {}  # in order
    for name in names:
        new, k = name, 1
        while new in result:
            k += 1
            new = f"{name[:50]} ({k})"
        result[new] = None
    return tuple(result)


def _decoded(raw: bytes) -> str:
    """The text of a file, without a byte order mark."""
    if len(raw) > MAX_BYTES:
        raise Problem("csv_large", size=len(raw), limit=MAX_BYTES)
    if raw[:4] == b"PK\x03\x04":
        raise Problem("csv_spreadsheet")
    if raw.startswith(_NO_TEXT):
        raise Problem("csv_no_text")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw.count(0) > len(raw) // 5:
        raise Problem("csv_utf16")
    try:
        raw = raw.removeprefix(codecs.BOM_UTF8)
        text = raw.decode()
    except UnicodeDecodeError as error:
        # Through io, so that lines count as they do below; what stands before the fault is sound.
        before = list(io.StringIO(raw[: error.start].decode("utf-8", "replace") + "?", newline=""))
        raise Problem("csv_encoding", line=len(before), column=len(before[-1])) from None
    if "\0" in text:
        before = list(io.StringIO(text[: text.index("\0") + 1], newline=""))
        raise Problem("csv_nul", line=len(before), column=len(before[-1]))
    return text


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line in which each row begins, and its cells; rows without anything in them are left out."""
    source = io.StringIO(text, newline="")  # lone carriage returns end a line too
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    skipped, after_blank = 0, True
    while True:
        if after_blank and (blank := _BLANK.match(text, source.tell())):  # a file may hold two million of them
            skipped += sum(text.count(end, *blank.span()) * sign for end, sign in (("\n", 1), ("\r", 1), ("\r\n", -1)))
            source.seek(blank.end())
        line = reader.line_num + skipped + 1
        if line % 1000 == 0:
            pause()
        if reader.line_num > MAX_LINES:
            raise Problem("csv_lines", limit=MAX_LINES)
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Problem("csv_quote", line=line) from None
        cells = tuple(map(_cell, row))
        after_blank = not any(cells) and len(cells) < 2
        for column, cell in enumerate(cells, start=1):
            if len(cell) > MAX_CELL:
                raise Problem("csv_cell_long", line=line, column=column, limit=MAX_CELL)
        if any(cells):
            yield line, cells


def _without_empty_end(rows: list[tuple[int, tuple[str, ...]]]) -> list[tuple[int, tuple[str, ...]]]:
    """Rows without the last columns where no row has anything: a spreadsheet writes commas as far as it was used."""
    width = max(at for _, row in rows for at, cell in enumerate(row, start=1) if cell)
    return [(line, row[:width]) for line, row in rows]


def _cell(text: str) -> str:
    """A cell without blanks; a number with a true minus or wide digits as its plain twin."""
    text = text.strip()
    return text if text.isascii() or not _numeric(twin := plain(text)) else twin


def _likeness(text: str, delimiter: str) -> tuple[bool, float, int]:
    """How much a text looks as if this were its delimiter: rows of one length, many numbers, many columns."""
    rows: list[tuple[str, ...]] = []
    try:
        for line, row in _rows(text, delimiter):
            rows.append(row)
            if len(rows) == _LOOK or line > _LOOK_LINES:
                break
    except Problem:
        pass  # said when the file is read with the delimiter chosen in the end
    if not rows or len(rows[0]) == 1:
        return False, 0.0, 0
    cells = [cell for row in rows for cell in row]
    numbers = sum(is_number(cell) or has_decimal_comma(cell) for cell in cells) / len(cells)
    alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
    return True, alike + numbers, len(rows[0])


def _has_header(rows: list[tuple[str, ...]]) -> bool:
    """Whether the first row holds names: words above numbers, or not a number in it."""
    first, rest = rows[0], rows[1:]
    for name, column in zip(first, zip(*rest, strict=True), strict=False):
        if not _numeric(name) and 2 * sum(map(_numeric, column)) > len(column):
            return True
    return not any(map(_numeric, first))


def _numeric(cell: str) -> bool:
    return is_number(cell) or has_decimal_comma(cell)
