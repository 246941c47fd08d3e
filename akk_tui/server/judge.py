"""A push: each operation judged for itself, by value (``design: sync``, server rules 2 and 3).

Judging works on the rows in memory, and an operation changes them only when it is accepted, all or nothing; one
transaction then writes what all accepted operations of the request made. Nothing is written before that, so that an
operation that fails leaves no trace (what a savepoint for each would do, without its two statements).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, Connection, select

from akk_tui.contract import fields, ids
from akk_tui.contract.codec import decode, Malformed
from akk_tui.contract.errors import BadKey
from akk_tui.contract.records import Operation, Present, Refusal, Result, Uuid
from akk_tui.contract.states import repack, unpack
from akk_tui.contract.text import clean, Line
from akk_tui.server import rights, scope
from akk_tui.server.auth import Signed
from akk_tui.server.catalogue import Catalogue, KnownCycle
from akk_tui.server.clock import now_text
from akk_tui.server.db.commit import Changed, commit, Entry, Head, knows, read_head
from akk_tui.server.db.tables import LOG, REGION, ROW
from akk_tui.server.errors import Diverged

_BODY: Final = msgspec.json.Encoder(order="deterministic")
_LOG: Final = logging.getLogger("akk_server")


class Unread(NamedTuple):
    """A line that is no operation but names its id."""

    op: str
    reason: str


class _Named(msgspec.Struct):
    """What can be read of a line that is no operation."""

    op: Uuid


def read(line: bytes) -> Operation | Unread:
    """The operation on a line; raises Malformed for a line that does not even name its id."""
    try:
        return decode(Operation, line)
    except Malformed as cause:
        return Unread(decode(_Named, line).op, str(cause.params["reason"]))


class Answer(NamedTuple):
    """The answer to one operation; ``number`` is its place in this commit, ``seq`` the number it has already."""

    op: str
    result: Result
    detail: Present | Refusal | None = None
    seq: int = 0
    number: int = 0


_Line = tuple[str, Result, int, Present | Refusal | None]


class Pushed(NamedTuple):
    """The answers to a request, numbered, and the head after it."""

    answers: list[_Line]
    head: Head
    at: str


class _Row:
    """One row while a request is judged."""

    __slots__ = ("changed", "creator", "data", "key", "kind", "new", "number", "rev", "unit")

    def __init__(self, kind: str, key: str, unit: str, rev: int, creator: str | None, data: dict[str, Any]) -> None:
        self.kind = kind
        self.key = key
        self.unit = unit
        self.rev = rev
        self.creator = creator
        self.data = data
        self.new = creator is None
        self.changed = False
        self.number = 0

    @property
    def exists(self) -> bool:
        return self.rev > 0


class _Stored(NamedTuple):
    officer: str
    result: Result
    body: str
    seq: int
    number: int


def push(
    connection: Connection,
    catalogue: Catalogue,
    signed: Signed,
    sent: Sequence[Operation | Unread],
    witness: tuple[int, str] | None,
    *,
    beyond: bool = False,
    again: bool = False,
    note: Callable[[Sequence[Answer], int], None] | None = None,
) -> Pushed:
    """Judge and, where accepted, carry out ``sent`` in the caller's writing transaction; raises Diverged.

    ``beyond``: units out of the officer's scope count as given to write, though nothing is told of what stands there.
    ``again``: some may have been accepted by a history of this server that was lost.
    ``note`` gets the answers and how many of them are new, before the commit that ends the transaction.
    """
    head = read_head(connection)
    if witness is not None and not knows(connection, witness):
        raise Diverged
    cycles = catalogue.cycles(connection, head.reference)
    judge = Judge(connection, cycles, signed, sent, beyond=beyond, again=again)
    answers = [judge.answer(one) for one in sent]
    if note is not None:
        note([one for one in answers if one is not None], len(judge.entries))
    if judge.entries:
        head = commit(
            connection,
            rows=judge.changed(),
            entries=judge.entries,
            count=len(judge.entries),
            reference=judge.stages_changed,
        )
    start = head.seq - len(judge.entries)
    made: list[_Line] = [
        (answer.op, answer.result, start + answer.number if answer.number else answer.seq, answer.detail)
        for answer in answers
        if answer is not None
    ]
    return Pushed(made, head, judge.at)


class Judge:
    """The operations of one request against what the database holds, read once at the start."""

    def __init__(
        self,
        connection: Connection,
        cycles: dict[str, KnownCycle],
        signed: Signed,
        sent: Iterable[Operation | Unread],
        *,
        beyond: bool = False,
        again: bool = False,
    ) -> None:
        self._again = again
        operations = [one for one in sent if isinstance(one, Operation)]
        self.at = now_text()
        self.entries: list[Entry] = []
        self.stages_changed = False
        self._connection = connection
        self._cycles = cycles
        self._signed = signed
        # First the rows, whose locks wait for whoever writes them: only then is it sure that the answers to the same
        # operations, sent a second time while the first was under way, are all there.
        self._rows = _read_rows(connection, operations)
        self._stored = _read_stored(connection, operations)
        units = {row.unit for row in self._rows.values()}
        units |= {place.unit for op in operations if (place := _place(op))}
        self._scope = scope.some(connection, signed.name, units)
        self._beyond = self._known(units - set(self._scope)) if beyond else frozenset[str]()

    def answer(self, sent: Operation | Unread) -> Answer | None:
        """The answer to one operation; None when judging it failed, so that it stays in its author's queue."""
        if isinstance(sent, Unread):
            return Answer(sent.op, "rejected", Refusal(code="bad_value", detail=Line(sent.reason)))
        body = _BODY.encode(sent).decode()
        stored = self._stored.get(sent.op)
        if stored is not None:
            if stored.officer != self._signed.name or not _same_operation(stored.body, body):
                return Answer(sent.op, "rejected", Refusal(code="op_taken"))
            return Answer(sent.op, stored.result, None, stored.seq, stored.number)
        try:
            return self._judged(sent, body)
        except rights.Refuse as refuse:
            return Answer(sent.op, "rejected", Refusal(code=refuse.code, detail=Line(clean(refuse.detail)[:300])))
        except Exception:
            _LOG.exception("operation %s cannot be judged", sent.op)
            return None

    def changed(self) -> list[Changed]:
        """The rows that accepted operations changed."""
        return [
            Changed(row.kind, row.key, row.unit, row.rev, row.creator or "", encode_data(row.data), row.number, row.new)
            for row in self._rows.values()
            if row.changed
        ]

    def _judged(self, op: Operation, body: str) -> Answer:
        rights.check_form(op, len(body.encode()))
        row = self._rows.get((op.kind, op.key)) or self._absent(op)
        entry = self._entry(row.unit) if row is not None else None
        # To the eye a row that is not there, a unit that is not there and one out of scope are the same.
        if row is None or entry is None:
            if op.kind in rights.PLACED and op.was is not None and self._waits(op):
                return Answer(op.op, "wait")
            return Answer(op.op, "forbidden", Refusal(code="scope"))
        cycle = self._cycles[row.unit[:4]]
        who = rights.Who(self._signed.name, self._signed.officer.role, entry.write)
        rights.check_rights(op, who, rights.Target(row.data, row.creator), cycle_open=cycle.open)
        rights.check_instrument(op, cycle.look)
        if self._waits(op):
            return Answer(op.op, "wait")
        answer = self._by_value(op, row, cycle, body)
        if answer.result == "conflict" and row.unit in self._beyond:
            # A row out of scope never leaves the server.
            return Answer(op.op, "forbidden", Refusal(code="scope"))
        return answer

    def _entry(self, unit: str) -> scope.Entry | None:
        return scope.Entry(unit, True, 0) if unit in self._beyond else self._scope.get(unit)

    def _known(self, units: Iterable[str]) -> frozenset[str]:
        """Those of ``units`` whose cycle and region are there."""
        wanted = [unit for unit in units if unit[:4] in self._cycles]
        codes = set(self._connection.execute(_REGIONS, {"c": [unit[5:] for unit in wanted]}).scalars())
        return frozenset(unit for unit in wanted if unit[5:] in codes)

    def _absent(self, op: Operation) -> _Row | None:
        """The row that ``op`` creates or, where rows need no creation, the empty one; None when it cannot be."""
        place = _place(op)
        return None if place is None else _Row(op.kind, op.key, place.unit, 0, None, {})

    def _waits(self, op: Operation) -> bool:
        if op.prev is None:
            return False
        stored = self._stored.get(op.prev)
        return stored is None or stored.officer != self._signed.name

    def _by_value(self, op: Operation, row: _Row, cycle: KnownCycle, body: str) -> Answer:
        now = {name: _value(row, name, cycle) for name in op.set}
        wanted = {name: _or_empty(op.kind, name, value) for name, value in op.set.items()}
        if op.was is None:
            result: Result = "applied" if not row.exists else "same" if _same(now, wanted) else "conflict"
        else:
            was = {name: _or_empty(op.kind, name, value) for name, value in op.was.items()}
            result = "applied" if _same(now, was) else "same" if _same(now, wanted) else "conflict"
            if not row.exists and op.kind == "score":
                result = "conflict"
        gone = row.data.get("deleted") is True and "deleted" not in op.set
        if gone and op.kind != "note":
            result = "conflict"
        if result == "conflict":
            present: dict[str, Any] | None = {**now, "deleted": True} if gone else now
            if not row.exists and op.kind in rights.CREATED:
                present = None
            return Answer(op.op, "conflict", self._present(op, row, present, gone=gone))
        number = len(self.entries) + 1
        if result == "applied" and op.was is not None and _same(now, wanted):
            result = "same"
        if result == "applied" and op.was is not None and self._again and (later := self._confirmed(op)) is not None:
            told = Present(now=now, by=Line(later.officer), at=Line(later.at), rev=row.rev, later=True)
            return Answer(op.op, "conflict", told)
        if result == "applied":
            self._apply(op, row, cycle, wanted, number)
        self.entries.append(Entry(op.op, self._signed.name, self.at, op.kind, op.key, result, body))
        self._stored[op.op] = _Stored(self._signed.name, result, body, 0, number)
        return Answer(op.op, result, None, 0, number)

    def _confirmed(self, op: Operation) -> Any:
        """The log's entry of a colleague who had seen more of the row and then chose what stands here; else None.

        In the history that was lost the colleague's choice came after this operation. It is here already only because
        the restored server never had what it took back.
        """
        for entry in self._logged(op, "same"):
            body = decode(dict[str, Any], entry.body)
            more = (body.get("rev") or 0) > (op.rev or 0)
            if entry.officer != self._signed.name and more and op.set.keys() & (body.get("set") or {}).keys():
                return entry
        return None

    def _logged(self, op: Operation, result: Result) -> Any:
        """What the log holds of the row with that answer, the newest first."""
        return self._connection.execute(_LOGGED, {"kind": op.kind, "key": op.key, "result": result})

    def _present(self, op: Operation, row: _Row, now: dict[str, Any] | None, *, gone: bool) -> Present:
        """What stands there, and who put it there: the newest operation on these fields, else on the row."""
        names = {*op.set, "deleted"} if gone else set(op.set)
        for entry in reversed(self.entries):
            if (entry.kind, entry.key) == (op.kind, op.key) and names & _fields_of(entry.body):
                return _told(now, entry.officer, entry.at, row.rev)
        for entry in self._logged(op, "applied"):
            if names & _fields_of(entry.body):
                return _told(now, entry.officer, entry.at, row.rev)
        return _told(now, row.data.get("by"), row.data.get("at"), row.rev)

    def _apply(self, op: Operation, row: _Row, cycle: KnownCycle, wanted: dict[str, Any], number: int) -> None:
        data = dict(row.data)
        for name, value in wanted.items():
            _put(data, op.kind, name, value, cycle)
        if op.kind == "note" and data.get("deleted"):
            for name in ("title", "body", "tags"):
                data.pop(name, None)
        data.pop("by", None)
        data.pop("at", None)
        row.data = {**data, "by": self._signed.name, "at": self.at}
        row.creator = row.creator or self._signed.name
        row.rev += 1
        row.changed = True
        row.number = number
        self._rows[(row.kind, row.key)] = row
        if op.kind == "standing" and "stage" in op.set:
            self.stages_changed = True


