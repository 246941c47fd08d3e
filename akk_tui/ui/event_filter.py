"""The filter of the agenda: one text over activities and follow-ups, in the language of all filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from akk_tui.contract.states import EVENT_KINDS, FOLLOWUP_STATES
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import EventRow, FollowupRow
from akk_tui.ui import dates, event_words
from akk_tui.ui.filter_language import Field, folded, Language, Test


class Line(NamedTuple):
    """An activity with the follow-ups it made, or a follow-up with its activity: what a term may ask about."""

    event: EventRow | None
    followups: tuple[FollowupRow, ...]
    alone: bool = False
    """Whether it is the line of a follow-up."""

    @property
    def region(self) -> tuple[str, str]:
        """Code and name of its region."""
        row = self.followups[0] if self.alone or self.event is None else self.event
        return row.region, row.region_name


def event_lines(events: Iterable[EventRow], followups: Iterable[FollowupRow]) -> list[Line]:
    """A line for each activity."""
    asked: dict[str, list[FollowupRow]] = {}
    for row in followups:
        if row.event is not None:
            asked.setdefault(row.event, []).append(row)
    return [Line(row, tuple(asked.get(row.id, ()))) for row in events]


def followup_lines(events: Iterable[EventRow], followups: Iterable[FollowupRow]) -> list[Line]:
    """A line for each follow-up."""
    known = {row.id: row for row in events}
    return [Line(known.get(row.event or ""), (row,), alone=True) for row in followups]


def language(lines: Sequence[Line], today: date) -> Language[Line]:
    """The language of the filter over ``lines``.

    A term about follow-ups keeps the activities that made one which it fits; one about activities keeps the
    follow-ups that came from one which it fits.
    """

    def regions() -> list[str]:
        return sorted({name for line in lines for name in (line.region[1],)} | {line.region[0] for line in lines})

    def of_followups(name: str) -> list[str]:
        return sorted({str(found) for line in lines for row in line.followups if (found := getattr(row, name))})

    def region(value: str) -> Test[Line]:
        return lambda line: line.region[0] == value or value in folded(line.region[1])

    def kind(value: str) -> Test[Line]:
        def test(line: Line) -> bool:
            found = line.event.kind if line.event is not None else None
            return found is not None and value in (folded(found), folded(event_words.kind_word(found)))

        return test

    def source(value: str) -> Test[Line]:
        def test(line: Line) -> bool:
            here = [row.source or "" for row in line.followups]
            if line.event is not None and not line.alone:
                here += line.event.institutions
            return any(value in folded(found) for found in here)

        return test

    def owner(value: str) -> Test[Line]:
        return lambda line: any(value in folded(row.owner or "") for row in line.followups)

    def status(value: str) -> Test[Line] | str:
        words = {folded(event_words.status_word(one)): one for one in FOLLOWUP_STATES}
        words |= {folded(one): one for one in FOLLOWUP_STATES}
        wanted = {one for word, one in words.items() if word.startswith(value)}
        if value in ("terbuka", "open"):
            return lambda line: any(row.is_open for row in line.followups)
        if not wanted:
            known = ", ".join(event_words.status_word(one) for one in FOLLOWUP_STATES)
            return _("Status “{value}” tidak dikenal; yang ada: {words}.").format(value=value, words=known)
        return lambda line: any(row.status in wanted for row in line.followups)

    def due(value: str) -> Test[Line] | str:
        if value in ("lewat", "terlambat", "overdue"):
            return lambda line: any(row.overdue_days for row in line.followups)
        if value.isdecimal() and len(value) < 5:
            days = int(value)
            return lambda line: any(
                row.is_open and row.due is not None and (row.due - today).days <= days for row in line.followups
            )
        day = dates.parse(value, today)
        if day is None:
            words = _("Batas waktu “{value}” tidak dimengerti; tulis lewat, jumlah hari, atau tanggal.")
            return words.format(value=value)
        return lambda line: any(row.is_open and row.due is not None and row.due <= day for row in line.followups)

    def kinds() -> list[str]:
        return [event_words.kind_word(one) for one in EVENT_KINDS]

    def states() -> list[str]:
        return [event_words.status_word(one) for one in FOLLOWUP_STATES] + [_("terbuka")]

    fields: list[Field[Line]] = [
        Field("daerah", "region", region, regions, ("wilayah",), closed=True),
        Field("jenis", "kind", kind, kinds),
        Field("sumber", "source", source, lambda: of_followups("source"), ("lembaga",)),
        Field("opd", "agency", owner, lambda: of_followups("owner"), ("penanggung-jawab", "owner")),
        Field("status", "status", status, states),
        Field("batas", "due", due, lambda: ["lewat"], ("tenggat",)),
    ]
    return Language(fields, _word)


def _word(word: str) -> Test[Line]:
    def test(line: Line) -> bool:
        return any(word in folded(part) for part in _texts(line))

    return test


def _texts(line: Line) -> Iterable[str]:
    yield from line.region
    if line.event is not None:
        yield line.event.title
        if not line.alone:
            yield event_words.kind_word(line.event.kind)
            yield line.event.place or ""
            yield from line.event.institutions
    if line.alone:
        for row in line.followups:
            yield from (row.text, row.source or "", row.owner or "", row.response or "", row.subject_title)
