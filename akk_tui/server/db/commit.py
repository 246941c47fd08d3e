"""The end of a writing transaction: counter, marks and the log's chain (``design: sync``, server rules 1, 4 and 6).

Rows and log entries are written first, without a number. The counter row is changed by the last statements before
COMMIT; its lock is held from there, so that the order of numbers is the order of commits, on SQLite and PostgreSQL.
"""

from __future__ import annotations

import hashlib
import secrets
from binascii import crc32
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, ColumnElement, Connection, insert, select, Table, update

from akk_tui.contract.codec import encode
from akk_tui.server.db.tables import HEAD, LOG, MARK, ROW

_STEP: Final = 1 << 32
"""The most by which a version of the reference data is above the one before; the column takes two thousand million."""
GENESIS: Final = "0" * 64
"""The chain before the first commit."""


class Head(NamedTuple):
    """The newest commit; ``reference`` is the version of the reference data, which grows with each of their changes."""

    seq: int
    mark: str
    reference: int

    @property
    def witness(self) -> tuple[int, str]:
        return self.seq, self.mark


class Entry(NamedTuple):
    """An operation to be logged; its place in the list is its place in the commit."""

    op: str
    officer: str
    at: str
    kind: str
    key: str
    result: str
    body: str


class Changed(NamedTuple):
    """A row as it is to be stored. ``number`` counts from 1 within the commit: the last operation that touched it."""

    kind: str
    key: str
    unit: str
    rev: int
    creator: str
    data: str
    number: int
    new: bool


class Numbered(NamedTuple):
    """Another row that takes a number of the commit: its table, the columns that name it, and its place."""

    table: Table
    where: dict[str, str]
    number: int


def random_mark() -> str:
    """64 random bits in hex."""
    return secrets.token_hex(8)


def read_head(connection: Connection) -> Head:
    """The newest commit as this transaction sees it."""
    seq, mark, reference = connection.execute(_READ_HEAD).one()
    return Head(seq, mark, reference)


def knows(connection: Connection, witness: tuple[int, str]) -> bool:
    """Whether ``witness`` is a commit of this history."""
    return connection.execute(_READ_MARK, {"at": witness[0]}).scalar() == witness[1]


def found(connection: Connection) -> None:
    """Write the head and the first mark of an empty history."""
    mark = random_mark()
    connection.execute(insert(HEAD), {"id": 1, "seq": 0, "mark": mark, "chain": GENESIS, "reference": 1})
    connection.execute(insert(MARK), {"seq": 0, "mark": mark, "digest": GENESIS, "chain": GENESIS})


def commit(
    connection: Connection,
    *,
    rows: Sequence[Changed] = (),
    entries: Sequence[Entry] = (),
    others: Sequence[Numbered] = (),
    count: int,
    reference: bool = False,
) -> Head:
    """Write ``rows`` and ``entries`` and number them, and ``others``, with the next ``count`` numbers.

    ``reference`` tells that reference data changed. The caller ends the transaction with nothing in between.
    Returns the head that this commit makes: ``head.seq - count + number`` is the number of each part.
    """
    new = [_row(row) for row in rows if row.new]
    if new:
        connection.execute(_INSERT_ROW, new)
    changed = [_row(row) for row in rows if not row.new]
    if changed:
        connection.execute(_UPDATE_ROW, changed)
    if entries:
        connection.execute(_INSERT_LOG, [{**entry._asdict(), "seq": 0} for entry in entries])
    digest = digest_of(entries)
    mark = random_mark()
    # From here on nothing but numbering: the counter's lock is held until COMMIT.
    # A version by chance: what a server has in mind of a history that was lost is no version of the one after it.
    step = 1 + secrets.randbelow(_STEP) if reference else 0
    connection.execute(_TAKE, {"n": count, "b": step, "m": mark})
    seq, previous, version = connection.execute(_READ_TAKEN).one()
    start = seq - count
    if rows:
        connection.execute(_NUMBER_ROW, [{"k": row.kind, "y": row.key, "s": start + row.number} for row in rows])
    if entries:
        connection.execute(_NUMBER_LOG, [{"o": entry.op, "s": start + i} for i, entry in enumerate(entries, 1)])
    for other in others:
        matches = [other.table.c[name] == value for name, value in other.where.items()]
        connection.execute(update(other.table).where(*matches).values(seq=start + other.number))
    chain = chained(previous, digest, seq)
    connection.execute(_INSERT_MARK, {"seq": seq, "mark": mark, "digest": digest, "chain": chain})
    connection.execute(_CHAIN, {"c": chain})
    return Head(seq, mark, version)


def digest_of(entries: Iterable[Entry]) -> str:
    """SHA-256 in hex over a commit's operations with their answers, in order."""
    total = hashlib.sha256()
    for entry in entries:
        total.update(encode([entry.op, entry.officer, entry.at, entry.result, entry.body]) + b"\n")
    return total.hexdigest()


def chained(previous: str, digest: str, seq: int) -> str:
    """The log's chain after a commit: SHA-256 of previous, digest and the commit's last number (8 bytes)."""
    parts = bytes.fromhex(previous) + bytes.fromhex(digest) + seq.to_bytes(8, "big")
    return hashlib.sha256(parts).hexdigest()


def row_crc(kind: str, key: str, rev: int) -> int:
    """The row's part of its unit's checksum (``contract.ids.checksum``)."""
    return crc32(f"{kind}\0{key}\0{rev}".encode())


def _row(row: Changed) -> dict[str, Any]:
    made: dict[str, Any] = {"rev": row.rev, "crc": row_crc(row.kind, row.key, row.rev), "data": row.data}
    if row.new:
        return {"kind": row.kind, "key": row.key, "unit": row.unit, "creator": row.creator, "seq": 0, **made}
    return {"k": row.kind, "y": row.key, **made}


def _this_row() -> ColumnElement[bool]:
    return (ROW.c.kind == bindparam("k")) & (ROW.c.key == bindparam("y"))


_READ_HEAD: Final = select(HEAD.c.seq, HEAD.c.mark, HEAD.c.reference)
_READ_MARK: Final = select(MARK.c.mark).where(MARK.c.seq == bindparam("at"))
_INSERT_ROW: Final = insert(ROW)
_UPDATE_ROW: Final = (
    update(ROW).where(_this_row()).values(rev=bindparam("rev"), crc=bindparam("crc"), data=bindparam("data"))
)
_NUMBER_ROW: Final = update(ROW).where(_this_row()).values(seq=bindparam("s"))
_INSERT_LOG: Final = insert(LOG)
_NUMBER_LOG: Final = update(LOG).where(LOG.c.op == bindparam("o")).values(seq=bindparam("s"))
_TAKE: Final = update(HEAD).values(
    seq=HEAD.c.seq + bindparam("n"), reference=HEAD.c.reference + bindparam("b"), mark=bindparam("m")
)
_READ_TAKEN: Final = select(HEAD.c.seq, HEAD.c.chain, HEAD.c.reference)
_INSERT_MARK: Final = insert(MARK)
_CHAIN: Final = update(HEAD).values(chain=bindparam("c"))
