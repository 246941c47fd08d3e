"""Views of what officers write: notes, activities, follow-ups, drafts, their history, and what a search finds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct


class NoteRow(Struct, frozen=True, gc=False):
    id: str
    cycle: str
    region: str
    region_name: str
    subject: str
    subject_title: str
    title: str
    excerpt: str
    tags: tuple[str, ...]
    author: str
    at: datetime | None
    """When its author made it (from the UUID)."""
    state: str
    """``sent`` when accepted, ``private`` for one that is never sent, else its newest waiting operation's."""
    mine: bool


class NoteDetail(Struct, frozen=True):
    row: NoteRow
    body: str
    seen: dict[str, Any]
    """Title, body and tags as shown: hand back as ``seen`` of an edit."""


class EventRow(Struct, frozen=True, gc=False):
    """One activity (kegiatan) of a region."""

    id: str
    cycle: str
    region: str
    region_name: str
    kind: str | None
    title: str
    place: str | None
    start: str | None
    """ISO day (``2025-10-06``) or local minute (``2025-10-06T09:00``), in ``zone``."""
    end: str | None
    zone: str | None
    start_day: date | None
    end_day: date | None
    """The last day; the first one where no end is given."""
    participants: int | None
    institutions: tuple[str, ...]
    present: int
    """OPD that were there themselves or by somebody else."""
    invited: int
    """OPD whose attendance is noted at all."""
    followups: int
    open_followups: int
    by: str | None
    """Who changed it last."""
    state: str
    """``sent`` when accepted, else the state of its newest waiting operation."""
    writable: bool


class FollowupRow(Struct, frozen=True, gc=False):
    """One follow-up (tindak lanjut)."""

    id: str
    cycle: str
    region: str
    region_name: str
    subject: str | None
    """A region, an indicator in a region (``35.72:2.4``), or the id of an event or note."""
    subject_title: str
    event: str | None
    event_title: str | None
    """None without an event; ``""`` where the event is not here (yet)."""
    text: str
    source: str | None
    """The institution of the panel that asked for it."""
    owner: str | None
    due: date | None
    status: str
    """One of ``contract.states.FOLLOWUP_STATES``."""
    response: str | None
    done_at: date | None
    overdue_days: int | None
    """Days past ``due`` while it is open."""
    made: datetime | None
    """When it was written down (from its UUID)."""
    by: str | None
    state: str
    writable: bool
    conflict: bool

    @property
    def is_open(self) -> bool:
        return self.status in ("belum", "proses")


class EventDetail(Struct, frozen=True):
    """One activity whole."""

    row: EventRow
    agenda: str | None
    outcome: str | None
    attendance: dict[str, str]
    """By OPD: ``hadir``, ``diwakili``, ``tidak_hadir``, or other words of a colleague."""
    agencies: tuple[str, ...]
    """The OPD to offer: those of the attendance, then the owners in the region, then those of the instrument."""
    followups: tuple[FollowupRow, ...]
    notes: tuple[NoteRow, ...]
    seen: dict[str, Any]
    """All fields as shown, flat names (``attendance.BKPSDM``): hand back as ``seen`` of an edit."""


class HistoryEntry(Struct, frozen=True, gc=False):
    """One change of one field of a row. ``field`` ``""`` is its creation; values are those of the operation."""

    op: str
    at: datetime
    by: str
    field: str
    was: Any
    now: Any
    state: str
    """``sent`` when the server has it, else the operation's state here."""


class History(Struct, frozen=True):
    """What is known here of a row's changes, newest first."""

    entries: tuple[HistoryEntry, ...]
    fetched: datetime | None
    """When the server's log of this row was last fetched; None: only this store's own edits are known."""


class Draft(Struct, frozen=True):
    """Text that was typed and not saved. ``base`` is what the note held when typing began (None: a new note)."""

    id: str
    note: str | None
    subject: str
    cycle: str
    title: str
    body: str
    tags: tuple[str, ...]
    base: dict[str, Any] | None
    at: datetime
    pid: int
    private: bool = False
    """Whether its note is one that is never sent."""


class Hit(Struct, frozen=True, gc=False):
    """One search hit; ``ranges`` are the (start, end) offsets to highlight in ``excerpt``."""

    kind: Literal["region", "indicator", "item", "note", "event", "followup"]
    key: str
    cycle: str | None
    region: str | None
    title: str
    excerpt: str
    ranges: tuple[tuple[int, int], ...] = ()
    title_en: str = ""
    day: date | None = None
    """The first day of an event, the due date of a follow-up."""
