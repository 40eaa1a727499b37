"""The pages at /feed/: what followers see, as cards on a phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, abort, render_template
from markupsafe import Markup, escape

from sandbox.control import published
from sandbox.vendors import Account, Published, Vendor
from sandbox.world import World

PLATFORMS = {"facebook": "Facebook", "instagram": "Instagram", "threads": "Threads"}
MOST_POSTS = 60
_TAG = re.compile(r"(?<!\w)(?:#\w+|@\w+(?:\.\w+)*)")


def routes(world: World, vendors: tuple[Vendor, ...]) -> Blueprint:
    """The feed pages over one world."""
    feed = Blueprint("feed", __name__, url_prefix="/feed")
    feed.add_app_template_filter(coloured, "coloured")
    feed.add_app_template_filter(moment, "moment")

    @feed.get("/")
    def index() -> str:
        posts = published(world, vendors)
        counted = [(one, _count(posts, one)) for one in accounts(world, vendors)]
        return render_template(
            "feed/index.html",
            accounts=counted,
            posts=posts[:MOST_POSTS],
            now=world.now(),
            platforms=PLATFORMS,
            keys=[key for vendor in vendors for key in vendor.keys] if world.practice else [],
        )

    @feed.get("/<platform>/<account_id>")
    def account(platform: str, account_id: str) -> str:
        known = accounts(world, vendors)
        found = [one for one in known if one.platform == platform and account_id in (one.id, one.name)]
        return _account_page(world, vendors, found[0]) if found else abort(404)

    return feed


def accounts(world: World, vendors: tuple[Vendor, ...]) -> list[Account]:
    """Every place that people can follow."""
    return [account for vendor in vendors for account in vendor.accounts(world)]


def _account_page(world: World, vendors: tuple[Vendor, ...], account: Account) -> str:
    own = [post for post in published(world, vendors) if _is_by(post, account)]
    return render_template(
        "feed/account.html", account=account, posts=own[:MOST_POSTS], now=world.now(), platforms=PLATFORMS
    )


def post_page(world: World, post: Published) -> str:
    """The page of one post, where its permalink leads."""
    account = Account(post.platform, post.account_id, post.account_name)
    return render_template("feed/post.html", account=account, post=post, now=world.now(), platforms=PLATFORMS)


def _is_by(post: Published, account: Account) -> bool:
    return (post.platform, post.account_id) == (account.platform, account.id)


def _count(posts: list[Published], account: Account) -> int:
    return sum(_is_by(post, account) for post in posts)


def coloured(text: str, hashtags: int | None = None) -> Markup:
    """Words with their mentions and first `hashtags` hashtags (all when None) marked, safe to show."""
    parts, end, tags = [], 0, 0
    for match in _TAG.finditer(text):
        tags += match.group().startswith("#")
        if match.group().startswith("#") and hashtags is not None and tags > hashtags:
            continue
        parts += [escape(text[end : match.start()]), Markup("<b class=tag>{}</b>").format(match.group())]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def moment(at: float, now: float) -> Markup:
    """When, in the words of a phone: `5 minutes ago`, the exact time behind it."""
    exact = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(exact, _ago(max(0.0, now - at)))


def _ago(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            amount = int(seconds // size)
            return f"{amount} {unit}{'' if amount == 1 else 's'} ago"
    return "just now"
