"""Sinkronisasi: what waits, what differs, receipts, log, progress; and values in words."""

from __future__ import annotations

import json
import sys
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import pytest
import waiting
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.store.shapes import Conflict, OutboxRow
from akk_tui.store.store import Store
from akk_tui.ui.screens.sync import SyncScreen
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import values
from akk_tui.ui.widgets.progress import bar, progress_words

AT = datetime(2025, 10, 6, 2, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return waiting.fill(tmp_path_factory.mktemp("sync") / "akk.db")


@pytest.fixture
def path(sample: Path, tmp_path: Path) -> Path:
    """A copy of the store with waiting work that a test may change."""
    copy = tmp_path / "akk.db"
    with Store.open(sample) as store:
        store.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


def child(*lines: dict[str, Any], end: dict[str, Any] | None = None, code: int = 0, hold: bool = False) -> list[str]:
    """A command that says what a round says: progress on stderr, the result on stdout."""
    program = "import json, sys, time\n" + "".join(
        f"print({json.dumps(json.dumps(line))}, file=sys.stderr, flush=True)\n" for line in lines
    )
    if hold:
        program += "sys.stdin.close(); time.sleep(30)\n"
    program += f"print({json.dumps(json.dumps(end or {}))})\nsys.exit({code})\n"
    return [sys.executable, "-c", program]


# --- words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("item.2.4.1", "perlu_perbaikan", "perlu perbaikan"),
        ("item.2.4.1", None, "belum ada"),
        ("due", "2025-10-20", "20 Okt 2025"),
        ("due", None, "–"),
        ("owners", ["BKPSDM", "Setda"], "BKPSDM, Setda"),
        ("owners", [], "–"),
        ("score", "77.50", "77,50"),
        ("value", "BB", "BB"),
        ("deleted", True, "ya"),
        ("retracted", False, "tidak"),
        ("stage", "tidak_lulus", "tidak lulus"),
        ("pic", {"name": "Sari", "phone": "0812"}, "nama Sari · telepon 0812"),
        ("title", "2025 tahun ini", "2025 tahun ini"),
    ],
)
def test_values_are_words(name: str, value: Any, words: str) -> None:
    assert values.value_words(name, value) == words


def test_several_fields_are_named() -> None:
    assert values.set_words(None) == "–"
    assert values.set_words({"cycle": "2025", "due": None}) == "–"
    assert values.set_words({"score": "77.50", "as_of": "2025-09-08", "source": "KPK"}) == (
        "nilai resmi 77,50 · per 8 Sep 2025 · sumber KPK"
    )
    assert values.what_words("note", "") == "catatan baru"
    assert values.what_words("assessment", "item_due.2.4.1") == "batas waktu"
    assert values.field_word("xyz") == "xyz"


def test_sizes_rows_and_answers_are_words() -> None:
    assert [values.size_words(size) for size in (0, 999, 1_204, 17_300, 1_250_000)] == [
        "0 B", "999 B", "1,2 kB", "17 kB", "1,2 MB",
    ]  # fmt: skip
    assert values.rows_words(1_204) == "1.204 baris"
    assert values.answers_words({"conflict": 1, "applied": 12, "later": 2, "same": 0}) == (
        "12 terkirim, 1 beda isian, 2 later"
    )
    assert values.refusal_words({"code": "brand_new"}) == "brand_new"
    assert values.refusal_words(None) == ""
    i18n.use("en")
    assert values.rows_words(1_204).startswith("1,204")


def test_progress_tells_rows_bytes_and_rate() -> None:
    assert progress_words({}, 80) == "menyambung ke server"
    assert progress_words({"stage": "push", "rows": 3, "bytes": 900}, 80) == "mengirim · 3 baris · 900 B"
    line = progress_words({"stage": "pull", "rows": 500, "rows_total": 2000, "bytes": 120_000, "rate": 17_000}, 90)
    assert line == "██████░░░░░░░░░░░░░░░░░░  25 %  mengambil · 500 dari 2.000 baris · 120 kB · 17 kB/dtk"
    assert "█" not in progress_words({"stage": "pull", "rows": 500, "rows_total": 2000}, 40)
    assert bar(2.0, 4) == "████"
    assert bar(-1.0, 4) == "░░░░"


def conflict(**fields: Any) -> Conflict:
    made = {
        "op": "b", "ops": ("a", "b"), "kind": "assessment", "key": "2025:35.72:2.4", "field": "due",
        "base": {"due": None}, "mine": {"due": "2025-10-20"}, "theirs": {"due": "2025-10-31"}, "by": "Budi", "at": AT,
        "region": "35.72", "region_name": "Kota Blitar", "title": "LHKPN", "title_en": "Assets", **fields,
    }  # fmt: skip
    return Conflict(**made)


