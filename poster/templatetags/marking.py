"""`{% csrf_token %}` in every template, Django's and allauth's too: with the mark of `poster.web.unsaved_input`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from poster.web import unsaved_input

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """In a form: what is sent with it and not taken comes back. Of somebody who is not signed in, nothing is kept."""
    token = mark_safe(CsrfTokenNode().render(context))  # noqa: S308 - Django has made it
    request: Any = context.get("request")
    if not token or not getattr(getattr(request, "user", None), "is_authenticated", False):
        return token
    return token + format_html(
        '<input type="hidden" name="{}" value="{}">', unsaved_input.MARK, unsaved_input.mark(request)
    )
