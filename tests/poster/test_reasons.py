"""A reason is a code with typed parameters; its words are made when it is shown, and nothing hangs on them."""

from __future__ import annotations

import ast
import datetime as dt
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from poster.reasons import Actor, Because, Fact, Group, Plural, Quoted, Reason, Term, Unknown, _, _n
from poster.reasons.fields import ReasonColumns, loaded, stored
from poster.reasons.known import load, lock
from poster.reasons.permissions import NotYours
from poster.reasons.values import KINDS, LONGEST_QUOTED, parts
from tests.ours import OURS, ROOT
from tests.reason_samples import of_the_product, sample
from tests.reasons_lock import FILE, broken, locked


class Every(Reason, code="tests.every", group=Group.TIMING, actor=Actor.YOU, again=True):
    """Has a parameter of each kind."""

    text = _n("%(number)d thing of %(text_)s.", "%(number)d things of %(text_)s.", "number")
    fix = _("They said: %(said)s")
    number: int
    text_: tuple[str, ...]
    said: Quoted
    sure: bool
    price: Decimal
    row: UUID
    at: dt.datetime
    day: dt.date
    word: Term
    why: Because
    maybe: int | None = None
    more: tuple[str, ...] = ()


class Late(Reason, code="tests.late", group=Group.TIMING, actor=Actor.YOU):
    text = _n("It is %(hours)d hour late.", "It is %(hours)d hours late.", "hours")
    fix = _("Choose another time.")
    hours: int
    place: str = ""


OF_THE_PRODUCT = of_the_product()
PRODUCT = pytest.mark.parametrize("kind", OF_THE_PRODUCT, ids=[kind.code for kind in OF_THE_PRODUCT])


@PRODUCT
def test_each_reason_comes_back_as_it_was_stored(kind: type[Reason]) -> None:
    reason = sample(kind)
    assert load(kind.code, reason.params()) == reason


@PRODUCT
def test_each_reason_says_what_is_wrong_who_must_act_and_what_comes_next(kind: type[Reason]) -> None:
    reason = sample(kind)
    what, then = reason.what(), reason.next()
    assert what.strip() == what != ""
    assert "%(" not in what + then
    if issubclass(kind, Fact):
        assert (kind.actor, kind.again, then) == (Actor.NOBODY, False, "")
        return
    assert then, "it does not say what comes next"
    assert kind.actor or kind.again, "nobody must act, and we do not try again: is it a Fact?"
    assert not kind.again or re.search(r"\bagain\b|by itself|retr|tried|tries", what + then), (
        "it does not say that we try again"
    )


@PRODUCT
def test_each_text_names_only_parameters_that_there_are(kind: type[Reason]) -> None:
    if "what" in vars(kind):
        return  # it puts its words together by itself; the test above has rendered them
    names = set()
    for message in (kind.text, kind.fix):
        forms = (message.one, message.many) if isinstance(message, Plural) else (message,)
        names |= {name for form in forms for name in re.findall(r"%\((\w+)\)", form)}
    assert names <= kind.kinds().keys()


def test_the_codes_are_for_ever() -> None:
    """A code or a parameter that is gone would leave old rows and signed lines without words."""
    now = locked("\n".join(line for line in lock() if not line.startswith("tests.")))
    before = locked(FILE.read_text(encoding="utf-8"))
    assert broken(before, now) == []
    assert before == now, "new ones: python -m tests.reasons_lock"


@pytest.mark.parametrize(
    ("now", "wrong"),
    {
        "a.b n:number": [],
        "a.b n:number [m:text]": [],
        "a.b n:number\na.c": [],
        "a.b n:number m:text": ["a.b has m:text, which older rows lack"],
        "a.b": ["a.b has no n:number any more"],
        "a.c": ["a.b is gone"],
    }.items(),
)
def test_the_lock_allows_new_codes_and_new_parameters_that_may_be_left_out(now: str, wrong: list[str]) -> None:
    assert broken(locked("a.b n:number"), locked(now)) == wrong


def test_every_text_stands_where_the_catalogues_are_made_from() -> None:
    """xgettext finds literals within _() and _n(), and nothing else."""
    marked = set()
    for file in (file for app in OURS for file in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "_n"}:
                marked |= {each.value for each in node.args if isinstance(each, ast.Constant)}
    texts = {message for kind in OF_THE_PRODUCT for message in (kind.text, kind.fix)}
    forms = {form for each in texts for form in ((each.one, each.many) if isinstance(each, Plural) else (each,))}
    assert forms - marked - {""} == set()


