"""Sinkronisasi: what waits, receipts, what was let go, log, progress."""

from __future__ import annotations

import json
import re
import stat
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sync_places import go_to_tab
from work_app import drive, Driven, NOW

from akk_tui import i18n
from akk_tui.store import restored
from akk_tui.store.clock import stamp
from akk_tui.store.store import Store
from akk_tui.sync import others
from akk_tui.sync.lock import SyncLock
from akk_tui.sync.progress import Progress, silent
from akk_tui.ui.screens.sync import SyncScreen


@pytest.fixture
def path(waiting_path: Path) -> Path:
    return waiting_path


def child(*lines: dict[str, Any], end: dict[str, Any] | None = None, code: int = 0, hold: bool = False) -> list[str]:
    """A command that says what a round says: progress on stderr, the result on stdout."""
    program = "import json, sys, time\n" + "".join(
        f"print({json.dumps(json.dumps(line))}, file=sys.stderr, flush=True)\n" for line in lines
    )
    if hold:
        program += "sys.stdin.close(); time.sleep(30)\n"
    program += f"print({json.dumps(json.dumps(end or {}))})\nsys.exit({code})\n"
    return [sys.executable, "-c", program]


def test_differences_come_first_with_their_values(path: Path) -> None:
    async def test(app: Driven) -> None:
        text = app.text()
        assert "[Beda isian 2]" in text
        assert "semula        perlu perbaikan" in text
        assert "isian saya    diunggah" in text
        assert "isian rekan   diverifikasi" in text
        assert "oleh          contoh2, 6 Okt 2025 09.14 WIB" in text
        assert "2 beda isian sedaerah: M atau T menjawab semua" in text
        await app.press("down")
        assert "isian rekan   31 Okt 2025" in app.text()

    drive(path, test, (100, 40), at="sync")


def test_the_three_values_stand_side_by_side_on_a_wide_screen(path: Path) -> None:
    async def test(app: Driven) -> None:
        (title,) = [line for line in app.lines() if "─ semula ─" in line]
        assert "─ isian saya ─" in title
        assert "─ isian rekan ─" in title
        (line,) = [line for line in app.lines() if "perlu perbaikan" in line and "diunggah" in line]
        assert "diverifikasi" in line
        assert "disimpan 6 Okt 2025 19.42 WIB" in app.text()
        assert "contoh2, 6 Okt 2025 09.14 WIB" in app.text()
        await app.pilot.resize_terminal(80, 24)
        await app.settle()
        assert "isian rekan   diverifikasi" in app.text()
        await app.pilot.resize_terminal(120, 40)
        await app.settle()
        await app.press("enter")
        assert app.screen.query(".side").first().border_title is not None

    drive(path, test, (104, 40), at="sync")


