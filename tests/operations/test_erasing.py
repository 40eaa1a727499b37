"""One person goes with everything that is his; nothing of another is touched; whatever happens in between."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts import allowances
from accounts.connections import flows
from accounts.connections.grants import connect, look
from accounts.data_rights import data_requests
from accounts.models import Flow, Request, User
from media.models import Asset
from operations.privacy import deletion, erasure, inventory
from operations.reasons import LastOperator
from outbox import ledger
from outbox.models import LedgerEntry
from poster import clock
from poster.ledger import hash_chain, security_log, verification
from poster.models import Erasure, Event, LaidBy, Link
from poster.permissions import TERMINAL, Caller, NotPossible
from poster.reasons.permissions import NotYours
from poster.row_removal import BATCH
from poster.web import stash
from poster.work import cooldowns
from publishing.models import Delivery, Post
from publishing.posts import deletion as post_deletion
from publishing.posts.composing import compose_ready
from publishing.reasons.posts import OnItsWay
from tests import factories
from tests.facts import Said, Told, with_reason
from tests.held import files, hold
from tests.house import grant
from watches.limits import PAUSE, Limit
from watches.models import Watch
from writing.models import Suggestion

Kind = LedgerEntry.Kind


@pytest.fixture
def ann(transactional_db, settings, tmp_path: Path) -> User:
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    settings.REMOTE_ROOT = "http://127.0.0.1:9"  # nobody is there: what cannot be reached holds up no erasure
    factories.person("Olga", operator=True)
    return leaving("Zyxann")


def leaving(name: str) -> User:
    """Somebody with everything, a session, lines of the ledger and of the security log."""
    person = factories.person(name)
    factories.everything(person)
    for delivery in Delivery.objects.filter(owner=person):
        ledger.write(delivery, Kind.DECISION, Told(words=f"{name} heard something."))
    Client().force_login(person)
    security_log.record(security_log.Kind.SIGN_IN, Told(words=f"{person.email} came in."), person=person.pk)
    security_log.record(security_log.Kind.SIGN_IN_FAILED, Told(words=f"A wrong password for {person.email}."))
    cooldowns.hold(allowances.key(Limit.DAY, person.pk), PAUSE, code=Limit.DAY, reason=Said(words="Enough for today."))
    _link_the_rest()
    picture = Asset.objects.filter(owner=person).first()
    hold(picture, name.encode())
    return person


def _link_the_rest() -> None:
    """Lines that the factories have put in past the chain."""
    linked = Link.objects.values("line")
    for step in LedgerEntry.objects.exclude(pk__in=linked):
        hash_chain.append(step, step.outgoing_id)
    for event in Event.objects.exclude(pk__in=linked):
        hash_chain.append(event, event.about)


def database() -> bytes:
    """Every byte of the database's files."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(connection.settings_dict["NAME"]))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*") if file.is_file())


def _places(content: bytes, name: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(name), content)]


def all_rows(person: User) -> dict[str, list[dict[str, object]]]:
    return {kind.model: list(kind.rows(person).order_by("pk").values()) for kind in inventory.kinds()}


def test_everything_of_one_is_gone_and_nothing_of_another(ann) -> None:
    bob = leaving("Wvubob")
    before = all_rows(bob)
    assert erasure.carry_on(ann, by=TERMINAL).done
    assert all_rows(bob) == before
    assert {kind.model: kind.rows(ann).count() for kind in inventory.kinds() if kind.rows(ann).exists()} == {}
    assert {file.read_bytes() for file in files()} == {b"Wvubob"}
    assert verification.verify() == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the file of the database")
def test_not_one_byte_of_a_name_is_left_in_the_database(ann) -> None:
    leaving("Wvubob")
    assert b"Zyxann" in database()
    erasure.carry_on(ann, by=TERMINAL)
    content = database().lower()
    assert [content[at - 60 : at + 60] for at in _places(content, b"zyxann")] == []
    assert content.count(b"wvubob") > 10


def test_no_row_of_any_table_names_the_person_afterwards(ann) -> None:
    key = ann.pk.hex
    erasure.carry_on(ann, by=TERMINAL)
    allowed = {"poster_erasure", "poster_link"}
    named = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            if model._meta.db_table not in allowed and key in str(row).replace("-", ""):
                named.append(model._meta.label)
    assert named == []


def test_what_they_typed_goes_and_nothing_comes_after(ann) -> None:
    bob = leaving("Wvubob")
    mine, theirs = (LaidBy.objects.filter(person=person.pk) for person in (ann, bob))
    assert (mine.count(), theirs.count()) == (1, 1)
    erasure.begin(ann, by=TERMINAL)
    words = (stash.Purpose.WORDS, "/a page that is open still/", {"typed": "text=late"}, 3600)
    assert not stash.put(str(ann.pk), *words)
    assert erasure.carry_on(ann, by=TERMINAL).done
    assert not stash.put(str(ann.pk), *words)
    assert (mine.count(), theirs.count()) == (0, 1)


