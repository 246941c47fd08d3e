"""Everything that is computed from base ⊕ outbox and kept in tables, brought up in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from akk_tui.store.db import Database


def refresh(db: Database, units: Iterable[str], notes: Iterable[str] = ()) -> None:
    """Compute the summaries of ``units`` and the search documents of the notes with keys ``notes`` anew."""
    from akk_tui.store import search, summary

    summary.refresh(db, units)
    search.refresh(db, notes)
