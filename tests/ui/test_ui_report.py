"""The report of a visit from the app: the form, the file, and the window that shows what it says."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.reports.document import Bullets, Document
from akk_tui.store.store import Store
from akk_tui.ui.forms import Form
from akk_tui.ui.report import ReportWindow
from akk_tui.ui.widgets.report_drawn import drawn


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own."""
    folder = tmp_path / "rumah"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


async def written(app: Driven) -> ReportWindow:
    """The window once the report is in its file."""
    await app.until(lambda: isinstance(app.screen, ReportWindow) and app.screen.written is not None, "a report")
    await app.settle()
    return app.screen


def event_of(path: Path, start: str) -> str:
    with Store.open(path, read_only=True) as store:
        return next(one.id for one in store.views.events("2025", "35.72") if one.start == start)


def test_an_activitys_report_is_about_its_region_and_days(store_path: Path, home: Path) -> None:
    key = event_of(store_path, "2025-02-11")

    async def steps(app: Driven) -> None:
        await app.app.open_event(key)
        await app.press("r")
        form = app.screen
        assert form.typed() == {
            "first": "2025-02-11", "last": "2025-02-13", "regions": "35.72", "basis": "", "mine": "", "form": "md",
            "file": "~/",
        }  # fmt: skip
        await app.press("ctrl+s")
        window = await written(app)
        path = home / "laporan-35.72-2025-02-11-2025-02-13.md"
        assert window.written.path == path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "- **Jumlah**: 64 orang" in path.read_text(encoding="utf-8")
        assert "Tersimpan: ~/laporan-35.72-2025-02-11-2025-02-13.md" in app.text()
        assert "Kota Blitar (35.72)" in app.text()
        assert "Laporan tersimpan" in app.told()
        top = app.text()
        await app.press("pagedown")
        assert app.text() != top
        await app.press("escape")
        assert app.screen.ID == "event"

    drive(store_path, steps)


def test_the_agendas_report_is_about_the_activity_under_the_cursor(store_path: Path, home: Path) -> None:
    async def steps(app: Driven) -> None:
        row = app.screen._list.event_row
        await app.press("r")
        typed = app.screen.typed()
        assert (typed["regions"], typed["first"]) == (row.region, row.start_day.isoformat())
        await app.press("escape", "right_square_bracket", "r")
        assert app.screen.typed()["first"] == "2025-10-06"

    drive(store_path, steps, at="agenda")


@pytest.mark.parametrize("at", ["dashboard", "regions"])
def test_elsewhere_it_is_about_the_region_under_the_cursor_today(store_path: Path, home: Path, at: str) -> None:
    async def steps(app: Driven) -> None:
        region = app.screen.region_code
        await app.press("r")
        typed = app.screen.typed()
        assert (typed["regions"], typed["first"], typed["last"]) == (region, "2025-10-06", "2025-10-06")

    drive(store_path, steps, at=at)


def test_what_was_done_on_a_regions_page_is_in_its_report(store_path: Path, home: Path) -> None:
    with Store.open(store_path) as store:
        store.edit("assessment", "2025:35.72:2.4", {"item.2.4.3": "diterima"}, seen=None)
        place = {"cycle": "2025", "region": "35.72", "subject": "35.72"}
        store.private.save({**place, "title": "Rahasia", "body": "x"})

    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("r")
        for key in ("first", "last"):
            app.screen.box(key).input.value = "6 okt"
        app.screen.box("file").input.value = f"{home}/kunjungan.html"
        await app.settle()
        await app.press("ctrl+s")
        window = await written(app)
        page = window.written.path.read_text(encoding="utf-8")
        assert window.written.path == home / "kunjungan.html"
        assert page.startswith("<!DOCTYPE html>")
        assert "Bukti sanksi atas keterlambatan pelaporan" in page
        assert "Rahasia" not in page
        assert "1 catatan pribadi" in app.text()
        shown = window.written.drawn.plain
        assert "• 2.4.3 Bukti sanksi atas keterlambatan pelaporan" in shown
        assert "Semula perlu perbaikan · Menjadi diterima" in shown

    drive(store_path, steps)


