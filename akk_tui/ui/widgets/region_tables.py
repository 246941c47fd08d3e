"""The tables and texts of a region's page: (columns, rows) for a width, and the details beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TYPE_CHECKING

from rich.text import Text
from textual.content import Content

from akk_tui.i18n import day, in_zone, moment, ngettext, pick
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import Column

if TYPE_CHECKING:
    from datetime import datetime

    from akk_tui.store.shapes import ComponentDetail, CriterionRow, IndicatorRow, ItemRow, NoteRow, RegionDetail

Tone = Callable[[str], str]
Filled = tuple[list[Column], list[tuple[str, list[Text]]]]
_BAR_MOST: Final = 14


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
            cell(" " + words.bar(component.score, graph), tone(words.score_tone(component.score))),
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


def items(indicator: IndicatorRow, width: int, tone: Tone) -> Filled:
    """The checklist items: mark, title, state."""
    state = 17
    title = max(12, width - 4 - state)
    columns = [Column("mark", "", 4), Column("title", "", title), Column("state", "", state)]
    rows: list[tuple[str, list[Text]]] = []
    for item in indicator.items:
        waiting = " ≠" if item.conflict else " ↑" if item.pending else ""
        style = tone(state_tone(item.state))
        rows.append(
            (
                item.id,
                [
                    cell(f"[{state_glyph(item.state)}] ", style),
                    cell(words.title_of(item), width=title - 1),
                    cell(state_word(item.state) + waiting, style),
                ],
            )
        )
    return columns, rows


def about_component(component: ComponentDetail) -> Content:
    """A component in words: its score and how many items stand where."""
    counts: dict[str, int] = {}
    for indicator in component.indicators:
        for item in indicator.items:
            counts[item.state] = counts.get(item.state, 0) + 1
    lines = [f"{state_glyph(state)} {state_word(state)} {n}" for state, n in counts.items()]
    n = len(component.indicators)
    return Content.assemble(
        content(f"{component.id} {words.title_of(component)}", "bold"),
        "\n",
        content(_("perkiraan {score}").format(score=words.score(component.score))),
        content(" · " + ngettext("{n} indikator", "{n} indikator", n).format(n=n), "$text-muted"),
        "\n\n",
        content("\n".join(lines)),
    )


def about_indicator(indicator: IndicatorRow) -> Content:
    """Title and gain, owners and due date, estimate and official score."""
    gain = words.points(indicator.gain)
    overdue = max((item.overdue_days or 0 for item in indicator.items), default=0)
    owed = [", ".join(indicator.owners) or _("penanggung jawab belum ada"), words.due(indicator.due, overdue or None)]
    known = [_("perkiraan {score}").format(score=words.score(indicator.score))]
    if indicator.official is not None:
        facts = [day(indicator.official_as_of) if indicator.official_as_of else "", indicator.official_source or ""]
        official = _("nilai resmi {score}").format(score=words.score(indicator.official))
        known.append(official + (f" ({', '.join(fact for fact in facts if fact)})" if any(facts) else ""))
    return Content.assemble(
        content(f"{indicator.id} {words.title_of(indicator)}", "bold"),
        content(f"  {gain}" if gain else "", "$accent"),
        "\n",
        content(" · ".join(part for part in owed if part)),
        "\n",
        content(" · ".join(known), "$text-muted"),
    )


def more_of_indicator(indicator: IndicatorRow, zone: str) -> Content:
    """Summary, PIC, notes and last change."""
    lines: list[str] = []
    if indicator.pic:
        lines.append(_("PIC {name}").format(name=" ".join(value for value in indicator.pic.values() if value)))
    if indicator.notes:
        lines.append(ngettext("{n} catatan", "{n} catatan", indicator.notes).format(n=indicator.notes))
    if indicator.changed_by and indicator.changed_at is not None:
        when = moment(indicator.changed_at, zone)
        lines.append(_("diubah {who}, {when}").format(who=indicator.changed_by, when=when))
    summary = indicator.summary + "\n" if indicator.summary else ""
    return Content.assemble(content(summary), content("\n".join(lines), "$text-muted"))


def about_item(item: ItemRow) -> Content:
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
    for evidence in item.evidence:
        facts = [
            evidence.title or "",
            evidence.number or "",
            words.iso_day(evidence.day),
            _("capaian {capaian}").format(capaian=evidence.capaian) if evidence.capaian else "",
            _("per {day}").format(day=words.iso_day(evidence.per)) if evidence.per else "",
            evidence.link or "",
            _("foto {photo}").format(photo=evidence.photo) if evidence.photo else "",
        ]
        waiting = " ↑" if evidence.pending else ""
        parts += ["\n", content(f"{_('bukti')} {evidence.n}: " + " · ".join(f for f in facts if f) + waiting)]
    if not item.evidence:
        parts += ["\n", content(_("belum ada bukti dukung"), "$text-muted")]
    return Content.assemble(*parts)


def criteria(detail: RegionDetail, width: int, tone: Tone, opened: frozenset[str]) -> Filled:
    """The eight entry criteria. The source falls away first, then the day, then threshold and verdict's word."""
    if width < 60:
        return _criteria_narrow(detail, width, tone, opened)
    has_day, has_source = width >= 70, width >= 106
    rest = width - (17 + 12 + 19 + (12 if has_day else 0) + (20 if has_source else 0))
    title = max(12, min(48, rest))
    columns = [
        Column("title", _("Kriteria"), title),
        Column("value", _("Nilai"), 17),
        Column("threshold", _("Ambang"), 12),
        Column("verdict", _("Putusan"), 19),
    ]
    if has_day:
        columns.append(Column("day", _("Per"), 12))
    if has_source:
        columns.append(Column("source", _("Sumber"), 20))
    rows: list[tuple[str, list[Text]]] = []
    for row in detail.criteria:
        cells = _closed(row, tone) if row.hidden and row.id not in opened else _open(row, tone)
        cells[0] = cell(cut(words.title_of(row), title - 1))
        rows.append((row.id, cells[: len(columns)]))
    return columns, rows


