"""Whatever an address says, a session opens: what was not understood is said, and nothing is ever raised."""

import base64
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

import numpy as np
import pytest

from engine import Experiment, Network, Timeline
from engine.experiment import MAX_UPDATE
from engine.presets import PRESETS, experiment
from engine.rules.rule import RULES
from engine.rules.schedule import SCHEDULES
from pages.figures.theme import LIGHT
from pages.shared import address
from pages.shared.session import Session
from pages.stepper import panels as screen
from pages.text import LANGUAGES, text

MUTATIONS: Final = 400
OWN: Final = ("own", *(field.name for field in (*address.POSITION, *address.VIEW)))


def said(session: Session) -> list[str]:
    """Codes of the problems that the visitor is told."""
    return [notice.problem.code for notice in session.notices if notice.problem]


def walked(which: Experiment, t: int, phase: str, ref: str = "") -> Session:
    """A session somewhere in a run."""
    session = Session(which)
    session.go_to_update(t)
    session.go_to_phase(phase)
    if ref:
        session.ask(ref)
    return session


def usable(session: Session) -> None:
    """The screen can be drawn, in both languages, and one can go on."""
    for language in LANGUAGES:
        words = text(language)
        notices = [words.problem(notice.problem) for notice in session.notices if notice.problem]
        screen.panels(session, words, LIGHT, notices)
    session.cancel()
    t = session.t
    session.next_phase()
    assert (session.t, session.place) != (t, 0) or session.t == MAX_UPDATE
    screen.panels(session, text("en"), LIGHT, [])


