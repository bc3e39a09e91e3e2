"""Hundreds of CSV files from seeds, sound, damaged and hostile, for the tests of the reader."""

import random
from collections.abc import Callable, Iterator

WORDS = (
    "setosa",
    "virginica",
    "好瓜",
    "坏瓜",
    "größe",
    "a b",
    "<script>alert(1)</script>",
    "**bold**",
    "[x](http://a)",
    "$x^2$",
    r"\(x\)",
    "=1+1",
    "=cmd|'/C calc'!A0",
    "@SUM(A1)",
    "\u202eabc",
    "<b>x</b>",
    "😀",
    ":red[x]",
    "a" * 300,
    "{value}",
    "%s",
    "../../etc",
    "'; drop table",
    "&lt;",
    "\u200b",
    "a\u0301" * 40,
    "True",
    "null",
    "x\u2028y",
)


def sound(rng: random.Random) -> tuple[list[list[str]], str]:
    """The cells of a sound table with a header, and its delimiter."""
    columns, rows = rng.randint(2, 7), rng.randint(4, 12)
    names = [rng.choice(WORDS) for _ in range(columns)]
    kinds = rng.sample(WORDS, 3)
    table = [names]
    for k in range(rows):
        numbers = [rng.choice(("{:.3f}", "{:.0f}", "{:+.2e}")).format(rng.uniform(-9, 9)) for _ in range(columns - 1)]
        table.append([*numbers, kinds[k % 3]])
    return table, rng.choice(",;\t")


def written(table: list[list[str]], delimiter: str, rng: random.Random) -> str:
    """A table as text: cells quoted where they must be and sometimes where they need not, any line end."""
    end = rng.choice(("\n", "\r\n", "\r"))

    def cell(text: str) -> str:
        must = any(letter in text for letter in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if must or rng.random() < 0.1 else text

    return end.join(delimiter.join(map(cell, row)) for row in table) + rng.choice(("", end))


def _place(table: list[list[str]], rng: random.Random) -> tuple[int, int]:
    """Somewhere among the numbers."""
    return rng.randrange(1, len(table)), rng.randrange(len(table[0]) - 1)


Damage = Callable[[list[list[str]], str, random.Random], tuple[bytes, str, int]]


def _with_cell(value: Callable[[random.Random], str], code: str) -> Damage:
    def damage(table: list[list[str]], delimiter: str, rng: random.Random) -> tuple[bytes, str, int]:
        row, column = _place(table, rng)
        table[row][column] = value(rng)
        return written(table, delimiter, rng).encode(), code, row + 1

    return damage


def _with_row(change: Callable[[list[str], random.Random], object]) -> Damage:
    def damage(table: list[list[str]], delimiter: str, rng: random.Random) -> tuple[bytes, str, int]:
        row = rng.randrange(1, len(table))
        change(table[row], rng)
        return written(table, delimiter, rng).encode(), "csv_cells", row + 1

    return damage


def _bytes_at(bad: bytes, code: str) -> Damage:
    def damage(table: list[list[str]], delimiter: str, rng: random.Random) -> tuple[bytes, str, int]:
        row = rng.randrange(1, len(table))
        lines = [delimiter.join(cell.replace(delimiter, "") for cell in line).encode() for line in table]
        lines[row] = lines[row][:2] + bad + lines[row][2:]
        return b"\n".join(lines), code, row + 1

    return damage


def _one_class(table: list[list[str]], delimiter: str, rng: random.Random) -> tuple[bytes, str, int]:
    for row in table[1:]:
        row[-1] = "same"
    return written(table, delimiter, rng).encode(), "csv_one_class", 0


def _many_classes(table: list[list[str]], delimiter: str, rng: random.Random) -> tuple[bytes, str, int]:
    body = [[*table[1][:-1], f"kind {k}"] for k in range(17)]
    return written([table[0], *body], delimiter, rng).encode(), "csv_many_classes", 0


def _open_quote(table: list[list[str]], delimiter: str, rng: random.Random) -> tuple[bytes, str, int]:
    lines = [delimiter.join(cell.replace(delimiter, "") for cell in line) for line in table]
    row = rng.randrange(1, len(table))
    lines[row] = '"' + lines[row]
    return "\n".join(lines).encode(), "csv_quote", row + 1


DAMAGES: dict[str, Damage] = {
    "empty cell": _with_cell(lambda rng: rng.choice(("", " ", "  ")), "csv_empty_cell"),
    "word": _with_cell(lambda rng: rng.choice(WORDS), "csv_not_number"),
    "no number": _with_cell(
        lambda rng: rng.choice(
            (
                "nan",
                "NaN",
                "inf",
                "-Infinity",
                "1e",
                "0x10",
                "1_000",
                "1.2.3",
                "--1",
                "１／２",
                "٣",
                "−1",
                "1 000",
                "5%",
                "$5",
                "1e5e5",
                ".",
                "+",
                "#N/A",
                "#REF!",
                "1;2|3",
            )
        ),
        "csv_not_number",
    ),
    "decimal comma": _with_cell(lambda rng: f"{rng.randint(-9, 9)},{rng.randint(0, 99)}", "csv_decimal_comma"),
    "too large": _with_cell(lambda rng: rng.choice(("1e101", "-1e308", "1e999", "9" * 400)), "csv_range"),
    "cell left out": _with_row(lambda row, rng: row.pop(rng.randrange(len(row)))),
    "cell too many": _with_row(lambda row, rng: row.insert(rng.randrange(len(row)), "7")),
    "Latin letters": _bytes_at(b"\xe9\x20", "csv_encoding"),
    "GBK": _bytes_at("中文".encode("gbk"), "csv_encoding"),
    "cut UTF-8": _bytes_at("好".encode()[:2], "csv_encoding"),
    "NUL": _bytes_at(b"\0", "csv_nul"),
    "one class": _one_class,
    "many classes": _many_classes,
    "open quote": _open_quote,
}


def damaged(count: int = 20) -> Iterator[tuple[str, bytes, str, int]]:
    """So many files of each damage: its name, the file, the code of its sentence and the line (0: none is named)."""
    for number, (name, damage) in enumerate(DAMAGES.items()):
        for seed in range(count):
            rng = random.Random(1000 * number + seed)
            table, delimiter = sound(rng)
            raw, code, line = damage(table, delimiter, rng)
            yield name, (b"\xef\xbb\xbf" if rng.random() < 0.3 else b"") + raw, code, line


def mangled(count: int = 200) -> Iterator[bytes]:
    """Sound files with bytes cut out, doubled, swapped or drawn anew: some stay readable."""
    for seed in range(count):
        rng = random.Random(10_000 + seed)
        table, delimiter = sound(rng)
        raw = bytearray(written(table, delimiter, rng).encode())
        for _ in range(rng.randint(1, 2)):
            at, length = rng.randrange(len(raw)), rng.randint(1, 8)
            piece = rng.choice(
                (b"", b'"', b",", b";", b"\n", b"\r", b"\t", raw[at : at + length] * 2, b"7", b" ", rng.randbytes(2))
            )
            raw[at : at + length] = piece
            raw = raw or bytearray(b"x")
        yield bytes(raw)