class PowerCut(Exception):
    """Somebody pulls the plug."""


def test_killed_between_any_two_batches_it_is_carried_on(ann, settings) -> None:
    bob = leaving("Wvubob")
    before = all_rows(bob)
    fuse = {"left": 0}

    def blow(execute, sql, params, many, context):
        if sql.startswith("DELETE"):
            fuse["left"] -= 1
            if fuse["left"] < 0:
                raise PowerCut
        return execute(sql, params, many, context)

    cuts = 0
    while User.objects.filter(pk=ann.pk).exists() and cuts < 40:
        fuse["left"] = cuts * 2
        with connection.execute_wrapper(blow):
            try:
                erasure.carry_on_all() if cuts else erasure.carry_on(ann, by=TERMINAL)
            except PowerCut:
                cuts += 1
                assert verification.verify() == []
    assert cuts > 5
    assert all_rows(bob) == before
    receipt = Request.objects.get(kind="erasure")
    assert (receipt.email, receipt.words, receipt.owner) == ("", "", None)
    assert receipt.answered_at is not None


def test_killed_after_the_last_row_the_receipt_is_still_mailed(ann) -> None:
    receipt = erasure.begin(ann, by=TERMINAL)
    deletion.remove_person(ann)
    assert erasure.carry_on_all() == 0
    receipt.refresh_from_db()
    assert receipt.answered_at
    assert receipt.email == ""
    assert mail.outbox[-1].to == ["zyxann@example.org"]
    assert receipt.code in mail.outbox[-1].body


def test_the_receipt_tells_numbers_and_holds_nothing_about_the_person(ann) -> None:
    receipt = erasure.carry_on(ann, by=TERMINAL).receipt
    assert "2 posts" in receipt.told
    assert "3 pictures" not in receipt.told
    told = json.dumps(Request.objects.filter(pk=receipt.pk).values().get(), default=str)
    assert "zyxann" not in told.lower()
    assert "What stays" in mail.outbox[-1].body


def test_what_is_certainly_not_out_never_goes_out(ann) -> None:
    page = factories.channel(ann)
    waiting = [factories.delivery(factories.post(ann, page), page, state) for state in ("queued", "prepared")]
    taken = Delivery.objects.get(pk=waiting[1].pk)
    assert Delivery.objects.take(taken)
    erasure.begin(ann, by=TERMINAL)
    for delivery in waiting:
        delivery.refresh_from_db()
        assert delivery.state == "cancelled"
    assert not Delivery.objects.due().filter(owner=ann).exists()
    assert not taken.swap(state="publishing")


def test_a_post_that_is_being_sent_is_waited_for(ann) -> None:
    page = factories.channel(ann)
    sending = factories.delivery(factories.post(ann, page), page, "publishing", commits=1, committed_at=clock.now())
    Delivery.objects.filter(pk=sending.pk).update(leased_until=clock.now() + dt.timedelta(seconds=60))
    progress = erasure.carry_on(ann, by=TERMINAL)
    assert not progress.done
    assert "being sent" in progress.sentence
    assert Delivery.objects.filter(pk=sending.pk, state="publishing").exists()
    Delivery.objects.filter(pk=sending.pk).update(state="published", published_at=clock.now(), leased_until=None)
    done = erasure.carry_on(ann, by=TERMINAL)
    assert done.done
    assert "In doubt: 1 on Facebook" in done.receipt.told  # the one that needed a person; not this one


def test_what_is_in_doubt_is_named(ann) -> None:
    assert "In doubt: 1 on Facebook" in erasure.carry_on(ann, by=TERMINAL).receipt.told


def test_nothing_new_begins_while_it_goes_on(ann) -> None:
    order = Watch.objects.filter(owner=ann).first()
    Watch.objects.filter(pk=order.pk).update(approval="auto")
    factories.file(ann, watched_by=order)
    erasure.begin(ann, by=TERMINAL)
    assert compose_ready() == 0
    assert not User.objects.get(pk=ann.pk).is_active


def test_the_logins_are_given_back_at_the_providers(ann, settings, sandbox) -> None:
    settings.REMOTE_ROOT = sandbox.root
    tokens = sandbox.person()["facebook"]
    connect(ann, "facebook", grant(tokens))
    assert erasure.carry_on(ann, by=TERMINAL).done
    assert [call["path"] for call in sandbox.calls("permissions", method="DELETE")]


def test_what_is_left_to_do_at_a_provider_is_in_the_receipt(ann) -> None:
    answer = erasure.carry_on(ann, by=TERMINAL).receipt.told
    assert answer.count("Facebook did not confirm") == 1
    assert "In doubt: 1 on Facebook" in answer