def _criteria_narrow(detail: RegionDetail, width: int, tone: Tone, opened: frozenset[str]) -> Filled:
    title = max(12, width - 20)
    columns = [Column("verdict", "", 2), Column("title", _("Kriteria"), title), Column("value", _("Nilai"), 17)]
    rows: list[tuple[str, list[Text]]] = []
    for row in detail.criteria:
        closed = row.hidden and row.id not in opened
        glyph, _word, colour = words.VERDICTS[row.verdict]
        value = _closed(row, tone)[1] if closed else _open(row, tone)[1]
        mark = cell("") if closed else cell(glyph, tone(colour))
        rows.append((row.id, [mark, cell(cut(words.title_of(row), title - 1)), value]))
    return columns, rows


def _closed(row: CriterionRow, tone: Tone) -> list[Text]:
    hidden = cell(_("tersembunyi"), tone("muted"))
    return [cell(""), hidden, cell(""), cell(_("enter membuka"), tone("muted")), cell(""), cell("")]


def _open(row: CriterionRow, tone: Tone) -> list[Text]:
    glyph, word, colour = words.VERDICTS[row.verdict]
    band = pick(row.band or "", row.band_en or "")
    verdict = f"{glyph} {_(word)}"
    value = words.criterion_value(row) + (f" {band}" if band else "") + (" ↑" if row.pending else "")
    when = day(row.as_of) if row.as_of else str(row.year) if row.year else ""
    return [
        cell(""),
        cell(value, width=16),
        cell(words.criterion_threshold(row)),
        cell(verdict + (" ≠" if row.conflict else ""), tone(colour)),
        cell(when, tone("muted")),
        cell(row.source or "", tone("muted"), width=20),
    ]


def about_criterion(row: CriterionRow) -> Content:
    """A criterion in full: title, value with its year, day and source, threshold, how sure the threshold is."""
    glyph, word, _colour = words.VERDICTS[row.verdict]
    band = pick(row.band or "", row.band_en or "")
    facts = [
        f"{glyph} {_(word)}",
        " ".join(part for part in (words.criterion_value(row), band) if part),
        _("ambang {threshold}").format(threshold=words.criterion_threshold(row)) + words.mark_note(row.mark),
        _("tahun {year}").format(year=row.year) if row.year else "",
        _("per {day}").format(day=day(row.as_of)) if row.as_of else "",
        _("sumber {source}").format(source=row.source) if row.source else "",
    ]
    if row.conflict:
        facts.append(_("≠ beda isian: jawab di layar 6"))
    return Content.assemble(
        content(words.title_of(row), "bold"), "\n", content(" · ".join(fact for fact in facts if fact))
    )


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
        waiting = "" if note.state == "sent" else " ↑"
        cells = [
            cell(_when(note.at, zone, clock=has_clock), tone("muted")),
            cell(note.subject.partition(":")[2] or _("daerah"), width=subject - 1),
            cell(cut(note.title or note.excerpt, title - 3) + waiting),
            cell(note.author, tone("muted"), width=16),
        ]
        rows.append((note.id, cells[: len(columns)]))
    return columns, rows
