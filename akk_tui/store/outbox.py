"""Saving what an officer does: each edit is one transaction that puts operations into the outbox.

``was`` is what the officer saw, never what stands at the moment of saving; a later operation on the same field names
the earlier one as ``prev``. An operation that was in a request never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TYPE_CHECKING

from akk_tui.contract import ids
from akk_tui.contract.errors import BadKey, UnknownField
from akk_tui.contract.fields import canonical, group
from akk_tui.store import derived, operations, redo, rights
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.errors import NotWaiting, RowMissing, UnknownItem
from akk_tui.store.operations import CREATION, New, Row
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Edit

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_REFUSED = ("forbidden", "rejected")
_BY_UUID = ("note", "event", "followup")


class _Change(NamedTuple):
    """One field or group of an edit: what was seen, what shall be."""

    name: str
    pos: int | None
    was: dict[str, Any]
    set: dict[str, Any]


class Wanted(NamedTuple):
    """One edit of several: the arguments of :meth:`Outbox.edit`."""

    kind: str
    key: str
    set: dict[str, Any]
    seen: dict[str, Any] | None
    answers: bool = True


class Outbox:
    """The edits of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def together(self, edits: Sequence[Wanted]) -> tuple[Edit, ...]:
        """Several edits in one transaction and as one undo step; raises as :meth:`edit`, then none is saved."""
        made: list[Edit] = []
        step: int | None = None
        with self._db.write():
            for one in edits:
                edit = self.edit(one.kind, one.key, one.set, seen=one.seen, answers=one.answers, step=step)
                if edit.op is not None and step is None:
                    found = self._db.value("SELECT step FROM outbox WHERE op = ?", (edit.op,))
                    step = None if found is None else int(found)
                made.append(edit)
        return tuple(made)

    def edit(
        self,
        kind: str,
        key: str,
        values: dict[str, Any],
        *,
        seen: dict[str, Any] | None,
        draft: str | None = None,
        answers: bool = True,
        step: int | None = None,
    ) -> Edit:
        """Set fields of a row. ``seen`` holds the values that were on the screen when the officer began.

        Fields that ``seen`` does not name (all of them when it is None) count as seen as they stand now. Each field
        or group that differs from what was seen becomes one operation; all of them are one undo step. A field in
        conflict is answered with the new value; a refused operation on the field makes room for it. A score of a day
        that has none is created. ``draft`` is dropped in the same transaction. ``answers`` False: no conflict was on
        the screen; one that came since is not answered, the new value becomes the officer's side of it.
        ``step`` names an undo step to join (a creation begins its own).
        Raises BadValue, UnknownField, BadKey, EditRefused, StoreUnusable; then nothing is saved.
        """
        place = ids.place(kind, key)
        wanted = {name: canonical(kind, name, value) for name, value in values.items()}
        shown = {
            name: canonical(kind, name, value) for name, value in (seen or {}).items() if name in _same(kind, wanted)
        }
        with self._db.write():
            row = Overlay(self._db).effective(kind, key)
            if not row and place is None:
                raise RowMissing(reason="missing", kind=kind, key=key)
            unit = place.unit if place else ids.unit(row["cycle"], row["region"])
            wanted = self._of_criterion(kind, unit, key, wanted)
            if kind == "score" and not row:
                return self._create(kind, key, unit, wanted, draft)
            changes = [self._change(kind, key, unit, names, wanted, shown, row) for names in _groups(kind, wanted)]
            made: Row | None = None
            touched = {name for change in changes for name in change.set}
            for change in changes:
                done = self._one(kind, key, unit, change, row, step, alone=len(changes) == 1, answers=answers)
                if done is not None:
                    made, step = done, done.step if step is None else step
            self._drop_draft(draft)
            if made is not None:
                redo.forget(self._db)
            self._refresh(kind, key, unit)
            now = {**row, **{name: value for change in changes for name, value in change.set.items()}}
        value = {name: now.get(name) for name in sorted(touched)}
        return Edit(op=made and made.op, state=made and made.state, key=key, value=value)

    def create(self, kind: str, fields: dict[str, Any], *, key: str | None = None, draft: str | None = None) -> Edit:
        """Make a row: a note, event or follow-up (with ``cycle`` and ``region``), or the score of a day.

        ``key`` None makes a new UUIDv7; a note's author is the officer. Raises as :meth:`edit`.
        """
        if kind not in (*_BY_UUID, "score"):
            raise UnknownField(kind=kind, field="was")
        values = {name: canonical(kind, name, value) for name, value in fields.items()}
        if kind == "note":
            values.setdefault("author", self._store.meta.get("officer"))
        if key is None:
            key = ids.uuid7(int(self._store.now().timestamp() * 1000), self._store.random_bits)
        place = ids.place(kind, key)
        if place is None and not (values.get("cycle") and values.get("region")):
            raise BadKey(kind=kind, key=key)
        unit = place.unit if place else ids.unit(str(values["cycle"]), str(values["region"]))
        with self._db.write():
            return self._create(kind, key, unit, values, draft)

    def delete(self, kind: str, key: str) -> Edit:
        """Delete a note, event or follow-up; raises EditRefused."""
        return self.edit(kind, key, {"deleted": True}, seen={"deleted": None})

    def retry(self, op: str) -> Edit:
        """Queue a refused operation again; raises NotWaiting when it was not refused."""
        with self._db.write():
            row = self._refused(op)
            self._db.execute("UPDATE outbox SET state = 'queued', answer = NULL WHERE op = ?", (op,))
            self._refresh(row.kind, row.key, row.unit)
        return Edit(op=op, state="queued", key=row.key, value=row.body.set)

    def discard_refused(self, op: str) -> Edit:
        """Give up a refused operation; it is kept among the discarded ones. Raises NotWaiting."""
        with self._db.write():
            row = self._refused(op)
            operations.put_aside(self._store, [row], "given_up")
            self._refresh(row.kind, row.key, row.unit)
        return Edit(op=None, state=None, key=row.key, value=row.body.set)

    def _refused(self, op: str) -> Row:
        found = operations.load(self._db, "op = ? AND state IN ('forbidden', 'rejected')", (op,))
        if not found:
            raise NotWaiting(op=op)
        return found[0]

    def _create(self, kind: str, key: str, unit: str, values: dict[str, Any], draft: str | None) -> Edit:
        made = {name: value for name, value in values.items() if value is not None}
        rights.check(self._store, rights.Wish(kind, key, unit, made, {}, creates=True))
        pending = operations.on_row(self._db, kind, key)
        if any(one.field == CREATION and one.state in _REFUSED for one in pending):
            # A refused creation would hold the new one back for ever.
            operations.put_aside(self._store, pending, "superseded", made)
        row = operations.add(self._store, New(kind, key, unit, CREATION, None, made, None))
        redo.forget(self._db)
        self._drop_draft(draft)
        self._refresh(kind, key, unit)
        return Edit(op=row.op, state=row.state, key=key, value=made)

    def _change(
        self,
        kind: str,
        key: str,
        unit: str,
        names: tuple[str, ...],
        wanted: dict[str, Any],
        shown: dict[str, Any],
        row: dict[str, Any],
    ) -> _Change:
        pos = self._pos(unit, key, names[0])
        was = {name: shown[name] if name in shown else operations.value_of(row, kind, name, pos) for name in names}
        return _Change(names[0], pos, was, {name: wanted.get(name, was[name]) for name in names})

    def _one(
        self,
        kind: str,
        key: str,
        unit: str,
        change: _Change,
        row: dict[str, Any],
        step: int | None,
        *,
        alone: bool,
        answers: bool,
    ) -> Row | None:
        """Save one field or group: the operation that it became, None when nothing changes.

        Saying again what is shown answers a conflict only where that field ``alone`` was edited, not where a whole
        note is saved.
        """
        store = self._store
        pending = operations.on_row(self._db, kind, key)
        chain = [one for one in pending if one.field == change.name]
        conflicts = Conflicts(store)
        clash = conflicts.of_field(kind, key, change.name) if answers else None
        refused = bool(chain) and chain[0].state in _REFUSED
        if change.set == change.was and (clash is None or not alone):
            return None
        rights.check(store, rights.Wish(kind, key, unit, change.set, row))
        if clash is not None:
            return conflicts.answer(clash, {**clash.mine, **change.set}, step)
        if refused:
            # The refused value never counted: the new one builds on what the officer saw below it.
            covered = any(one.state not in _REFUSED for one in chain)
            was = chain[0].body.was if covered else change.was
            operations.put_aside(store, chain, "superseded", change.set)
            if was is None or was == change.set:
                return None
            chain, change = [], change._replace(was=was)
        prev = _last(chain) or _last([one for one in pending if one.field == CREATION and one.state not in _REFUSED])
        new = New(kind, key, unit, change.name, change.pos, change.set, change.was, prev, step)
        return operations.add(store, new)

    def _pos(self, unit: str, key: str, name: str) -> int | None:
        if not name.startswith("item."):
            return None
        pos = rights.item_pos(self._store.instrument(unit[:4]), key.rpartition(":")[2], name[5:])
        if pos is None:
            raise UnknownItem(reason="unknown_item", item=name[5:], cycle=unit[:4])
        return pos

    def _of_criterion(self, kind: str, unit: str, key: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """A criterion's value in the one form of its own kind (number, grade, opinions, yes/no)."""
        if kind != "criterion" or wanted.get("value") is None:
            return wanted
        from akk_tui.domain.criteria import canonical_value

        for known in self._store.instrument(unit[:4]).criteria:
            if known.id == key.rpartition(":")[2]:
                return {**wanted, "value": canonical_value(known, wanted["value"])}
        return wanted

    def _drop_draft(self, draft: str | None) -> None:
        if draft is not None:
            self._db.execute("DELETE FROM draft WHERE id = ?", (draft,))

    def _refresh(self, kind: str, key: str, unit: str) -> None:
        derived.refresh(self._db, [unit], [key] if kind == "note" else [])


def _groups(kind: str, wanted: dict[str, Any]) -> list[tuple[str, ...]]:
    """The fields and groups that an edit touches, each once, in the order they were given."""
    return list(dict.fromkeys(group(kind, name) for name in wanted))


def _same(kind: str, wanted: dict[str, Any]) -> set[str]:
    return {name for names in _groups(kind, wanted) for name in names}


def _last(rows: list[Row]) -> str | None:
    return rows[-1].op if rows else None
