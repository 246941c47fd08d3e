"""Data that are let go after too long without the server: what can be fetched again, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from modelserver import UNITS
from storeclient import Client, draft

from akk_tui.store import retention, salvage
from akk_tui.store.clock import stamp
from akk_tui.store.schema import copy_aside


def reached(client: Client, days: float) -> None:
    """The server was last reached so many days ago."""
    client.store.meta.set("last_sync", stamp(client.store.now() - timedelta(days=days)))


@pytest.fixture
def budi(budi: Client) -> Client:
    budi.sync()
    budi.tick("1.1.1", "diunggah")
    budi.sync()
    assert budi.base()
    return budi


@pytest.mark.parametrize(("days", "ago", "gone"), [(0, 9999, False), (30, 29.9, False), (30, 30.1, True)])
def test_it_is_asked_for_and_then_at_its_time(budi: Client, days: int, ago: float, gone: bool) -> None:
    reached(budi, ago)
    assert retention.expire(budi.store, days) == gone
    assert (budi.base() == {}) == gone
    # A second look does nothing more, and says the same.
    commits = budi.store.db.commits
    assert retention.expire(budi.store, days) == gone
    assert budi.store.db.commits == commits


def test_what_is_only_here_stays_and_is_sent_over_the_rows_that_come_again(budi: Client, sari: Client) -> None:
    budi.tick("1.1.2", "diunggah")
    budi.store.drafts.save(draft())
    waiting = budi.outbox()
    reached(budi, 40)
    assert retention.expire(budi.store, 30)
    assert budi.outbox() == waiting
    assert len(budi.store.drafts.list()) == 1
    assert budi.state("1.1.2") == "diunggah"
    assert budi.state("1.1.1") == "belum_ada"
    sari.sync()
    sari.tick("2.1.1", "diterima")
    sari.sync()
    budi.sync()
    assert budi.outbox() == []
    assert [budi.state(item) for item in ("1.1.1", "1.1.2", "2.1.1")] == ["diunggah", "diunggah", "diterima"]
    sari.sync()
    assert budi.base() == sari.base()
    assert budi.store.meta.get(retention.SINCE) is None


def test_a_difference_waits_for_its_answer_as_before(budi: Client, sari: Client) -> None:
    sari.sync()
    for client, state in ((sari, "diterima"), (budi, "perlu_perbaikan")):
        client.tick("1.1.1", state)
    sari.sync()
    budi.sync()
    (before,) = budi.store.views.conflicts()
    reached(budi, 40)
    assert retention.expire(budi.store, 30)
    assert [one.mine for one in budi.store.views.conflicts()] == [before.mine]
    budi.sync()
    (after,) = budi.store.views.conflicts()
    assert (after.mine, after.theirs) == (before.mine, before.theirs)
    budi.store.resolve(after.op, "mine")
    budi.sync()
    assert budi.store.views.conflicts() == ()
    assert budi.state("1.1.1", UNITS[0]) == "perlu_perbaikan"


def names(client: Client) -> list[str]:
    """The endings of the copies beside the store."""
    return sorted(copy.name.partition(".db.")[2] for copy in client.path.parent.glob("akk.db.*"))


def test_copies_of_which_the_store_went_on_with_everything_are_shredded(budi: Client) -> None:
    for ending in ("v3", "before-restore-2025-10-06T020000Z"):
        copy_aside(budi.store.db, ending)
    assert len(names(budi)) == 2
    reached(budi, 40)
    assert retention.expire(budi.store, 30)
    assert names(budi) == []


def test_a_copy_that_an_upgrade_spared_for_its_work_stays(budi: Client) -> None:
    copy_aside(budi.store.db, "v3-2")
    reached(budi, 40)
    assert retention.expire(budi.store, 30)
    assert names(budi) == ["v3-2"]


@pytest.mark.parametrize("lost", [False, True])
def test_a_damaged_file_stays_where_work_in_it_could_not_be_read(budi: Client, lost: bool) -> None:
    for n in range(60):
        place = {"cycle": "2025", "region": UNITS[0][5:]}
        budi.store.create("followup", {**place, "text": f"Tindak lanjut {n} " * 20, "status": "belum"})
    db = budi.store.db
    table = "outbox" if lost else "base"
    page = db.value("SELECT max(pageno) FROM dbstat WHERE name = ?", (table,))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size = db.value("PRAGMA page_size")
    budi.store.close()
    with budi.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    saved = salvage.salvage(budi.path)
    assert saved.whole is not lost
    budi.reopen()
    budi.sync()
    reached(budi, 40)
    assert retention.expire(budi.store, 30)
    assert names(budi) == ([saved.kept.name.partition(".db.")[2]] if lost else [])
