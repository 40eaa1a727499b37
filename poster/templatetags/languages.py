"""What templates need to lead to pages in other languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from poster.web import languages

register = template.Library()


@register.simple_tag(takes_context=True)
def public_url(context: dict[str, Any], page: str) -> str:
    """The address of a public page, in the language that the address of this one says."""
    return languages.address(context["request"], page)


@register.simple_tag(takes_context=True)
def other_languages(context: dict[str, Any]) -> Sequence[languages.Elsewhere]:
    """Where this public page is in each language; none where there is one language."""
    return languages.others(context["request"])
