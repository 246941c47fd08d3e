"""Search as you type over regions, indicators, items, follow-ups, events and notes.

Notes have a full-text index over what the screen shows (base ⊕ outbox): table ``note_doc`` holds one document a
note, ``note_fts`` indexes it. :func:`refresh` keeps both, inside the transaction that changes a note; the number of
a document grows with the note's own time, so that descending order is newest first. Events and follow-ups have theirs
in :mod:`akk_tui.store.agenda_index`. Regions, indicators and items are few: they are matched word by word in memory.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple, TYPE_CHECKING

from akk_tui.contract.ids import unit as unit_of
from akk_tui.contract.text import clean
from akk_tui.store import placed, private
from akk_tui.store.nearness import LAST, Nearness, Rank
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Hit
from akk_tui.store.views import fold, values

if TYPE_CHECKING:
    from re import Pattern
    from sqlite3 import Connection

    from akk_tui.contract.records import Instrument, Reference, Titled
    from akk_tui.store.store import Store

_COLUMNS: Final = "key, unit, subject, author, title, body, tags"
_DOC_SPARE: Final = 15
_DOC_MOST: Final = (1 << 63) - 1
_TERMS_MOST: Final = 12
_TERM_MOST: Final = 40


def refresh(db: Connection, keys: Iterable[str]) -> None:
    """Bring the documents of the notes ``keys`` up to base ⊕ outbox; part of the caller's transaction."""
    overlay = Overlay(db)
    for key in keys:
        _put(db, key, document(key, overlay.effective("note", key) or private.row(db, key)))


def rebuild(db: Connection) -> None:
    """Make the whole index anew from base ⊕ outbox; part of the caller's transaction."""
    db.execute("INSERT INTO note_fts(note_fts) VALUES ('delete-all')")
    db.execute("DELETE FROM note_doc")
    keys = db.execute(
        "SELECT key FROM base WHERE kind = 'note' UNION SELECT key FROM outbox WHERE kind = 'note'"
        " UNION SELECT key FROM private_note"
    )
    refresh(db, [str(key) for (key,) in keys.fetchall()])


def document(key: str, note: dict[str, Any]) -> tuple[str, ...] | None:
    """The columns of a note's document (``key, unit, subject, author, title, body, tags``); None for no note."""
    if not note or note.get("deleted") or not note.get("cycle") or not note.get("region"):
        return None
    parts = (note.get("subject"), note.get("author"), note.get("title"), note.get("body"))
    texts = tuple(str(part or "") for part in parts)
    tags = "\n".join(str(tag) for tag in note.get("tags") or ())
    return (key, unit_of(str(note["cycle"]), str(note["region"])), *texts, tags)


