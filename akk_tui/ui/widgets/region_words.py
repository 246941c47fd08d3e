"""What the right side of a region's page says: component, indicator, item with its evidence, notes, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast, TYPE_CHECKING

from textual.content import Content

from akk_tui.i18n import day, in_zone, moment, ngettext
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.event_words import waiting_mark
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.states import state_glyph, state_word
from akk_tui.ui.widgets.values import field_word, value_words

if TYPE_CHECKING:
    from akk_tui.store.shapes import ComponentDetail, Evidence, History, HistoryEntry, IndicatorRow, ItemRow, NoteRow

_NOTES: int = 3


Keyed = Callable[[str], str]
"""Puts the keys in force into words."""


def about_component(component: ComponentDetail) -> Content:
    """A component in words: its score, what is missing, and how many items stand where."""
    counts: dict[str, int] = {}
    for indicator in component.indicators:
        for item in indicator.items:
            counts[item.state] = counts.get(item.state, 0) + 1
    lines = [f"{state_glyph(state)} {state_word(state)} {n}" for state, n in counts.items()]
    n = len(component.indicators)
    gain = sum(indicator.gain for indicator in component.indicators)
    return Content.assemble(
        content(f"{component.id} {words.title_of(component)}", "bold"),
        content(f"  {words.points(gain)}" if gain else "", "$accent"),
        "\n",
        content(_("perkiraan {score}").format(score=words.score(component.score))),
        content(" · " + ngettext("{n} indikator", "{n} indikator", n).format(n=n), "$text-muted"),
        "\n\n",
        content("\n".join(lines)),
    )


def about_indicator(indicator: IndicatorRow) -> Content:
    """Title and gain, owners and due date, estimate and official score, contact person."""
    gain = words.points(indicator.gain)
    overdue = max((item.overdue_days or 0 for item in indicator.items), default=0)
    owed = [", ".join(indicator.owners) or _("penanggung jawab belum ada"), words.due(indicator.due, overdue or None)]
    known = [_("perkiraan {score}").format(score=words.score(indicator.score))]
    if indicator.official is not None:
        facts = [day(indicator.official_as_of) if indicator.official_as_of else "", indicator.official_source or ""]
        official = _("nilai resmi {score}").format(score=words.score(indicator.official))
        known.append(official + (f" ({', '.join(fact for fact in facts if fact)})" if any(facts) else ""))
    if indicator.pic:
        known.append(_("PIC {name}").format(name=" ".join(value for value in indicator.pic.values() if value)))
    return Content.assemble(
        content(f"{indicator.id} {words.title_of(indicator)}", "bold"),
        content(f"  {gain}" if gain else "", "$accent"),
        "\n",
        content(" · ".join(part for part in owed if part), "$error" if overdue else ""),
        "\n",
        content(" · ".join(known), "$text-muted"),
        content("\n" + _("≠ beda isian: jawab di layar 6") if indicator.conflicts else "", "$warning"),
    )


def about_item(item: ItemRow, keyed: Keyed, marked: int = 0) -> Content:
    """The item under the cursor in full: title, state, owner, due date, gain, evidence."""
    facts = [
        item.owner or "",
        words.due(item.due, item.overdue_days),
        _("{points} bila diterima").format(points=words.points(item.gain)) if item.gain else "",
    ]
    parts: list[Content | str] = [
        content(f"{item.id} {words.title_of(item)}", "bold"),
        "\n",
        content(f"{state_glyph(item.state)} {state_word(item.state)}"),
        content("".join(f" · {fact}" for fact in facts if fact), "$text-muted"),
    ]
    if item.conflict:
        parts += ["\n", content(_("≠ beda isian: jawab di layar 6"), "$warning")]
    proof = _("bukti")
    for evidence in item.evidence:
        waiting = " ↑" if evidence.pending else ""
        parts += ["\n", content(f"{proof} {evidence.n}: {evidence_words(evidence)}{waiting}")]
    if not item.evidence:
        parts += ["\n", content(keyed(_("belum ada bukti dukung; {key:region.evidence} menambah")), "$text-muted")]
    if marked:
        mark = ngettext(
            "▪ {n} butir ditandai: {key:item.state}, {key:region.owner}, dan {key:region.due} berlaku untuk semuanya; "
            "{key:region.mark} melepas",
            "▪ {n} butir ditandai: {key:item.state}, {key:region.owner}, dan {key:region.due} berlaku untuk semuanya; "
            "{key:region.mark} melepas",
            marked,
        )
        parts += ["\n", content(keyed(mark).format(n=marked), "$accent")]
    return Content.assemble(*parts)


def evidence_words(evidence: Evidence) -> str:
    """An evidence in one line: title, number, day, achievement with its day, link."""
    parts = (
        evidence.title or "",
        evidence.number or "",
        words.iso_day(evidence.day),
        _("capaian {capaian}").format(capaian=evidence.capaian) if evidence.capaian else "",
        _("per {day}").format(day=words.iso_day(evidence.per)) if evidence.per else "",
        evidence.link or "",
        _("foto {photo}").format(photo=evidence.photo) if evidence.photo else "",
    )
    return " · ".join(part for part in parts if part)


def more_of_indicator(
    indicator: IndicatorRow, zone: str, notes: Sequence[NoteRow] | None, history: History | None, keyed: Keyed
) -> Content:
    """Summary, the newest notes about it, the newest changes."""
    parts: list[Content] = []
    if indicator.summary:
        parts.append(content(indicator.summary))
    if notes is None:
        if indicator.notes:
            n = indicator.notes
            parts.append(content(ngettext("{n} catatan", "{n} catatan", n).format(n=n), "$text-muted"))
    elif notes:
        lines = [_note_line(note, zone) for note in notes[:_NOTES]]
        if len(notes) > _NOTES:
            rest = len(notes) - _NOTES
            lines.append(ngettext("… {n} lagi di tab Catatan", "… {n} lagi di tab Catatan", rest).format(n=rest))
        parts.append(Content.assemble(content(_("Catatan"), "bold"), "\n", content("\n".join(lines), "$text-muted")))
    changes = history_lines(history.entries[:_NOTES], zone) if history is not None else []
    if not changes and indicator.changed_by and indicator.changed_at is not None:
        when = moment(indicator.changed_at, zone)
        changes = [_("diubah {who}, {when}").format(who=indicator.changed_by, when=when)]
    if changes:
        head = keyed(_("Riwayat ({key:region.history}: semuanya)"))
        parts.append(Content.assemble(content(head, "bold"), "\n", content("\n".join(changes), "$text-muted")))
    return Content("\n\n").join(parts)


def _note_line(note: NoteRow, zone: str) -> str:
    when = f"{day(in_zone(note.at, zone).date(), year=False)} " if note.at is not None else ""
    return f"{when}{note.author}: {note.title or note.excerpt} {waiting_mark(note.state)}".rstrip()


def history_lines(entries: Sequence[HistoryEntry], zone: str) -> list[str]:
    """``3 Okt contoh1: 2.4.2 status diunggah``: what was set, by whom, when."""
    return [f"{_short(entry.at, zone)} {entry.by}: {change_words(entry)}{_unsent(entry)}" for entry in entries]


def _short(at: datetime, zone: str) -> str:
    return day(in_zone(at, zone).date(), year=False)


def _unsent(entry: HistoryEntry) -> str:
    return "" if entry.state == "sent" else " ↑"


def change_words(entry: HistoryEntry) -> str:
    """``2.4.2 status: belum ada → diunggah``; several fields one after the other."""
    now: dict[str, Any] = cast("dict[str, Any]", entry.now) if isinstance(entry.now, dict) else {entry.field: entry.now}
    was: dict[str, Any] = cast("dict[str, Any]", entry.was) if isinstance(entry.was, dict) else {}
    parts: list[str] = []
    for name, value in now.items():
        before = value_words(name, was.get(name))
        after = value_words(name, value)
        if before == after and len(now) > 1:
            continue
        where = ".".join(name.split(".")[1:4])
        what = " ".join(part for part in (where, field_word(name)) if part)
        parts.append(f"{what}: {before} → {after}" if was else f"{what}: {after}")
    return " · ".join(parts)
