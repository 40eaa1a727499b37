"""Nothing of ours is a finished sentence before somebody reads it: not what is raised, stored or decided by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from poster.reasons import Plural
from poster.reasons.fields import ReasonCode, ReasonParams
from poster.reasons.known import reasons
from poster.reasons.rendering import TERMS
from tests.ours import OURS, ROOT

GIVEN_A_REASON = {"OutsideError", "NotPossible", "ChildRefused"}  # and whatever comes of them
MAKE_THEIR_OWN = {"RedirectRefused"}  # given a name, of which they make the reason themselves
ARE_WORDS = {"sentence", "waits_because", "error"}  # attributes of ours that are words for people
ARE_REASONS = {"reason", "problem", "hold", "unanswered", "wordless_because", "fact", "cause"}


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    """All of ours, read when the first test asks: not by each process that only collects."""
    files = [file for app in OURS for file in sorted((ROOT / app).rglob("*.py"))]
    return [(file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _errors() -> set[str]:
    """The names of all classes that come of those which are given a reason."""
    classes = [node for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: set[str] = set()
    more = GIVEN_A_REASON
    while more - found:
        found |= more
        more = {each.name for each in classes if {_name(base) for base in each.bases} & found}
    return found


def _is_sentence(node: ast.expr) -> bool:
    """Words, whether they stand there, are put together, or are made of a reason."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return True
    if isinstance(node, ast.BinOp):
        return _is_sentence(node.left) or _is_sentence(node.right)
    if isinstance(node, ast.Call):
        return _name(node.func) in {"str", "format", "gettext", "ngettext", "_", "sentence"}
    return isinstance(node, ast.Attribute) and node.attr in ARE_WORDS


def test_what_is_raised_is_given_a_reason_and_no_words() -> None:
    names = _errors()
    assert {"Refused", "BadPicture", "TooManyWatches", "Spoilt"} <= names
    wrong = [
        f"{file}:{node.lineno}: {ast.unparse(node)}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in names
        if any(_is_sentence(each) for each in node.args[:1]) and _name(node.func) not in MAKE_THEIR_OWN
    ]
    assert wrong == []


