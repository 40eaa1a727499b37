"""Accessibility in a real browser: axe-core looks at a page as it is drawn.

The rules are WCAG 2.0, 2.1 and 2.2 at A and AA, and what axe calls best practice. None is switched off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error

from tests.dashboard.test_browser import CHROMIUM, FLAGS, SIZES, sync_playwright

ELSEWHERE = "other.test"  # a name of this machine that the install does not answer to
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONLY = {"resultTypes": ["violations"], "preload": False}  # no rule of these reads the style sheets themselves
EVERYTHING = {
    **ONLY,
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2; axe leaves it off by itself
}
COLOURS = {**ONLY, "runOnly": ["color-contrast", "link-in-text-block"]}  # all that differs between light and dark
ASK_AXE = """async ([part, options]) => (await axe.run(part, options)).violations.flatMap(
    (broken) => broken.nodes.map((node) => `${broken.id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}: `
        + [...node.any, ...node.all, ...node.none].map((each) => each.message).join("; ").slice(0, 200)))"""
UNFOLD = "document.querySelectorAll('details:not([name])').forEach((each) => { each.open = true; })"
# What opens over the page: menus, questions, and the lists of the filters. Marked, so that each can be found again, and
# with what it is made of, but for what differs in each row: the same menu stands on every page.
COVERS = """[
    ...[...document.querySelectorAll("[popovertarget]")]
        .filter((each) => each.checkVisibility() && each.popoverTargetAction !== "hide")
        .map((each) => each.popoverTargetElement),
    ...document.querySelectorAll("details[name]"),
].filter((each, at, all) => all.indexOf(each) === at)
 .map((each, at) => {
    const made = each.outerHTML.replace(/[0-9a-f-]{36}|value="[^"]*"|\\d+/g, "");
    each.dataset.cover = at;
    return [`[data-cover="${at}"]`, made];
})"""
OPEN = """([part, open]) => {
    const cover = document.querySelector(part);
    if (cover.matches("details")) { cover.open = open; } else { cover.togglePopover(open); }
}"""


@dataclass(frozen=True)
class Visit:
    """A page, and what somebody does there before it is looked at."""

    where: str
    then: Callable[[Any], None] | None = None
    status: int = 200


def walk(
    root: str, session: str, visits: list[Visit], size: str, *, worth: Callable[[], bool] | None = None
) -> list[str]:
    """What axe finds on all these pages, in light and in dark: where, which rule, which element, and why.

    `session` is the key of somebody's session; empty for a visitor. `worth` says whether the page that was just met
    shows something that none before it did; without it each is looked at.
    """
    flags = [*FLAGS, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        context = chromium.new_context(viewport=SIZES[size], reduced_motion="reduce", color_scheme="light")
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": root}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        # Where a page sends people on to, nobody goes: the page stays, and can be looked at.
        page.route(lambda url: not url.startswith((root, f"http://{ELSEWHERE}")), lambda each: each.abort("aborted"))
        known: set[str] = set()
        found = [f"{visit.where}: {line}" for visit in visits for line in _met(page, root, visit, worth, known)]
        chromium.close()
    return found


def _met(page: Any, root: str, visit: Visit, worth: Callable[[], bool] | None, known: set[str]) -> list[str]:
    """One page: unfolded, each thing that opens over it and is not `known` from another page, and in dark."""
    where = visit.where if "://" in visit.where else root + visit.where
    if worth and visit.then is None and where.startswith(root):
        answer = page.request.get(where)  # what shows nothing new need not be drawn
        if answer.status != visit.status:
            return [f"it answered {answer.status}"]
        if not worth():
            return []
        worth = None
    answer = page.goto(where)
    if answer.status != visit.status:
        return [f"it answered {answer.status}"]
    if visit.then:
        try:
            visit.then(page)
        except Error as error:
            return [f"nobody could do it: {error}"]
    if worth and not worth():
        return []
    page.evaluate(f"{AXE_SCRIPT}; 0")  # half a megabyte: only where it looks
    page.evaluate(UNFOLD)
    found = page.evaluate(ASK_AXE, ["html", EVERYTHING])
    for part, made in page.evaluate(COVERS):
        if made in known:
            continue
        known.add(made)
        page.evaluate(OPEN, [part, True])
        found += page.evaluate(ASK_AXE, [part, EVERYTHING])
        page.evaluate(OPEN, [part, False])
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {line}" for line in page.evaluate(ASK_AXE, ["html", COLOURS])]
    page.emulate_media(color_scheme="light")
    return list(dict.fromkeys(found))


def sent(button: str = "main .primary", **typed: str) -> Callable[[Any], None]:
    """Fill in a form and send it, whatever the browser itself would say about it."""

    def send(page: Any) -> None:
        page.evaluate("document.querySelectorAll('form').forEach((each) => { each.noValidate = true; })")
        for name, words in typed.items():
            page.fill(f"main [name={name}]", words)
        with page.expect_navigation():
            page.click(button)

    return send
