"""A round over some regions sends and fetches theirs alone, and takes nothing from the rounds that follow."""

from __future__ import annotations

import pytest
from syncworld import CYCLE, Officer, REGIONS, Server

FIRST, SECOND, THIRD = REGIONS


@pytest.fixture
def synced(ani: Officer, budi: Officer) -> tuple[Officer, Officer]:
    ani.sync()
    budi.sync()
    return ani, budi


def last_sync(officer: Officer) -> str | None:
    with officer.store() as store:
        return store.meta.get("last_sync")


def test_only_the_work_of_the_region_goes_up(synced: tuple[Officer, Officer]) -> None:
    ani, budi = synced
    ani.tick("2.4.1", "diunggah", FIRST)
    ani.tick("2.4.1", "diterima", SECOND)
    assert ani.sync(regions=[SECOND]).pushed == 1
    assert [field for field, _ in ani.waiting()] == ["item.2.4.1"]
    budi.sync()
    assert (budi.state("2.4.1", FIRST), budi.state("2.4.1", SECOND)) == ("belum_ada", "diterima")
    assert ani.sync().pushed == 1
    budi.sync()
    assert budi.state("2.4.1", FIRST) == "diunggah"


def test_only_the_rows_of_the_region_come_down_and_the_rest_comes_later(synced: tuple[Officer, Officer]) -> None:
    ani, budi = synced
    before = last_sync(budi)
    for region in REGIONS:
        ani.tick("2.4.2", "diverifikasi", region)
    ani.sync()
    assert budi.sync(regions=[SECOND, THIRD]).pulled == 2
    assert [budi.state("2.4.2", region) for region in REGIONS] == ["belum_ada", "diverifikasi", "diverifikasi"]
    assert last_sync(budi) == before
    assert budi.sync(regions=[SECOND]).pulled == 0
    assert budi.sync().pulled == 1
    assert budi.base() == ani.base()
    assert budi.sync().pulled == 0


def test_a_first_round_over_one_region_leaves_the_others_for_later(ani: Officer, budi: Officer) -> None:
    ani.sync()
    for region in REGIONS:
        ani.tick("2.4.1", "diunggah", region)
    ani.sync()
    assert budi.sync(regions=[FIRST]).pulled == 1
    assert {key for _, key, _, _ in budi.base()} == {f"{CYCLE}:{FIRST}:2.4"}
    budi.sync()
    assert budi.base() == ani.base()


def test_a_recovery_covers_everything_whatever_was_asked_for(server: Server, synced: tuple[Officer, Officer]) -> None:
    ani, budi = synced
    copy = server.backup()
    ani.tick("2.4.1", "diterima", FIRST)
    ani.sync()
    budi.sync()
    server.restore(copy)
    ani.sync(regions=[SECOND])
    budi.sync(regions=[SECOND])
    assert (ani.state("2.4.1", FIRST), budi.state("2.4.1", FIRST)) == ("diterima", "diterima")
    assert ani.base() == budi.base()