def test_a_file_that_is_there_is_replaced_only_when_asked_twice(store_path: Path, home: Path) -> None:
    (home / "ada.md").write_text("punya orang")

    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("r")
        app.screen.box("file").input.value = "~/ada.md"
        await app.press("ctrl+s")
        said = app.screen.query_one("#trouble").words.plain
        assert said == "~/ada.md sudah ada. Simpan sekali lagi menggantinya."
        assert (home / "ada.md").read_text() == "punya orang"
        await app.press("ctrl+s")
        await written(app)
        assert (home / "ada.md").read_text(encoding="utf-8").startswith("# Laporan kunjungan")

    drive(store_path, steps)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("last", "2025-10-05", "hari terakhir sebelum hari pertama"),
        ("regions", "Kota Antah", "Kota Antah"),
        ("file", "/tidak/ada/x.md", "folder tidak ada"),
    ],
)
def test_what_cannot_be_is_said_in_the_form(store_path: Path, home: Path, field: str, typed: str, said: str) -> None:
    async def steps(app: Driven) -> None:
        await app.press("r")
        app.screen.box(field).input.value = typed
        await app.press("ctrl+s")
        assert said in app.screen.query_one("#trouble").words.plain
        assert list(home.iterdir()) == []
        await app.press("escape", "escape")
        assert app.screen.ID == "dashboard"

    drive(store_path, steps)


def test_where_it_was_saved_is_said_once(store_path: Path, home: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("r", "ctrl+s")
        await written(app)
        assert [message.words for message in app.app.messages if "tersimpan" in message.words] == [app.told()]

    drive(store_path, steps)


def test_a_disk_that_refuses_brings_the_form_back_with_all_that_was_typed(
    store_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from akk_tui.reports import file

    full, save = [True], file.save

    def refuse(*words: Any, **more: Any) -> Path:
        if full:
            raise file.NotWritten(path=home / "x.md", reason="No space left on device")
        return save(*words, **more)

    monkeypatch.setattr(file, "save", refuse)

    async def steps(app: Driven) -> None:
        await app.press("r")
        typed = {"first": "1 okt", "regions": "35.72", "basis": "ST 7/2025", "file": "~/kunjungan.html"}
        for key, text in typed.items():
            app.screen.box(key).input.value = text
        await app.press("ctrl+s")
        await app.until(lambda: "penyimpanan penuh" in app.text(), "the reason")
        form = app.screen
        assert isinstance(form, Form)
        assert {key: form.typed()[key] for key in typed} == typed | {"first": "2025-10-01"}
        assert form.here is form.box("file")
        assert not app.app.messages
        await app.press("escape")
        assert app.screen is form
        full.clear()
        form.box("file").input.value = "~/lain.md"
        await app.press("ctrl+s")
        await written(app)
        assert (home / "lain.md").exists()

    drive(store_path, steps)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_form_and_window_fit(store_path: Path, home: Path, size: tuple[int, int], lang: str) -> None:
    i18n.use(lang)

    async def steps(app: Driven) -> None:
        await app.press("r")
        assert ("Laporan kunjungan" if lang == "id" else "Report of a visit") in app.text()
        app.screen.box("regions").input.value = "35.72, Kota Mataram"
        app.screen.box("first").input.value = "2025-09-01"
        await app.press("ctrl+s")
        window = await written(app)
        shown = window.written.drawn.plain
        assert ("Waktu dan tempat" if lang == "id" else "Time and place") in shown
        assert ("BKPSDM: hadir" if lang == "id" else "BKPSDM: present") in shown
        assert "Kota Mataram (52.71)" in shown
        lines = app.lines()
        assert any(("Tersimpan" if lang == "id" else "Saved") in line for line in lines)

    drive(store_path, steps, size)


def test_hostile_words_are_drawn_as_words(store_path: Path, home: Path) -> None:
    with Store.open(store_path) as store:
        hostile = "[bold red]x[/] <b>y</b> \x1b[31m"
        place = {"cycle": "2025", "region": "35.72"}
        store.create("event", {**place, "title": hostile, "start": "2025-10-06", "outcome": hostile})

    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("r", "ctrl+s")
        window = await written(app)
        shown = window.written.drawn.plain
        assert "• " in shown
        assert "[bold red]x[/] <b>y</b>" in shown
        assert "\x1b" not in shown

    drive(store_path, steps)


def test_without_data_the_command_says_why(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db"):
        pass

    async def steps(app: Driven) -> None:
        await app.press("r")
        assert "sinkronisasi pertama" in app.told()
        assert not hasattr(app.screen, "boxes")

    drive(tmp_path / "akk.db", steps)


def test_of_a_long_report_the_beginning_is_drawn() -> None:
    long = Document("Laporan", (Bullets(tuple(f"butir {n}" for n in range(2_000))),))
    shown = drawn(long).plain.split("\n")
    assert len(shown) < 1_600
    assert shown[2] == "• butir 0"
    assert shown[-1] == "Pratinjau berhenti di sini; seluruh laporan ada di berkasnya."
    assert "Pratinjau" not in drawn(Document("Laporan", long.blocks[:0])).plain