def packed(plain: object) -> str:
    """A packed word, right or wrong."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(plain).encode(), 9)).decode().rstrip("=")


def valid() -> list[str]:
    """Addresses as the program writes them."""
    edited = walked(experiment(), 30, "delta-1", "delta.1.2@1")
    edited.set_learning_rate(0.125)
    batch = walked(replace(experiment(), batch_size=4, shuffle=True, seed=11), 17, "gradients", "grad_W.1.2.3")
    batch.view = replace(batch.view, digits=6, axes=(2, 0), output=1, log_loss=True, sample=3, tab="check", step=-9)
    batch.hold(1, 0.25)
    table = np.array([[0.5, 1], [2, -1]])
    own = Experiment(Network((2, 3, 1), ("tanh", "identity")), X=table, Y=np.array([[1.5], [0]]), initial="he")
    sessions = [edited, batch, walked(own, 5, "forward-2", "u.2.1@1")]
    sessions += [walked(preset.make(), 3, "loss") for preset in PRESETS.values()]
    return [address.write(session, "en") for session in sessions]


VALID: Final = valid()


def cut(query: str, rng: random.Random) -> str:
    return query[: rng.randrange(len(query))]


def flipped(query: str, rng: random.Random) -> str:
    letters = list(query)
    for _ in range(rng.randint(1, 4)):
        letters[rng.randrange(len(letters))] = rng.choice("0179aZ-_.=&%+@\x00é<漢\U0001f600")
    return "".join(letters)


def hostile_value(query: str, rng: random.Random) -> str:
    fields = dict(parse_qsl(query))
    name = rng.choice([*fields, *OWN, "preset", "sizes", "act", "eta", "batch", "seed", "init", "x"])
    values = [
        "",
        "-1",
        "0",
        "1e999",
        "nan",
        "-inf",
        "9" * 9,
        "9" * 30,
        "9" * 5000,
        "٣",
        "²",
        "1_000",
        " 3 ",
        "+3",
        "0x10",
        "<script>alert(1)</script>",
        "**bold** [x](javascript:alert(1))",
        "$\\frac{1}{",
        "%s%n{0}{t}",
        "../../etc",
        "\u202eabc",
        "\U0001f600" * 40,
        "\x00",
        "3-4-2-" * 40,
        "1:2_" * 500,
        "a" * 11_000,
        "None",
        "True",
        "[]",
    ]
    return urlencode({**fields, name: rng.choice(values)})


def doubled(query: str, rng: random.Random) -> str:
    return f"{query}&{rng.choice(VALID)}"


def shuffled(query: str, rng: random.Random) -> str:
    parts = query.split("&")
    rng.shuffle(parts)
    return rng.choice(["&", ";", "&&", "&="]).join(parts)


def swapped(query: str, rng: random.Random) -> str:
    """The experiment of one address with the position of another."""
    mine, other = dict(parse_qsl(query)), dict(parse_qsl(rng.choice(VALID)))
    position = {name: value for name, value in other.items() if name in OWN}
    return urlencode({**{name: value for name, value in mine.items() if name not in OWN}, **position})


HOW: Final[list[Callable[[str, random.Random], str]]] = [cut, flipped, hostile_value, doubled, shuffled, swapped]
HOSTILE: Final = [
    "x=" + "A" * 6144,
    "x=" + "A" * 11_000,
    "x=",
    "x=%00",
    "x=" + packed([]),
    "x=" + packed(None),
    "x=" + packed({"backstep": 1}),
    "x=" + base64.urlsafe_b64encode(zlib.compress(b"0" * (1 << 26), 9)).decode()[:6000],
    "x=" + base64.urlsafe_b64encode(zlib.compress(b"[" * 900_000, 9)).decode(),
    "x=" + base64.urlsafe_b64encode(zlib.compress(b"9" * 900_000, 9)).decode(),
    "x=" + packed({**json.loads(experiment().to_json()), "X": [[1e308] * 3] * 8}),
    "x=" + packed({**json.loads(experiment().to_json()), "sizes": [3, -4, 2]}),
    "x=" + packed({**json.loads(experiment().to_json()), "sizes": [3, 10**400, 2]}),
    "x=" + packed({**json.loads(experiment().to_json()), "input_names": ["<b>a</b>", "$x$", "**c**"]}),
    "x=" + packed({**json.loads(experiment().to_json()), "edits": [{"t": 10**9}]}),
    "x=" + packed({**json.loads(experiment().to_json()), "edits": [{"t": 3, "W": [[[1]]]}]}),
    "x=" + packed({**json.loads(experiment().to_json()), "learning_rate": 10**400}),
    "x=" + packed({**json.loads(experiment().to_json()), "seed": "0"}),
    "preset=xor&sizes=16-16-16-16-16-16-16&act=relu-relu-relu-relu-relu-relu",
    "sizes=3-4-2&act=softmax-softmax",
    "preset=rate-too-large&t=2000&phase=update&sel=new_W.1.1.1",
    "preset=rate-too-large&t=100000",
    "loss=cross_entropy&act=tanh-tanh",
    "loss=cross_entropy&act=sigmoid-softmax",
    "eta=0",
    "eta=-0.5",
    "eta=1e400",
    "eta=nan",
    "batch=0",
    "batch=99999999",
    "seed=99999999999",
    f"t={MAX_UPDATE + 1}",
    f"t={'9' * 400}",
    "t=3&of=2",
    "t=3&of=x",
    "t=3&of=99999999999",
    "of=5",
    f"t=1&of={MAX_UPDATE}",
    "phase=delta-3",
    "phase=",
    "sel=W.1.99.1",
    "sel=loss@9",
    "sel=trail.0",
    "axes=1-1",
    "axes=1",
    "axes=1-2-3",
    "axes=0-1",
    "hold=9:1",
    "hold=1:nan",
    "hold=1:1e299",
    "hold=:",
    "hold=1:0.5_1:0.6",
    "sample=8&batch=1",
    "sample=9",
    "out=3",
    "digits=1",
    "digits=18",
    "tab=check&h=-15",
    "tab=check&h=-16",
    "tab=check&preset=rate-too-large&t=3000",
    "tab=<b>",
    "h=5",
    "h=-0",
    "h=--5",
    "h=-٣",
    "log=2",
    "lang=zh",
    "lang=<b>",
    "lang=de",
    "%",
    "=",
    "&&&",
    "?t=3",
    "%ff%fe=%80",
    "t",
    "a=1&b=2&c=3&d=4&e=5",
    "&".join(f"f{k}=1" for k in range(2000)),
    "t=5&t=7&phase=loss&phase=delta-1",
]


def damaged() -> list[str]:
    """Hostile addresses made by hand, and seeded mutations of valid ones."""
    rng = random.Random(2026)
    return HOSTILE + [HOW[k % len(HOW)](rng.choice(VALID), rng) for k in range(MUTATIONS)]


@pytest.mark.slow
def test_a_damaged_address_opens_a_session_that_can_be_used() -> None:
    for number, query in enumerate(damaged()):
        for turn, way in enumerate((query, quote(query, safe="&="))):
            try:
                session = address.read(way)
                if number % 10 == 5 * turn or number < len(HOSTILE):
                    usable(session)
                address.language(dict(parse_qsl(way)))
            except Exception as error:
                raise AssertionError(f"address {number}: {way[:300]!r}") from error


@pytest.mark.slow
def test_the_address_of_a_session_from_a_damaged_address_is_sound() -> None:
    for query in damaged():
        session = address.read(query)
        session.notices.clear()
        again = address.read(address.write(session, "en"))
        assert again.notices == [], query[:200]
        assert (again.experiment, again.phase) == (session.experiment, session.phase)
        if session.target is None:
            assert (again.t, again.reached) == (session.t, session.reached), query[:200]


@pytest.mark.parametrize("query", VALID)
def test_a_valid_address_says_nothing_and_comes_back_the_same(query: str) -> None:
    session = address.read(query)
    assert said(session) == []
    assert dict(parse_qsl(address.write(session, "en"))) == dict(parse_qsl(query))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("x=AAAA&t=4", "address_compact"),
        ("preset=nobody", "preset"),
        ("sizes=3-x-2", "address_field"),
        ("sizes=3-99-2", "sizes_range"),
        ("eta=0", "learning_rate"),
        ("batch=0", "batch_size"),
        ("batch=9", "batch_size"),
        ("preset=xor&batch=5", "batch_size"),
        ("data=moons&size=40&batch=41", "batch_size"),
        ("x=" + packed({**json.loads(experiment().to_json()), "batch_size": 9}), "batch_size"),
        ("rule=adam,beta1-0.8,beta1-0.9", "rule_word"),
        ("edits=20-W.1.2.1-3_W.1.2.1-4", "address_field"),
        ("edits=20-eta-1_b.1.1-0_eta-2", "address_field"),
        ("eta=fast", "address_field"),
        ("loss=cross_entropy&act=sigmoid-tanh", "cross_entropy_output"),
        ("loss=cross_entropy&act=sigmoid-softmax", "target_sum"),
        ("sizes=4-4-2", "data_columns"),
        ("init=magic", "scheme"),
        ("x=" + packed({"backstep": 99}), "json_version"),
    ],
)
def test_a_damaged_experiment_becomes_the_usual_one_at_its_start(query: str, code: str) -> None:
    session = address.read(f"{query}&phase=delta-1&t=9&sel=delta.1.2@1")
    assert session.experiment == experiment()
    assert (session.t, session.place, session.asked) == (0, 0, None)
    assert code in said(session)


@pytest.mark.parametrize("t", ["x", "-1", "1.5", "", "9" * 12, str(MAX_UPDATE + 1), "٣", "1e3"])
def test_a_damaged_position_becomes_the_start_of_the_right_experiment(t: str) -> None:
    session = address.read(urlencode({"preset": "xor", "t": t}))
    assert session.experiment == experiment("xor")
    assert session.t == 0
    assert said(session) in (["address_field"], ["update_number"])


@pytest.mark.parametrize(
    "wrong",
    [
        "tab=nonsense",
        "h=-16",
        "h=5",
        "h=-",
        "phase=delta-9",
        "sel=delta.9.9@1",
        "sel=W.1.5.1",
        "digits=99",
        "axes=1-9",
        "out=9",
        "hold=1:x",
        "hold=3:0.5_3:0.7",
        "nobody=1",
    ],
)
def test_one_wrong_part_leaves_the_rest(wrong: str) -> None:
    session = address.read(f"t=12&{wrong}")
    assert (session.experiment, session.t) == (experiment(), 12)
    assert len(said(session)) == 1


@pytest.mark.parametrize("wrong", ["digits=99", "axes=1-9", "out=9", "hold=1:x", "log=7", "sample=x"])
def test_one_wrong_part_of_the_view_leaves_the_others(wrong: str) -> None:
    name = wrong.partition("=")[0]
    rest = {"digits": "6", "axes": "3-1", "out": "2", "hold": "2:0.5", "log": "1"}
    rest.pop(name, None)
    session = address.read(urlencode(rest) + "&" + wrong)
    assert len(said(session)) == 1
    got = address.position(session, "en")
    assert {key: got.get(key) for key in rest} == rest


@pytest.mark.slow
def test_sentences_are_few_and_short() -> None:
    for query in damaged():
        session = address.read(query)
        assert len(session.notices) <= 3
        for language in LANGUAGES:
            for notice in session.notices:
                assert notice.problem is not None
                assert len(text(language).problem(notice.problem)) < 400


def test_a_long_way_is_gone_by_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timeline, "advance", lambda line, t, seconds: min(t, 1000))  # as on a slow machine
    session = address.read("t=9000000")
    assert session.target == 9_000_000
    assert said(session) == []


def test_the_slider_reaches_what_was_reached() -> None:
    session = address.read("t=12&of=40")
    assert (session.t, session.reached) == (12, 40)
    session.last_update()
    assert session.t == 40


def test_streamlits_own_parameters_are_not_ours() -> None:
    assert said(address.read("embed=true&embed_options=dark_theme&t=3")) == []


def test_the_usual_address_is_short() -> None:
    assert address.write(Session(experiment()), "en") == "t=0&phase=input&lang=en"


def test_back_to_an_address_keeps_the_run_and_is_no_jump() -> None:
    session = Session(experiment("xor"))
    session.go_to_update(40)
    session.next_phase()
    query = address.write(session, "en")
    session.go_to_update(90)
    at, line = session.jumps.draw(session.experiment), session.line
    back = address.read(query, session)
    assert back is session
    assert back.line is line
    assert (back.t, back.place, back.reached) == (40, 1, 90)
    assert back.jumps.draw(back.experiment) == at

    session.start(experiment("and"))
    at, ticks = session.jumps.draw(session.experiment), session.ticks
    other = address.read(query, session)
    assert other.experiment == experiment("xor")
    assert other.jumps.draw(other.experiment) == at
    assert other.ticks > ticks, "the browser sends the number of a tick once"


@pytest.mark.parametrize(
    ("query", "quoted", "right"),
    [
        ("edits=20", "edits=20,", ("20-W.1.2.1-3",)),
        ("edits=-20-eta-1", "edits=-20-eta-1,", ("20-W.1.2.1-3",)),
        ("edits=xabc", "edits=xabc,", ("20-W.1.2.1-3",)),
        ("edits=5-eta-1,~1-2-3", "edits=~1-2-3,", ("20-W.1.2.1-3",)),
        ("own=x", "own=x,", ()),
        ("preset=foo", "foo", tuple(PRESETS)),
        ("schedule=foo", "foo", tuple(SCHEDULES)),
        ("schedule=step,factor-2", "factor of the rate", ()),
        ("rule=foo", "foo", tuple(RULES)),
        ("rule=adam,beta3-0.8", "beta3-0.8", ("beta1", "beta2", "epsilon")),
        ("rule=gradient_descent,mu-1", "gradient_descent,mu-1", ("gradient_descent",)),
        ("seed=99999999999", "99999999999", ("0..4294967295",)),
    ],
)
def test_what_is_damaged_is_quoted_whole_with_what_would_be_right(
    query: str, quoted: str, right: tuple[str, ...]
) -> None:
    (notice,) = address.read(query).notices
    assert notice.problem is not None
    before, _, after = str(notice.problem).partition(quoted)
    assert after or not right, before
    assert all(one in after for one in right)
    for name in right:
        assert name in text("zh").problem(notice.problem)
