"""Drafts that were to answer a difference between two texts, after the difference ended: they go on as notes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, TYPE_CHECKING

import msgspec

from akk_tui.contract.errors import AkkError
from akk_tui.store.shapes import Conflict, Draft
from akk_tui.ui import draft_words, note_drafts
from akk_tui.ui.widgets.values import field_word

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.screens.base import AkkScreen


def subject_of(row: Conflict) -> str:
    """The subject of a draft that answers this difference."""
    return f"{draft_words.MERGE}{row.field}:{row.kind}:{row.key}"


def is_open(store: Store, draft: Draft) -> bool:
    """Whether there is a difference that the draft can still answer."""
    return any(subject_of(row) == draft.subject for row in store.views.conflicts())


def left_over(store: Store) -> list[Draft]:
    """All drafts that the screen Catatan offers, newest first: of notes, and of differences that have ended."""
    drafts = store.drafts.list()
    merges = draft_words.ended(draft for draft in drafts if draft_words.of_merge(draft))
    if merges:
        answerable = {subject_of(row) for row in store.views.conflicts()}
        merges = [draft for draft in merges if draft.subject not in answerable]
    found = [*draft_words.left_over(drafts), *merges]
    return sorted(found, key=lambda draft: draft.at, reverse=True)


def words(screen: AkkScreen, draft: Draft) -> str:
    """What the text was for: ``ringkasan · Kota Blitar · 2.4 Kepatuhan LHKPN``."""
    field, kind, key = _parts(draft)
    about = note_drafts.subject_words(screen, draft.cycle, _subject(screen.store, kind, key) or key)
    return f"{field_word(field)} · {about}"


def present(store: Store, draft: Draft) -> str:
    """The text that stands there now; empty where there is none, or no such row any more."""
    field, kind, key = _parts(draft)
    found: Any = None
    with suppress(AkkError):
        if kind == "note":
            found = store.views.note(key).seen.get(field)
        elif kind == "event":
            found = store.views.event(key).seen.get(field)
        else:
            cycle, region, indicator = key.split(":", 2)
            parts = store.views.region(cycle, region).components
            found = next((one.summary for part in parts for one in part.indicators if one.id == indicator), None)
    return str(found or "")


def as_note(store: Store, draft: Draft) -> Draft:
    """The draft as one of a note: of the note that it is of, else a new one about the same thing.

    Its subject is empty where that is no more.
    """
    _field, kind, key = _parts(draft)
    if kind == "note":
        with suppress(AkkError):
            note = store.views.note(key)
            row = note.row
            return msgspec.structs.replace(
                draft, note=key, subject=row.subject, cycle=row.cycle, title=row.title, tags=row.tags, base=note.seen
            )
    return msgspec.structs.replace(draft, subject=_subject(store, kind, key), base=None)


def _parts(draft: Draft) -> tuple[str, str, str]:
    """Field, kind and key of what it was to answer."""
    field, kind, key = draft.subject.removeprefix(draft_words.MERGE).split(":", 2)
    return field, kind, key


def _subject(store: Store, kind: str, key: str) -> str:
    """What a note about the row would be about; empty where the row is no more."""
    if kind == "assessment":
        return key.partition(":")[2]
    with suppress(AkkError):
        return store.views.note(key).row.subject if kind == "note" else store.views.event(key).row.id
    return ""