def every(**other: object) -> Every:
    values = {
        "number": 3,
        "text_": ("a", "b"),
        "said": Quoted("No."),
        "sure": False,
        "price": Decimal("1.50"),
        "row": UUID(int=1),
        "at": dt.datetime(2026, 12, 1, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        "day": dt.date(2026, 12, 1),
        "word": Term("picture"),
        "why": Because(NotYours()),
    }
    return Every(**values | other)  # type: ignore[arg-type]


def test_the_parameters_have_one_text() -> None:
    assert every().params() == (
        '{"at":"2026-12-01T09:30:00Z","day":"2026-12-01","number":3,"price":"1.50",'
        '"row":"00000000-0000-0000-0000-000000000001","said":"No.","sure":false,"text_":["a","b"],"why":["poster.not_yours",""],"word":"picture"}'
    )
    assert Late(hours=1, place="Cafe\u0301").params() == '{"hours":1,"place":"Café"}'
    assert Late(hours=1).params() == '{"hours":1}'


texts = st.text(max_size=50)


@given(
    st.builds(
        every, number=st.integers(), text_=st.lists(texts).map(tuple), said=st.text().map(Quoted), sure=st.booleans()
    )
)
def test_what_is_read_is_written_as_it_was(reason: Every) -> None:
    text = reason.params()
    again = load("tests.every", text)
    assert isinstance(again, Every)
    assert again.params() == text


@pytest.mark.parametrize(
    "wrong", [{"number": True}, {"number": "3"}, {"text_": ("a", 3)}, {"said": "No."}, {"at": dt.date(2026, 1, 1)}]
)
def test_a_parameter_of_another_kind_is_a_mistake_of_ours(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        every(**wrong).params()


@pytest.mark.parametrize("kind", [float, dict, dict[str, str], int | str, tuple[int, str], list[str]])
def test_no_parameter_is_a_float_a_dict_or_two_things_at_once(kind: object) -> None:
    with pytest.raises(TypeError):
        parts(kind)
    assert float not in KINDS


@pytest.mark.parametrize(
    ("code", "params", "shown"),
    [
        ("tests.gone", "", "tests.gone"),
        ("tests.gone", '{"hours":3,"place":"x"}', "tests.gone (hours 3, place x)"),
        ("tests.late", '{"hours":"3"}', "tests.late (hours 3)"),
        ("tests.late", "{}", "tests.late"),
        ("tests.late", '{"hours":3,"colour":"red"}', "tests.late (hours 3, colour red)"),
        ("tests.late", "[3]", "tests.late ([3])"),
        ("tests.late", "{", "tests.late ({)"),
        ("tests.every", every().params().replace("2026-12-01T", "noon"), None),
        ("tests.every", every().params().replace("1.50", "dear"), None),
        ("tests.every", every().params().replace('["a","b"]', '"ab"'), None),
        ("tests.every", every().params().replace("poster.not_yours", ""), None),
    ],
)
def test_what_is_not_known_is_shown_as_it_is(code: str, params: str, shown: str | None) -> None:
    unknown = load(code, params)
    assert isinstance(unknown, Unknown)
    assert (unknown.code, unknown.params()) == (code, params)
    assert shown is None or str(unknown) == shown
    assert (
        unknown == Unknown(given_code=code, given_params=params) != Unknown(given_code=code, given_params=params + " ")
    )
    assert hash(unknown) == hash(Unknown(given_code=code, given_params=params))


def test_no_code_is_no_reason() -> None:
    assert load("") is None


def test_words_are_made_when_they_are_read() -> None:
    assert (str(Late(hours=1)), str(Late(hours=3))) == (
        "It is 1 hour late. Choose another time.",
        "It is 3 hours late. Choose another time.",
    )
    with override("de"):
        assert str(Late(hours=3)) == "It is 3 hours late. Choose another time."  # no catalogue yet: English


def test_what_somebody_else_said_is_a_quotation() -> None:
    said = Quoted("access_token=EAABsbCS1234567890 is\nnot\0 known " + "x" * 600)
    assert "EAABsbCS" not in said.words
    assert len(said.words) <= LONGEST_QUOTED
    assert "\n" not in said.words
    assert "“No.”" in str(every(number=1).next())
    assert not Quoted("")


def test_two_reasons_have_two_codes() -> None:
    with pytest.raises(TypeError, match=r"tests\.late"):

        class Twice(Reason, code="tests.late"):
            text = _("Again.")


def test_several_reasons_in_one_column() -> None:
    several = [Late(hours=1), Late(hours=3, place="x")]
    assert stored(several) == [["tests.late", '{"hours":1}'], ["tests.late", '{"hours":3,"place":"x"}']]
    assert loaded(stored(several)) == several


class Row:
    """What a model with such columns does."""

    broken_code, broken_params = "", ""
    broken = ReasonColumns()


def test_a_row_has_its_reason_in_two_columns() -> None:
    row: Any = Row()
    assert row.broken is None
    row.broken = Late(hours=3)
    assert (row.broken_code, row.broken_params, row.broken) == ("tests.late", '{"hours":3}', Late(hours=3))
    assert Row.broken.columns(None) == {"broken_code": "", "broken_params": ""}
    assert Row.broken.names() == ("broken_code", "broken_params")


def test_a_reason_within_a_reason_is_kept_and_shown_in_full() -> None:
    reason = every(why=Because(Late(hours=2)))
    again = load("tests.every", reason.params())
    assert again == reason
    assert str(Because(Late(hours=2))) == str(Late(hours=2))
