from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterable
from typing import Any, Protocol

from accounts.lookup import account, channels, person
from accounts.models import User
from poster.command import Formatter, OperatorCommand, add_json, table
from poster.permissions import TERMINAL, Caller, NotPossible
from watches import watch_service
from watches.models import Watch
from watches.querysets import WatchQuerySet
from watches.reasons.orders import NoneOfThisName, SeveralOfThisName
from watches.silence import notes
from watches.sources import SOURCES, about
from writing.captioners import CAPTIONERS

EXAMPLES = """\
  manage.py watch add --owner me@example.org --name Holidays --source drive \\
      --place https://drive.google.com/drive/folders/1AbC --channels all --existing skip
  manage.py watch add --owner me@example.org --name Inbox --source folder --place var/inbox \\
      --channels facebook:1234,5678 --interval 10 --captioner openai --prompt "One cheerful sentence." --approval auto
  manage.py watch list --json
  manage.py watch look Holidays
  manage.py watch remove Holidays"""
RULES = (
    *("interval", "captioner", "model", "language", "approval", "fit", "subfolders", "name_places", "latest_hours"),
    *("most_per_day", "quiet_from", "quiet_until", "in_queue"),
)


class Act(Protocol):
    """What somebody does to a watch."""

    def __call__(self, watch: Watch, *, by: Caller) -> None: ...


ACTS: dict[str, tuple[Act, str, str]] = {
    "look": (watch_service.look_now, "look into the folder with the next round", "is looked at with the next round"),
    "pause": (watch_service.pause, "stop looking; what was found goes on", "is paused"),
    "resume": (watch_service.resume, "look again", "looks again"),
    "remove": (watch_service.remove, "take the order back; history stays", "is removed"),
}