def test_a_login_that_nobody_has_chosen_from_yet_is_given_back_too(ann, sandbox, settings) -> None:
    settings.REMOTE_ROOT = sandbox.root
    made = sandbox.person(pages=[{"name": "Mill"}])["facebook"]
    settings.PROVIDER_APPS = {"facebook": (made["app_id"], made["app_secret"])}
    flows.hold(Flow(owner=ann, provider="facebook", session="any"), look("facebook", grant(made)))
    erasure.carry_on(ann, by=TERMINAL)
    assert 200 in [call["status"] for call in sandbox.calls("permissions", method="DELETE")]


def test_the_last_operator_stays(ann) -> None:
    olga = User.objects.get(email="olga@example.org")
    with pytest.raises(NotPossible, check=with_reason(LastOperator)):
        erasure.begin(olga, by=TERMINAL)
    assert not Erasure.objects.exists()
    olga.refresh_from_db()
    assert olga.is_active
    factories.person("Oskar", operator=True)
    assert erasure.carry_on(olga, by=TERMINAL).done


def test_other_requests_of_the_person_keep_only_their_state(ann) -> None:
    asked = data_requests.ask("question", owner=ann, words="Zyxann asks")
    strange = data_requests.ask("question", email="ZYXANN@example.org", words="Where is my data?")
    erasure.carry_on(ann, by=TERMINAL)
    for request in (asked, strange):
        request.refresh_from_db()
        assert (request.email, request.words, request.owner) == ("", "", None)


def test_the_command_asks_and_says_what_it_did(ann, capsys) -> None:
    with pytest.raises(Exception, match="Say --yes"):
        call_command("delete_account", ann.email, "--json")
    assert User.objects.filter(pk=ann.pk).exists()
    capsys.readouterr()
    call_command("delete_account", ann.email, "--yes", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"]["posts"] == 2
    assert Request.objects.get(code=answer["receipt"]).answered_at
    assert not User.objects.filter(pk=ann.pk).exists()


def test_the_record_of_one_post_goes_when_its_owner_says_so(ann) -> None:
    page = factories.channel(ann)
    order = factories.watch(ann, page)
    picture = factories.asset(ann, watched_by=order)
    post = factories.post(ann, page, picture=picture)
    words = factories.words_for(post)
    file = post.file
    delivery = factories.delivery(post, page, "published")
    ledger.write(delivery, Kind.OUTCOME, Told(words="They say it is out."))
    post_deletion.remove_post(post, by=Caller.of(ann))
    assert not Post.objects.filter(pk=post.pk).exists()
    assert not LedgerEntry.objects.filter(outgoing=delivery.pk).exists()
    assert not Suggestion.objects.filter(pk=words.pk).exists()
    assert verification.verify() == []
    file.refresh_from_db()
    assert file.state == "gone"  # it is known, so that it is not found, described and posted anew
    assert compose_ready() == 0


def test_the_record_of_a_post_that_is_under_way_stays(ann) -> None:
    page = factories.channel(ann)
    post = factories.post(ann, page)
    factories.delivery(post, page, "checking")
    with pytest.raises(NotPossible, check=with_reason(OnItsWay)):
        post_deletion.remove_post(post, by=Caller.of(ann))
    with pytest.raises(NotPossible, check=with_reason(NotYours)):
        post_deletion.remove_post(post, by=Caller.of(factories.person("Bob")))


def test_a_round_whose_time_is_over_goes_on_the_next_time(ann) -> None:
    erasure.begin(ann, by=TERMINAL)
    rounds = 0
    while User.objects.filter(pk=ann.pk).exists():
        erasure.carry_on_all(over=lambda: True)
        rounds += 1
        assert rounds < 30
    assert rounds > 5
    assert Request.objects.get(kind="erasure").answered_at


def test_erasing_ten_thousand_posts_keeps_to_its_batches(ann) -> None:
    """No statement takes more rows than a batch, so what holds for 700 posts holds for 10,000 (54 s, measured)."""
    page = factories.channel(ann)
    posts = Post.objects.bulk_create(Post(owner=ann, text="Zyxann") for _ in range(700))
    now = clock.now()
    Delivery.objects.bulk_create(
        Delivery(
            owner=ann,
            post=post,
            channel=page,
            channel_name="x",
            platform="facebook",
            state="cancelled",
            due_at=now,
            latest_at=now,
        )
        for post in posts
    )
    most = []

    def count(execute, sql, params, many, context):
        if sql.startswith("DELETE"):
            most.append(len(params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        assert erasure.carry_on(ann, by=TERMINAL).done
    assert max(most) <= BATCH + 2
