"""The way to every screen and window, by keys: for the snapshots."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import filled
import waiting
from unpainted import unpainted
from work_app import Driven

import akk_tui.ui


class Walk(NamedTuple):
    """From the screen ``at`` (or the page of ``region``) by ``keys`` to the one of class ``shows``.

    ``type:TEXT`` among the keys types a text, ``run:ID`` chooses a command. ``store`` is ``sample``, ``work`` (with
    edits that wait, were refused or differ), ``texts`` (with a text that differs) or ``empty``. ``plain``: also in 16
    colours and in ASCII.
    """

    name: str
    shows: str
    keys: tuple[str, ...] = ()
    at: str = "dashboard"
    region: str = ""
    store: str = "sample"
    plain: bool = False


_NEXT = "right_square_bracket"

WALKS = (
    # Dasbor
    Walk("dashboard", "DashboardScreen", plain=True),
    Walk("dashboard-attention", "DashboardScreen", ("tab",)),
    Walk("dashboard-gaps", "DashboardScreen", ("g",)),
    Walk("dashboard-empty", "DashboardScreen", store="empty"),
    Walk("dashboard-filter", "Chooser", ("f",)),
    Walk("dashboard-sort", "Chooser", ("o",)),
    Walk("dashboard-columns", "ColumnsWindow", ("v",)),
    Walk("cycle", "Chooser", ("y",)),
    Walk("dashboard-2024", "DashboardScreen", ("y", "2")),
    # Daerah
    Walk("regions", "RegionsScreen", at="regions"),
    Walk("regions-found", "RegionsScreen", ("f", "type:jatim"), at="regions"),
    Walk("region", "RegionScreen", region="35.72"),
    Walk("region-item", "RegionScreen", ("right",), region="35.72"),
    Walk("region-criteria", "RegionScreen", (_NEXT,), region="35.72"),
    Walk("region-trend", "RegionScreen", (_NEXT,) * 2, region="35.72", plain=True),
    Walk("region-trend-none", "RegionScreen", (_NEXT,) * 2, region="12.11"),
    Walk("region-events", "RegionScreen", (_NEXT,) * 3, region="35.72"),
    Walk("region-followups", "RegionScreen", (_NEXT,) * 4, region="35.72"),
    Walk("region-notes", "RegionScreen", (_NEXT,) * 5, region="35.72"),
    Walk("region-state", "StateMenu", ("space",), region="35.72"),
    Walk("region-evidence", "EvidenceList", ("b",), region="35.72"),
    Walk("region-evidence-form", "Form", ("b", "enter"), region="35.72"),
    Walk("region-owner", "Form", ("p",), region="35.72"),
    Walk("region-due", "Form", ("d",), region="35.72"),
    Walk("region-summary", "Form", ("e",), region="35.72"),
    Walk("region-official", "Form", ("i",), region="35.72"),
    Walk("region-stage", "Form", ("t",), region="35.72"),
    Walk("region-score", "Form", ("v",), region="35.72"),
    Walk("region-criterion", "Form", (_NEXT, "e"), region="35.72"),
    Walk("region-history", "HistoryWindow", ("H",), region="35.72"),
    Walk("steps", "StepsScreen", ("w",), region="35.72"),
    Walk("steps-tried", "StepsScreen", ("w", "a"), region="35.72"),
    Walk("steps-keep", "KeepWindow", ("w", "a", "k"), region="35.72"),
    # Daftar periksa
    Walk("checklist", "ChecklistScreen", at="checklist"),
    Walk("checklist-filter", "ChecklistScreen", ("f", "type:opd:BKPSDM batas:kemarin"), at="checklist"),
    Walk("checklist-marked", "ChecklistScreen", ("down", "x", "x"), at="checklist"),
    Walk("checklist-state", "StateMenu", ("down", "x", "x", "space"), at="checklist"),
    Walk("checklist-indicators", "ChecklistScreen", ("g",), at="checklist"),
    Walk("meeting", "MeetingScreen", ("down", "m"), at="checklist"),
    # Catatan
    Walk("notes", "NotesScreen", at="notes"),
    Walk("notes-empty", "NotesScreen", at="notes", store="empty"),
    Walk("notes-found", "NotesScreen", ("f", "type:lhkpn"), at="notes"),
    Walk("note", "NotesScreen", ("enter",), at="notes"),
    Walk("note-history", "NoteHistory", ("H",), at="notes"),
    Walk("note-draft", "DraftOffer", ("e", "type:Lagi. ", "escape", "b"), at="notes"),
    Walk("note-new", "SearchChooser", ("n",), at="notes"),
    Walk("note-template", "SearchChooser", ("N", "enter"), at="notes"),
    Walk("note-editor", "NoteEditor", ("e",), at="notes"),
    Walk("note-find", "NoteEditor", ("e", "ctrl+f", "type:warga"), at="notes"),
    Walk("note-preview", "NoteEditor", ("e", "f3"), at="notes"),
    Walk("note-followup", "Form", ("enter", "t"), at="notes"),
    # Kegiatan
    Walk("agenda", "AgendaScreen", at="agenda"),
    Walk("agenda-followups", "AgendaScreen", (_NEXT,), at="agenda"),
    Walk("agenda-empty", "AgendaScreen", at="agenda", store="empty"),
    Walk("event", "EventScreen", ("enter",), at="agenda"),
    Walk("event-texts", "EventScreen", ("enter", _NEXT), at="agenda"),
    Walk("event-form", "Form", ("e",), at="agenda"),
    Walk("event-text", "EventText", ("enter", "a"), at="agenda"),
    Walk("followup-form", "Form", (_NEXT, "e"), at="agenda"),
    Walk("followup-status", "Chooser", (_NEXT, "space"), at="agenda"),
    Walk("report", "Form", ("r",), at="agenda"),
    Walk("report-read", "ReportWindow", ("r", "ctrl+s"), at="agenda"),
    # Sinkronisasi
    Walk("sync", "SyncScreen", at="sync", store="work"),
    Walk("sync-waiting", "SyncScreen", ("left_square_bracket",), at="sync", store="work"),
    Walk("sync-sent", "SyncScreen", (_NEXT,), at="sync", store="work"),
    Walk("sync-let-go", "SyncScreen", ("t", _NEXT, _NEXT), at="sync", store="work"),
    Walk("sync-log", "SyncScreen", (_NEXT,) * 3, at="sync", store="work"),
    Walk("sync-nothing", "SyncScreen", at="sync"),
    Walk("sync-difference", "DifferenceWindow", ("enter",), at="sync", store="work"),
    Walk("sync-region", "RegionWindow", ("M",), at="sync", store="work"),
    Walk("sync-details", "TextWindow", ("left_square_bracket", "enter"), at="sync", store="work"),
    Walk("sync-export", "Form", ("E",), at="sync", store="work"),
    Walk("sync-answers", "Form", ("J",), at="sync"),
    Walk("sync-merge", "MergeText", ("e",), at="sync", store="texts", plain=True),
    Walk("sync-merge-chosen", "MergeText", ("e", "f5", "f6"), at="sync", store="texts"),
    Walk("sync-merged", "SyncScreen", (_NEXT, _NEXT), at="sync", store="texts"),
    Walk("prepare", "PrepareWindow", ("L",), at="sync"),
    Walk("sign-in", "SignInWindow", ("I",), at="sync"),
    # Setelan
    Walk("settings", "SettingsScreen", at="settings"),
    Walk("settings-theme", "Chooser", ("down", "enter"), at="settings"),
    Walk("key-editor", "KeyEditor", ("k",), at="settings"),
    Walk("key-capture", "KeyCapture", ("k", "enter"), at="settings"),
    # everywhere
    Walk("search", "SearchScreen", ("slash", "type:lhkpn")),
    Walk("search-nothing", "SearchScreen", ("slash", "type:zzz")),
    Walk("palette", "PaletteScreen", ("ctrl+p",)),
    Walk("help", "HelpScreen", ("question_mark",)),
    Walk("messages", "MessagesScreen", ("ctrl+n",)),
    Walk("guide", "GuideScreen", ("run:guide",)),
    Walk("lock", "LockScreen", ("f12",), plain=True),
    Walk("encrypt", "EncryptWindow", ("run:encrypt",)),
    Walk("encrypt-offer", "OfferWindow", ("offer:encryption",)),
)


def fill_stores(folder: Path, sample: Path) -> dict[str, Path]:
    """The stores by the name that a walk gives: not to be written."""
    return {
        "sample": sample,
        "work": waiting.fill(folder / "work.db"),
        "texts": waiting.fill_texts(folder / "texts.db"),
        "empty": filled.fill(folder / "empty.db", {}, []),
    }


async def walk(app: Driven, steps: Walk) -> None:
    """Press the keys of a walk, up to the screen that it is about; what each leads to is painted once."""
    if steps.region:
        async with painted_once(app):
            await app.app.open_region(steps.region)
            await app.settle()
    for key in steps.keys:
        async with painted_once(app):
            await _press(app, key)
    assert type(app.screen).__name__ == steps.shows, app.text()


@asynccontextmanager
async def painted_once(app: Driven) -> AsyncIterator[None]:
    """What is done meanwhile is painted at the end."""
    with unpainted():
        yield
    app.screen._compositor_refresh()
    # Painting may renew what waits for it, such as the line of keys.
    await app.settle()


async def _press(app: Driven, key: str) -> None:
    if key.startswith("type:"):
        await app.type(key.removeprefix("type:"))
    elif key == "offer:encryption":
        # Only a laptop makes it.
        app.app.offer_encryption = True
        app.app.offer()
        await app.settle()
    elif key.startswith("run:"):
        await app.app.run_command(key.removeprefix("run:"))
        await app.settle()
    else:
        await app.press(key)


def kinds(of: type) -> Iterator[type]:
    """The classes of the app under ``of``: all its modules are imported for that."""
    for module in pkgutil.walk_packages(akk_tui.ui.__path__, "akk_tui.ui."):
        importlib.import_module(module.name)
    return _under(of)


def _under(of: type) -> Iterator[type]:
    for kind in of.__subclasses__():
        if kind.__module__.startswith("akk_tui.ui."):
            yield kind
        yield from _under(kind)
