"""The dialog “Share”: its link, a QR code that reads back as the link, the code of a frame, what it cannot share."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.shared import share
from pages.shared.address import fields_of
from pages.text import LANGUAGES, text
from tests.pages.apps import clean, shell

# Of versions of QR codes at level L: where alignment patterns stand, and how many data codewords each block has.
VERSIONS: Final = {
    5: ((6, 30), (108,)),
    10: ((6, 28, 50), (68,) * 2 + (69,) * 2),
    20: ((6, 34, 62, 90), (107,) * 3 + (108,) * 5),
    40: ((6, 30, 58, 86, 114, 142, 170), (118,) * 19 + (119,) * 6),
}
MASKS: Final[tuple[Callable[[int, int], int], ...]] = (
    lambda i, j: (i + j) % 2,
    lambda i, j: i % 2,
    lambda i, j: j % 3,
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)
FORMAT: Final = [(8, j) for j in (0, 1, 2, 3, 4, 5, 7, 8)] + [(i, 8) for i in (7, 5, 4, 3, 2, 1, 0)]
Matrix = list[list[int]]


def patterns(version: int) -> set[tuple[int, int]]:
    """Where no data stand: finders with what is around them, timing, alignment, version."""
    size, lines = 17 + 4 * version, VERSIONS[version][0]
    corners = [(0, 0, 9, 9), (0, size - 8, 9, 8), (size - 8, 0, 8, 9)]
    if version >= 7:
        corners += [(0, size - 11, 6, 3), (size - 11, 0, 3, 6)]
    last = lines[-1]
    corners += [(i - 2, j - 2, 5, 5) for i in lines for j in lines if (i, j) not in ((6, 6), (6, last), (last, 6))]
    found = {(i + di, j + dj) for i, j, high, wide in corners for di in range(high) for dj in range(wide)}
    return found | {(6, k) for k in range(size)} | {(k, 6) for k in range(size)}


def places(version: int) -> Iterator[tuple[int, int]]:
    """Data modules in their order: pairs of columns from the right, up and down."""
    size, taken, up = 17 + 4 * version, patterns(version), True
    for right in [column for column in range(size - 1, 0, -2) if column > 6] + [5, 3, 1]:
        for i in range(size - 1, -1, -1) if up else range(size):
            yield from ((i, j) for j in (right, right - 1) if (i, j) not in taken)
        up = not up


def decoded(matrix: Matrix) -> bytes:
    """The text of a code without damage, by the standard (ISO/IEC 18004): level L, bytes."""
    version = (len(matrix) - 17) // 4
    said = int("".join(str(matrix[i][j]) for i, j in FORMAT), 2) ^ 0b101010000010010
    assert said >> 13 == 0b01, "level L"
    mask = MASKS[said >> 10 & 0b111]
    bits = "".join(str(matrix[i][j] ^ (not mask(i, j))) for i, j in places(version))
    codewords = [int(bits[k : k + 8], 2) for k in range(0, len(bits) - 7, 8)]
    lengths = VERSIONS[version][1]
    blocks: list[list[int]] = [[] for _ in lengths]
    for place in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if place < length:
                block.append(codewords.pop(0))
    data = "".join(f"{word:08b}" for block in blocks for word in block)
    assert data[:4] == "0100", "bytes"
    start = 4 + (8 if version < 10 else 16)
    count = int(data[4:start], 2)
    return bytes(int(data[k : k + 8], 2) for k in range(start, start + 8 * count, 8))


@pytest.mark.parametrize(("length", "version"), [(100, 5), (270, 10), (858, 20), (2953, 40)])
def test_a_code_reads_back_as_its_link(length: int, version: int) -> None:
    address = ("https://example.org/stepper?t=12&phase=delta-2&lang=zh&w=" + "0.125,-7~" * 400)[:length]
    code = share.qr_code(address)
    assert code is not None
    assert code.version == version
    matrix = [[int(module) for module in row] for row in code.matrix]
    assert decoded(matrix) == address.encode()
    i, j = list(places(version))[100]
    matrix[i][j] ^= 1
    assert decoded(matrix) != address.encode(), "the reader sees a module that is wrong"


def test_what_no_code_holds_has_none() -> None:
    assert share.qr_code("x" * share.MOST) is not None
    assert share.qr_code("x" * (share.MOST + 1)) is None
    assert share.qr_code("误" * 1000) is None, "its bytes count"


def test_the_frame_shows_the_chosen_panels_of_the_same_state() -> None:
    query = "t=3&phase=delta-1&lang=zh&show=usual&names=a%26b%22"
    shown = share.bare(query, ["network", "loss"])
    assert fields_of(shown) == {**fields_of(query), "show": "network,loss"}
    assert fields_of(share.bare(query, []))["show"] == "usual"
    code = share.frame(share.link("https://example.org/base/boundary?old=1", shown), 'a "title" <b>')
    (source,) = re.findall(r'src="([^"]*)"', code)
    assert html.unescape(source) == f"https://example.org/base/boundary?{shown}"
    assert "<b>" not in code
    assert "lti.frameResize" in code


def opened(language: str, query: str = "t=3&phase=delta-1") -> AppTest:
    return clean(shell(query, language=language).button(key="share").click().run())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_opens_the_link_the_code_and_the_frame(language: str) -> None:
    at, words = opened(language), text(language)
    link, frame = (one.value for one in at.code)
    assert [one.value for one in at.run().code] == [link, frame], "another run of the app leaves it open"
    assert fields_of(link.partition("?")[2]) == {"t": "3", "phase": "delta-1", "lang": language}
    assert "show=network%2Cformula" in frame or "show=network,formula" in frame
    assert words("share.unframed") in [one.value for one in at.caption]
    assert any("share-code" in str(one.proto) for one in at.get("html"))
    assert at.multiselect(key="share_panels").value == ["network", "formula"]
    ticked = opened(language, "t=3&show=loss")
    assert ticked.multiselect(key="share_panels").value == ["loss"]
    assert "show=loss&quot;" in ticked.code[1].value or 'show=loss"' in ticked.code[1].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_experiment_that_only_the_browser_has_is_said(language: str) -> None:
    words = text(language)
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(st, "info", shown.append)
        share._code("http://x/?own=0", {"own": "0"}, words)
        share._code("http://x/?" + "x" * 3000, {}, words)
    assert shown == [
        words("share.no_code_own"),
        words("share.no_code", length=3010, most=share.MOST),
    ]
