"""Siap luring: a whole round and the history of chosen regions; the log of one row for whoever looks at it."""

from __future__ import annotations

from typing import Any

import pytest
from hostile import answer, Hostile
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.server.routes import log as log_route
from akk_tui.store.errors import PullRefused
from akk_tui.store.views.names import UnknownRegion
from akk_tui.sync import errors, runner

FIRST, SECOND, THIRD = REGIONS
ROW = f"{CYCLE}:{FIRST}:2.4"


def prepare(officer: Officer, *regions: str, **options: Any) -> runner.PrepareResult:
    officer.steps = []
    progress = officer.steps.append
    return runner.prepare(officer.paths, officer.account, officer.settings, regions, progress=progress, **options)


def history(officer: Officer, key: str = ROW) -> list[tuple[str, Any]]:
    with officer.store() as store:
        return [(one.by, one.now) for one in store.views.history("assessment", key).entries]


@pytest.fixture
def worked(ani: Officer, budi: Officer) -> tuple[Officer, Officer]:
    """Ani has changed things in two regions; budi never synced."""
    ani.sync()
    ani.tick("2.4.1", "diunggah", FIRST)
    ani.tick("2.4.1", "diterima", FIRST)
    ani.tick("2.4.2", "diunggah", SECOND)
    ani.sync()
    return ani, budi


def test_everything_of_the_chosen_regions_can_be_read_offline(server: Server, worked: tuple[Officer, Officer]) -> None:
    _, budi = worked
    made = prepare(budi, "Kota Blitar", FIRST)
    server.stop()
    assert (made.regions, made.entries) == ((FIRST,), 2)
    assert made.round.pulled == 2
    assert history(budi) == [("ani", {"item.2.4.1": "diterima"}), ("ani", {"item.2.4.1": "diunggah"})]
    assert history(budi, f"{CYCLE}:{SECOND}:2.4") == []
    with budi.store() as store:
        ready = {one.region: one.until is not None for one in store.views.prepared()}
        assert ready == {FIRST: True, SECOND: False, THIRD: False}
        (run,) = store.runs.list()
        assert (run.requests, run.bytes_down) == (made.round.requests, made.round.bytes_down)
    stages = list(dict.fromkeys(step.stage for step in budi.steps))
    assert stages == ["connect", "pull", "done", "log"]
    assert (budi.steps[-2].rows, budi.steps[-2].rows_total) == (1, 1)
    assert budi.steps[-2].bytes > 0


def test_again_only_what_is_new_comes(worked: tuple[Officer, Officer]) -> None:
    ani, budi = worked
    prepare(budi, FIRST, SECOND)
    ani.tick("2.4.3", "diunggah", SECOND)
    ani.sync()
    made = prepare(budi, FIRST, SECOND)
    assert (made.entries, made.round.pulled) == (1, 1)


def test_a_cut_keeps_the_pages_that_came(worked: tuple[Officer, Officer], monkeypatch: pytest.MonkeyPatch) -> None:
    _, budi = worked
    monkeypatch.setattr(log_route, "LOG_ENTRIES", 1)

    def cancelled() -> bool:
        return [step.stage for step in budi.steps].count("log") > 1

    with pytest.raises(errors.Cancelled):
        prepare(budi, FIRST, SECOND, cancelled=cancelled)
    with budi.store() as store:
        kept = store.db.value("SELECT count(*) FROM log")
        assert kept == 1
        assert store.runs.list()[0].outcome == "cancelled"
    assert prepare(budi, FIRST, SECOND).entries == 2


def test_a_misspelt_region_stops_before_anything_is_sent(worked: tuple[Officer, Officer]) -> None:
    ani, _ = worked
    ani.tick("2.4.3", "diunggah", FIRST)
    with pytest.raises(UnknownRegion):
        prepare(ani, "Kota Bliter")
    assert [state for _, state in ani.waiting()] == ["queued"]