def encode_data(data: dict[str, Any]) -> str:
    """A row's data as it is stored and sent: fields in a fixed order, which compresses best."""
    return _BODY.encode(data).decode()


def _same_operation(stored: str, sent: str) -> bool:
    """Whether two bodies are one operation: a client may clear ``prev`` when it no longer holds that operation."""
    if stored == sent:
        return True
    one, other = (decode(dict[str, Any], body) for body in (stored, sent))
    return _same({**one, "prev": None}, {**other, "prev": None})


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal values of equal types (True is not 1)."""
    return _BODY.encode(one) == _BODY.encode(other)


def _or_empty(kind: str, name: str, value: Any) -> Any:
    return fields.empty(kind, name) if value is None else value


def _value(row: _Row, name: str, cycle: KnownCycle) -> Any:
    """The present value of a field; item states come out of the packed string."""
    if row.kind == "assessment" and name.startswith("item."):
        return unpack(row.data.get("items", ""), cycle.look.items[name[5:]].pos)
    return row.data.get(name, fields.empty(row.kind, name))


def _put(data: dict[str, Any], kind: str, name: str, value: Any, cycle: KnownCycle) -> None:
    if kind == "assessment" and name.startswith("item."):
        packed = repack(data.get("items", ""), cycle.look.items[name[5:]].pos, value)
        data["items"] = packed
        data["instrument"] = cycle.look.instrument.version
        if not packed:
            del data["items"], data["instrument"]
    elif value is None:
        data.pop(name, None)
    else:
        data[name] = value


def _fields_of(body: str) -> set[str]:
    """The fields that a logged operation set; what an administrator loaded names none."""
    return set(decode(dict[str, Any], body).get("set") or ())


def _told(now: dict[str, Any] | None, by: str | None, at: str | None, rev: int) -> Present:
    return Present(now=now, by=None if by is None else Line(by), at=None if at is None else Line(at), rev=rev)


def _place(op: Operation) -> ids.Place | None:
    """The place that the key, or a creation, names; None when neither does, whatever stands in them."""
    try:
        place = ids.place(op.kind, op.key)
    except BadKey:
        return None
    cycle, region = op.set.get("cycle"), op.set.get("region")
    if place is None and op.was is None and isinstance(cycle, str) and isinstance(region, str):
        return ids.Place(cycle, region, "") if ids.CYCLE.match(cycle) and ids.REGION.match(region) else None
    return place


def _key_is_readable(op: Operation) -> bool:
    try:
        ids.place(op.kind, op.key)
    except BadKey:
        return False
    return True


def _read_stored(connection: Connection, operations: Sequence[Operation]) -> dict[str, _Stored]:
    names = {op.op for op in operations} | {op.prev for op in operations if op.prev is not None}
    rows = connection.execute(_STORED, {"o": sorted(names)}) if names else ()
    return {row.op: _Stored(row.officer, row.result, row.body, row.seq, 0) for row in rows}


def _read_rows(connection: Connection, operations: Sequence[Operation]) -> dict[tuple[str, str], _Row]:
    keys = sorted({op.key for op in operations if _key_is_readable(op)})
    rows = connection.execute(_ROWS, {"k": keys}) if keys else ()
    return {
        (row.kind, row.key): _Row(row.kind, row.key, row.unit, row.rev, row.creator, decode(dict[str, Any], row.data))
        for row in rows
    }


_LOGGED: Final = (
    select(LOG.c.officer, LOG.c.at, LOG.c.body)
    .where(LOG.c.key == bindparam("key"), LOG.c.kind == bindparam("kind"), LOG.c.result == bindparam("result"))
    .order_by(LOG.c.seq.desc())
    .limit(500)
)
_REGIONS: Final = select(REGION.c.code).where(REGION.c.code.in_(bindparam("c", expanding=True)))
_STORED: Final = select(LOG.c.op, LOG.c.officer, LOG.c.result, LOG.c.body, LOG.c.seq).where(
    LOG.c.op.in_(bindparam("o", expanding=True))
)
# Locked in the order of their keys, so that two requests cannot wait for each other.
_ROWS: Final = (
    select(ROW.c.kind, ROW.c.key, ROW.c.unit, ROW.c.rev, ROW.c.creator, ROW.c.data)
    .where(ROW.c.key.in_(bindparam("k", expanding=True)))
    .order_by(ROW.c.key, ROW.c.kind)
    .with_for_update()
)
