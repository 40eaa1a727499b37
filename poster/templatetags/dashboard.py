"""What templates of the dashboard need."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.contrib.admin import site
from django.contrib.admin.utils import flatten
from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from poster.dashboard import display
from poster.dashboard.verbs import VerbsMixin, page_of
from poster.dashboard.way_back import way_back

register = template.Library()
register.simple_tag(display.icon)
register.simple_tag(display.tag)
register.simple_tag(display.seen)
register.simple_tag(display.outside_link)
register.filter(way_back)
register.filter(display.day_and_hour)
register.filter(display.lasted)


@register.filter
def moment(when: dt.datetime | None) -> str:
    """A time as people say it."""
    return display.moment(when)


@register.simple_tag
def badge(row: Any) -> SafeString:  # noqa: ANN401
    """The state of a row."""
    return display.badge(row.state, row.get_state_display())


@register.inclusion_tag("admin/verbs.html", takes_context=True)
def verbs(
    context: dict[str, Any], row: Model, *, small: bool = False, only: str = "", without: str = ""
) -> dict[str, Any]:
    """The buttons for what can be done to `row` now; `only` this verb, or all `without` that one."""
    admin = site._registry.get(type(row))
    buttons = admin.buttons(row) if isinstance(admin, VerbsMixin) else []
    shown = [each for each in buttons if only in ("", each.name) and each.name != without]
    return {"buttons": shown, "small": small, "request": context["request"], "csrf_token": context.get("csrf_token")}


@register.simple_tag
def verb_url(row: Model, name: str) -> str:
    """Where a form posts to that does `name` to `row`."""
    return page_of(type(row)).verb_url(row, name)


@register.inclusion_tag("admin/change_form_object_tools.html", takes_context=True)
def change_tools(context: dict[str, Any]) -> dict[str, Any]:
    """The way to the history of a row."""
    return {"opts": context["opts"], "original": context["original"]}


@register.filter
def labelled(cells: list[str], headers: list[dict[str, Any]]) -> list[SafeString]:
    """Cells of a list with the name of their column, for phones, where each row is a card."""
    return [_label(cell, str(head.get("text", ""))) for cell, head in zip(cells, headers, strict=False)]


def _label(cell: str, text: str) -> SafeString:
    if not text or "<" in text:  # the column of check boxes
        return conditional_escape(cell)
    head, _, rest = conditional_escape(cell).partition(" ")
    return mark_safe(format_html('{} data-label="{}" ', mark_safe(head), text) + rest)  # noqa: S308 - parts escaped


@register.filter
def is_tabs(spec: Any) -> bool:  # noqa: ANN401 - a filter of a list
    """Whether it is shown as tabs: the filters by state and by role, whatever language their titles are in."""
    return (getattr(spec, "field_path", "") or getattr(spec, "parameter_name", "")) in {"state", "stage", "role"}


@register.filter
def refused(fieldset: Any) -> bool:  # noqa: ANN401 - a Fieldset of the admin
    """Whether a field of this part of a form has an error: then it is not folded away."""
    return any(name in fieldset.form.errors for name in flatten(fieldset.fields))


@register.filter
def parts(label: str) -> list[str]:
    """`icon|name|details` as three."""
    return [*str(label).split("|", 2), "", ""][:3]
