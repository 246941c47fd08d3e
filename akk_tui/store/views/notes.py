"""Notes: the list (all, of a subject, or those that a search finds) and one note whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import ClassVar, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.ids import unit as unit_of
from akk_tui.contract.ids import UUID
from akk_tui.contract.text import clean
from akk_tui.store import placed, private
from akk_tui.store import search as index
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import NoteDetail, NoteRow
from akk_tui.store.views import fold, values
from akk_tui.store.views.titles import Titles

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_SENT = "sent"
_COLUMNS = "d.key, d.unit, d.subject, d.author, d.title, {body}, d.tags"
_BEGINNING = "substr(d.body, 1, 400)"
_HERE = "d.unit IN (SELECT unit FROM unit WHERE NOT leaving)"
_OF_CYCLE = "d.unit >= ? AND d.unit < ?"
_TAGS = f"SELECT tags, count(*) FROM note_doc d WHERE tags <> '' AND {_HERE} AND {_OF_CYCLE} GROUP BY tags"  # noqa: S608
_HELD = "SELECT rowid FROM note_fts WHERE note_fts MATCH ?"
_REGION = re.compile(r"\d{2}\.\d{2}\Z")


class UnknownNote(AkkError):
    """A note that is not here: never was, was deleted, or belongs to a region outside the scope."""

    code: ClassVar[str] = "unknown_note"
    text: ClassVar[str] = N_("Catatan {id} tidak ada di komputer ini.")


def rows(
    store: Store,
    cycle: str | None,
    subject: str | None,
    search: str | None,
    tags: Collection[str] = (),
    limit: int | None = None,
) -> tuple[NoteRow, ...]:
    """See ``Views.notes``."""
    found = _found(store, cycle, subject, search, tags, limit)
    pattern = fold.starts(fold.words(clean(search))) if search else None
    made = _Rows(store)
    return tuple(made.row(columns, pattern) for columns in found)


def tags(store: Store, cycle: str) -> tuple[tuple[str, int], ...]:
    """See ``Views.note_tags``."""
    counted: Counter[str] = Counter()
    for several, count in store.db.execute(_TAGS, (f"{cycle}:", f"{cycle};")):
        for tag in several.split("\n"):
            counted[tag] += count
    return tuple(sorted(counted.items(), key=lambda tag: (-tag[1], tag[0])))


def _found(
    store: Store,
    cycle: str | None,
    subject: str | None,
    search: str | None,
    tags: Collection[str],
    limit: int | None,
) -> Iterable[tuple[str, ...]]:
    where = [_HERE]
    params: list[str | int] = []
    source = "note_doc d"
    if cycle is not None:
        where.append(_OF_CYCLE)
        params += [f"{cycle}:", f"{cycle};"]
    if subject is not None:
        _about(subject, cycle, where, params)
    for tag in tags:
        where.append("instr(char(10) || d.tags || char(10), char(10) || ? || char(10))")
        params.append(tag)
    body = _BEGINNING
    if search is not None and search.strip():
        expression = index.match(search, cycle)
        if expression is None:
            return ()
        # The words may stand anywhere in the text: the excerpt is made around the first of them.
        body = "d.body"
        in_regions, more = _placed(store, cycle, search)
        if in_regions:
            where.append(f"d.doc IN ({' UNION '.join((_HELD, *in_regions))})")
        else:
            source = "note_fts f JOIN note_doc d ON d.doc = f.rowid"
            where.append("note_fts MATCH ?")
        params += [expression, *more]
    order = "f.rowid" if source.startswith("note_fts") else "d.doc"
    columns = _COLUMNS.format(body=body)
    query = f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} ORDER BY {order} DESC"  # noqa: S608 - constants
    if limit is not None:
        query += " LIMIT ?"
        params.append(limit)
    return store.db.execute(query, params)


def _placed(store: Store, cycle: str | None, search: str) -> tuple[list[str], list[str]]:
    """Queries, with their parameters, for the notes of regions that some words name and that hold the others."""
    queries, params = list[str](), list[str]()
    for units, rest in placed.places(store.db, store.reference(), index.terms_of(search), cycle):
        if rest:
            queries.append(_HELD)
            params.append(index.match_within(rest, units))
        else:
            queries.append(f"SELECT doc FROM note_doc WHERE unit IN ({', '.join('?' * len(units))})")  # noqa: S608
            params += units
    return queries, params


def _about(subject: str, cycle: str | None, where: list[str], params: list[str | int]) -> None:
    """Limit to a subject; a region's notes are all that lie in it: its indicators' and its events' too."""
    if not _REGION.match(subject):
        where.append("d.subject = ?")
        params.append(subject)
    elif cycle is None:
        where.append("substr(d.unit, 6) = ?")
        params.append(subject)
    else:
        where.append("d.unit = ?")
        params.append(unit_of(cycle, subject))


class _Rows:
    """Makes rows of the index's columns; what they share is read once."""

    def __init__(self, store: Store) -> None:
        self._officer = store.meta.get("officer") or ""
        overlay = Overlay(store.db)
        self._titles = Titles(store, overlay)
        waiting = sorted((one.n, one.key, one.state) for one in overlay.all_waiting() if one.kind == "note")
        self._states = {key: state for _, key, state in waiting if state != _SENT}
        self._states.update(dict.fromkeys(private.keys(store.db), private.STATE))

    def row(self, columns: Iterable[str], pattern: re.Pattern[str] | None = None) -> NoteRow:
        key, unit, subject, author, title, body, tags = columns
        excerpt, _ranges = fold.excerpt(body, pattern)
        return NoteRow(
            id=key,
            cycle=unit[:4],
            region=unit[5:],
            region_name=self._titles.name(unit),
            subject=subject,
            subject_title=self._subject_title(unit, subject),
            title=title,
            excerpt=excerpt,
            tags=tuple(tags.split("\n")) if tags else (),
            author=author,
            at=values.op_moment(key),
            state=self._states.get(key, _SENT),
            mine=author == self._officer,
        )

    def _subject_title(self, unit: str, subject: str) -> str:
        if UUID.match(subject):
            return self._titles.title("event", subject, unit, "")[0]
        region, _, indicator = subject.partition(":")
        if indicator:
            return self._titles.title("assessment", f"{unit}:{indicator}", unit, "")[0]
        return self._titles.name(f"{unit[:5]}{region}")


def detail(store: Store, key: str) -> NoteDetail:
    """One note as it is shown; raises UnknownNote."""
    note = Overlay(store.db).effective("note", key) or private.row(store.db, key) if UUID.match(key) else {}
    made = index.document(key, note)
    if made is None or not store.db.one("SELECT 1 FROM unit WHERE unit = ? AND NOT leaving", (made[1],)):
        raise UnknownNote(id=clean(key)[:60])
    body = values.text(note.get("body")) or ""
    seen = {"title": note.get("title"), "body": note.get("body"), "tags": note.get("tags")}
    return NoteDetail(_Rows(store).row(made), body, seen)
