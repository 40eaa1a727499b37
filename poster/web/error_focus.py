"""Where a form was refused: the first field with an error has the focus, wherever on the page it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import flatten_fieldsets
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse


class PointingOut:
    """Middleware: for every page that is a TemplateResponse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        """After the view, before the page is made."""
        for each in (response.context_data or {}).values():
            form = getattr(each, "form", each)
            if isinstance(form, BaseForm) and form.is_bound and _focused(form, _in_order(each, form)):
                break  # a page has one focus
        return response


def _in_order(shown: object, form: BaseForm) -> Iterable[str]:
    """The names of its fields as they stand on the page."""
    fieldsets: Any = shown.fieldsets if isinstance(shown, AdminForm) else ()
    return flatten_fieldsets(fieldsets) or form.fields


def _focused(form: BaseForm, names: Iterable[str]) -> bool:
    wrong = (form.fields[name].widget for name in names if name in form.fields and name in form.errors)
    first = next((widget for widget in wrong if not widget.is_hidden), None)
    if first is not None:
        first.attrs["autofocus"] = True
    return first is not None
