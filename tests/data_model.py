"""`python -m tests.data_model` writes docs/data-model.md: the tables as the models have them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import django

PLACE = Path(__file__).resolve().parent.parent / "docs" / "data-model.md"
HEAD = """\
# The data model

Drawn from the models by `python -m tests.data_model`; a test compares. An arrow leads from a row to the row that it
belongs to; `owner` (to `accounts.User`), which nearly every table has, is left out. What an app may refer to lies in
itself or below: `proof`, `operations`, `publishing`, `watches`, `writing`, `outbox`, `media`, `accounts`, `poster`.
"""


def drawn() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    from tests.ours import OURS

    for label in reversed(OURS):
        yield from _section(label)


def _section(label: str) -> Iterator[str]:
    from django.apps import apps

    config = apps.get_app_config(label)
    models = [model for model in config.get_models() if not model._meta.proxy]
    if not models:
        return
    yield f"## {label}\n"
    if arrows := [arrow for model in models for arrow in _arrows(model)]:
        yield "\n".join(["```mermaid", "erDiagram", *(f"    {arrow}" for arrow in arrows), "```", ""])
    yield "| table | what a row is | once only |"
    yield "|---|---|---|"
    for model in models:
        yield f"| {model.__name__} | {_about(model)} | {'; '.join(_once(model))} |"
    yield ""


def _arrows(model: type) -> Iterator[str]:
    for parent in model._meta.parents:  # type: ignore[attr-defined]
        yield f"{model.__name__} |o--|| {parent.__name__} : is"
    for field in model._meta.get_fields(include_parents=False):  # type: ignore[attr-defined]
        ours = field.is_relation and not field.auto_created and field.related_model and field.name != "owner"
        if not ours:
            continue
        end = "o|" if getattr(field, "null", False) else "||"
        many = "}o--o{" if field.many_to_many else f"}}o--{end}" if field.many_to_one else f"|o--{end}"
        yield f"{model.__name__} {many} {field.related_model.__name__} : {field.name}"


def _about(model: type) -> str:
    told = (model.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(told.split()).replace("|", "\\|")


def _once(model: type) -> Iterator[str]:
    """What the database holds to be unique, beside keys."""
    from django.db.models import UniqueConstraint

    for each in model._meta.constraints:  # type: ignore[attr-defined]
        if isinstance(each, UniqueConstraint):
            yield ", ".join(f"`{name}`" for name in each.fields) + (" (in part)" if each.condition else "")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poster.settings")
    django.setup()
    PLACE.write_text(drawn(), encoding="utf-8")
