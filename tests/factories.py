"""Rows for tests: people, and everything that belongs to one. Each maker takes what matters and fills the rest."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.data_rights import agreements
from accounts.models import (
    Acceptance,
    AiKey,
    Announcement,
    Channel,
    Credential,
    Flow,
    Invitation,
    Notice,
    Request,
    Revocation,
    SignUp,
    User,
)
from accounts.reasons.logins import NotAccepted
from media.models import Asset, Blob, Upload
from outbox import ledger
from outbox.ledger_statements import SAID
from outbox.models import LedgerEntry
from poster import clock
from poster.ledger import security_log
from poster.models import Event, LaidBy, Restore
from poster.reasons import Because
from poster.reasons.outside_logins import LoginEnded
from poster.web import stash
from publishing.delivery.post_statements import first_says
from publishing.models import ApprovalLink, Delivery, Post, PostAsset, PostTag, Reconciled, Series, Slot, Tag, Trial
from publishing.posts.freezing import content_hash
from tests.facts import Told, columns_of
from watches.fetching import ORIGIN
from watches.models import FoundFile, PromptTemplate, SourceCursor, Watch
from writing.models import AiCall, Suggestion

_numbers = count(1)
IMPRESSION = "7a8fa694a3ad6b7f8e53657f5a6b5f4d5d3d3a4a31617a5c475e4d2f3f3a2a3a33304a3c"
PASSWORD = "correct horse battery staple"

# Why a login is blocked, where it does not matter why.
THEY_SAID = LoginEnded(service="Facebook")
ENDED = NotAccepted(cause=Because(THEY_SAID))


def person(name: str, *, operator: bool = False, password: str | None = None, agreed: bool = True) -> User:
    """Somebody with an account, who has agreed to everything; signing in needs a password."""
    make = User.objects.create_superuser if operator else User.objects.create_user
    made = make(f"{name.lower()}@example.org", password, name=name)
    wanted = agreements.missing(made.pk).items() if agreed else []
    Acceptance.objects.bulk_create(Acceptance(owner=made, document=each, version=date) for each, date in wanted)
    return made


def login(owner: User, provider: str = "facebook", **columns: Any) -> Credential:
    """A login; what is in it is a canary that must never be seen."""
    number = next(_numbers)
    name = columns.pop("name", f"{owner.name}'s {provider} login {number}")
    secret = {"access_token": f"EAAcanary{number}", "refresh_token": f"1//canary{number}"}
    columns.setdefault("remote_id", f"{provider}-{number}")
    return Credential.objects.create(owner=owner, provider=provider, name=name, secret=secret, **columns)


def channel(owner: User, platform: str = "facebook", **columns: Any) -> Channel:
    """A place to post to, with the login that opens it."""
    number = next(_numbers)
    credential = columns.pop("credential", None) or login(owner, platform)
    columns.setdefault("name", f"{owner.name}'s {platform} {number}")
    columns.setdefault("remote_id", f"{platform}-{number}")
    return Channel.objects.create(owner=owner, credential=credential, platform=platform, **columns)


def template(owner: User, **columns: Any) -> PromptTemplate:
    """A prompt template."""
    columns.setdefault("name", f"{owner.name}'s template {next(_numbers)}")
    return PromptTemplate.objects.create(owner=owner, **{"text": "Write warmly about {subject}.", **columns})


def watch(owner: User, *channels: Channel, source: str = "folder", **columns: Any) -> Watch:
    """A watch that looks into a folder of its own."""
    number = next(_numbers)
    place = columns.pop("place_id", f"/srv/pictures/{number}")
    stream = columns.pop("stream", None) or SourceCursor.objects.create(owner=owner, source=source, key=place)
    columns.setdefault("name", f"{owner.name}'s watch {number}")
    made = Watch.objects.create(owner=owner, stream=stream, place_id=place, **columns_of(Watch, columns))
    made.channels.set(channels)
    return made


SEEN = {"impression": IMPRESSION, "width": 1600, "height": 1200, "mime": "image/jpeg"}
BOTH = ("name", "sha256", "size")


def asset(owner: User, *, watched_by: Watch | None = None, **columns: Any) -> Asset:
    """A picture whose bytes were seen: uploaded, or found by this watch."""
    if watched_by is not None:
        made = file(owner, watched_by=watched_by, **columns).asset
        assert made is not None
        return made
    number = next(_numbers)
    columns.setdefault("name", f"{owner.name}'s picture {number}.jpg")
    filled = {**SEEN, "sha256": f"{number:064x}", "size": 812_345}
    return Asset.objects.create(owner=owner, **{**filled, **columns})


def blob(of: Asset, purpose: str = "thumbnail", **columns: Any) -> Blob:
    """The row of a file that is held of it; no file lies there (`tests.held` has those that do)."""
    number = next(_numbers)
    filled = {"sha256": f"{number:064x}", "mime": "image/jpeg", "size": 2345, "place": "disk"}
    return Blob.objects.create(
        owner=of.owner, asset=of, purpose=purpose, key=f"{of.pk}-{number}", **{**filled, **columns}
    )


def file(owner: User, *, watched_by: Watch | None = None, **columns: Any) -> FoundFile:
    """A file that was found; taken, with its asset, unless its state is another one."""
    number = next(_numbers)
    columns = {"name": f"{owner.name}'s picture {number}.jpg", "sha256": f"{number:064x}", "size": 812_345, **columns}
    columns.setdefault("external_id", f"file-{number}")
    seen = {name: columns.pop(name) for name in _only_of_assets() & columns.keys()}
    state = columns.setdefault("state", FoundFile.State.TAKEN)
    made = FoundFile.objects.create(
        owner=owner,
        watch=watched_by,
        watch_name=watched_by.name if watched_by else "",
        **columns_of(FoundFile, columns),
    )
    if state == FoundFile.State.TAKEN:
        both = {name: columns[name] for name in BOTH}
        made.asset = Asset.objects.create(pk=made.pk, owner=owner, origin=ORIGIN, **{**SEEN, **both, **seen})
        made.save(update_fields=["asset"])
    return made


def _only_of_assets() -> set[str]:
    files = {field.name for field in FoundFile._meta.get_fields()}
    return {field.name for field in Asset._meta.get_fields()} - files


def words_for(of: Post, **columns: Any) -> Suggestion:
    """Words that were written for a post and stand in it, and the call that brought them."""
    AiCall.objects.create(owner=of.owner, subject=of.pk, captioner="describer", outcome="words", seconds=0.4)
    filled = {"text": of.text or f"{of.owner.name}'s words {next(_numbers)}", "captioner": "describer", "turn": 1}
    alt_texts = {str(item.asset_id): f"What {item.asset} shows" for item in of.items.select_related("asset")}
    made = Suggestion.objects.create(owner=of.owner, subject=of.pk, alt_texts=alt_texts, **{**filled, **columns})
    Post.objects.filter(pk=of.pk).update(words_from=made, turn=made.turn, text=made.whole)
    of.refresh_from_db()
    return made


def wordless(owner: User, *channels: Channel, wants: str = "captioner", **columns: Any) -> Post:
    """A draft of a watch that wants words, by its captioner or by a person."""
    picture = columns.pop("picture", None) or asset(owner, watched_by=columns.pop("watch", None) or watch(owner))
    return post(owner, *channels, picture=picture, text="", wants_words=wants, turn=1, **columns)


def post(owner: User, *channels: Channel, picture: Asset | None = None, **columns: Any) -> Post:
    """A draft with one picture."""
    picture = picture or asset(owner)
    columns.setdefault("text", f"{owner.name}'s words {next(_numbers)}")
    found = getattr(picture, "found", None)
    columns.setdefault("watch", found.watch if found else None)
    columns.setdefault("file", found)
    made = Post.objects.create(owner=owner, **columns_of(Post, columns))
    made.channels.set(channels)
    PostAsset.objects.create(post=made, asset=picture, alt_text=f"What {picture.name} shows")
    return made


def trial(owner: User, *channels: Channel, **columns: Any) -> Trial:
    """A picture that a prompt is tried on."""
    columns.setdefault("external_id", f"file-{next(_numbers)}")
    columns.setdefault("name", f"{owner.name}'s tried.jpg")
    given = {"batch": uuid4(), "position": 1, "source": "drive", "place_id": "folder", "revision": "1", **columns}
    made = Trial.objects.create(owner=owner, captioner="describer", **given)
    made.channels.set(channels)
    return made


def delivery(of: Post, to: Channel, state: str = "queued", **columns: Any) -> Delivery:
    """An approved post on its way to a channel."""
    now = clock.now()
    if state == Delivery.State.PUBLISHED:
        columns.setdefault("published_at", now)
        columns.setdefault("remote_id", f"remote-{next(_numbers)}")
    if state not in {Delivery.State.QUEUED, Delivery.State.MISSED, Delivery.State.BLOCKED}:
        columns.setdefault("refs", f"staged-{next(_numbers)}")
        columns.setdefault("staged_at", now)
    Post.objects.filter(pk=of.pk).update(state=Post.State.APPROVED, decided_at=now)
    columns.setdefault("text", of.text)
    columns.setdefault("content_hash", content_hash(columns["text"], columns.get("media", [])))
    filled = {"due_at": now, "latest_at": now + dt.timedelta(hours=24)}
    made = Delivery.objects.create(
        owner=of.owner,
        post=of,
        channel=to,
        channel_name=to.name,
        platform=to.platform,
        state=state,
        **{**filled, **columns},
    )
    moved = {"content_hash": made.content_hash, "created_at": made.published_at or now}
    of.refresh_from_db()
    told = Told(words=f"It goes to {to.name}.")
    ledger.moved(made, ledger.Kind.DECISION, told, changed=SAID, says=first_says(made, of), **moved)
    return made


def step(of: Delivery, kind: str, sentence: str, **columns: Any) -> LedgerEntry:
    """A line of the ledger."""
    return ledger.write(of, ledger.Kind(kind), Told(words=sentence), **columns)


def papers(owner: User) -> list[Any]:
    """What is kept about a person himself: keys, agreements, requests, notices, his lines of the security log."""
    number, tomorrow = next(_numbers), clock.now() + dt.timedelta(days=1)
    mail = f"{owner.name.lower()}@example.org"
    return [
        AiKey.objects.get_or_create(owner=owner, captioner="openai", defaults={"key": f"sk-canary{number}"})[0],
        Acceptance.objects.create(
            owner=owner,
            document="terms",
            version=f"2026-01-{number}",
            address="192.0.2.7",
            browser=f"{owner.name}'s browser",
        ),
        Flow.objects.create(owner=owner, provider="google", state=f"{number:064x}", session="0" * 64),
        Request.objects.create(
            owner=owner, code=f"code-{number}", kind="question", email=mail, words=f"{owner.name} asks", due_at=tomorrow
        ),
        Revocation.objects.create(
            owner=owner,
            provider="google",
            remote_id=f"google-{number}",
            secret={"token": f"1//canary{number}"},
            next_at=tomorrow,
            ends_at=tomorrow,
        ),
        Notice.objects.create(owner=owner, about=f"{owner.name}'s login {number}", sent_at=tomorrow),
        SignUp.objects.get_or_create(email=mail, defaults={"words": f"{owner.name} asks to come in"})[0],
        Announcement.objects.create(subject=f"{owner.name}'s news {number}", words="News.", written_by=owner),
        Invitation.objects.create(
            email=f"friend-of-{mail}", digest=f"{number:064x}", invited_by=owner, expires_at=tomorrow
        ),
        _typed(owner),
        security_log.record(Event.Kind.CONNECT, Told(words=f"{owner.name} connected a login."), person=owner.pk),
    ]


def _typed(owner: User) -> LaidBy:
    """What somebody typed when their session had ended."""
    stash.put(str(owner.pk), LaidBy.Purpose.WORDS, "/dashboard/", {"typed": f"text={owner.name}+typed+this"}, 3600)
    return LaidBy.objects.filter(person=owner.pk).latest("created_at")


def everything(owner: User) -> list[Any]:
    """One row of each kind that belongs to `owner`, tied together, with his name in each that has words."""
    drive = login(owner, "google")
    page = channel(owner)
    order = watch(owner, page, prompt_template=template(owner))
    picture = asset(owner, watched_by=order)
    draft = post(owner, page, picture=picture)
    draft.items.update(crop=[1250, 0, 8750, 10000])
    tag = Tag.objects.create(owner=owner, name=f"{owner.name}'s tag {next(_numbers)}")
    PostTag.objects.create(post=draft, tag=tag)
    slot = Slot.objects.create(owner=owner, channel=page, weekday=next(_numbers) % 7, wall=dt.time(9), zone="UTC")
    again = Series.objects.create(
        owner=owner,
        post=draft,
        revision=draft.revision,
        first_on=dt.date(2026, 1, 5),
        wall=dt.time(9),
        zone="UTC",
        approved_by=owner,
        next_at=clock.now() + dt.timedelta(days=7),
    )
    words, tried = words_for(draft), trial(owner, page, credential=drive)
    unsure = delivery(post(owner, page, picture=asset(owner, watched_by=order)), page, "needs_you")
    step(unsure, "commit", f"Asked {page.name} to show it.")
    copy = Restore.objects.create(sign="backup", copied_at=clock.now(), settled_at=clock.now())
    Reconciled.objects.create(restore=copy, channel=page, strangers=[{"id": f"{owner.name}_1", "permalink": ""}])
    sending = {"name": f"{owner.name}'s half.jpg", "mark": str(next(_numbers)), "size": 900, "received": 400}
    upload = Upload.objects.create(owner=owner, until=clock.now() + dt.timedelta(hours=1), **sending)
    link = ApprovalLink.objects.create(owner=owner, post=draft, revision=1, proof="1" * 64, until=upload.until)
    rows = [
        drive,
        page.credential,
        page,
        order,
        order.prompt_template,
        picture,
        picture.found,
        blob(picture),
        words,
        AiCall.objects.filter(subject=draft.pk).get(),
        draft,
        tag,
        slot,
        again,
        unsure.post,
        unsure,
        upload,
        link,
        tried,
    ]
    return rows + papers(owner)