def test_a_difference_shows_every_value_that_would_go() -> None:
    older = OutboxRow(
        "a", 1, "assessment", "2025:35.72:2.4", "due", {"due": "2025-10-15"}, None, "conflict", None, AT,
        "35.72", "Kota Blitar", "LHKPN", "Assets",
    )  # fmt: skip
    lines = difference.described(conflict(), [older], "WIB").plain.split("\n")
    assert lines == [
        "Kota Blitar · LHKPN · batas waktu",
        "semula        –",
        "saya, dulu    15 Okt 2025",
        "isian saya    20 Okt 2025",
        "isian rekan   31 Okt 2025",
        "oleh          Budi, 6 Okt 2025 09.14 WIB",
    ]
    assert difference.who(conflict(by=None, at=None), "WIB") == ""
    assert "oleh" not in difference.described(conflict(by=None, at=None), [], "WIB").plain


@pytest.mark.parametrize(
    ("fields", "simple"),
    [
        ({}, True),
        ({"field": "item.2.4.1", "mine": {"item.2.4.1": "diterima"}}, True),
        ({"field": "owners", "mine": {"owners": ["A"]}}, True),
        ({"field": "summary", "mine": {"summary": "x"}}, False),
        ({"field": "pic", "mine": {"pic": {"name": "x"}}}, False),
        ({"field": "score", "mine": {"score": "1.00", "as_of": None, "source": None}}, False),
        ({"kind": "standing", "field": "stage", "mine": {"stage": "calon"}}, False),
        ({"kind": "note", "field": "deleted", "mine": {"deleted": True}}, False),
    ],
)
def test_only_one_line_values_can_be_typed(fields: dict[str, Any], simple: bool) -> None:
    assert difference.simple_field(conflict(**fields)) is simple


def test_what_is_typed_becomes_the_one_form() -> None:
    assert difference.typed_value("assessment", "due", " 2025-10-21 ") == "2025-10-21"
    assert difference.typed_value("assessment", "due", " ") is None
    assert difference.typed_value("assessment", "owners", "Setda, BKPSDM,") == ["BKPSDM", "Setda"]
    assert difference.editable_text(["A", "B"]) == "A, B"
    assert difference.editable_text(None) == ""


# --- the screen


async def _tab(app: Driven, name: str) -> SyncScreen:
    screen: SyncScreen = app.screen
    while screen._tab != name:
        await app.press("tab")
    return screen


def test_differences_come_first_with_their_values(path: Path) -> None:
    async def test(app: Driven) -> None:
        text = app.text()
        assert "[Beda isian 2]" in text
        assert "semula        perlu perbaikan" in text
        assert "isian saya    diunggah" in text
        assert "isian rekan   diverifikasi" in text
        assert "oleh          contoh2, 6 Okt 2025 09.14 WIB" in text
        await app.press("down")
        assert "isian rekan   31 Okt 2025" in app.text()

    drive(path, test, at="sync")


