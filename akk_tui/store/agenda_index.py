"""The full-text index of events and follow-ups: what the screen shows of them (base ⊕ outbox).

Table ``agenda_doc`` holds one document a row, ``agenda_fts`` indexes it. A unit holds few of them: :func:`refresh`
brings those of whole units up, inside the transaction that changes one. The number of a document grows with the
row's own time, so that descending order is newest first.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.store.overlay import Overlay

if TYPE_CHECKING:
    from sqlite3 import Connection

KINDS: Final = ("event", "followup")
_SPARE: Final = 15
_MOST: Final = (1 << 63) - 1
_COLUMNS: Final = "kind, key, unit, day, title, body"
_EVENT: Final = ("kind", "place", "agenda", "outcome")
_FOLLOWUP: Final = ("owner", "source", "response")
_ATTENDANCE: Final = "attendance."


class Document(NamedTuple):
    """One event or follow-up as it is found: ``day`` is its first day or its due date, ``""`` without one."""

    kind: str
    key: str
    unit: str
    day: str
    title: str
    body: str


def refresh(db: Connection, units: Iterable[str]) -> None:
    """Bring the documents of ``units`` up to base ⊕ outbox; part of the caller's transaction."""
    overlay = Overlay(db)
    waiting: dict[str, set[tuple[str, str]]] = {}
    for one in overlay.all_waiting():
        if one.kind in KINDS:
            waiting.setdefault(one.unit, set()).add((one.kind, one.key))
    for unit in units:
        rows = db.execute("SELECT kind, key FROM base WHERE unit = ? AND kind IN ('event', 'followup')", (unit,))
        there = {*rows.fetchall(), *waiting.get(unit, ())}
        old = db.execute(f"SELECT doc, {_COLUMNS} FROM agenda_doc WHERE unit = ?", (unit,)).fetchall()  # noqa: S608
        if there or old:
            wanted = (document(kind, key, unit, overlay.effective(kind, key)) for kind, key in sorted(there))
            _bring_up(db, old, {(one.kind, one.key): one for one in wanted if one is not None})


def rebuild(db: Connection) -> None:
    """Make the whole index anew from base ⊕ outbox; part of the caller's transaction."""
    db.execute("INSERT INTO agenda_fts(agenda_fts) VALUES ('delete-all')")
    db.execute("DELETE FROM agenda_doc")
    units = db.execute(
        "SELECT unit FROM base WHERE kind IN ('event', 'followup')"
        " UNION SELECT unit FROM outbox WHERE kind IN ('event', 'followup')"
        " UNION SELECT unit FROM sent WHERE shown = 1 AND kind IN ('event', 'followup')"
    )
    refresh(db, [str(unit) for (unit,) in units.fetchall()])


def document(kind: str, key: str, unit: str, row: dict[str, Any]) -> Document | None:
    """The document of an event or follow-up with the fields ``row``; None for one that is not there or deleted."""
    if not row or row.get("deleted"):
        return None
    if kind == "event":
        day, title, names = row.get("start"), row.get("title"), _EVENT
        more = [str(one) for one in row.get("institutions") or ()]
        more += [name[len(_ATTENDANCE) :] for name in sorted(row) if name.startswith(_ATTENDANCE)]
    else:
        day, title, names, more = row.get("due"), row.get("text"), _FOLLOWUP, []
    body = "\n".join([*(str(row[name]) for name in names if row.get(name)), *dict.fromkeys(more)])
    return Document(kind, key, unit, str(day or "")[:10], str(title or ""), body)


def _bring_up(db: Connection, old: list[tuple[Any, ...]], wanted: dict[tuple[str, str], Document]) -> None:
    for doc, *columns in old:
        before = Document(*columns)
        if wanted.get((before.kind, before.key)) == before:
            del wanted[before.kind, before.key]
        else:
            _drop(db, doc, before)
    for one in wanted.values():
        # A row that moved here from another unit is not among ``old``.
        query = f"SELECT doc, {_COLUMNS} FROM agenda_doc WHERE kind = ? AND key = ?"  # noqa: S608 - constant
        for doc, *columns in db.execute(query, (one.kind, one.key)).fetchall():
            _drop(db, doc, Document(*columns))
        doc = _free(db, one.key)
        db.execute("INSERT INTO agenda_doc VALUES (?, ?, ?, ?, ?, ?, ?)", (doc, *one))
        db.execute(
            "INSERT INTO agenda_fts(rowid, title, body, unit) VALUES (?, ?, ?, ?)", (doc, one.title, one.body, one.unit)
        )


def _drop(db: Connection, doc: int, before: Document) -> None:
    db.execute(
        "INSERT INTO agenda_fts(agenda_fts, rowid, title, body, unit) VALUES ('delete', ?, ?, ?, ?)",
        (doc, before.title, before.body, before.unit),
    )
    db.execute("DELETE FROM agenda_doc WHERE doc = ?", (doc,))


def _free(db: Connection, key: str) -> int:
    """A document number that orders by the UUID's time; rows of one millisecond are told apart by their hash."""
    doc = int(key[:8] + key[9:13], 16) << _SPARE | crc32(key.encode()) & ((1 << _SPARE) - 1)
    while db.execute("SELECT 1 FROM agenda_doc WHERE doc = ?", (doc,)).fetchone():
        doc = doc + 1 if doc < _MOST else 1
    return doc
