"""Proof that neither the log of operations nor the audit was changed (``akk-server verify-log``).

Each chain is followed from its first commit or record, and every place where it does not hold is named: a changed,
deleted, swapped or added row. What was cut off at the end, with the head set back to match, shows only against a head
that was exported before (:class:`Heads`); so does a history that was written anew from the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from akk_tui.contract.codec import decode, encode, Malformed
from akk_tui.contract.errors import N_
from akk_tui.server import audit
from akk_tui.server.clock import now_text
from akk_tui.server.db.commit import chained, digest_of, Entry, GENESIS
from akk_tui.server.db.tables import AUDIT, HEAD, LOG, MARK
from akk_tui.server.errors import BadHeadFile

CHANGED: Final = N_("diubah")
MISSING: Final = N_("hilang")
SURPLUS: Final = N_("ditambahkan")
OUT_OF_ORDER: Final = N_("tidak menyambung dengan yang sebelumnya (diubah, ditukar, atau disisipkan)")
CUT: Final = N_("dipotong: ujung yang pernah diekspor tidak ada lagi")
REWRITTEN: Final = N_("ditulis ulang: isinya bukan lagi isi saat ujungnya diekspor")
HEAD_DIFFERS: Final = N_("ujungnya tidak cocok dengan catatan terakhir")

_HEX: Final = re.compile(r"[0-9a-f]{64}\Z")
_PART: Final = 1000


class LogHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest commit of the log of operations."""

    seq: int
    mark: str
    chain: str


class AuditHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest record of the audit."""

    n: int
    hash: str


class Heads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both heads at one moment, to be kept where an intruder of the server does not reach."""

    at: str
    audit: AuditHead
    log: LogHead


class Fault(NamedTuple):
    """One place where a chain does not hold: ``chain`` is ``log`` or ``audit``; numbers from 1; ``what`` in words."""

    chain: str
    first: int
    last: int
    what: str


class Proof(NamedTuple):
    """What was looked at, and what is wrong with it."""

    operations: int
    records: int
    faults: list[Fault]


def heads(connection: Connection) -> Heads:
    """The heads as this snapshot holds them."""
    newest = audit.head(connection)
    seq, mark, chain = connection.execute(select(HEAD.c.seq, HEAD.c.mark, HEAD.c.chain)).one()
    return Heads(now_text(), AuditHead(newest.n, newest.hash), LogHead(seq, mark, chain))


def read_heads(path: Path) -> Heads:
    """Heads that :func:`heads` gave, from a file; raises BadHeadFile."""
    try:
        return decode(Heads, path.read_bytes().strip().rpartition(b"\n")[2])
    except OSError as cause:
        raise BadHeadFile(path=path, reason=cause.strerror or str(cause)) from cause
    except Malformed as cause:
        raise BadHeadFile(path=path, reason=cause.params["reason"]) from cause


def export(connection: Connection) -> Iterator[bytes]:
    """Every record of the audit as a JSON line, oldest first; the last line is the heads."""
    for entry in _records(connection):
        told: dict[str, Any] = {**entry._asdict(), "detail": msgspec.Raw(entry.detail.encode())}
        yield encode(told) + b"\n"
    yield encode(heads(connection)) + b"\n"


def verify(connection: Connection, known: Heads | None = None) -> Proof:
    """Follow both chains in the caller's snapshot, and look for ``known`` heads in them."""
    faults: list[Fault] = []
    operations = _log(connection, None if known is None else known.log, faults)
    records = _audit(connection, None if known is None else known.audit, faults)
    return Proof(operations, records, faults)


def _audit(connection: Connection, known: AuditHead | None, faults: list[Fault]) -> int:
    previous, last, count = audit.GENESIS, 0, 0
    found = known is None or known.n == 0
    for entry in _records(connection):
        if entry.n != last + 1:
            faults.append(Fault("audit", last + 1, entry.n - 1, MISSING))
        # A gap explains a link that does not fit; the record itself is then looked at no further.
        elif not _holds(previous, entry):
            faults.append(Fault("audit", entry.n, entry.n, OUT_OF_ORDER))
        if known is not None and entry.n == known.n:
            found = True
            if entry.hash != known.hash:
                faults.append(Fault("audit", 1, known.n, REWRITTEN))
        previous, last, count = entry.hash, entry.n, count + 1
    newest = audit.head(connection)
    if newest.n > last:
        faults.append(Fault("audit", last + 1, newest.n, MISSING))
    elif newest != (last, previous):
        faults.append(Fault("audit", last, last, HEAD_DIFFERS))
    if not found and known is not None:
        faults.append(Fault("audit", last + 1, known.n, CUT))
    return count


