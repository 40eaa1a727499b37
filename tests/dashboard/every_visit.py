"""Where people go, for the tests that look at every page: as a visitor, as a member, as the operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse
from django_q.models import Task

from accounts import mail_choices
from accounts.data_rights import data_requests
from accounts.models import Notice, Request, User
from accounts.providers import PROVIDERS
from accounts.sign_in import invitations, not_me
from operations.backups import held
from operations.errands import orders
from operations.models import Errand
from operations.reasons import BrokeOff
from poster import clock
from poster.dashboard.scoping import OperatorAdmin
from poster.models import Restore
from poster.permissions import Caller
from publishing.approval import links
from publishing.models import Post, Trial
from tests import factories
from tests.accounts.browsing import Browser
from tests.accounts.doors import confirm, inside, mails
from tests.accounts.test_passkeys_in_a_browser import DEVICE
from tests.accounts.test_second_factors import with_app
from tests.dashboard.axe import ELSEWHERE, Visit, sent
from tests.dashboard.test_browser import every_page
from tests.sandbox_fixture import Box

FORGED = "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((each) => { each.value = 'x'; })"
FROM_NOWHERE = '<form method="post" action="{}"><button class="primary">Send</button></form>'


def session_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def forged(page: Any) -> None:
    """Send a form whose token is wrong."""
    page.evaluate(FORGED)
    sent("main button.primary")(page)


def from_another_address(page: Any) -> None:
    """Send a form that a page of nobody shows."""
    action = page.url
    page.goto("about:blank")
    page.set_content(FROM_NOWHERE.format(action))
    with page.expect_navigation():
        page.click("button")


def signed_out(page: Any) -> None:
    """Press the button in the menu, which on a phone is folded away."""
    with page.expect_navigation():
        page.locator(".sidebar form[action*=logout] button").dispatch_event("click")


def linked(of: str) -> str:
    """The path of the link in the last mail that has one of this kind."""
    bodies = reversed([str(each.body) for each in mails()])
    return next(found[1] for body in bodies if (found := re.search(rf"https?://[^/]+(/\S*{of}\S+)", body)))


def visitor(olga: User, port: str) -> list[Visit]:
    """Who is not signed in."""
    token = invitations.invite("nina@example.org", by=Caller.of(olga))[1].rsplit("/join/", 1)[1]
    asked = data_requests.ask(Request.Kind.QUESTION, email="rita@example.org", words="Why?")
    tess = factories.person("Tess", password=factories.PASSWORD)
    with_app(tess)
    somebody = factories.person("Carol", password=factories.PASSWORD)
    Client().post(reverse("account_reset_password"), {"email": somebody.email})
    key = linked("/reset/key/")
    asking = {"kind": "question", "email": "rita@example.org"}
    for _ in range(5):  # the sixth within an hour is one too many
        Client().post(reverse("data_request"), asking)
    unsure = reverse("account_login")
    draft = factories.post(olga, factories.channel(olga), picture=factories.asset(olga))
    waiting = links.make(olga, draft)
    assert waiting
    mailed = urlsplit(links.address(waiting)).path
    no_more = urlsplit(mail_choices.ending(tess, [Notice.Kind.FAILED, Notice.Kind.BUDGET])).path
    was_not_me, elsewhere = (urlsplit(not_me.address(tess, mail)).path for mail in (tess.email, "tess@before.example"))
    plain = [
        *("home", "faq", "terms", "privacy", "data_request", "account_login", "account_inactive"),
        *("account_email_verification_sent", "account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key_done", "socialaccount_login_cancelled", "google_login"),
    ]
    return [
        *(Visit(reverse(name)) for name in plain),
        Visit(reverse("account_signup"), status=200),
        Visit(reverse("socialaccount_login_error"), status=401),
        Visit(reverse("google_login"), sent()),
        Visit(reverse("data_request"), sent("main button")),
        Visit(reverse("request_status", args=[asked.code])),
        Visit(unsure, sent(login="carol@example.org", password="wrong")),
        Visit(reverse("account_reset_password"), sent(email="no address")),
        Visit(key, sent(password1="one", password2="two")),
        Visit(reverse("account_reset_password_from_key", args=["1", "x-y"])),
        Visit(reverse("account_confirm_email", args=["x"])),
        Visit(f"/join/{token}"),
        Visit(f"/join/{token}", sent()),
        Visit(reverse("join", args=["x"]), status=410),
        Visit(mailed),
        Visit(mailed, sent("button[value=approve]")),
        Visit(reverse("approve_by_link", args=["x"]), status=410),
        Visit(no_more),
        Visit(no_more, sent("main button.primary")),
        Visit(reverse("mails_end", args=["x"]), status=410),
        Visit(reverse("not_me", args=["x"]), status=410),
        Visit(reverse("connect_back", args=["facebook"]), status=400),
        Visit("/nothing/here/", status=404),
        Visit("/breaks/", status=500),
        Visit(f"http://{ELSEWHERE}:{port}/", status=400),
        Visit(reverse("google_callback"), status=401),
        Visit(reverse("data_request"), sent("main button", email="rita@example.org")),
        Visit(unsure, forged),
        Visit(unsure, from_another_address),
        Visit(unsure, sent(login=tess.email, password=factories.PASSWORD)),
        Visit(was_not_me),
        Visit(elsewhere, sent()),
    ]


def who_asks() -> list[Visit]:
    """Who asks for an account, where that is possible."""
    where = reverse("account_signup")
    return [Visit(where), Visit(where, sent(email="nobody")), Visit(where, sent(email="nina@example.org"))]


def newcomer() -> list[Visit]:
    """Somebody who has nothing yet: every list says so."""
    lists = [reverse("admin:index"), reverse("my_data"), reverse("usersessions_list"), reverse("admin:review")]
    empty = [*lists, *lists_of_everybody()]
    return [*(Visit(where) for where in empty), Visit(lists[0], signed_out)]


def member(box: Box, person: User, world: dict[str, Any]) -> tuple[str, list[Visit]]:
    """Somebody with one of everything, who is connecting a Page: the session, and the pages."""
    theirs = set(_theirs())
    rows = [row for row in factories.everything(person) if type(row) in theirs]
    planned = factories.post(person, page := factories.channel(person, "threads"))
    rows += [planned, factories.delivery(planned, page, "queued")]  # what can be moved
    factories.delivery(factories.post(person, page, state="approved"), page, "published")  # the month in figures
    offered = Browser(person, box)
    choosing = offered.back(offered.allow(offered.leave("facebook"), world["facebook"]["account_id"])).url
    adding = [_page(model, "add") for model in theirs if cast(Any, site._registry[model]).may_add]
    own = set(every_page(rows)) - set(every_page([])) | {_page(model, "changelist") for model in theirs} | set(adding)
    pages = [
        *(Visit(where) for where in sorted(own)),
        *(Visit(where, sent("main .submit-row [type=submit], main .verbs .primary")) for where in adding),
        *(Visit(f"{where}?_popup=1") for where in adding[:1]),
        *(Visit(f"{_page(model, 'changelist')}?q=nothing-fits") for model in theirs),
        Visit(reverse("admin:index")),
        Visit(reverse("admin:queue"), status=403),
        Visit(reverse("admin:spending")),
        *calendar(planned),
        *reviewing(person),
        Visit(choosing),
        Visit(reverse("connect_start"), sent("form[action$='/connect/google/'] button")),
        Visit(f"{reverse('connect_back', args=['facebook'])}?state=old&code=x", status=400),
        *(Visit(reverse(name)) for name in ("my_data", "my_data_delete", "account_logout", "connect_start")),
        Visit(reverse("my_data_delete"), sent("main .danger", email="somebody@else.example")),
        Visit(f"{reverse('admin:publishing_post_changelist')}?owner__password__startswith=a", status=400),
    ]
    return session_of(offered.client), pages


def calendar(post: Post) -> list[Visit]:
    """Each view, with something in it; what moves a post, as a page and over the page."""
    where, moved = reverse("admin:calendar"), reverse("admin:calendar_move", args=[post.pk])

    def asked(page: Any) -> None:
        page.locator(".mover").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#move-to #move-form")

    views = [Visit(f"{where}?view={view}") for view in ("month", "week", "list")]
    return [*views, Visit(f"{where}?view=list&on=2031-01-01"), Visit(moved), Visit(f"{where}?view=week", asked)]


def reviewing(person: User) -> list[Visit]:
    """A post of two channels among others, and what was just discarded beside it."""
    first, second = factories.channel(person), factories.channel(person, "threads")
    post = factories.post(person, first, second, picture=factories.asset(person))
    gone = factories.post(person, first, state="discarded", decided_by=person)
    where = reverse("admin:review_post", args=[post.pk])
    return [Visit(where), Visit(f"{where}?past={gone.pk}"), Visit(where, sent(".acts form:last-child button"))]


def account(person: User) -> tuple[str, list[Visit]]:
    """Their own account, with an authenticator app: the session, and the pages."""
    client, _ = with_app(person)
    confirm(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    plain = [
        *("my_account", "account_email", "account_change_password", "account_reauthenticate", "mfa_reauthenticate"),
        *("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn"),
        *("mfa_reauthenticate_webauthn", "mfa_add_webauthn", "socialaccount_connections", "usersessions_list"),
    ]
    pages = [
        *(Visit(reverse(name)) for name in plain),
        Visit(reverse("account_change_password"), sent("main [type=submit]", oldpassword="wrong")),
        Visit(linked("/confirm-email/")),
    ]
    return session_of(client), pages


def second_factors(person: User) -> tuple[str, list[Visit]]:
    """Somebody who adds a passkey, and whose recovery codes cannot be opened since the key file was lost."""
    client = inside(person)
    confirm(client)
    passkeys = reverse("mfa_list_webauthn")
    pages = [
        *(Visit(reverse(name)) for name in ("mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn")),
        Visit(reverse("mfa_add_webauthn"), add_a_passkey),
        Visit(passkeys),
        Visit(passkeys, sent("a[href$='/rename/']")),
        Visit(passkeys, sent("a[href$='/remove/']")),
        Visit(reverse("mfa_reauthenticate_webauthn")),
    ]
    return session_of(client), pages


def add_a_passkey(page: Any) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.fill("[name=name]", "Phone")
    page.click("#passkey_add")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")


def key_lost(person: User) -> tuple[str, list[Visit]]:
    """Somebody whose recovery codes cannot be opened."""
    client = inside(person)
    confirm(client)
    for kind, data in (("recovery_codes", {"seed": "not sealed", "used_mask": 0}), ("totp", {"secret": "not sealed"})):
        Authenticator.objects.create(user=person, type=kind, data=data)
    return session_of(client), [Visit(reverse("mfa_view_recovery_codes"), status=409)]


def refreshed(page: Any) -> None:
    """The front page has looked again by itself."""
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.evaluate("htmx.trigger('#overview', 'refresh')")


def walked(batch: Any) -> Callable[[Any], None]:
    """On the page of a new source: a folder of this machine is opened, and a try is there."""

    def act(page: Any) -> None:
        page.check("[name=source][value=folder]")
        page.wait_for_selector(".trail strong, .walk .hold")
        page.evaluate("(batch) => { document.querySelector('[name=trial]').value = batch; }", str(batch))
        page.click("#part-forecast button")
        page.wait_for_selector(".tries")

    return act


def operator(olga: User) -> list[Visit]:
    """Who looks after the install, with one of everything of their own."""
    rows = [*factories.everything(olga), olga, factories.wordless(olga, wants="person")]
    Restore.objects.create(sign="backup", copied_at=clock.now())
    for_operators = {model for model, admin in site._registry.items() if isinstance(admin, OperatorAdmin)}
    of_operators = [row for row in rows if type(row) in for_operators]
    password = reverse("admin:auth_user_password_change", args=[olga.pk])
    setups = [reverse("provider_setup", args=[provider]) for provider in PROVIDERS]
    paused = sent("#ask-pause .primary")

    def asked_and_paused(page: Any) -> None:
        page.click("[popovertarget=ask-pause]")
        paused(page)

    return [
        *(Visit(where) for where in sorted({*every_page(of_operators), reverse("restored"), password, *setups})),
        Visit(password, sent("[name=set-password]")),
        *(Visit(where, sent("main [type=submit], main button.primary"), status=200) for where in setups[:1]),
        Visit(reverse("admin:accounts_invitation_add"), sent("main .default")),
        Visit(reverse("admin:spending")),
        *desk(olga),
        Visit(reverse("admin:watches_watch_add"), walked(Trial.objects.get(owner=olga).batch)),
        Visit(reverse("admin:index"), refreshed),
        Visit(reverse("admin:index"), asked_and_paused),
    ]


def desk(olga: User) -> list[Visit]:
    """The pages about the install, after everything was asked for once; and with something under way."""
    for kind in Errand.Kind:
        orders.ask(kind, by=Caller.of(olga), about="none")
        if taken := orders.take():
            orders.ended(taken, {}, BrokeOff())
    finding = {"name": "queue", "level": "problem", "sentence": "Nobody works.", "actor": "operator"}
    Errand.objects.filter(kind=Errand.Kind.DOCTOR).update(
        report={"findings": [finding, {**finding, "level": "ok"}], "seconds": 1.5}
    )
    fault = {"sentence": "Links were taken out."}
    Errand.objects.filter(kind=Errand.Kind.LEDGER).update(
        report={"head": "0" * 64, "lines": 3, "all": 1, "faults": [fault], "seconds": 1.5}
    )
    (held.folder() / "2026-11-21").mkdir(parents=True, exist_ok=True)
    failed = {"started": clock.now(), "stopped": clock.now(), "success": False, "result": "Broken."}
    for number, func in enumerate(("watches.tasks.round", "outbox.tasks.round")):
        Task.objects.create(id=f"failed{number}", name=func, func=func, **failed)
    where = [reverse(f"admin:{name}") for name in ("health", "queue", "storage", "ledger", "version")]
    return [*(Visit(each) for each in where), Visit(where[2], sent("form[action$='/backup/'] button"))]


def _theirs() -> list[Any]:
    """The models of which everybody sees their own rows."""
    return [model for model, admin in site._registry.items() if not isinstance(admin, OperatorAdmin)]


def lists_of_everybody() -> list[str]:
    """The lists in which everybody sees their own rows."""
    return [_page(model, "changelist") for model in _theirs()]


def _page(model: Any, what: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}")
