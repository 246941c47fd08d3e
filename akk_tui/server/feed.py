"""The lines of a pull: which rows, in which order, with which commit points (``design: sync``, Calls).

Everything is read from one snapshot, at most ``PULL_ROWS`` rows of it, and is ready to be sent before the snapshot is
given back: a slow client holds no database thread. Row data is stored as JSON text and is never decoded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, cast, Final, NamedTuple

from sqlalchemy import bindparam, Connection, func, select

from akk_tui.contract.codec import encode
from akk_tui.contract.ids import scope_digest
from akk_tui.contract.limits import POINT_ROWS, PULL_ROWS
from akk_tui.contract.records import ChunkLine, EndLine, Grant, MoreLine, PullHead, PullRequest
from akk_tui.server import scope
from akk_tui.server.auth import Signed
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.commit import Head, knows, read_head
from akk_tui.server.db.tables import ROW
from akk_tui.server.errors import Diverged

_SHRINKS_TO: Final = 0.2
"""What is left of row lines after gzip, as an estimate for the progress bar."""


class Chunk(NamedTuple):
    """Row lines with the commit point that ends them; ``seq`` is the newest number in it."""

    body: bytes
    rows: int
    seq: int


class Feed(NamedTuple):
    """One answer: its first line, its chunks, its last line."""

    head: bytes
    chunks: list[Chunk]
    last: bytes


_FEW_UNITS: Final = 100
"""So many units are read without counting their rows first: most often all of them fit into one answer."""
_Row = tuple[int, str, str, int, str, str, int]
"""seq, kind, key, rev, data, unit, crc"""


class _Cursor(NamedTuple):
    unit: str
    seq: int


def pull(connection: Connection, catalogue: Catalogue, signed: Signed, request: PullRequest) -> Feed:
    """The answer to ``request`` from the caller's snapshot; raises Diverged."""
    head = read_head(connection)
    if request.witness is not None and not knows(connection, request.witness):
        raise Diverged
    entries = scope.whole(connection, signed.name)
    cycles = catalogue.cycles(connection, head.reference)
    wanted = set(request.want.cycles) or {cycle.id for cycle in cycles.values() if cycle.open}
    regions = set(request.want.regions)
    same = request.scope == scope_digest((entry.unit, entry.write) for entry in entries)
    cursors = [
        _Cursor(entry.unit, _cursor(request, signed, entry, cycles[entry.unit[:4]].seq, same=same))
        for entry in entries
        if entry.unit[:4] in wanted and (not regions or entry.unit[5:] in regions)
    ]
    fresh = [cursor for cursor in cursors if request.at == 0 or cursor.seq != request.at]
    fresh_units = {cursor.unit for cursor in fresh}
    rest = [cursor.unit for cursor in cursors if cursor.unit not in fresh_units]
    writer = _Writer(head)
    read = _Reader(connection)
    # A unit that stands at the head already has nothing to say, also no cursor.
    behind = [cursor for cursor in fresh if cursor.seq < head.seq]
    total = read.counted(behind)
    whole = read.fresh(behind, writer)
    if whole:
        before = writer.sent
        whole = read.rest(rest, request.at, writer)
        total += writer.sent - before if whole else read.waiting(rest, request.at)
    else:
        total += read.waiting(rest, request.at)
    if whole:
        asked = cursors if request.sums or request.at == 0 else fresh
        units = {cursor.unit for cursor in asked} | writer.units
        last = encode(EndLine(end=head.seq, sum=read.sums(units)))
    else:
        last = encode(MoreLine(more=writer.seq))
    first = PullHead(
        head=head.witness,
        scope=() if same else tuple(Grant(unit=entry.unit, write=entry.write) for entry in entries),
        same_scope=same,
        reference=catalogue.etag(connection, signed.officer, head.reference),
        rows=total,
        bytes_est=writer.estimate(total),
        fresh=tuple(cursor.unit for cursor in fresh if not (same and _named(request, cursor.unit))),
    )
    return Feed(encode(first) + b"\n", writer.chunks, last + b"\n")


def _named(request: PullRequest, unit: str) -> bool:
    """Whether the request itself tells that the unit is read from its own cursor."""
    return request.at == 0 or unit in request.behind or _span(request, unit) is not None


def _span(request: PullRequest, unit: str) -> int | None:
    for first, last, seq in request.spans:
        if first <= unit <= last:
            return seq
    return None