def test_what_waits_says_in_which_state_and_why(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _tab(app, "outbox")
        text = app.text()
        assert "ditolak server: siklus sudah" in text
        assert "tidak berhak: daerah ini" in text
        assert "belum terkirim" in text
        await app.press("enter")
        assert "semula: perlu perbaikan" in app.text()
        assert "disimpan: 6 Okt 2025 19.42 WIB" in app.text()
        await app.press("escape")
        await app.press("m", "e")
        assert "Pilih dulu sebuah beda isian." in app.told()

    drive(path, test, at="sync")


def test_receipts_have_number_and_time(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _tab(app, "sent")
        assert "terkirim, no. 8123, 19.42 WIB" in app.text()
        await app.press("enter")
        assert "menjadi: diterima" in app.text()

    drive(path, test, at="sync")


def test_a_receipt_of_another_day_has_the_day(path: Path) -> None:
    with Store.open(path) as store, store.db.write():
        store.db.execute("UPDATE sent SET at = '2025-10-01T02:14:00Z'")

    async def test(app: Driven) -> None:
        await _tab(app, "sent")
        assert "terkirim, no. 8123, 1 Okt 09.14 WIB" in app.text()

    drive(path, test, at="sync")


def test_the_log_tells_each_round(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _tab(app, "runs")
        text = app.text()
        assert "selesai, 1 terkirim, 3 beda isian, 2 ditolak" in text
        assert "↑6 ↓120" in text
        assert "↑1,2 kB ↓17 kB" in text
        assert "Server tidak dapat dihubungi." in text
        await app.press("down", "enter")
        assert "ukuran: 1,2 kB naik, 17 kB turun, 3 permintaan" in app.text()
        await app.press("enter")
        assert isinstance(app.screen, SyncScreen)

    drive(path, test, at="sync")


def test_mine_and_theirs_take_one_key(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("m")
        assert "Isian saya dipakai." in app.told()
        mine = [row for row in app.store.views.outbox() if row.field == "item.2.4.3"]
        assert [(row.set, row.was, row.state) for row in mine] == [
            ({"item.2.4.3": "diunggah"}, {"item.2.4.3": "diverifikasi"}, "queued")
        ]
        await app.press("t")
        assert "Isian rekan dipakai." in app.told()
        assert [row for row in app.store.views.outbox() if row.field == "due"] == []
        assert "Tidak ada beda isian." in app.text()
        await app.press("t")
        assert "Pilih dulu sebuah beda isian." in app.told()

    drive(path, test, at="sync")


@pytest.mark.parametrize(("key", "left"), [("M", 2), ("T", 0)])
def test_one_key_answers_a_whole_region(path: Path, key: str, left: int) -> None:
    async def test(app: Driven) -> None:
        await app.press(key)
        assert "2 beda isian Kota Blitar dijawab dengan" in app.told()
        assert app.store.views.conflicts() == ()
        queued = [row for row in app.store.views.outbox() if row.key == waiting.KEY and row.state == "queued"]
        assert len(queued) == left

    drive(path, test, at="sync")


def test_another_state_is_chosen_from_the_menu(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "escape")
        assert len(app.store.views.conflicts()) == 2
        await app.press("e", "5")
        assert [row.set for row in app.store.views.outbox() if row.field == "item.2.4.3"] == [
            {"item.2.4.3": "diterima"}
        ]

    drive(path, test, at="sync")


def test_another_value_is_typed_and_checked(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("down", "e")
        assert app.screen.query_one("#value").value == "2025-10-20"
        app.screen.query_one("#value").value = "besok"
        await app.press("enter")
        assert "tanggal ditulis TTTT-BB-HH" in app.told()
        await app.press("e", "escape", "e")
        app.screen.query_one("#value").value = "2025-10-25"
        await app.press("enter")
        assert [row.set for row in app.store.views.outbox() if row.field == "due"] == [{"due": "2025-10-25"}]

    drive(path, test, at="sync")


def test_a_long_text_is_not_typed_in_one_line(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen: SyncScreen = app.screen
        row = conflict(field="summary", mine={"summary": "x"}, base=None, theirs=None)
        screen.fetched("work", screen._work._replace(conflicts=(row,)))
        await app.settle()
        await app.press("e")
        assert "tidak dapat ditulis sebaris" in app.told()

    drive(path, test, at="sync")


def test_refused_work_is_sent_again_or_given_up(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _tab(app, "outbox")
        await app.press("r")
        assert "Hanya untuk perubahan yang ditolak." in app.told()
        rejected, forbidden = (
            next(row.op for row in app.store.views.outbox() if row.state == state)
            for state in ("rejected", "forbidden")
        )
        screen._table.go_to(rejected)
        await app.press("r")
        assert "Dikirim lagi pada sinkronisasi berikut." in app.told()
        assert next(row.state for row in app.store.views.outbox() if row.op == rejected) == "queued"
        screen._table.go_to(forbidden)
        await app.press("d")
        assert "Perubahan dilepas: diunggah" in app.told()
        assert forbidden not in [row.op for row in app.store.views.outbox()]

    drive(path, test, at="sync")


def test_a_difference_that_is_gone_is_told(path: Path) -> None:
    async def test(app: Driven) -> None:
        with Store.open(app.path) as other:
            other.resolve(other.views.conflicts()[0].op, "theirs")
        await app.press("m")
        assert "tidak (lagi) termasuk beda isian" in app.told()

    drive(path, test, at="sync")


def test_empty_tabs_have_sentences(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db"):
        pass

    async def test(app: Driven) -> None:
        for name, words in (
            ("outbox", "Semua sudah terkirim."),
            ("conflicts", "Tidak ada beda isian."),
            ("sent", "Belum ada yang terkirim"),
            ("runs", "Belum pernah sinkron."),
        ):
            await _tab(app, name)
            assert words in app.text()
            await app.press("enter", "m", "M")
        assert "Belum masuk ke server" in app.text()
        app.screen.action_details()
        app.screen.action_value()
        app.screen.action_region("mine")
        app.screen.action_retry()
        app.screen.action_discard()
        await app.settle()
        assert isinstance(app.screen, SyncScreen)

    drive(tmp_path / "akk.db", test, at="sync")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_size_is_readable(path: Path, size: tuple[int, int], language: str) -> None:
    i18n.use(language)

    async def test(app: Driven) -> None:
        for name in ("conflicts", "sent", "runs", "outbox"):
            await _tab(app, name)
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
