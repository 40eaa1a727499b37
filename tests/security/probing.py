"""Probes: what a stranger may try, made from the dashboard's registry and the URLconf, so that new pages are tried too.

A probe is data. In its path, `{publishing.Post}` stands for the key of Alice's post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import site
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from poster.dashboard.scoping import OperatorAdmin

REGISTRY: list[tuple[type[Model], Any]] = sorted(site._registry.items(), key=lambda pair: pair[0]._meta.label)
OWNED = [(model, admin) for model, admin in REGISTRY if not isinstance(admin, OperatorAdmin)]
FOR_OPERATORS = [(model, admin) for model, admin in REGISTRY if isinstance(admin, OperatorAdmin)]
LOOKUPS = ("", "__startswith", "__isnull", "__in")
HIDDEN = 404
SHUT = frozenset({302, 403, 404})  # to the sign-in page or the front page; forbidden; not there
SHUT_OR_POST_ONLY = SHUT | {400, 405}
# Never 500; the health page may say 503.
ANY = frozenset({200, 204, 301, 302, 400, 401, 403, 404, 405, 409, 410, 415, 422, 429, 503})
OUTSIDERS = ("nobody", "locked", "no_staff")  # signed out; locked out while signed in; not one of the dashboard's
PERSONS = ("bob", *OUTSIDERS)
NUMBERED = ("mfa.Authenticator", "usersessions.UserSession")  # other packages' rows of a person
SEARCHES = ["lice's", "anary", "words", "example.org", "%"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One try. `answers`: the only statuses that it may get."""

    kind: str
    who: str
    method: str
    path: str
    answers: frozenset[int] = SHUT
    data: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.path} {dict(self.data)}"


def page(model: type[Model], what: str = "changelist") -> str:
    """Where a list or its add page is."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}")


def addresses() -> Iterator[tuple[str, str]]:
    """Every address of the product with what its keys are called: ("assets/<uuid:pk>/thumbnail", "thumbnail")."""
    yield from _walk(get_resolver().url_patterns, "/")


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        here = before + _route(each.pattern)
        if isinstance(each, URLPattern):
            yield here, each.name or ""
        else:
            yield from _walk(each.url_patterns, here)


def _route(pattern: Any) -> str:
    if not isinstance(pattern, RegexPattern):
        return str(pattern)
    return re.sub(r"\(\?P<(\w+)>(?:\([^)]*\)|[^()])*\)", r"<str:\1>", str(pattern)).strip("^$")


def filled(route: str) -> list[str]:
    """The route with Alice's keys, and every verb, in the place of its variables."""
    if "<" not in route:
        return [route]
    owner = next(((model, admin) for model, admin in REGISTRY if route.startswith(page(model))), None)
    labels = [owner[0]._meta.label] if owner else [model._meta.label for model, _ in OWNED]
    keys = [f"{{{label}}}" for label in (NUMBERED if "<int:" in route else labels)]
    names = sorted(owner[1].verbs) if owner and "/do/" in route else ["google"]
    found = []
    for key in keys:
        by_key = re.sub(r"<(?:(?!slug:)\w+:)?\w+>", key, re.sub(r"<(?:str:)?provider>", "google", route))
        found += [re.sub(r"<slug:\w+>", name, by_key) for name in names]
    return sorted(set(found))


def pages_of_hers() -> Iterator[Probe]:
    """Every address that takes a key, with a key of hers."""
    for route, name in addresses():
        if "<" not in route or name in {"app_list", "picture"} or route.endswith("<str:url>"):
            continue
        # A door that is opened by what was mailed may say "this link is not valid" to everybody.
        shut = SHUT_OR_POST_ONLY if "<uuid:" in route or route.startswith("/dashboard/") else ANY
        for path in filled(route):
            for who in PERSONS:
                yield Probe("pages", who, "GET", path, shut)
                yield Probe("pages", who, "POST", path, shut, (("post", "yes"), ("text", "Bob was here")))
            for query in ("_popup=1", "_to_field=id", "_to_field=owner", "next=/dashboard/"):
                yield Probe("pages", "bob", "GET", f"{path}?{query}", shut)


def pages_for_all() -> Iterator[Probe]:
    """Every address without a key: whatever it answers, nothing of hers is in it."""
    for route, _ in addresses():
        if "<" not in route:
            for who in PERSONS:
                yield Probe("open", who, "GET", route, ANY)
                yield Probe("open", who, "POST", route, ANY, (("email", "x@example.org"), ("to", "on")))