def _holds(previous: str, entry: audit.Record) -> bool:
    try:
        return bool(_HEX.match(previous)) and audit.hash_of(previous, entry) == entry.hash
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return False


def _records(connection: Connection) -> Iterator[audit.Record]:
    columns = [AUDIT.c[name] for name in audit.Record._fields]
    for row in connection.execution_options(yield_per=_PART).execute(select(*columns).order_by(AUDIT.c.n)):
        yield audit.Record(*row)


class _Commit(NamedTuple):
    seq: int
    mark: str
    digest: str
    chain: str


def _log(connection: Connection, known: LogHead | None, faults: list[Fault]) -> int:
    log = _operations(connection)
    waiting = next(log, None)
    chain, last, count, newest = GENESIS, 0, 0, None
    found = known is None
    for commit in _commits(connection):
        entries: list[tuple[int, Entry]] = []
        while waiting is not None and waiting[0] <= commit.seq:
            entries.append(waiting)
            waiting = next(log, None)
        count += len(entries)
        faults += _commit_faults(commit, entries, last)
        linked = commit.chain == (GENESIS if commit.seq == 0 else _chained(chain, commit))
        if not linked:
            faults.append(Fault("log", last + 1, commit.seq, OUT_OF_ORDER))
        if known is not None and commit.seq == known.seq:
            found = True
            if (commit.mark, commit.chain) != (known.mark, known.chain):
                faults.append(Fault("log", 1, known.seq, REWRITTEN))
        chain, last, newest = commit.chain, commit.seq, commit
    while waiting is not None:
        count += 1
        faults.append(Fault("log", waiting[0], waiting[0], SURPLUS))
        waiting = next(log, None)
    seq, mark, chain_now = connection.execute(select(HEAD.c.seq, HEAD.c.mark, HEAD.c.chain)).one()
    if seq > last:
        faults.append(Fault("log", last + 1, seq, MISSING))
    elif newest is None or (seq, mark, chain_now) != (newest.seq, newest.mark, newest.chain):
        faults.append(Fault("log", last, last, HEAD_DIFFERS))
    if not found and known is not None:
        faults.append(Fault("log", last + 1, known.seq, CUT))
    return count


def _commit_faults(commit: _Commit, entries: list[tuple[int, Entry]], last: int) -> Iterator[Fault]:
    """What is wrong inside one commit, which takes all numbers past ``last`` up to its own, one an operation.

    The columns ``kind`` and ``key`` are not in the digest; they repeat what the body says.
    """
    numbers = [number for number, _ in entries]
    expected = range(last + 1, commit.seq + 1)
    missing = sorted(set(expected) - set(numbers))
    surplus = [number for number, before in zip(numbers, [None, *numbers], strict=False) if number == before]
    surplus += [number for number in numbers if number not in expected]
    strays = [number for number, entry in entries if not _agrees(entry)]
    for what, named in ((MISSING, missing), (SURPLUS, surplus), (CHANGED, strays)):
        for number in named:
            yield Fault("log", number, number, what)
    if commit.seq and not (missing or surplus or strays) and _digest([one for _, one in entries]) != commit.digest:
        yield Fault("log", last + 1, commit.seq, CHANGED)


def _agrees(entry: Entry) -> bool:
    try:
        body = decode(dict[str, Any], entry.body)
    except Malformed:
        return False
    return (body.get("kind"), body.get("key")) == (entry.kind, entry.key) and body.get("op", entry.op) == entry.op


def _digest(entries: list[Entry]) -> str:
    try:
        return digest_of(entries)
    except UnicodeEncodeError:
        return ""


def _chained(previous: str, commit: _Commit) -> str:
    if not (_HEX.match(previous) and _HEX.match(commit.digest) and commit.seq >= 0):
        return ""
    return chained(previous, commit.digest, commit.seq)


def _commits(connection: Connection) -> Iterator[_Commit]:
    columns = (MARK.c.seq, MARK.c.mark, MARK.c.digest, MARK.c.chain)
    for row in connection.execution_options(yield_per=_PART).execute(select(*columns).order_by(MARK.c.seq)):
        yield _Commit(*row)


def _operations(connection: Connection) -> Iterator[tuple[int, Entry]]:
    columns = [LOG.c[name] for name in Entry._fields]
    query = select(LOG.c.seq, *columns).order_by(LOG.c.seq, LOG.c.op)
    for row in connection.execution_options(yield_per=_PART).execute(query):
        yield row.seq, Entry(row.op, row.officer, row.at, row.kind, row.key, row.result, row.body)
