"""People and workers at the very same moment: on the server that, unlike SQLite, lets both begin.

One of the two stands still in the middle of its transaction until the other one waits for it: nothing is left to luck.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, connection
from django.test import RequestFactory

from accounts.connections import flows
from accounts.connections.grants import Found, delete_tokens, keep
from accounts.models import Channel, Credential, Flow, Invitation, Request, User
from accounts.providers import Grant, Place, Profile
from accounts.reasons.connecting import TakenByAnother
from accounts.sign_in import invitations
from operations.privacy import erasure
from operations.privacy.restriction import rest
from outbox import ledger
from outbox.models import LedgerEntry
from poster import clock
from poster.ledger import security_log, verification
from poster.models import Event as Line
from poster.permissions import TERMINAL, Caller, NotPossible
from poster.work.lease_recovery import let_go
from publishing.models import Delivery
from tests import factories
from tests.facts import Told
from tests.postgres.meeting import at_once, meeting, until_somebody_waits
from tests.whole.servers import Postgres

MILL = Place("facebook", "101", "Mill", token="EAAmill")
BAKERY = Place("facebook", "102", "Bakery", token="EAAbakery")


def found(remote_id: str, *places: Place) -> Found:
    return Found(Grant("EAAlogin"), Profile(remote_id, f"Login {remote_id}"), list(places))


def kept(owner: User, remote_id: str, *places: Place) -> Callable[[], Any]:
    return lambda: keep(owner, "facebook", found(remote_id, *places), opens=places, practice=False)


def test_of_two_people_who_connect_one_page_at_once_one_has_it(on_postgres: Postgres) -> None:
    ann, bob = factories.person("Ann"), factories.person("Bob")
    told = meeting(on_postgres, kept(ann, "1", MILL), kept(bob, "2", MILL))
    refused = [answer for answer in told if isinstance(answer, NotPossible)]
    assert [answer.reason for answer in refused] == [TakenByAnother()]
    assert Channel.objects.count() == Credential.objects.count() == 1


def test_two_pages_in_another_order_hold_nobody_up_for_ever(on_postgres: Postgres) -> None:
    ann, bob = factories.person("Ann"), factories.person("Bob")
    has_one = Event()

    def pause(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if sql.startswith('UPDATE "accounts_channel"') and not has_one.is_set():
            has_one.set()
            until_somebody_waits(on_postgres)
        return done

    def slowly() -> Any:
        with connection.execute_wrapper(pause):
            return kept(ann, "1", MILL, BAKERY)()

    told = at_once(slowly, lambda: has_one.wait() and kept(bob, "2", BAKERY, MILL)())
    assert [answer.reason for answer in told if isinstance(answer, NotPossible)] == [TakenByAnother()]
    assert set(Channel.objects.values_list("owner__name", flat=True)) == {"Ann"}


def test_a_page_that_is_given_up_goes_to_whoever_waits_for_it(on_postgres: Postgres) -> None:
    ann, bob = factories.person("Ann"), factories.person("Bob")
    login, _ = kept(ann, "1", MILL)()
    meeting(on_postgres, lambda: delete_tokens(login), kept(bob, "2", MILL))
    assert Channel.objects.exclude(state="blocked").get().owner == bob
    assert rest(ann, by=TERMINAL) == (0, 0)  # what is blocked stays so: it is another person's now
    assert Channel.objects.get(owner=ann).state == "blocked"


def test_where_sharing_is_allowed_both_have_it(on_postgres: Postgres, settings) -> None:
    settings.ALLOW_SHARED_CHANNELS = True
    ann, bob = factories.person("Ann"), factories.person("Bob")
    at_once(kept(ann, "1", MILL), kept(bob, "2", MILL))
    assert Channel.objects.filter(state="active").count() == 2


def test_one_person_in_two_windows_has_one_account(on_postgres: Postgres) -> None:
    ann = factories.person("Ann")
    told = meeting(on_postgres, kept(ann, "1", MILL), kept(ann, "1", MILL, BAKERY))
    assert [answer for answer in told if isinstance(answer, Exception)] == []
    assert Credential.objects.get().version == 2
    assert Channel.objects.count() == 2


def test_the_way_back_works_once_also_at_the_same_moment(on_postgres: Postgres) -> None:
    ann = factories.person("Ann")
    session = SessionStore()
    session.create()
    state, _ = flows.start(asked_by(ann, session), "facebook")
    told = at_once(*[lambda: flows.take(asked_by(ann, session), "facebook", state)] * 4)
    assert sorted(type(answer).__name__ for answer in told) == ["Flow", *["NotPossible"] * 3]
    assert not Flow.objects.exists()


def asked_by(person: User | AnonymousUser, session: SessionStore) -> Any:
    request = RequestFactory().get("/")
    request.user, request.session = person, session
    return request


def test_an_invitation_makes_one_account(on_postgres: Postgres) -> None:
    olga = factories.person("Olga", operator=True)
    invitation, _ = invitations.invite("new@example.org", by=Caller.of(olga))
    wishes = {"name": "New", "password1": "correct horse battery"}

    def join() -> User:
        request = asked_by(AnonymousUser(), SessionStore())
        return invitations.join(Invitation.objects.get(pk=invitation.pk), wishes, request=request, verified=True)

    told = meeting(on_postgres, join, join)
    assert [str(answer)[:19] for answer in told if isinstance(answer, Exception)] == ["This invitation was"]
    assert User.objects.filter(email="new@example.org").count() == 1


def test_two_operators_that_leave_at_once_do_not_both_leave(on_postgres: Postgres) -> None:
    olga, oskar = (factories.person(name, operator=True) for name in ("Olga", "Oskar"))
    told = meeting(on_postgres, lambda: erasure.begin(olga, by=TERMINAL), lambda: erasure.begin(oskar, by=TERMINAL))
    assert sum(isinstance(answer, NotPossible) for answer in told) == 1
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_somebody_leaves_while_a_worker_writes_about_a_post_of_his(on_postgres: Postgres) -> None:
    """The worker has its row and comes to the ledger then; whoever leaves must not hold the ledger and want the row."""
    ann = factories.person("Ann")
    page = factories.channel(ann)
    sent = factories.delivery(factories.post(ann, page), page, "queued")

    told = meeting(
        on_postgres,
        lambda: Delivery.objects.take(sent),
        lambda: erasure.begin(ann, by=TERMINAL),
        then=lambda taken: taken and ledger.write(sent, LedgerEntry.Kind.DECISION, Told(words="It goes on.")),
    )
    assert [type(answer) for answer in told] == [LedgerEntry, Request]
    sent.refresh_from_db()
    assert sent.state == "cancelled"
    assert verification.verify() == []


def test_of_many_who_write_to_the_ledger_each_is_in_the_chain(on_postgres: Postgres) -> None:
    def write() -> None:
        for number in range(10):
            security_log.record(security_log.Kind.OPERATION, Told(words=f"Line {number}."))

    assert at_once(*[write] * 4) == [None] * 4
    assert Line.objects.count() == 40
    assert verification.verify() == []


@pytest.mark.parametrize("table", ["poster_event", "poster_link", "outbox_ledgerentry"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}"])
def test_the_ledger_cannot_be_changed_by_hand(on_postgres: Postgres, table: str, statement: str) -> None:
    ann = factories.person("Ann")
    page = factories.channel(ann)
    ledger.write(
        factories.delivery(factories.post(ann, page), page, "queued"),
        LedgerEntry.Kind.DECISION,
        Told(words="It goes on."),
    )
    security_log.record(security_log.Kind.OPERATION, Told(words="Something was done."))
    said = statement.format(table).replace("id = id", "number = number" if table == "poster_link" else "id = id")
    with pytest.raises(IntegrityError, match="ledger"), connection.cursor() as cursor:
        cursor.execute(said)


def test_a_start_lets_the_rows_of_other_machines_alone(on_postgres: Postgres) -> None:
    taken = factories.file(factories.person("Ann"), state="found")
    assert type(taken).objects.take(taken)
    assert let_go() == 0
    taken.refresh_from_db()
    assert taken.leased_until > clock.now()