def lists() -> Iterator[Probe]:
    """Search, order, pages, facets, pop-ups, export formats: what a list takes."""
    queries = [f"q={text}" for text in SEARCHES]
    queries += ["o=1", "o=-1.2.3", "p=2", "all=", "_facets=True", "_popup=1", "_to_field=id", "_to_field=owner"]
    queries += ["stage=you", "created_at__year=2026", "_export=csv", "format=json"]
    for model, _ in OWNED:
        for query in queries:
            yield Probe("lists", "bob", "GET", f"{page(model)}?{query}", ANY - {403, 404})
        for what in ("changelist", "add"):
            for who in OUTSIDERS:
                yield Probe("lists", who, "GET", page(model, what), SHUT)
                yield Probe("lists", who, "POST", page(model, what), SHUT)


def lookups() -> Iterator[Probe]:
    """A lookup by a field that is not offered is an oracle: `?owner__password__startswith=a`."""
    for model, admin in REGISTRY:
        offered = {admin._filtered_by(each) for each in admin.list_filter}
        for name in sorted(_ways(model)):
            if name in offered:
                continue
            for lookup in LOOKUPS:
                query = urlencode({name + lookup: "1"})
                yield Probe("lookups", "bob", "GET", f"{page(model)}?{query}", frozenset({400, 403}))


def _ways(model: type[Model]) -> set[str]:
    """Its fields, and those of what it leads to."""
    found = set()
    for field in model._meta.get_fields():
        found.add(field.name)
        if field.is_relation and field.related_model is not None:
            theirs = field.related_model._meta
            found |= {f"{field.name}__{each.name}" for each in theirs.concrete_fields if each.name in SECRETIVE}
            found.add(f"{field.name}__{theirs.pk.name}")
    return found


SECRETIVE = {"password", "email", "secret", "token", "key", "name", "text", "owner", "state", "digest", "remote_id"}


def filters() -> Iterator[Probe]:
    """The filters that are offered, with her keys as the value: an empty list, or none at all."""
    for model, admin in OWNED:
        for name in (admin._filtered_by(each) for each in admin.list_filter):
            fields = {field.name: field.related_model for field in model._meta.get_fields()}
            hers = {model._meta.label, (fields.get(name) or model)._meta.label}
            for query in (f"{name}{tail}={{{label}}}" for label in sorted(hers) for tail in ("__id__exact", "")):
                yield Probe("filters", "bob", "GET", f"{page(model)}?{query}", frozenset({200, 302, 400}))


def in_bulk() -> Iterator[Probe]:
    """Actions on her keys, and on all."""
    for model, admin in REGISTRY:
        for action in [*sorted(admin.verbs), "delete_selected", "export"]:
            for across in ("0", "1"):
                for who in PERSONS:
                    key = (ACTION_CHECKBOX_NAME, f"{{{model._meta.label}}}")
                    data = (("action", action), key, ("index", "0"), ("select_across", across))
                    yield Probe("bulk", who, "POST", page(model), SHUT | {200}, data)


def completions() -> Iterator[Probe]:
    """What a field that completes itself would tell, for every relation there is."""
    for model, _ in REGISTRY:
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created:
                asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                query = urlencode({**asked, "field_name": field.name, "term": "lice"})
                for who in PERSONS:
                    yield Probe("completions", who, "GET", f"{reverse('admin:autocomplete')}?{query}", SHUT | {200})


def operators_pages() -> Iterator[Probe]:
    """Lists of the whole install: a member does not get in."""
    for model, _ in FOR_OPERATORS:
        for what in ("changelist", "add"):
            for who in PERSONS:
                yield Probe("operators", who, "GET", page(model, what), frozenset({302, 403}))
                yield Probe("operators", who, "POST", page(model, what), frozenset({302, 403}))
    for app in ("auth/group", "django_q/schedule", "django_q/ormq", "django_q/failure", "admin/logentry", "sites/site"):
        for who in (*PERSONS, "olga"):
            yield Probe("operators", who, "GET", f"/dashboard/{app}/", frozenset({302, HIDDEN}))


def by_type_and_key() -> Iterator[Probe]:
    """Django's own door from a type and a key to an object tells whether it exists: it is bricked up."""
    for number, (model, _) in enumerate(REGISTRY, 1):
        for who in PERSONS:
            yield Probe("door", who, "GET", f"/dashboard/r/{number}/{{{model._meta.label}}}/", SHUT)


MAKERS = (
    pages_of_hers,
    pages_for_all,
    lists,
    lookups,
    filters,
    in_bulk,
    completions,
    operators_pages,
    by_type_and_key,
)