def _are_words(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and _name(node.func) in {"startswith", "endswith"}:
        assert isinstance(node.func, ast.Attribute)
        return _are_words(node.func.value)
    if isinstance(node, ast.Call) and _name(node.func) == "str":
        return any(_name(each) in ARE_REASONS for each in node.args)
    if isinstance(node, ast.Call) and _name(node.func) in {"what", "next"}:
        return isinstance(node.func, ast.Attribute) and not node.args
    return isinstance(node, ast.Attribute) and node.attr in ARE_WORDS


def _conditions(tree: ast.Module) -> Iterator[tuple[ast.AST, list[ast.expr]]]:
    """What is compared, searched, or asked for its beginning."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and not isinstance(node.ops[0], ast.Is | ast.IsNot):
            yield node, [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and _name(node.func) in {"startswith", "endswith"}:
            yield node, [node]
        elif isinstance(node, ast.Call) and _name(node.func) in {"search", "match", "fullmatch"}:
            yield node, node.args


def test_nothing_is_decided_by_words() -> None:
    wrong = [
        f"{file}: {ast.unparse(node)}"
        for file, tree in trees()
        for node, parts in _conditions(tree)
        if any(_are_words(each) for each in parts)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "raise Refused('No.')",
        "raise NotPossible(f'{name} is gone.')",
        "raise NotPossible('%s is gone.' % name)",
        "raise Unavailable(str(error))",
        "raise Unavailable(error.sentence)",
        "raise Unavailable(GONE.format(name))",
    ],
)
def test_the_first_rule_sees_words(text: str) -> None:
    [call] = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise)]
    assert isinstance(call.exc, ast.Call)
    assert any(_is_sentence(each) for each in call.exc.args)


@pytest.mark.parametrize(
    "text",
    ["str(row.reason) == SAID", "'again' in error.sentence", "row.error.startswith('It')", "told.what() in SAID"],
)
def test_the_second_rule_sees_comparisons(text: str) -> None:
    assert any(_are_words(each) for _, parts in _conditions(ast.parse(text)) for each in parts)


# Every column that could hold a sentence, but for those that are a code by their `choices`. A sentence of ours is a
# reason: two columns, `ReasonCode` and `ReasonParams`.
OF_PEOPLE = """
accounts.User: email name time_zone
accounts.Invitation: email
accounts.Request: email words answer
accounts.SignUp: email words
accounts.Announcement: subject words
accounts.AiKey: captioner
accounts.ProviderApp: client_id
watches.PromptTemplate: name text
watches.Watch: name place_id model language
watches.FoundFile: watch_name
publishing.Post: text hint words_before
publishing.PostAsset: alt_text
publishing.Delivery: text options
publishing.Variant: text options
publishing.Tag: name
publishing.Trial: place_id model prompt language
"""
OF_STRANGERS = """
poster.Event: browser
accounts.Acceptance: browser
accounts.Credential: remote_id name scopes scoped_id
accounts.Channel: remote_id name handle
accounts.Revocation: remote_id
media.Asset: name mime place
media.Upload: name
writing.Suggestion: text alt_texts hashtags model
writing.AiCall: model asked_model answer
watches.Watch: place_name unread_names
watches.FoundFile: external_id revision name folder
outbox.Outgoing: channel_name refs operation remote_id permalink
outbox.LedgerEntry: said code subcode trace_id refs remote_id permalink
publishing.Reconciled: strangers
publishing.Trial: external_id revision name folder text hashtags alt_text answered_by
"""
CODES = """
poster.Switch: name
poster.Rest: key code
poster.ClockSight: host boot
poster.Install: place
poster.Link: table digest chain
operations.Errand: about
accounts.User: password language
accounts.Channel: platform
accounts.Invitation: digest
accounts.Acceptance: version
accounts.Flow: provider state session
accounts.Revocation: provider receipt
accounts.Request: code outcomes language
accounts.SignUp: language
accounts.Notice: about
media.Asset: origin sha256 impression fingerprint
media.Upload: mark
publishing.ApprovalLink: proof
writing.Suggestion: holds
writing.AiCall: outcome
watches.SourceCursor: key cursor
watches.Sighting: key line
watches.FoundFile: sha256
media.Blob: key place mime recipe sha256 facts
outbox.Outgoing: kind lane dedupe content_hash
publishing.Delivery: media renditions laid
publishing.PostAsset: crop
publishing.Variant: pictures
publishing.Series: zone
publishing.Trial: holds
publishing.Slot: zone
outbox.LedgerEntry: asked source verdict content_hash worker state says
"""
AS_SENT = """
accounts.Notice: subject words
writing.Suggestion: prompt
operations.Errand: report
"""


def _listed(*texts: str) -> set[str]:
    lines = (line.split(": ") for text in texts for line in text.split("\n") if line)
    return {f"{model}.{name}" for model, names in lines for name in names.split()}


def test_no_column_holds_a_finished_sentence_of_ours() -> None:
    """A mail and a prompt are kept as they are sent: to one person, to a model; and so is what the doctor said last."""
    texts = {
        f"{model._meta.label}.{field.name}"
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        if not isinstance(field, ReasonCode | ReasonParams) and not field.choices
    }
    assert texts == _listed(OF_PEOPLE, OF_STRANGERS, CODES, AS_SENT)


def _collected(file: Path) -> set[str]:
    """The texts of a catalogue, singular and plural."""
    found, text = set(), ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(("msgid ", "msgid_plural ")):
            text = ast.literal_eval(line.partition(" ")[2])
        elif line.startswith('"'):
            text += ast.literal_eval(line)
        elif line.startswith("msgstr"):
            text = ""
        found.add(text)
    return found


def test_the_catalogues_have_every_text_of_every_reason() -> None:
    """What else is in them, and that it is of today: `tests/test_catalogues.py`."""
    collected = _collected(ROOT / "locale" / "tr" / "LC_MESSAGES" / "django.po")
    of_ours = [kind for code, kind in reasons().items() if not code.startswith("tests.")]
    texts = {message for kind in of_ours for message in (kind.text, kind.fix)} | set(TERMS.values())
    forms = {form for each in texts for form in ((each.one, each.many) if isinstance(each, Plural) else (each,))}
    assert forms - collected == {""} - collected
