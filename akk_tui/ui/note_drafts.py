"""From a note to its draft and back: how writing begins, and what saving makes of the text."""

from __future__ import annotations

import os
from typing import Any, Final, TYPE_CHECKING

import msgspec

from akk_tui.contract import ids
from akk_tui.contract.errors import AkkError
from akk_tui.contract.fields import canonical
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft, NoteDetail
from akk_tui.ui import references
from akk_tui.ui.terminal.safe import cut
from akk_tui.ui.widgets import marks

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.screens.base import AkkScreen

FIELDS: Final = ("title", "body", "tags")
PRIVATE: Final = "private"
"""The state of a note that is never sent."""
_TITLE_CHARS: Final = 80


def new_draft(screen: AkkScreen, subject: str, *, private: bool = False) -> Draft:
    """An empty draft about ``subject`` (``35.72``, ``35.72:2.4`` or the id of an activity)."""
    return msgspec.structs.replace(begun(screen, subject, screen.akk.cycle), private=private)


def draft_of(screen: AkkScreen, note: NoteDetail) -> Draft:
    """A draft that begins from the note as it was read."""
    row = note.row
    return msgspec.structs.replace(
        begun(screen, row.subject, row.cycle),
        note=row.id,
        title=row.title,
        body=note.body,
        tags=row.tags,
        base=note.seen,
        private=row.state == PRIVATE,
    )


def begun(screen: AkkScreen, subject: str, cycle: str) -> Draft:
    """An empty draft of this session about ``subject``, which no one has written in yet."""
    now = screen.store.now()
    made = ids.uuid7(int(now.timestamp() * 1000), screen.store.random_bits)
    return Draft(made, None, subject, cycle, "", "", (), None, now, os.getpid())


def region_of(store: Store, subject: str) -> str:
    """The region of a subject; raises UnknownEvent for an activity that is not here."""
    return store.views.event(subject).row.region if ids.UUID.match(subject) else subject.partition(":")[0]


def region_or_none(store: Store, subject: str) -> str | None:
    """The region of a subject; None for an activity that is not here."""
    try:
        return region_of(store, subject)
    except AkkError:
        return None


def subject_words(screen: AkkScreen, cycle: str, subject: str) -> str:
    """What a subject is, in words: ``Kota Blitar · 2.4 Kepatuhan LHKPN``, or the activity with its region."""
    if ids.UUID.match(subject):
        try:
            event = screen.store.views.event(subject).row
        except AkkError:
            return _("kegiatan yang sudah tidak ada")
        return f"{event.region_name} · {event.title}"
    return references.words(subject, references.titles(screen.store, cycle))


def parse_tags(typed: str) -> tuple[str, ...]:
    """The tags that were typed, parted by commas, each once and without a ``#`` before it."""
    return tuple(dict.fromkeys(tag for part in typed.split(",") if (tag := part.strip().lstrip("#").strip())))


def is_empty(draft: Draft) -> bool:
    """Whether there is neither title nor text to save."""
    return not title_of(draft) and not draft.body.strip()


def title_of(draft: Draft) -> str:
    """The title that saving gives the note: the typed one, else the beginning of the text."""
    return draft.title.strip() or _first_words(draft.body)


def save(store: Store, draft: Draft) -> str | None:
    """Make the text an edit: a new note, or an operation for each field that changed. The note's id; None: no change.

    One that is never sent is only written down. Raises what the store refuses with; then nothing is saved.
    """
    wanted: dict[str, Any] = {"title": title_of(draft), "body": draft.body, "tags": list(draft.tags)}
    place = {"cycle": draft.cycle, "subject": draft.subject}
    if draft.note is None:
        fields = {**place, "region": region_of(store, draft.subject), **wanted}
        if draft.private:
            return store.private.save(fields, draft=draft.id)
        return store.create("note", fields, draft=draft.id).key
    base = draft.base or {}
    changed = {
        name: value
        for name, value in wanted.items()
        if canonical("note", name, value) != canonical("note", name, base.get(name))
    }
    if changed:
        change(store, draft.note, changed, base, private=draft.private, draft=draft.id)
    return draft.note if changed else None


def change(
    store: Store, note: str, changed: dict[str, Any], seen: dict[str, Any], *, private: bool, draft: str | None = None
) -> None:
    """Set fields of a note, as one edit of ``seen``; one that is never sent is only written down."""
    if private:
        store.private.save(changed, key=note, draft=draft)
    else:
        store.edit("note", note, changed, seen={name: seen.get(name) for name in FIELDS}, draft=draft)


def _first_words(body: str) -> str:
    """A title from the first line with words in it."""
    found = next((words for line in body.split("\n") if (words := _sentence(line))), "")
    return cut(found, _TITLE_CHARS)


def _sentence(line: str) -> str:
    """The line without the first sign before it: the others may be meant."""
    for sign in (marks.HEADING, marks.LIST_ITEM, marks.QUOTE):
        if match := sign.match(line):
            return line[match.end() :].strip()
    return line.strip()