def _cursor(request: PullRequest, signed: Signed, entry: scope.Entry, opened: int, *, same: bool) -> int:
    """Where the unit stands: named in ``behind``, else by its span, else at ``at``; at 0 when it was given since.

    With the ``same`` scope a span names units that the client has, each at that number.
    """
    behind = request.behind.get(entry.unit)
    if behind is not None:
        return behind
    span = _span(request, entry.unit)
    if span is not None and same:
        return span
    at = request.at if span is None else span
    return 0 if max(entry.seq, signed.seq, opened) > at else at


class _Writer:
    """Collects row lines and cuts them into chunks."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.chunks: list[Chunk] = []
        self.units: set[str] = set()
        self.seq = 0
        self.sent = 0
        self._lines: list[str] = []
        self._ended: dict[str, int] = {}

    @property
    def left(self) -> int:
        """How many rows this answer may still take."""
        return PULL_ROWS - self.sent - len(self._lines)

    def _row(self, row: _Row) -> None:
        self.seq, kind, key, rev, data, _, _ = row
        self._lines.append(f'[{self.seq},"{kind}","{key}",{rev},{data}]\n')

    def fresh_unit(self, unit: str, rows: Sequence[_Row], *, whole: bool) -> None:
        """All rows of one unit; ``whole`` tells that none is left."""
        self.units.add(unit)
        for row in rows:
            self._row(row)
            if len(self._lines) >= POINT_ROWS:
                self._ended[unit] = row[0]
                self.cut()
        if whole:
            self._ended[unit] = self.head.seq
        elif rows and self._lines:
            self._ended[unit] = self.seq
        if len(self._lines) >= POINT_ROWS:
            self.cut()

    def rest_row(self, row: _Row) -> None:
        self.units.add(row[_UNIT])
        self._row(row)
        if len(self._lines) >= POINT_ROWS:
            self.cut(row[0])

    def cut(self, seq: int | None = None) -> None:
        """End a chunk with the cursors of the units in it or, for the rows of all other units, with one number."""
        if not self._lines and not self._ended:
            return
        point = ChunkLine(chunk=dict(self._ended) if seq is None else seq)
        body = "".join(self._lines).encode() + encode(point) + b"\n"
        self.chunks.append(Chunk(body, len(self._lines), self.seq))
        self.sent += len(self._lines)
        self._lines.clear()
        self._ended.clear()

    def estimate(self, total: int) -> int:
        """About how many bytes ``total`` rows are on the wire."""
        if not self.sent:
            return 0
        raw = sum(len(chunk.body) for chunk in self.chunks)
        return int(raw * _SHRINKS_TO * total / self.sent)


class _Reader:
    """The queries of a pull, in one snapshot."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._count: dict[str, int] = {}
        self._held: dict[str, list[_Row]] = {}
        self._sums: dict[str, int] = {}

    def counted(self, fresh: Sequence[_Cursor]) -> int:
        """Count the rows past the cursor of each fresh unit; returns the total."""
        for seq, units in _runs(fresh):
            if len(units) > _FEW_UNITS or not self._holds(units, seq):
                rows = self._connection.execute(_COUNT_EACH, {"u": units, "s": seq})
                self._count.update((row.unit, row.n) for row in rows)
        return sum(self._count.values())

    def _holds(self, units: list[str], seq: int) -> bool:
        """Read the rows past ``seq`` of ``units``; False when they do not fit into one answer with those before."""
        most = PULL_ROWS - sum(map(len, self._held.values()))
        rows = self._read(_SELECT_SOME, {"u": units, "s": seq, "n": most + 1})
        if len(rows) > most:
            return False
        by_unit = _by_unit(units, rows)
        self._held.update(by_unit)
        self._count.update((unit, len(its)) for unit, its in by_unit.items())
        if seq == 0:
            self._sums.update((unit, sum(map(_crc, its))) for unit, its in by_unit.items())
        return True

    def waiting(self, units: list[str], at: int) -> int:
        """How many rows past ``at`` the other units hold."""
        return self._connection.execute(_COUNT_ALL, {"u": units, "s": at}).scalar_one() if units else 0

    def fresh(self, fresh: Sequence[_Cursor], writer: _Writer) -> bool:
        """Write the fresh units one by one; False when the answer was full before the last row."""
        for seq, units in _runs(fresh):
            for some in self._portions(units, writer):
                found = self._rows_of(some, seq, writer.left)
                for unit in some:
                    rows = found.get(unit, [])
                    whole = len(rows) == self._count.get(unit, 0)
                    writer.fresh_unit(unit, rows, whole=whole)
                    if not whole:
                        writer.cut()
                        return False
        writer.cut()
        return True

    def _rows_of(self, units: list[str], seq: int, most: int) -> dict[str, list[_Row]]:
        """By unit the rows past ``seq`` in order; of a unit alone not more than ``most``."""
        if units[0] in self._held:
            return {unit: self._held[unit][:most] for unit in units}
        taken = [unit for unit in units if self._count.get(unit)]
        if len(taken) == 1:
            return {taken[0]: list(self._read(_SELECT_ONE, {"u": taken, "s": seq, "n": most}))}
        return _by_unit(taken, self._read(_COLUMNS, {"u": taken, "s": seq})) if taken else {}

    def _portions(self, units: Sequence[str], writer: _Writer) -> Iterator[list[str]]:
        """``units`` in portions of which all rows fit into the answer, at the end one that does not."""
        portion: list[str] = []
        rows = 0
        for unit in units:
            count = self._count.get(unit, 0)
            if rows + count > writer.left:
                if portion:
                    yield portion
                yield [unit]
                portion, rows = [], 0
                continue
            portion.append(unit)
            rows += count
        if portion:
            yield portion

    def _read(self, query: Any, values: dict[str, Any]) -> Sequence[_Row]:
        return cast("Sequence[_Row]", self._connection.execute(query, values).all())

    def rest(self, units: list[str], at: int, writer: _Writer) -> bool:
        """Write the rows of all other units in the order of their numbers; False when the answer was full."""
        if not units:
            return True
        limit = writer.left
        rows = self._read(_SELECT_ONE, {"u": units, "s": at, "n": limit + 1})
        for row in rows[:limit]:
            writer.rest_row(row)
        whole = len(rows) <= limit
        writer.cut(writer.head.seq if whole else writer.seq)
        return whole

    def sums(self, units: Iterable[str]) -> dict[str, int]:
        """The checksum over all rows of each unit, tombstones included; 0 for one without rows."""
        made = {unit: self._sums.get(unit, 0) for unit in sorted(units)}
        unknown = [unit for unit in made if unit not in self._sums]
        if unknown:
            made.update((unit, int(total)) for unit, total in self._connection.execute(_SUMS, {"u": unknown}))
        return {unit: total & 0xFFFFFFFF for unit, total in made.items()}


