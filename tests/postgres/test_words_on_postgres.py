"""What the outside says may be longer than its column, or hold what none can: PostgreSQL minds, SQLite does not."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.connections.grants import Found as Login
from accounts.connections.grants import keep
from accounts.models import Channel
from accounts.providers import Grant, Place, Profile
from outbox import ledger
from outbox.models import LedgerEntry
from poster import clock
from poster.ledger import security_log, verification
from poster.permissions import Caller
from publishing.models import Delivery
from publishing.posts.approving import approve
from tests import factories
from tests.facts import Told
from tests.watches.staged import registered
from tests.whole.servers import Postgres
from watches import sources
from watches.models import FoundFile, Watch
from watches.scanning import scan

ENDLESS = "Ä" * 5000
BROKEN = "Mill\0\ud83d"


class Source:
    """It knows one file, whose names never end."""

    about = sources.About()

    def __init__(self, token: str) -> None:
        pass

    def look(self, places: Sequence[sources.Place], cursor: sources.Cursor, *, relist: bool = False) -> sources.News:
        file = sources.Found(places[0].id, "1", "1", ENDLESS, BROKEN + ENDLESS, 5)
        return sources.News([file], [], sources.Cursor("1"), [places[0].id], {})


def test_a_page_with_an_endless_name_is_connected_and_posted_to(on_postgres: Postgres) -> None:
    ann = factories.person("Ann")
    place = Place("facebook", "101", ENDLESS, BROKEN + ENDLESS, token="EAAmill")
    login = Login(Grant("EAAlogin"), Profile("1", BROKEN + ENDLESS), [place])
    keep(ann, "facebook", login, opens=[place], practice=False)
    page = Channel.objects.get()
    assert (page.name, page.handle) == ("Ä" * 200, "Mill" + "Ä" * 196)
    approve(factories.post(ann, page), by=Caller.of(ann))
    assert Delivery.objects.get().channel_name == "Ä" * 200


def test_a_file_with_an_endless_name_holds_up_nobody(on_postgres: Postgres) -> None:
    with registered(sources.SOURCES, "staged", "tests.postgres.test_words_on_postgres:Source"):
        order = factories.watch(factories.person("Ann"), source="staged", listed_at=clock.now())
        assert scan(order.stream) == f"1 new in {order.stream}."
        assert scan(order.stream) == f"0 new in {order.stream}."
    found = FoundFile.objects.get()
    assert (found.name, found.folder) == ("Ä" * 1000, "Mill" + "Ä" * 296)
    assert Watch.objects.get().problem is None


def test_the_ledger_takes_whatever_they_say_and_its_chain_holds(on_postgres: Postgres) -> None:
    ann = factories.person("Ann")
    page = factories.channel(ann)
    sent = factories.delivery(factories.post(ann, page), page, "publishing")
    ledger.write(
        sent,
        LedgerEntry.Kind.OUTCOME,
        Told(words=BROKEN + ENDLESS),
        code=ENDLESS,
        subcode=BROKEN,
        source=ENDLESS,
        asked=ENDLESS,
    )
    security_log.record(security_log.Kind.OPERATION, Told(words=BROKEN))
    line = sent.entries.latest("number")
    assert (line.code, line.subcode) == ("Ä" * 20, "Mill")
    assert verification.verify() == []
