"""P10, P37, S34: every page that links lead to, in a real browser: it keeps the policy and asks nobody but us."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import factories
from tests.dashboard.test_browser import CHROMIUM, FLAGS, WATCH_FOR_VIOLATIONS, in_a_thread, sign_in, sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST = 70
NEEDED = {"sessionid", "csrftoken", "messages"}  # strictly: who one is, that a form is ours, what was just done
STARTS = {"": ["/", "/accounts/login/", "/dashboard/", "/nothing/here/"]}
VISITORS = ["", *(pytest.param(who, marks=pytest.mark.thorough) for who in ("bob", "olga"))]


@dataclass
class Crawl:
    """What one visitor met."""

    pages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cookies: set[str] = field(default_factory=set)


def crawl(root: str, email: str, starts: list[str]) -> Crawl:
    found = Crawl()
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport={"width": 1280, "height": 860})
        context.add_init_script(WATCH_FOR_VIOLATIONS)
        if email:
            sign_in(context, root, email)
        page = context.new_page()
        _listen(page, root, found)
        seen, waiting = set(starts), deque(starts)
        while waiting and len(found.pages) < MOST:
            _visit(page, root, waiting.popleft(), found)
            for path in _links(page, root) - seen:
                seen.add(path)
                waiting.append(path)
        found.cookies = {cookie["name"] for cookie in context.cookies()}
        chromium.close()
    return found


def _listen(page: Any, root: str, found: Crawl) -> None:
    def asked(request: Any) -> None:
        if not request.url.startswith((root, "about:")):
            found.wrong.append(f"{page.url} asked {request.url}")

    def said(line: Any) -> None:
        if line.type == "error" and "the server responded with a status of 4" not in line.text:
            found.wrong.append(f"{page.url} said {line.text}")

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: found.wrong.append(f"{page.url} broke: {error}"))


def _visit(page: Any, root: str, path: str, found: Crawl) -> None:
    response = page.goto(root + path)
    page.wait_for_load_state("load")
    found.pages.append(path)
    found.wrong += [f"{path} violated {told}" for told in page.evaluate("window.violations || []")]
    if response.status >= 500:
        found.wrong.append(f"{path} answered {response.status}")


def _links(page: Any, root: str) -> set[str]:
    """Same-origin links, without what is asked of them: lists have a link for each order and filter."""
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    paths = {urlsplit(href).path for href in hrefs if href.startswith(f"{root}/")}
    return {
        path for path in paths if not path.startswith("/static/") and not path.endswith(("/copy/", "/file/", ".zip"))
    }


@pytest.mark.parametrize("who", VISITORS)
def test_p10_p37_s34_no_page_breaks_the_policy_or_asks_a_third_party(who: str, live_server) -> None:
    sync_playwright()
    people = {
        "bob": factories.person("Bob", password=factories.PASSWORD),
        "olga": factories.person("Olga", operator=True, password=factories.PASSWORD),
    }
    for person in people.values():
        factories.everything(person)
    email = people[who].email if who else ""
    found = in_a_thread(crawl, live_server.url, email, STARTS.get(who, ["/dashboard/"]))
    assert found.wrong == []
    assert len(found.pages) > (5 if who == "" else 30)
    assert found.cookies <= (NEEDED if who else {"csrftoken"})
