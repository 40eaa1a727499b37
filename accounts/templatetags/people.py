"""What templates about people need."""

from __future__ import annotations

from django import template

from poster.web.visitors import browser_of

register = template.Library()
register.filter("browser", browser_of)
