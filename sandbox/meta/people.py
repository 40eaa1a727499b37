"""GET /me of a person and what a person allowed; the people of the sandbox."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sandbox.meta import errors, tokens
from sandbox.meta.calls import Answer, Call
from sandbox.meta.fieldsets import choose, parse
from sandbox.meta.rows import NEW_TASKS, SCOPES, TASKS, App, Grant, Instagram, Page, Person, Threads, Token
from sandbox.meta.tokens import Caller
from sandbox.world import World

SECRETS = {"facebook": "practice-facebook-secret", "instagram": "practice-instagram-secret"}
SECRETS |= {"threads": "practice-threads-secret"}
APP_IDS = {"facebook": "1000000000000001", "instagram": "1000000000000002", "threads": "1000000000000003"}
BAKERY, STUDIO = "practice.bakery", "practice.studio"


def read_person(_world: World, call: Call, person: Person, _caller: Caller) -> Answer:
    """GET /me with a user token."""
    node = {
        "id": person.id,
        "name": person.name,
        "first_name": person.name.split()[0],
        "last_name": person.name.split()[-1],
        "picture": lambda _inner: {"data": {"url": f"{call.root}_sandbox/static/face.svg"}},
    }
    return choose("User", node, parse(call.param("fields")), "name,id")


def permissions(_world: World, _call: Call, _person: Person, caller: Caller) -> Answer:
    """GET /me/permissions."""
    granted = [{"permission": scope, "status": "granted"} for scope in caller.grant.scopes]
    declined = [{"permission": scope, "status": "declined"} for scope in caller.grant.declined]
    return {"data": granted + declined}


def forget(world: World, call: Call, _person: Person, caller: Caller) -> Answer:
    """DELETE /me/permissions: the whole app, or one permission by its name."""
    if len(call.parts) == 2:
        tokens.revoke(world, caller.grant)
        return {"success": True}
    name = call.parts[2]
    if name not in caller.grant.scopes:
        raise errors.invalid_parameter(f"Invalid permission {name}")
    caller.grant.scopes.remove(name)
    caller.grant.declined.append(name)
    return {"success": True}


def our_app(world: World, product: str) -> App:
    """The app that practice logins belong to."""
    app = App(APP_IDS[product], "ai-poster practice", SECRETS[product])
    return world.table(App).setdefault(app.id, app)


def move_in(world: World, name: str, *, practice: bool = False) -> Person:
    """Somebody new."""
    person = Person(world.new_id("10", digits=17), name, practice)
    world.table(Person)[person.id] = person
    return person


def open_page(
    world: World,
    person: Person,
    name: str,
    *,
    instagram: str = "",
    tasks: Collection[str] | None = None,
    tasks_told: bool = True,
    two_factor: bool = False,
) -> Page:
    """A new Page of this person, with a linked professional account when a username is given."""
    linked = open_instagram(world, person, instagram).id if instagram else ""
    page = Page(
        id=world.new_id("61", digits=15),
        name=name,
        person_id=person.id,
        username="".join(letter for letter in name.lower() if letter.isalnum()),
        tasks=list(TASKS if tasks is None else tasks),
        instagram_id=linked,
        tasks_told=tasks_told,
        two_factor=two_factor,
    )
    world.table(Page)[page.id] = page
    return page


def open_instagram(world: World, person: Person, username: str) -> Instagram:
    """A new professional account."""
    title = username.replace(".", " ").title()
    account = Instagram(world.new_id("1784"), username, title, person.id, world.new_id("2"))
    world.table(Instagram)[account.id] = account
    return account


def open_threads(world: World, person: Person, username: str) -> Threads:
    """A new Threads profile."""
    profile = Threads(world.new_id("2"), username, username.replace(".", " ").title(), person.id)
    world.table(Threads)[profile.id] = profile
    return profile


def practice(world: World) -> dict[str, Any]:
    """The practice people, made once, and tokens that work now."""
    person = _practice_person(world)
    return {product: _login(world, product, account_id) for product, account_id in _homes(world, person).items()}


def _practice_person(world: World) -> Person:
    for person in world.table(Person).values():
        if person.practice:
            return person
    person = move_in(world, "Robin Practice", practice=True)
    open_page(world, person, "Practice Bakery", instagram=BAKERY)
    open_instagram(world, person, STUDIO)
    open_threads(world, person, BAKERY)
    return person


def _homes(world: World, person: Person) -> dict[str, str]:
    studio = [one.id for one in world.table(Instagram).values() if one.username == STUDIO]
    profile = [one.id for one in world.table(Threads).values() if one.person_id == person.id]
    return {"facebook": person.id, "instagram": studio[0], "threads": profile[0]}


def _login(world: World, product: str, account_id: str) -> dict[str, Any]:
    app = our_app(world, product)
    token = _living(world, app, account_id)
    if token is None:
        grant = tokens.grant_to(world, app, product, account_id, list(SCOPES[product]))
        grant.pages = pages_of(world, account_id)
        token = tokens.issue(world, grant, long=True)
    return told(world, app, token)


def _living(world: World, app: App, account_id: str) -> Token | None:
    soon = world.now() + 30 * 86_400
    for token in world.table(Token).values():
        same = token.app_id == app.id and token.account_id == account_id and token.long
        if same and not token.revoked and token.expires_at > soon:
            return token
    return None


def pages_of(world: World, person_id: str) -> list[str]:
    """The Pages of a person, by id."""
    return [page.id for page in world.table(Page).values() if page.person_id == person_id]


def told(world: World, app: App, token: Token) -> dict[str, Any]:
    """A login for the one who asked for it, secrets and all."""
    grant = world.table(Grant)[token.grant_id]
    login: dict[str, Any] = {
        "access_token": token.id,
        "expires_in": round(token.expires_at - world.now()),
        "scopes": list(token.scopes),
        "account_id": token.account_id,
        "app_id": app.id,
        "app_secret": app.secret,
    }
    if token.kind == "USER":
        login["pages"] = [_page_told(world, token, page_id) for page_id in grant.pages]
    return login


def _page_told(world: World, token: Token, page_id: str) -> dict[str, Any]:
    page = world.table(Page)[page_id]
    return {
        "id": page.id,
        "name": page.name,
        "access_token": "" if page.two_factor else tokens.page_token(world, token, page).id,
        "instagram_id": page.instagram_id,
    }


def made_to_measure(world: World, wishes: dict[str, Any]) -> dict[str, Any]:
    """A new person for a test.

    wishes: name; pages: [{name, tasks, instagram, tasks_told, two_factor}]; instagram, threads: usernames for their
    own logins; scopes: for all logins, all by default; long: are the tokens long-lived; require_proof: must calls prove
    the app's secret; redirect_uris: those registered for the apps, any when there are none.
    """
    name = str(wishes.get("name", "Ada Example"))
    person = move_in(world, name)
    handle = f"{name.split()[0].lower()}.{person.id[-5:]}"
    for page in wishes.get("pages", [{"name": f"{name}'s Page", "instagram": handle, "tasks": NEW_TASKS}]):
        open_page(world, person, **page)
    homes = {
        "facebook": person.id,
        "instagram": open_instagram(world, person, wishes.get("instagram", f"{handle}.pro")).id,
        "threads": open_threads(world, person, wishes.get("threads", handle)).id,
    }
    return {product: _made_login(world, product, home, wishes) for product, home in homes.items()}


def _made_login(world: World, product: str, account_id: str, wishes: dict[str, Any]) -> dict[str, Any]:
    app = our_app(world, product)
    app.require_proof = bool(wishes.get("require_proof", False))
    app.redirect_uris = list(wishes.get("redirect_uris", []))
    scopes = [scope for scope in SCOPES[product] if scope in wishes.get("scopes", SCOPES[product])]
    grant = tokens.grant_to(world, app, product, account_id, scopes)
    grant.pages = pages_of(world, account_id)
    return told(world, app, tokens.issue(world, grant, long=bool(wishes.get("long", True))))