def test_what_waits_says_in_which_state_and_why_and_what_to_do(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await go_to_tab(app, "outbox")
        text = app.text()
        assert "ditolak server: siklus sudah" in text
        assert "tidak berhak: daerah ini" in text
        assert "belum terkirim" in text
        assert "perlu perbaikan → diunggah" in text
        assert "Rekan mengubah isian yang sama: jawab di tab Beda isian." in text
        screen._table.go_to(next(row.op for row in app.store.views.outbox() if row.state == "rejected"))
        await app.settle()
        assert "Siklusnya sudah dibuka lagi: r mengirimnya lagi. d melepasnya." in app.text()
        screen._table.go_to(app.store.views.outbox()[0].op)
        await app.press("enter")
        assert "semula: perlu perbaikan" in app.text()
        assert "disimpan: 6 Okt 2025 19.42 WIB" in app.text()
        await app.press("escape")
        await app.press("m", "e", "p")
        assert "Pilih dulu sebuah beda isian (tab Beda isian)." in app.told()
        assert "Hanya untuk isian yang dilepas (tab Dilepas)." in app.told()

    drive(path, test, at="sync")


def test_what_the_next_round_sends_is_forecast(path: Path) -> None:
    async def test(app: Driven) -> None:
        sending = app.store.views.sending()
        assert sending.operations == 2
        assert f"menunggu 2 perubahan, {sending.bytes} B, kira-kira 1 detik · s menyinkronkan" in app.text()

    drive(path, test, at="sync", sync_command=child())


def test_receipts_have_number_and_time(path: Path) -> None:
    async def test(app: Driven) -> None:
        await go_to_tab(app, "sent")
        assert "terkirim, no. 8123, 19.42 WIB" in app.text()
        await app.press("enter")
        assert "menjadi: diterima" in app.text()

    drive(path, test, at="sync")


def test_a_receipt_of_another_day_has_the_day(path: Path) -> None:
    with Store.open(path) as store, store.db.write():
        store.db.execute("UPDATE sent SET at = '2025-10-01T02:14:00Z'")

    async def test(app: Driven) -> None:
        await go_to_tab(app, "sent")
        assert "terkirim, no. 8123, 1 Okt 09.14 WIB" in app.text()

    drive(path, test, at="sync")


def test_without_the_servers_time_a_receipt_and_what_was_let_go_tell_no_date(path: Path) -> None:
    with Store.open(path) as store, store.db.write():
        store.db.execute("UPDATE sent SET at = ''")
        store.db.execute("UPDATE discarded SET at = ''")

    async def test(app: Driven) -> None:
        await go_to_tab(app, "sent")
        assert re.search(r"terkirim, no. 8123 *$", app.text(), re.MULTILINE)
        await go_to_tab(app, "discarded")
        assert re.search(r"dilepas: digabung dengan isian rekan *$", app.text(), re.MULTILINE)
        await app.press("enter")
        assert re.search(r"dilepas: digabung dengan isian rekan\W*$", app.text(), re.MULTILINE)

    drive(path, test, at="sync")


def test_what_was_let_go_tells_when(path: Path) -> None:
    with Store.open(path) as store, store.db.write():
        store.db.execute("UPDATE discarded SET at = '2025-10-06T02:14:00Z'")

    async def test(app: Driven) -> None:
        await go_to_tab(app, "discarded")
        assert "dilepas: digabung dengan isian rekan, 6 Okt 2025 09.14 WIB" in app.text()

    drive(path, test, at="sync")


def test_the_log_tells_each_round(path: Path) -> None:
    async def test(app: Driven) -> None:
        await go_to_tab(app, "runs")
        text = app.text()
        assert "selesai, 1 terkirim, 3 beda isian, 2 ditolak" in text
        assert "↑6 ↓120" in text
        assert "↑1,2 kB ↓17 kB" in text
        assert "Server tidak dapat dihubungi." in text
        await app.press("down", "enter")
        assert "ukuran: 1,2 kB naik, 17 kB turun · 3 permintaan" in app.text()
        await app.press("enter")
        assert isinstance(app.screen, SyncScreen)

    drive(path, test, at="sync")


def test_refused_work_is_sent_again_or_given_up(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await go_to_tab(app, "outbox")
        await app.press("r")
        assert "Hanya untuk perubahan yang ditolak" in app.told()
        rejected, forbidden = (
            next(row.op for row in app.store.views.outbox() if row.state == state)
            for state in ("rejected", "forbidden")
        )
        screen._table.go_to(rejected)
        await app.press("r")
        assert "1 perubahan dikirim lagi pada sinkronisasi berikutnya." in app.told()
        assert next(row.state for row in app.store.views.outbox() if row.op == rejected) == "queued"
        screen._table.go_to(forbidden)
        await app.press("d")
        assert "Perubahan dilepas: diunggah. Tab Dilepas menyimpannya 90 hari." in app.told()
        assert forbidden not in [row.op for row in app.store.views.outbox()]
        assert forbidden in [row.op for row in app.store.views.discarded()]
        await app.press("R")
        assert "Tidak ada perubahan yang ditolak." in app.told()

    drive(path, test, at="sync")


def test_all_refused_work_is_sent_again_with_one_key(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("R")
        assert "2 perubahan dikirim lagi" in app.told()
        assert {row.state for row in app.store.views.outbox()} == {"conflict", "queued"}

    drive(path, test, at="sync")


def test_unsent_work_is_exported_from_the_screen(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "usb" / "belum.json"

    async def test(app: Driven) -> None:
        await app.press("E")
        assert "akk-belum-terkirim-2025-10-06-1942.json" in app.screen.box("path").typed
        app.screen.box("path").input.put(str(path))
        await app.press("enter")
        assert "sudah ada dan bukan ekspor" in app.text()
        app.screen.box("path").input.put(str(target))
        await app.press("enter")
        assert f"6 perubahan ditulis ke {target}." in app.told()
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert len(json.loads(target.read_text(encoding="utf-8"))["operations"]) == 6

    drive(path, test, at="sync")


def test_a_difference_that_is_gone_is_told(path: Path) -> None:
    async def test(app: Driven) -> None:
        with Store.open(app.path) as other:
            other.resolve(other.views.conflicts()[0].op, "theirs")
        await app.press("m")
        assert "tidak (lagi) termasuk beda isian" in app.told()

    drive(path, test, at="sync")


def test_empty_tabs_say_what_to_do(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db"):
        pass

    async def test(app: Driven) -> None:
        for name, words in (
            ("outbox", "Semua sudah terkirim."),
            ("conflicts", "Tidak ada beda isian."),
            ("sent", "Belum ada yang terkirim"),
            ("discarded", "Tidak ada isian yang dilepas"),
            ("runs", "Belum pernah sinkron. Tekan s"),
        ):
            await go_to_tab(app, name)
            assert words in app.text()
            await app.press("enter", "m", "M", "r", "p")
        assert "Belum masuk ke server" in app.text()
        assert "Tidak ada baris di tab ini." in app.told()
        await app.press("L", "E")
        assert "Belum ada daerah: sinkronkan dahulu." in app.told()
        assert "Tidak ada perubahan yang belum terkirim." in app.told()
        screen: SyncScreen = app.screen
        for action in ("details", "value", "mine", "retry", "discard", "restore"):
            getattr(screen, f"action_{action}")()
        screen.action_region("mine")
        await app.settle()
        assert isinstance(app.screen, SyncScreen)

    drive(tmp_path / "akk.db", test, at="sync")


def test_the_footer_shows_the_keys_of_the_tab(path: Path) -> None:
    async def test(app: Driven) -> None:
        assert "m isian saya" in app.lines()[-1]
        assert "r kirim lagi" not in app.lines()[-1]
        await go_to_tab(app, "outbox")
        assert "r kirim lagi" in app.lines()[-1]
        assert "m isian saya" not in app.lines()[-1]

    drive(path, test, at="sync")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_size_is_readable(path: Path, size: tuple[int, int], language: str) -> None:
    i18n.use(language)

    async def test(app: Driven) -> None:
        for name in ("conflicts", "sent", "runs", "outbox"):
            await go_to_tab(app, name)
            assert all(len(line) <= size[0] for line in app.lines())
            assert app.screen._table.row_count > 0
        assert any("35.72" in line or "Kota Blitar" in line for line in app.lines())

    drive(path, test, size, at="sync")


def test_tabs_go_both_ways(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("left_square_bracket")
        assert app.screen._tab == "outbox"
        await app.press("shift+tab", "right_square_bracket")
        assert app.screen._tab == "outbox"

    drive(path, test, at="sync")


# --- a round


def test_a_round_shows_its_progress_and_esc_ends_it(path: Path) -> None:
    lines = [
        {"stage": "push", "rows": 2},
        {"stage": "pull", "rows": 500, "rows_total": 2000, "bytes": 120_000, "rate": 17_000},
    ]

    async def test(app: Driven) -> None:
        assert "Sinkron terakhir 6 Okt 09.14" in app.text() or "Sinkron terakhir 09.14 WIB" in app.text()
        await app.pilot.press("s")
        await app.until(lambda: "25 %" in app.text(), "the bar")
        assert "mengambil · 500 dari 2.000 baris · 120 kB · 17 kB/dtk" in app.text()
        await app.pilot.press("escape")
        await app.until(lambda: not app.app.sync.running, "the round ended")
        await app.settle()
        assert "25 %" not in app.text()
        assert isinstance(app.screen, SyncScreen)
        assert "dibatalkan" in app.told()

    drive(path, test, at="sync", sync_command=child(*lines, hold=True))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_a_round_of_another_process_is_seen_and_cannot_be_cancelled_here(path: Path, size: tuple[int, int]) -> None:
    lock = SyncLock(path.parent)

    async def test(app: Driven) -> None:
        lock.acquire()
        others.telling(lock, silent)(Progress("pull", 500, 2000, 120_000, 480_000, 17_000))
        app.app._poll()
        await app.settle()
        assert "mengambil 500 dari 2.000" in app.text()
        assert " 25 %  mengambil · 500 dari 2.000 baris · 120 kB · 17 kB/dtk" in app.text()
        assert "membatalkan" not in app.text()
        assert app.app.sync.unavailable() == "Belum masuk ke server; jalankan akk-tui login."
        lock.release()
        app.app._poll()
        await app.settle()
        assert "25 %" not in app.text()
        assert "mengambil" not in app.text()

    drive(path, test, size, at="sync")


def test_who_waits_for_another_round_sees_that_one(path: Path) -> None:
    lock = SyncLock(path.parent)

    async def test(app: Driven) -> None:
        lock.acquire()
        await app.pilot.press("s")
        await app.until(lambda: "menunggu sinkron lain" in app.text(), "the wait")
        others.telling(lock, silent)(Progress("push", 3))
        app.app._poll()
        await app.until(lambda: "mengirim 3" in app.text(), "the other round's progress")
        assert app.app.sync.running
        app.app.sync.cancel()
        await app.until(lambda: not app.app.sync.running, "the round ended")
        lock.release()

    drive(path, test, at="sync", sync_command=child({"stage": "wait"}, hold=True))


def test_while_nothing_comes_nothing_is_drawn(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.pilot.press("s")
        await app.until(lambda: "mengirim · 2 baris" in app.text(), "the first line")
        progress = app.screen.query_one("#progress")
        drawn: list[str] = []
        progress.update = lambda *_args, **_options: drawn.append("x")
        progress.redraw()
        progress.redraw()
        assert drawn == []
        app.app.sync.cancel()
        await app.until(lambda: not app.app.sync.running, "the round ended")

    drive(path, test, at="sync", sync_command=child({"stage": "push", "rows": 2}, hold=True))


def test_a_round_that_fails_says_why_and_the_rows_stay(path: Path) -> None:
    program = [sys.executable, "-c", "import sys; print('Server tidak dapat dihubungi.', file=sys.stderr); sys.exit(3)"]

    async def test(app: Driven) -> None:
        await app.pilot.press("s")
        await app.until(lambda: "Server tidak dapat dihubungi." in app.told(), "the words of the child")
        await app.settle()
        assert "[Beda isian 2]" in app.text()
        assert not app.app.online

    drive(path, test, at="sync", sync_command=program)


@pytest.mark.parametrize("ago", [1, 8])
def test_a_server_that_was_restored_is_told_once_and_shown_for_a_week(path: Path, ago: int) -> None:
    moment = stamp(NOW - timedelta(days=ago))
    with Store.open(path) as store:
        store.meta.set("restored", moment)
        store.runs.add(started=NOW, seconds=1, outcome="done")
    copy = path.with_name(f"akk.db.{restored.ending(moment)}")
    copy.touch()

    async def test(app: Driven) -> None:
        assert "Server dipulihkan dari cadangan: semua data dibaca ulang" in app.told()
        line = (
            f"Server dipulihkan dari cadangan; dibaca ulang 5 Okt 2025 19.42 WIB. Salinan data sebelum itu: {copy.name}"
        )
        assert (line in app.text()) == (ago < 7)

    drive(path, test, (140, 40), at="sync")

    async def narrower(app: Driven) -> None:
        words = "Server dipulihkan dari cadangan; dibaca ulang 5 Okt 2025 19.42 WIB."
        if app.app.size.width == 120:
            words = f"Server dipulihkan, dibaca ulang 5 Okt 2025 19.42 WIB. Salinan sebelumnya: {copy.name}"
        assert (words in app.text()) == (ago < 7)
        assert "…" not in app.text().splitlines()[3]

    for size in ((120, 40), (80, 24)):
        drive(path, narrower, size, at="sync")

    async def later(app: Driven) -> None:
        assert "dipulihkan" not in app.told()
        # Another process finds the next one.
        with Store.open(path) as store:
            store.meta.set("recovering", moment)
        app.app._poll()
        await app.settle()
        assert "yang tampil data sebelum pemulihan" in app.text()
        with Store.open(path) as store:
            store.meta.set("recovering", None)
            store.meta.set("restored", stamp(NOW))
        app.app._poll()
        await app.settle()
        assert "dipulihkan" in app.told()

    drive(path, later, (140, 40), at="sync")
