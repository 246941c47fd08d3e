"""Everything that is computed from base ⊕ outbox and kept in tables, brought up in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from akk_tui.store.db import Database


def refresh(db: Database, units: Iterable[str], notes: Iterable[str] = ()) -> None:
    """Compute anew what is derived of ``units`` (summaries, search documents of events and follow-ups) and the search
    documents of the notes with keys ``notes``."""
    from akk_tui.store import agenda_index, search, summary

    units = tuple(units)
    summary.refresh(db, units)
    agenda_index.refresh(db, units)
    search.refresh(db, notes)
