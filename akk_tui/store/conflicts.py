"""Fields in conflict: one conflict per field, whatever the number of operations that wait on it.

Base is what the first of them saw, mine the newest value, theirs what stands on the server as far as is known here.
A creation that met another row is in conflict as a whole row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import EllipsisType
from typing import Any, Final, NamedTuple, TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from akk_tui.contract import codec
from akk_tui.contract.errors import BadValue
from akk_tui.contract.fields import canonical, field, group
from akk_tui.store import derived, operations, redo, restored
from akk_tui.store.errors import NoConflict
from akk_tui.store.operations import CREATION, New, Row
from akk_tui.store.shapes import Edit

if TYPE_CHECKING:
    from akk_tui.store.store import Store

CHOICES: Final = ("mine", "theirs", "value")
_MERGE_TRIES: Final = 5
_REFUSED: Final = ("forbidden", "rejected")
_MADE_BY_OPERATION: Final = ("note", "event", "followup", "score")


class Clash(NamedTuple):
    """One field in conflict. ``rows`` are all operations that wait on it, in the author's order.

    ``base``, ``mine`` and ``theirs`` hold the field, or all fields of its group; of a creation all that it set.
    ``base`` is None for a creation, ``theirs`` None when the server has no such row; it has ``deleted`` true when the
    row was deleted there. ``by`` and ``at`` (RFC 3339): who changed the row there last. ``rev``, ``seq`` of theirs.
    ``older``: theirs may be older than base, since the server was restored after the first of them was made. ``later``:
    theirs is what base is, but its officer chose it having seen more; only an answer ends that.
    """

    kind: str
    key: str
    unit: str
    field: str
    rows: tuple[Row, ...]
    base: dict[str, Any] | None
    mine: dict[str, Any]
    theirs: dict[str, Any] | None
    by: str | None
    at: str | None
    seq: int
    older: bool = False
    later: bool = False

    @property
    def newest(self) -> Row:
        return self.rows[-1]


class Conflicts:
    """The conflicts of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def list(self) -> tuple[Clash, ...]:
        """All conflicts, in the order of their first operation."""
        fields = self._db.execute(
            "SELECT kind, key, field FROM outbox WHERE state = 'conflict' GROUP BY kind, key, field ORDER BY min(n)"
        ).fetchall()
        rows = {(kind, key) for kind, key, name in fields if name == CREATION}
        found = (
            self.of_field(kind, key, name) for kind, key, name in fields if name == CREATION or (kind, key) not in rows
        )
        return tuple(clash for clash in found if clash is not None)

    def of_field(self, kind: str, key: str, name: str) -> Clash | None:
        """The conflict of a field (a group by its first field), or of the whole row when its creation is in one."""
        pending = [row for row in operations.on_row(self._db, kind, key) if row.state not in _REFUSED]
        made = any(row.field == CREATION and row.state == "conflict" for row in pending)
        rows = tuple(row for row in pending if made or row.field == name)
        if not any(row.state == "conflict" for row in rows):
            return None
        return self._clash(rows)

    def of_operation(self, op: str) -> Clash:
        """The conflict that an operation is part of; raises NoConflict."""
        found = operations.load(self._db, "op = ?", (op,))
        clash = self.of_field(found[0].kind, found[0].key, found[0].field) if found else None
        if clash is None or all(row.op != op for row in clash.rows):
            raise NoConflict(op=op)
        return clash

    def resolve(
        self,
        op: str,
        choice: str,
        value: dict[str, Any] | None = None,
        *,
        shown: dict[str, Any] | EllipsisType | None = ...,
        step: int | None = None,
        draft: str | None = None,
    ) -> Edit:
        """Answer the conflict that ``op`` is part of with ``mine``, ``theirs`` or a ``value``.

        *Theirs* puts all operations of the field aside; the others make one new operation (for a creation one a
        field that differs) that says it saw theirs: the ``shown`` one, left out when nothing can have come between.
        ``step`` names an undo step to join; ``draft`` is dropped in the same transaction.
        Raises NoConflict, BadValue, UnknownField, TooLarge.
        """
        if choice not in CHOICES:
            raise BadValue(value=choice, field="choice", reason=", ".join(CHOICES))
        with self._db.write():
            clash = self.of_operation(op)
            if not isinstance(shown, EllipsisType):
                clash = clash._replace(theirs=shown)
            wanted = dict(clash.mine)
            if choice == "value":
                wanted.update(self._canonical(clash, value or {}))
            made = self._take_theirs(clash) if choice == "theirs" else self.answer(clash, wanted, step)
            redo.forget(self._db)
            if draft is not None:
                self._db.execute("DELETE FROM draft WHERE id = ?", (draft,))
            self._refresh(clash)
        shown = wanted if made else clash.theirs or {}
        return Edit(op=made and made.op, state=made and made.state, key=clash.key, value=shown)

    def resolve_all(self, answers: Sequence[tuple[str, dict[str, Any] | None]], choice: str) -> tuple[Edit, ...]:
        """Answer several conflicts with ``mine`` or ``theirs`` in one transaction and as one undo step.

        ``answers``: an operation of each, and the theirs that was shown. Raises as :meth:`resolve`, then none is
        answered.
        """
        made: list[Edit] = []
        step: int | None = None
        with self._db.write():
            for op, shown in answers:
                edit = self.resolve(op, choice, shown=shown, step=step)
                if edit.op is not None and step is None:
                    step = self._db.value("SELECT step FROM outbox WHERE op = ?", (edit.op,))
                made.append(edit)
        return tuple(made)

    def answer(self, clash: Clash, wanted: dict[str, Any], step: int | None, tries: int = 0) -> Row | None:
        """Put the field's operations aside and say ``wanted`` instead, seeing theirs; None when theirs is wanted.

        Part of the caller's transaction. The newest of the new operations is returned.
        """
        reason = "mine" if tries == 0 else "merged"
        operations.put_aside(self._store, clash.rows, reason, {**(clash.theirs or {}), **wanted})
        if clash.theirs is None and clash.kind in _MADE_BY_OPERATION:
            made = {name: value for name, value in wanted.items() if value is not None}
            return self._add(clash, CREATION, made, None, step, tries, None)
        theirs = clash.theirs or {}
        recovering = restored.active(self._store)
        last: Row | None = None
        if theirs.get("deleted") and "deleted" not in wanted:
            last = self._add(clash, "deleted", {"deleted": None}, {"deleted": True}, step, tries, None)
        for names in dict.fromkeys(group(clash.kind, name) for name in wanted):
            was = {name: self._theirs_of(clash, name) for name in names}
            value = {name: wanted.get(name, was[name]) for name in names}
            # While a restored server's rows come in, theirs is not what the screen shows: mine is said all the same.
            if field(clash.kind, names[0]).immutable or (value == was and not recovering):
                continue
            prev = last.op if last else None
            last = self._add(clash, names[0], value, was, last.step if last else step, tries, prev)
        return last

    def reconsider(self, rows: Iterable[tuple[str, str]] | None = None, *, landed: bool = False) -> None:
        """Look at the conflicts (of these rows) again after a pull, in the caller's transaction.

        Theirs equals mine: it ends as ``same``. Mine equals base (it was undone on the way): it ends as theirs. Theirs
        equals base: it is sent again. Sets and texts are merged where nothing is in doubt. When the conflict has just
        ``landed`` with an answer, nothing is sent again as it is: the server has just said no.
        """
        wanted = None if rows is None else set(rows)
        for clash in self.list():
            if wanted is not None and (clash.kind, clash.key) not in wanted:
                continue
            if clash.theirs is not None and clash.theirs == clash.mine:
                self._same(clash)
            elif len(clash.rows) > 1 and clash.mine == clash.base:
                operations.put_aside(self._store, clash.rows, "undone")
            elif clash.later:
                continue
            elif not landed and _untouched(clash):
                for row in clash.rows:
                    self._queue(row)
            elif not landed or clash.newest.tries < _MERGE_TRIES:
                self._merge(clash)

    def _merge(self, clash: Clash) -> None:
        """Say what both sides come to, if nothing is in doubt; not on a row that was deleted there, which only its
        author may want back."""
        if clash.field == CREATION or clash.theirs is None or clash.theirs.get("deleted"):
            return
        from akk_tui.store.merging import merged

        value = merged(clash.kind, clash.base or {}, clash.mine, clash.theirs, older=clash.older)
        if value is not None:
            self.answer(clash, value, None, tries=max(row.tries for row in clash.rows) or 1)
            if value != clash.mine:
                self._store.merged.add((clash.kind, clash.key, clash.field))

    def _same(self, clash: Clash) -> None:
        """What the newest operation says stands there: it is kept as accepted, those before it are put aside."""
        *older, newest = clash.rows
        operations.put_aside(self._store, older, "same", clash.mine)
        op, body = newest.op, newest.body
        if older and older[0].field == newest.field:
            # It stands for all of them, should it be offered to a server that was restored.
            body = replace(body, was=older[0].body.was, prev=None)
            if newest.requested:
                # One that may hold what was in a request holds it as it was.
                op = operations.new_id(self._store)
        self._db.execute(
            "INSERT OR REPLACE INTO sent"
            " SELECT ?, n, kind, key, unit, field, pos, ?, 'same', ?, '', 0, 0, step, undoes, undone"
            " FROM outbox WHERE op = ?",
            (op, codec.encode(body).decode(), clash.seq, newest.op),
        )
        if op == newest.op:
            self._db.execute("DELETE FROM outbox WHERE op = ?", (op,))
        else:
            operations.put_aside(self._store, [newest], "same", clash.mine)

    def _queue(self, row: Row) -> None:
        self._db.execute("UPDATE outbox SET state = 'queued', answer = NULL WHERE op = ?", (row.op,))

    def _take_theirs(self, clash: Clash) -> None:
        operations.put_aside(self._store, clash.rows, "theirs", clash.theirs)

    def _add(
        self,
        clash: Clash,
        name: str,
        value: dict[str, Any],
        was: dict[str, Any] | None,
        step: int | None,
        tries: int,
        prev: str | None,
    ) -> Row:
        pos = clash.newest.pos if name.startswith("item.") else None
        new = New(clash.kind, clash.key, clash.unit, name, pos, value, was, prev, step, None, tries)
        return operations.add(self._store, new)

    def _theirs_of(self, clash: Clash, name: str) -> Any:
        theirs = clash.theirs or {}
        if name in theirs:
            return theirs[name]
        return operations.value_of(self._base(clash.kind, clash.key)[0], clash.kind, name, clash.newest.pos)

    def _canonical(self, clash: Clash, value: dict[str, Any]) -> dict[str, Any]:
        for name in value:
            if name not in clash.mine:
                raise BadValue(value=name, field=clash.field, reason=", ".join(clash.mine))
        made = {name: canonical(clash.kind, name, one) for name, one in value.items()}
        if clash.kind == "criterion" and made.get("value") is not None:
            from akk_tui.domain.criteria import canonical_value

            for known in self._store.instrument(clash.unit[:4]).criteria:
                if known.id == clash.key.rpartition(":")[2]:
                    made["value"] = canonical_value(known, str(made["value"]))
        return made

    def _clash(self, rows: tuple[Row, ...]) -> Clash:
        first = rows[0]
        mine: dict[str, Any] = {}
        for row in rows:
            mine.update(row.body.set)
        data, rev, seq = self._base(first.kind, first.key)
        answers = [row.answer for row in rows if row.state == "conflict" and row.answer]
        answer = answers[-1] if answers else {}
        by, at = data.get("by"), data.get("at")
        if answer.get("rev", 0) > rev or (answer and not rev) or restored.active(self._store):
            theirs: dict[str, Any] | None = answer.get("now")
            by, at = answer.get("by"), answer.get("at")
        elif not rev and first.kind in _MADE_BY_OPERATION:
            theirs = None
        else:
            theirs = {name: operations.value_of(data, first.kind, name, first.pos) for name in mine}
            if data.get("deleted") and "deleted" not in mine:
                theirs["deleted"] = True
            if answer and theirs == answer.get("now"):
                # The server names who changed this field; the row only who changed it last.
                by, at = answer.get("by") or by, answer.get("at") or at
        return Clash(
            kind=first.kind,
            key=first.key,
            unit=first.unit,
            field=first.field,
            rows=rows,
            base=first.body.was,
            mine=mine,
            theirs=theirs,
            by=by,
            at=at,
            seq=seq,
            older=restored.before(self._store, first.n),
            later=answer.get("later") is True and theirs == answer.get("now"),
        )

    def _base(self, kind: str, key: str) -> tuple[dict[str, Any], int, int]:
        found = self._db.one("SELECT data, rev, seq FROM base WHERE kind = ? AND key = ?", (kind, key))
        return (msgspec.json.decode(found[0]), found[1], found[2]) if found else ({}, 0, 0)

    def _refresh(self, clash: Clash) -> None:
        derived.refresh(self._db, [clash.unit], [clash.key] if clash.kind == "note" else [])


def _untouched(clash: Clash) -> bool:
    """Whether on the server stands what the first operation saw."""
    return clash.theirs == clash.base
