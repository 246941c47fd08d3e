"""The end of a writing transaction: counter, marks and the log's chain (``design: sync``, server rules 1, 4 and 6).

The counter row is locked first and changed last. What a commit writes is written in between, once and with its number,
and the lock is held until COMMIT, so that the order of numbers is the order of commits, on SQLite and PostgreSQL.
Reading and judging, which take longer, come before. Two requests that write the same operation, or make the same row,
meet at the counter, so that neither waits for the other with the counter in its hands.
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
    digest = digest_of(entries)
    mark = random_mark()
    # From here on nothing but writing: the counter's lock is held until COMMIT.
    before, previous, version = connection.execute(_LOCK_HEAD).one()
    seq = before + count
    new = [_row(row, before) for row in rows if row.new]
    if new:
        connection.execute(_INSERT_ROW, new)
    changed = [_row(row, before) for row in rows if not row.new]
    if changed:
        connection.execute(_UPDATE_ROW, changed)
    if entries:
        connection.execute(_INSERT_LOG, [{**entry._asdict(), "seq": before + i} for i, entry in enumerate(entries, 1)])
    for other in others:
        matches = [other.table.c[name] == value for name, value in other.where.items()]
        connection.execute(update(other.table).where(*matches).values(seq=before + other.number))
    chain = chained(previous, digest, seq)
    if reference:
        # By chance: what a server has in mind of a history that was lost is no version of the one after it.
        version += 1 + secrets.randbelow(_STEP)
    connection.execute(_INSERT_MARK, {"seq": seq, "mark": mark, "digest": digest, "chain": chain})
    connection.execute(_WRITE_HEAD, {"s": seq, "m": mark, "c": chain, "v": version})
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


def _row(row: Changed, before: int) -> dict[str, Any]:
    crc = row_crc(row.kind, row.key, row.rev)
    made: dict[str, Any] = {"seq": before + row.number, "rev": row.rev, "crc": crc, "data": row.data}
    if row.new:
        return {"kind": row.kind, "key": row.key, "unit": row.unit, "creator": row.creator, **made}
    return {"k": row.kind, "y": row.key, **made}


def _this_row() -> ColumnElement[bool]:
    return (ROW.c.kind == bindparam("k")) & (ROW.c.key == bindparam("y"))


_READ_HEAD: Final = select(HEAD.c.seq, HEAD.c.mark, HEAD.c.reference)
_READ_MARK: Final = select(MARK.c.mark).where(MARK.c.seq == bindparam("at"))
_INSERT_ROW: Final = insert(ROW)
_UPDATE_ROW: Final = (
    update(ROW)
    .where(_this_row())
    .values(seq=bindparam("seq"), rev=bindparam("rev"), crc=bindparam("crc"), data=bindparam("data"))
)
_INSERT_LOG: Final = insert(LOG)
_LOCK_HEAD: Final = select(HEAD.c.seq, HEAD.c.chain, HEAD.c.reference).with_for_update()
_INSERT_MARK: Final = insert(MARK)
_WRITE_HEAD: Final = update(HEAD).values(
    seq=bindparam("s"), mark=bindparam("m"), chain=bindparam("c"), reference=bindparam("v")
)