def _by_unit(units: Iterable[str], rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    """The rows of each of ``units``, in order."""
    made: dict[str, list[_Row]] = {unit: [] for unit in units}
    for row in rows:
        made[row[_UNIT]].append(row)
    for its in made.values():
        its.sort(key=_number)
    return made


def _runs(cursors: Sequence[_Cursor]) -> Iterator[tuple[int, list[str]]]:
    """``cursors`` in their order, neighbours of the same number together."""
    units: list[str] = []
    seq = 0
    for cursor in cursors:
        if units and cursor.seq != seq:
            yield seq, units
            units = []
        seq = cursor.seq
        units.append(cursor.unit)
    if units:
        yield seq, units


_UNIT: Final = 5
_number: Final = itemgetter(0)
_crc: Final = itemgetter(6)
_IN_UNITS: Final = ROW.c.unit.in_(bindparam("u", expanding=True)) & (ROW.c.seq > bindparam("s"))
_COLUMNS: Final = select(ROW.c.seq, ROW.c.kind, ROW.c.key, ROW.c.rev, ROW.c.data, ROW.c.unit, ROW.c.crc).where(
    _IN_UNITS
)
_COUNT_EACH: Final = select(ROW.c.unit, func.count().label("n")).where(_IN_UNITS).group_by(ROW.c.unit)
_COUNT_ALL: Final = select(func.count()).select_from(ROW).where(_IN_UNITS)
_SELECT_SOME: Final = _COLUMNS.limit(bindparam("n"))
_SELECT_ONE: Final = _COLUMNS.order_by(ROW.c.seq).limit(bindparam("n"))
_SUMS: Final = (
    select(ROW.c.unit, func.sum(ROW.c.crc).label("total"))
    .where(ROW.c.unit.in_(bindparam("u", expanding=True)))
    .group_by(ROW.c.unit)
)
