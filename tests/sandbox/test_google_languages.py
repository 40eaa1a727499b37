"""Drive's two small languages: whatever a client sends, the answer is a meaning or a plain refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.google import masks, query

FILE = {
    "name": "cat.jpg",
    "mimeType": "image/jpeg",
    "parents": ["F"],
    "createdTime": "2026-11-21T10:00:00.000Z",
    "modifiedTime": "2026-11-21T10:00:00.000Z",
    "trashed": False,
}
WORDS = [
    "'F'", "in", "parents", "and", "or", "not", "(", ")", "name", "=", "!=", "contains", "'cat'", "trashed",
    "true", "modifiedTime", ">", "'2026-01-01T00:00:00'", "mimeType", "has",
]  # fmt: skip
FIELDS = ["files", "id", "(", ")", ",", "/", "*", "owners", "name", "nonsense", " "]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_search_or_is_refused(text: str) -> None:
    try:
        found = query.parse(text)
    except query.BadQuery:
        return
    assert found.test(FILE) in {True, False}


@given(st.lists(st.sampled_from(FIELDS), max_size=14).map("".join) | st.text(max_size=40))
def test_any_text_is_a_mask_or_is_refused(text: str) -> None:
    try:
        mask = masks.parse(text, masks.FILE_LIST)
    except masks.BadMask:
        return
    assert set(masks.apply(mask, {"files": [FILE], "kind": "drive#fileList"})) <= {"files", "kind"}


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.lists(st.sampled_from(["and", "or"]), min_size=5))
def test_and_binds_tighter_than_or_as_in_python(truths: list[bool], joints: list[str]) -> None:
    drive = [f"trashed = {'false' if truth else 'true'}" for truth in truths]
    joined = drive[0]
    python = str(truths[0])
    for place, truth in enumerate(truths[1:]):
        joined += f" {joints[place]} {drive[place + 1]}"
        python += f" {joints[place]} {truth}"
    assert query.parse(joined).test(FILE) is eval(python)  # noqa: S307 - booleans and two words


@pytest.mark.parametrize("text", ["(" * 500 + "trashed = true", "not " * 500 + "trashed = true"])
def test_a_search_without_end_is_refused(text: str) -> None:
    with pytest.raises(query.BadQuery):
        query.parse(text)


@pytest.mark.parametrize("text", ["files(" * 500, "files/" * 500 + "id"])
def test_a_mask_without_end_is_refused(text: str) -> None:
    with pytest.raises(masks.BadMask):
        masks.parse(text, masks.FILE_LIST)
