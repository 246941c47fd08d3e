"""The tables of a region's page: (columns, rows) for a width."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, TYPE_CHECKING

from rich.text import Text

from akk_tui.i18n import day, in_zone, moment, ngettext
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.event_words import waiting_mark
from akk_tui.ui.terminal.safe import cell, cut
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import Column

if TYPE_CHECKING:
    from datetime import datetime

    from akk_tui.store.shapes import IndicatorRow, ItemRow, NoteRow, RegionDetail

Tone = Callable[[str], str]
Filled = tuple[list[Column], list[tuple[str, list[Text]]]]
_BAR_MOST: Final = 14
_BESIDE: Final = 72
"""Cells from which the state of an item stands beside its title although there is a second line."""


def tree(detail: RegionDetail, width: int, tone: Tone) -> Filled:
    """Components and their indicators. The bar falls away first, then the gain."""
    score = 4
    graph = max(6, min(_BAR_MOST, (width - score) // 6))
    gain = 6 if width >= 48 else 0
    title = max(10, width - score - graph - gain - 1)
    columns = [Column("title", "", title), Column("score", "", score, True), Column("graph", "", graph + 1)]
    if gain:
        columns.append(Column("gain", "", gain, True))
    rows: list[tuple[str, list[Text]]] = []
    for component in detail.components:
        cells = [
            cell(f"{component.id} {words.title_of(component)}", tone("strong"), width=title),
            cell(words.whole(component.score), tone(words.score_tone(component.score)), right=True),
            cell(" " + words.bar(component.score, graph), _drawn(tone(words.score_tone(component.score)))),
        ]
        if gain:
            total = sum(indicator.gain for indicator in component.indicators)
            cells.append(cell(words.points(total), tone("muted"), right=True))
        rows.append((f"c:{component.id}", cells))
        for indicator in component.indicators:
            waiting = (" ≠" if indicator.conflicts else "") + (" ↑" if indicator.pending else "")
            cells = [
                cell(cut(f"  {indicator.id} {words.title_of(indicator)}", title - len(waiting)) + waiting),
                cell(words.whole(indicator.score), tone(words.score_tone(indicator.score)), right=True),
                _glyphs(indicator.items, tone),
            ]
            if gain:
                cells.append(cell(words.points(indicator.gain), tone("muted"), right=True))
            rows.append((f"i:{indicator.id}", cells))
    return columns, rows


def _glyphs(items: Sequence[ItemRow], tone: Tone) -> Text:
    text = cell(" ")
    for item in items:
        text.append(state_glyph(item.state), tone(state_tone(item.state)))
    return text


def items(
    indicator: IndicatorRow, width: int, tone: Tone, marked: Collection[str] = (), *, tall: bool = False
) -> Filled:
    """The checklist items: mark, title, state.

    ``tall``: owner, due date and evidence in a second line, where there is little width the state too.
    """
    state = 0 if tall and width < _BESIDE else 17
    title = max(12, width - 5 - state)
    columns = [Column("mark", "", 5), Column("title", "", title)]
    columns += [Column("state", "", state)] if state else []
    rows: list[tuple[str, list[Text]]] = []
    for item in indicator.items:
        waiting = " ≠" if item.conflict else " ↑" if item.pending else ""
        style = tone(state_tone(item.state))
        first = cell("▪" if item.id in marked else " ", tone("accent"))
        first.append_text(cell(f"[{state_glyph(item.state)}] ", style))
        cells = [first, cell(words.title_of(item), width=title - 1), cell(state_word(item.state) + waiting, style)]
        if tall:
            late = words.late(item.overdue_days) if item.overdue_days else ""
            due = day(item.due, year=False) if item.due is not None else ""
            under = Text() if state else Text.assemble(cells.pop(), "" if not late else " · ", (late, tone("bad")))
            facts = (item.owner or "", "" if late and not state else due, _evidence(item))
            more = " · ".join(fact for fact in facts if fact)
            between = " · " if under.plain and more else ""
            under.append(cut(between + more, max(0, title - 1 - under.cell_len)), tone("muted"))
            cells[1].append("\n").append_text(under)
            if state:
                cells[2].append("\n" + late, tone("bad"))
        rows.append((item.id, cells))
    return columns, rows


def _evidence(item: ItemRow) -> str:
    """What the evidence shows, in short."""
    if not item.evidence:
        return ""
    achieved = next((one.capaian for one in item.evidence if one.capaian), None)
    n = len(item.evidence)
    if achieved is not None or n == 1:
        return achieved or item.evidence[0].number or _("bukti")
    return ngettext("{n} bukti", "{n} bukti", n).format(n=n)


def _when(at: datetime | None, zone: str, *, clock: bool) -> str:
    if at is None:
        return ""
    return moment(at, zone) if clock else day(in_zone(at, zone).date())


def notes(found: Sequence[NoteRow], width: int, tone: Tone, zone: str) -> Filled:
    """The notes of the region, newest first as the store gives them. The author falls away first, then the clock."""
    has_author, has_clock = width >= 70, width >= 60
    time, subject = (23, 14) if has_clock else (12, 7)
    title = max(12, width - time - (16 if has_author else 0) - subject)
    columns = [
        Column("when", _("Waktu"), time),
        Column("subject", _("Tentang") if has_clock else "", subject),
        Column("title", _("Catatan"), title),
    ]
    if has_author:
        columns.append(Column("author", _("Penulis"), 16))
    rows: list[tuple[str, list[Text]]] = []
    for note in found:
        waiting = f" {waiting_mark(note.state)}".rstrip()
        cells = [
            cell(_when(note.at, zone, clock=has_clock), tone("muted")),
            cell(note.subject.partition(":")[2] or _("daerah"), width=subject - 1),
            cell(cut(note.title or note.excerpt, title - 3) + waiting),
            cell(note.author, tone("muted"), width=16),
        ]
        rows.append((note.id, cells[: len(columns)]))
    return columns, rows


def _drawn(style: str) -> str:
    """``style`` for something drawn: reversed, the full part of a bar would look like the empty one."""
    return " ".join(part for part in style.split() if part != "reverse")
