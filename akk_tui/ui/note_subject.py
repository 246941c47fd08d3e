"""Beginning a note: choosing what it is about, and opening the editor on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.shapes import Draft
from akk_tui.ui import note_drafts
from akk_tui.ui.widgets.subject import Choice, SearchChooser

if TYPE_CHECKING:
    from akk_tui.templates import Template
    from akk_tui.ui.screens.base import AkkScreen


def write_about(screen: AkkScreen, subject: str, template: Template | None = None) -> None:
    """Write a new note about ``35.72``, ``35.72:2.4`` or the activity of that id, with ``template`` if there is one.

    Where a note could not be sent it begins as a private one, and that is said.
    """
    from akk_tui.ui.events import writing_off

    reason = writing_off(screen.akk, note_drafts.region_or_none(screen.store, subject), kind="note")
    write(screen, note_drafts.new_draft(screen, subject, private=reason is not None), template)
    if reason is not None:
        words = _("{reason} Catatan ini pribadi: tersimpan di komputer ini saja.")
        screen.akk.tell(words.format(reason=reason), "warning")


def write(screen: AkkScreen, draft: Draft, template: Template | None = None, line: int | None = None) -> None:
    """Open the editor on a draft, the cursor on ``line`` (None: at the end)."""
    from akk_tui.ui.screens.note_editor import NoteEditor

    about = note_drafts.subject_words(screen, draft.cycle, draft.subject)
    screen.akk.push_screen(NoteEditor(draft, about, template, line))


def indicator_titles(screen: AkkScreen) -> dict[str, str]:
    """The title of each indicator of the cycle that is shown, in the language in use."""
    cycle = screen.akk.cycle
    if not cycle:
        return {}
    components = screen.store.instrument(cycle).components
    return {known.id: pick(known.title, known.title_en) for part in components for known in part.indicators}


def choose_subject(screen: AkkScreen, region: str | None, chosen: Callable[[str], None]) -> None:
    """Ask what a new note is about; ``region`` stands first. ``chosen`` gets ``35.72`` or ``35.72:2.4``."""
    cycle = screen.akk.cycle
    rows = screen.store.views.regions(cycle) if cycle else ()
    if not rows:
        words = _("Belum ada daerah di sini. Sinkronkan dengan {key:sync.now} dahulu.")
        screen.akk.tell(screen.akk.keyed(words), "warning")
        return
    names = {row.code: row.name for row in rows}

    def indicator(code: str | None) -> None:
        if code is None:
            return
        choices = [Choice(code, code, _("seluruh daerah"))]
        choices += [Choice(f"{code}:{known}", known, title) for known, title in indicator_titles(screen).items()]
        title = _("Catatan tentang {region}").format(region=names[code])
        screen.akk.push_screen(SearchChooser(title, choices), lambda key: chosen(key) if key else None)

    choices = [Choice(row.code, row.code, f"{row.name} · {row.province}") for row in rows]
    ranks = screen.store.search.nearness.ranks(cycle)
    screen.akk.push_screen(SearchChooser(_("Catatan baru: daerah"), choices, region, ranks), indicator)