class Command(OperatorCommand):
    help = (
        "Standing orders: which folder to look into, who writes the words, where to publish.\n\n"
        "`add` tries the folder at once and says what is wrong. Files that are there already are recorded and not\n"
        "posted, unless you say --existing post. With --approval ask (the default) every post waits for you."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|look|pause|resume|remove")
        _add_options(acts.add_parser("add", help="make a source", formatter_class=Formatter))
        listing = acts.add_parser("list", help="list them")
        add_json(listing)
        listing.add_argument("--owner", default="", metavar="EMAIL", help="only this person's")
        for name, (_, meaning, _) in ACTS.items():
            act = acts.add_parser(name, help=meaning)
            add_json(act)
            act.add_argument("watch", help="its name or id")
            act.add_argument("--owner", default="", metavar="EMAIL", help="whose, when a name is there twice")

    def answer(self, **options: Any) -> Any:  # noqa: ANN401
        if options["act"] == "add":
            return as_row(_add(options))
        if options["act"] == "list":
            rows = (
                _watches(options["owner"])
                .with_stream()
                .select_related("owner", "prompt_template")
                .prefetch_related("channels")
            )
            return [as_row(watch) for watch in rows]
        watch = _named(options["watch"], options["owner"])
        row = as_row(watch)
        do, _, done = ACTS[options["act"]]
        do(watch, by=TERMINAL)
        return (row if watch.pk is None else as_row(watch)) | {"done": done}

    def tell(self, answer: Any) -> Iterable[str]:  # noqa: ANN401
        if isinstance(answer, dict):
            yield _sentence(answer)
            return
        if not answer:
            yield "No sources yet. `manage.py watch add --help` says how to make one."
            return
        columns = ("name", "state", "source", "place", "approval", "owner")
        yield from table([list(columns), *([str(row[column]) for column in columns] for row in answer)])
        yield from (f"{row['name']}: {row['notes']}" for row in answer if row["notes"])


def _add_options(parser: ArgumentParser) -> None:
    add_json(parser)
    parser.add_argument("--owner", required=True, metavar="EMAIL", help="the person it belongs to")
    parser.add_argument("--name", required=True, help="what you call it")
    parser.add_argument("--source", required=True, choices=list(SOURCES), help="the kind of place")
    opened = ", ".join(source for source in SOURCES if about(source).provider)
    parser.add_argument("--account", default="", help=f"{opened}: the account's id or name, when there are several")
    parser.add_argument("--place", required=True, help="the folder: its id, a pasted link, or a path")
    parser.add_argument("--channels", required=True, help="`all`, or ids separated by commas")
    parser.add_argument("--interval", type=int, help="look every so many seconds (60)")
    parser.add_argument("--captioner", choices=list(CAPTIONERS), help="who writes the words (describer)")
    parser.add_argument("--model", help="the captioner's model (its usual one)")
    parser.add_argument("--prompt", default="", help="what the captioner is asked; {blanks} as in the dashboard")
    parser.add_argument("--language", help="of the words, such as en or pt-BR (as the prompt)")
    parser.add_argument("--approval", choices=Watch.Approval.values, help="post by itself, or ask first (ask)")
    parser.add_argument("--existing", choices=Watch.Backlog.values, help="files that are there already (skip)")
    parser.add_argument("--fit", choices=Watch.Fit.values, help="a border, or cut edges, where needed (pad)")
    parser.add_argument("--subfolders", action=BooleanOptionalAction, help="look into subfolders too (yes)")
    parser.add_argument("--name-places", action=BooleanOptionalAction, help="may the words name the town? (no)")
    parser.add_argument("--anyway", action="store_true", help="it is meant, though there is no picture in it")
    parser.add_argument("--latest-hours", type=int, help="what is later than this waits for you instead (24)")
    parser.add_argument("--most-per-day", type=int, help="of its posts; the others wait for the next day (any number)")
    quiet: dict[str, Any] = {"type": dt.time.fromisoformat, "metavar": "HH:MM"}
    parser.add_argument("--quiet-from", **quiet, help="nothing of it goes out from then on, by its owner's clock")
    parser.add_argument("--quiet-until", **quiet, help="when its quiet hours end")
    parser.add_argument("--in-queue", action=BooleanOptionalAction, help="at the channels' posting times (no: at once)")


def _add(options: dict[str, Any]) -> Watch:
    owner = person(options["owner"])
    rules = {rule: options[rule] for rule in RULES if options[rule] is not None}
    if options["existing"]:
        rules["backlog"] = options["existing"]
    login = about(options["source"]).provider
    return watch_service.add_watch(
        owner,
        by=TERMINAL,
        name=options["name"],
        source=options["source"],
        place=options["place"],
        channels=channels(owner, options["channels"]),
        credential=account(owner, login, options["account"]) if login else None,
        prompt=options["prompt"],
        anyway=options["anyway"],
        **rules,
    )


def _watches(email: str) -> WatchQuerySet:
    owner: User | None = person(email) if email else None
    return Watch.objects.filter(owner=owner) if owner else Watch.objects.all()


def _named(text: str, email: str) -> Watch:
    matching = [watch for watch in _watches(email) if text in (watch.name, str(watch.pk))]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise NotPossible(SeveralOfThisName(watches=len(matching), name=text))
    raise NotPossible(NoneOfThisName(name=text))


def as_row(watch: Watch) -> dict[str, Any]:
    """A watch as this command tells it."""
    return {
        "id": str(watch.pk),
        "name": watch.name,
        "owner": watch.owner.email,
        "state": watch.state,
        "problem": str(watch.problem or ""),
        "notes": notes(watch),
        "unanswered": str(watch.unanswered or ""),
        "unread": watch.unread,
        "next_look": watch.stream.next_at,
        "source": watch.stream.source,
        "account": str(watch.stream.credential_id or ""),
        "place": watch.place_id,
        "place_name": watch.place_name,
        "channels": [{"id": str(one.pk), "platform": one.platform, "name": one.name} for one in watch.channels.all()],
        "interval": watch.interval,
        "captioner": watch.captioner,
        "model": watch.model,
        "prompt": watch.prompt_template.text if watch.prompt_template else "",
        "language": watch.language,
        "approval": watch.approval,
        "existing": watch.backlog,
        "fit": watch.fit,
        "subfolders": watch.subfolders,
        "name_places": watch.name_places,
        "latest_hours": watch.latest_hours,
        "most_per_day": watch.most_per_day,
        "quiet_from": watch.quiet_from,
        "quiet_until": watch.quiet_until,
        "in_queue": watch.in_queue,
        "looked_at": watch.looked_at,
        "practice": watch.practice,
        "untried": watch.untried,
    }


def _sentence(row: dict[str, Any]) -> str:
    if "done" in row:
        return f"{row['name']} {row['done']}."
    names = ", ".join(f"{one['name']} ({one['platform']})" for one in row["channels"])
    how = "by itself" if row["approval"] == "auto" else "after you have approved"
    said = f"{row['name']} watches {row['place_name'] or row['place']} and posts to {names} {how}."
    return f"{said} {row['untried']}".strip()