def test_before_the_first_round_a_name_is_looked_up_behind_it(worked: tuple[Officer, Officer]) -> None:
    _, budi = worked
    with pytest.raises(UnknownRegion):
        prepare(budi, "Kota Bliter")
    assert len(budi.base()) == 2


def test_the_log_of_one_row_is_fetched_while_a_round_runs(worked: tuple[Officer, Officer]) -> None:
    _, budi = worked
    budi.sync()
    with runner.SyncLock(budi.path.parent):
        new = runner.fetch_history(budi.paths, budi.account, budi.settings, "assessment", ROW)
    assert new == 2
    assert len(history(budi)) == 2
    assert runner.fetch_history(budi.paths, budi.account, budi.settings, "assessment", ROW) == 0
    assert runner.fetch_history(budi.paths, budi.account, budi.settings, "note", "nowhere") == 0


@pytest.mark.parametrize(
    "told",
    [
        b'{"units":[{"unit":"2025:35.72","entries":[],"upto":0,"more":true}]}',
        b'{"units":[]}',
        b'{"units":[{"unit":"2025:71.07","entries":[],"upto":9}]}',
        b'{"units":[{"unit":"2025:35.72","entries":[[3,"x",0,"ani","","assessment","2025:35.72:2.4",{},{}]],"upto":9}]}',
    ],
)
def test_a_server_that_tells_no_end_of_its_log_or_another_one_is_not_believed(
    worked: tuple[Officer, Officer], told: bytes
) -> None:
    _, budi = worked
    budi.sync()
    with budi.store() as store, Hostile(lambda _asked: answer(told)) as hostile:
        transport = budi.transport(hostile.url)
        with pytest.raises((errors.BadAnswer, PullRefused)):
            runner._fetch_logs(store, transport, [f"{CYCLE}:{FIRST}", f"{CYCLE}:{SECOND}"], budi.steps.append)
        transport.close()
        assert hostile.asked[0].target == f"/v1/logs?units={CYCLE}%3A{FIRST}%400%2C{CYCLE}%3A{SECOND}%400"
        assert store.db.value("SELECT count(*) FROM log") == 0


class TestPortal:
    """A Wi-Fi that wants to be signed in to takes the server's place."""

    PAGE = b"<!doctype html><title>Hotel</title><form action=/login>"

    @pytest.mark.parametrize(
        ("say", "portal"),
        [
            (answer(PAGE, media="text/html"), True),
            (answer(PAGE, media="application/xhtml+xml; charset=utf-8"), True),
            (answer(b"", status="302 Found", media="", Location="http://portal.hotel.example/login"), True),
            (answer(b"", status="303 See Other", media="text/html", Location="http://192.0.2.1/"), True),
            (answer(b"sign in", status="511 Network Authentication Required", media="text/plain"), True),
            (answer(b"", status="511 Network Authentication Required", media=""), True),
            (answer(PAGE, status="404 Not Found", media="text/html"), False),
            (answer(PAGE, status="403 Forbidden", media="text/html"), False),
            (answer(b'{"hello":"world"}'), False),
            (answer(b'{"status":404}', status="404 Not Found"), False),
        ],
    )
    def test_a_whole_round_says_so_and_loses_nothing(self, ani: Officer, say: list[bytes], portal: bool) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        with Hostile(lambda _asked: say) as hotel:
            account = ani.account
            from msgspec.structs import replace

            ani.account = replace(account, server=hotel.url)
            token = runner.accounts.token_path(ani.paths, ani.account)
            token.parent.mkdir(parents=True, exist_ok=True)
            token.write_text(runner.accounts.token(ani.paths, account))
            with pytest.raises(errors.SyncError) as caught:
                ani.sync()
            ani.account = account
        assert isinstance(caught.value, errors.LoginPage) is portal
        assert (caught.value.exit_code == 3) is portal
        if portal:
            assert "Wi-Fi meminta masuk lewat peramban; buka peramban" in caught.value.words()
        assert [state for _, state in ani.waiting()] == ["queued"]
        assert ani.sync().pushed == 1