def _put(db: Connection, key: str, made: tuple[str, ...] | None) -> None:
    row = db.execute(f"SELECT doc, {_COLUMNS} FROM note_doc WHERE key = ?", (key,)).fetchone()  # noqa: S608 - constant
    if row is not None:
        if tuple(row[1:]) == made:
            return
        doc = row[0]
        db.execute(
            "INSERT INTO note_fts(note_fts, rowid, title, body, tags, unit)"
            " SELECT 'delete', doc, title, body, tags, unit FROM note_doc WHERE doc = ?",
            (doc,),
        )
        db.execute("DELETE FROM note_doc WHERE doc = ?", (doc,))
    else:
        doc = _free_doc(db, key)
    if made is not None:
        db.execute("INSERT INTO note_doc VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (doc, *made))
        _, unit, _, _, title, body, tags = made
        db.execute(
            "INSERT INTO note_fts(rowid, title, body, tags, unit) VALUES (?, ?, ?, ?, ?)",
            (doc, title, body, tags, unit),
        )


def _free_doc(db: Connection, key: str) -> int:
    """A document number that orders by the UUID's time; notes of one millisecond are told apart by their hash."""
    doc = int(key[:8] + key[9:13], 16) << _DOC_SPARE | crc32(key.encode()) & ((1 << _DOC_SPARE) - 1)
    while db.execute("SELECT 1 FROM note_doc WHERE doc = ?", (doc,)).fetchone():
        doc = doc + 1 if doc < _DOC_MOST else 1
    return doc


def match(text: str, cycle: str | None = None) -> str | None:
    """The FTS5 expression for what a person typed: every word a prefix, all of them present; None without a word.

    Only letters and digits get into it, each word in quotes: no operator of FTS5 can be typed.
    """
    terms = terms_of(text)
    return _expression("title body tags", terms, cycle) if terms else None


def match_within(terms: Iterable[str], units: Iterable[str]) -> str:
    """The expression for notes of ``units`` (not empty) that hold all ``terms``, as :func:`terms_of` gives them."""
    return _within("title body tags", terms, units)


def _within(columns: str, terms: Iterable[str], units: Iterable[str]) -> str:
    return f"{_expression(columns, list(terms), None)} AND unit : ({placed.within(units)})"


def terms_of(text: str) -> list[str]:
    """The words of what a person typed, as they are searched."""
    return [term[:_TERM_MOST] for term in fold.terms(clean(text))][:_TERMS_MOST]


def _expression(columns: str, terms: list[str], cycle: str | None) -> str:
    wanted = " AND ".join(f'"{term}"*' for term in terms)
    within = f' AND unit : "{cycle}"' if cycle and cycle.isdigit() else ""
    return f"{{{columns}}} : ({wanted}){within}"


class _Entry(NamedTuple):
    """One region, indicator or item to match: its titles, what is shown, its code and words folded, all in one."""

    kind: Literal["region", "indicator", "item"]
    key: str
    title: str
    title_en: str
    shown: str
    code: list[str]
    words: list[str]
    all: str


class _Source(NamedTuple):
    """One full-text index with its documents."""

    query: str
    """Rows of (doc, key, unit, title, body, tags, kind, day); the parameters are expression, bound of doc, limit."""
    columns: str
    within: str
    """Rows of the same form of what lies in some units: ``{marks}`` for them, then the limit."""


_NOTES: Final = _Source(
    "SELECT f.rowid, d.key, d.unit, d.title, d.body, d.tags, 'note', ''"
    " FROM note_fts f JOIN note_doc d ON d.doc = f.rowid WHERE note_fts MATCH ? AND f.rowid <= ?"
    " AND EXISTS (SELECT 1 FROM unit u WHERE u.unit = d.unit AND NOT u.leaving) ORDER BY f.rowid DESC LIMIT ?",
    "title body tags",
    "SELECT d.doc, d.key, d.unit, d.title, d.body, d.tags, 'note', '' FROM note_doc d"
    " WHERE d.doc IN (SELECT doc FROM note_doc WHERE unit IN ({marks}) ORDER BY doc DESC LIMIT ?)",
)
_AGENDA: Final = _Source(
    "SELECT f.rowid, d.key, d.unit, d.title, d.body, '', d.kind, d.day"
    " FROM agenda_fts f JOIN agenda_doc d ON d.doc = f.rowid WHERE agenda_fts MATCH ? AND f.rowid <= ?"
    " AND EXISTS (SELECT 1 FROM unit u WHERE u.unit = d.unit AND NOT u.leaving) ORDER BY f.rowid DESC LIMIT ?",
    "title body",
    "SELECT d.doc, d.key, d.unit, d.title, d.body, '', d.kind, d.day FROM agenda_doc d"
    " WHERE d.doc IN (SELECT doc FROM agenda_doc WHERE unit IN ({marks}) ORDER BY doc DESC LIMIT ?)",
)
_INDEXED_CHARS: Final = 3
"""The longest prefix for which the indexes hold a list of their own."""
_PROBED_DOCS: Final = 300
_TRIED_DOCS: Final = 12
_PROBED_CHARS: Final = 120_000


class Search:
    """Searches of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.nearness = Nearness(store)
        """Which of several regions that match equally well comes first."""

    def find(self, text: str, cycle: str | None = None, limit: int = 30) -> tuple[Hit, ...]:
        """At most ``limit`` hits for ``text`` in ``cycle`` (None: notes, events and follow-ups of all cycles).

        Regions, indicators and items come first, best first (equal regions by :mod:`akk_tui.store.nearness`), but leave
        half of the room to the others; then come follow-ups, events and notes, each kind newest first.
        """
        terms = fold.words(clean(text))
        found = fold.starts(terms)
        if found is None or limit < 1:
            return ()
        things = self._things(terms, found, cycle, limit)
        written = terms_of(text)
        named = placed.places(self._store.db, self._store.reference(), written, cycle)
        agenda = self._written(_AGENDA, written, named, found, cycle, limit)
        notes = self._written(_NOTES, written, named, found, cycle, limit)
        things = things[: max(limit - len(agenda) - len(notes), (limit + 1) // 2)]
        left = limit - len(things)
        agenda = agenda[: max(left - len(notes), (left + 1) // 2)]
        agenda.sort(key=_by_kind)
        return (*things, *agenda, *notes[: left - len(agenda)])

    def warm(self, cycle: str | None) -> None:
        """Make ready what the first search in ``cycle`` would have to make. After the last one: :meth:`rest`."""
        self._store.keep_pages(roomy=True)
        _entries(self._store.reference(), cycle)
        self.nearness.read(cycle)

    def rest(self) -> None:
        """Let go what only searching needs."""
        self._store.keep_pages(roomy=False)

    def _written(
        self,
        source: _Source,
        terms: list[str],
        named: list[tuple[list[str], tuple[str, ...]]],
        found: Pattern[str],
        cycle: str | None,
        limit: int,
    ) -> list[Hit]:
        """The newest documents that hold all words, those that name the document's region apart."""
        if not terms:
            return []
        hits = {row[0]: row for row in self._placed(source, named, limit)}
        hits.update(self._held(source, terms, cycle, limit))
        newest = sorted(hits, reverse=True)[:limit]
        return [_written_hit(hits[doc], found) for doc in newest]

    def _placed(
        self, source: _Source, named: list[tuple[list[str], tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[Any, ...]]:
        """The newest documents of the regions that were named and that hold the other words."""
        db = self._store.db
        for units, rest in named:
            if rest:
                yield from db.execute(source.query, (_within(source.columns, rest, units), _DOC_MOST, limit))
            else:
                yield from db.execute(source.within.format(marks=", ".join("?" * len(units))), (*units, limit))

    def _held(self, source: _Source, terms: list[str], cycle: str | None, limit: int) -> dict[int, tuple[Any, ...]]:
        """The newest documents that hold all ``terms``."""
        hits: dict[int, tuple[Any, ...]] = {}
        bound: int | None = _DOC_MOST
        if any(len(term) > _INDEXED_CHARS for term in terms):
            # For a longer prefix SQLite gathers all documents that hold it, however many. Where they are many, the
            # newest are soon found among those that hold its first letters, which come from the index one by one.
            bound = self._probe(source, terms, cycle, limit, hits)
        if bound is not None and len(hits) < limit:
            rows = self._store.db.execute(source.query, (_expression(source.columns, terms, cycle), bound, limit))
            hits.update((row[0], row) for row, _ in zip(rows, range(limit - len(hits)), strict=False))
        return hits

    def _probe(
        self, source: _Source, terms: list[str], cycle: str | None, limit: int, hits: dict[int, tuple[Any, ...]]
    ) -> int | None:
        """Take ``hits`` from the newest candidates; the number below which the others are, None when there is none."""
        wanted = [one for term in set(terms) if (one := fold.starts(fold.words(term))) is not None]
        expression = _expression(source.columns, [term[:_INDEXED_CHARS] for term in terms], cycle)
        seen, chars = 0, 0
        for row in self._store.db.execute(source.query, (expression, _DOC_MOST, _PROBED_DOCS)):
            text = fold.fold(f"{row[3]}\n{row[4]}\n{row[5]}")
            if all(one.search(text) for one in wanted):
                hits[row[0]] = row
            seen, chars = seen + 1, chars + len(text)
            # As soon as the others look too rare among the candidates, the exact question is the cheaper one.
            rare = seen >= _TRIED_DOCS and len(hits) * _PROBED_DOCS < limit * seen
            if rare or len(hits) == limit or seen == _PROBED_DOCS or chars > _PROBED_CHARS:
                return int(row[0]) - 1
        return None

    def _things(self, terms: list[str], found: Pattern[str], cycle: str | None, limit: int) -> list[Hit]:
        scored = [
            (-points, LAST, place, entry)
            for place, entry in enumerate(_entries(self._store.reference(), cycle))
            if (points := _points(entry, terms))
        ]
        if sum(entry.kind == "region" for *_, entry in scored) > 1:
            ranks = self.nearness.ranks(cycle)
            scored = [(points, ranks.get(entry.key, LAST), place, entry) for points, _, place, entry in scored]
        scored.sort(key=_by_points)
        return [_hit(entry, found, cycle) for *_, entry in scored[:limit]]


_made: tuple[object, str | None, list[_Entry]] = (None, None, [])
"""The entries made last: every keystroke may come from another thread with a store of its own."""


def _entries(reference: Reference | None, cycle: str | None) -> list[_Entry]:
    global _made
    known, of_cycle, entries = _made
    if known is not reference or of_cycle != cycle:
        entries = [] if reference is None else list(_things_of(reference, cycle))
        _made = (reference, cycle, entries)
    return entries


def _by_points(scored: tuple[int, Rank, int, _Entry]) -> tuple[int, Rank, int]:
    return scored[:3]


def _by_kind(hit: Hit) -> int:
    return 0 if hit.kind == "followup" else 1


def _written_hit(row: tuple[Any, ...], found: Pattern[str]) -> Hit:
    _doc, key, unit, title, body, _tags, kind, day = row
    excerpt, ranges = fold.excerpt(body, found)
    if kind != "note" and not ranges and title:
        excerpt, ranges = fold.excerpt(title, found)
    return Hit(
        kind, key, unit[:4], unit[5:], fold.one_line(title) or excerpt, excerpt, ranges, day=values.day(day or None)
    )


def _things_of(reference: Reference, cycle: str | None) -> Iterator[_Entry]:
    for region in sorted(reference.regions, key=lambda region: (region.name, region.kind)):
        shown = f"{region.full_name} · {region.province} · {region.code}"
        kind = "kota" if region.kind == "kota" else "kabupaten kab"
        matched = f"{region.name} {region.province} {kind}"
        yield _entry("region", region.code, region.full_name, region.full_name, shown, matched)
    for known in reference.cycles:
        if known.id == cycle:
            yield from _things_in(known.instrument)


def _things_in(instrument: Instrument) -> Iterator[_Entry]:
    indicators = [indicator for component in instrument.components for indicator in component.indicators]
    for indicator in indicators:
        yield _titled("indicator", indicator)
    for indicator in indicators:
        for item in indicator.items:
            yield _titled("item", item)


def _titled(kind: Literal["indicator", "item"], thing: Titled) -> _Entry:
    return _entry(
        kind, thing.id, thing.title, thing.title_en, f"{thing.id} {thing.title}", f"{thing.title} {thing.title_en}"
    )


def _entry(
    kind: Literal["region", "indicator", "item"], key: str, title: str, title_en: str, shown: str, matched: str
) -> _Entry:
    code, words = fold.words(key), fold.words(matched)
    return _Entry(kind, key, title, title_en, shown, code, words, " ".join((*code, *words)))


def _points(entry: _Entry, terms: list[str]) -> int:
    """How well an entry meets all ``terms``: 0 when one of them is missing."""
    if not all(term in entry.all for term in terms):
        return 0
    if terms == entry.code[: len(terms)]:
        return 1000 if len(terms) == len(entry.code) else 50
    points = 0
    for term in terms:
        best = 0
        for place, word in enumerate((*entry.code, *entry.words)):
            if word == term:
                best = max(best, 12 - min(place, 4))
            elif word.startswith(term):
                best = max(best, 8 - min(place, 4))
            elif len(term) > 2 and term in word:
                best = max(best, 1)
        if not best:
            return 0
        points += best
    return points


def _hit(entry: _Entry, found: Pattern[str], cycle: str | None) -> Hit:
    shown = entry.shown
    ranges = fold.ranges(shown, found)
    if not ranges and entry.kind != "region":
        shown = f"{entry.key} {entry.title_en}"
        ranges = fold.ranges(shown, found)
    region = entry.key if entry.kind == "region" else None
    return Hit(entry.kind, entry.key, cycle, region, entry.title, shown, ranges, entry.title_en)
