"""A server small enough to be read in one sitting, for the tests of the store: judges by value, feeds by sequence."""

from __future__ import annotations

import copy
import random
from typing import Any

from akk_tui.contract import ids
from akk_tui.contract.fields import empty
from akk_tui.contract.records import (
    Component,
    Criterion,
    Cycle,
    Grant,
    Indicator,
    Instrument,
    Item,
    Officer,
    Operation,
    PullHead,
    PullRequest,
    PushEnd,
    Reference,
    Region,
)
from akk_tui.contract.states import repack, unpack

UNITS = ("2025:35.72", "2025:52.71", "2025:71.07")


def instrument(cycle: str = "2025") -> Instrument:
    """Two components, three indicators, items 1.1.1 to 1.1.3, 2.1.1, 2.1.2 and 2.2.1; a hole at pos 1 of 1.1."""

    def indicator(id_: str, places: tuple[int, ...]) -> Indicator:
        items = tuple(
            Item(id=f"{id_}.{n}", title=f"Bukti {id_}.{n}", title_en=f"Evidence {id_}.{n}", pos=pos)
            for n, pos in enumerate(places, 1)
        )
        return Indicator(id=id_, title=f"Indikator {id_}", title_en=f"Indicator {id_}", items=items, owners=("BKPSDM",))

    return Instrument(
        cycle=cycle,
        version=1,
        weights="equal",
        weights_mark="assumption",
        pass_mark=90.0,
        pass_at_mark=False,
        pass_mark_mark="official",
        assessment=f"{cycle}-11-04",
        credits={
            "belum_ada": 0.0,
            "perlu_perbaikan": 0.25,
            "diunggah": 0.5,
            "diverifikasi": 0.75,
            "diterima": 1.0,
        },
        credits_mark="assumption",
        components=(
            Component(id="1", title="Satu", title_en="One", indicators=(indicator("1.1", (0, 2, 3)),)),
            Component(
                id="2",
                title="Dua",
                title_en="Two",
                indicators=(indicator("2.1", (0, 1)), indicator("2.2", (0,))),
            ),
        ),
        criteria=(
            Criterion(id="mcp", title="MCP", title_en="MCP", form="number", threshold="75"),
            Criterion(id="sakip", title="SAKIP", title_en="SAKIP", form="grade", threshold="B", scale=("A", "B", "C")),
        ),
    )


PLACES = {
    item.id: item.pos
    for component in instrument().components
    for indicator in component.indicators
    for item in indicator.items
}


class Diverged(Exception):
    """The witness is unknown here."""


class ModelServer:
    """``rows``: (kind, key) → (seq, rev, unit, data). ``ops``: operation id → (officer, result, seq)."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self.seq = 0
        self.marks = {0: "0" * 16}
        self.rows: dict[tuple[str, str], tuple[int, int, str, dict[str, Any]]] = {}
        self.ops: dict[str, tuple[str, str, int]] = {}
        self.scope: dict[str, dict[str, tuple[bool, int]]] = {}
        self.roles: dict[str, str] = {}
        self.history: list[tuple[Any, ...]] = []
        self.cycles = {"2025": "open"}
        self.chunk_rows = 3
        self.at = "2025-10-06T02:00:00Z"
        """What time it is there."""

    def backup(self) -> dict[str, Any]:
        return copy.deepcopy({name: value for name, value in self.__dict__.items() if name != "_random"})

    def restore(self, backup: dict[str, Any]) -> None:
        """The rows and answers of the backup; the scope stays, and is newer than anything that was restored."""
        scope, roles = self.scope, self.roles
        self.__dict__.update(copy.deepcopy(backup))
        self.scope, self.roles = scope, roles

    # administration

    def _commit(self) -> int:
        self.seq += 1
        self.marks[self.seq] = f"{self._random.getrandbits(64):016x}"
        return self.seq

    def officer(self, name: str, units: tuple[str, ...] = (), role: str = "petugas") -> None:
        self.scope[name] = {}
        self.roles[name] = role
        for unit in units:
            self.give(name, unit)

    def give(self, name: str, unit: str, write: bool = True) -> None:
        self.scope[name][unit] = (write, self._commit())

    def take(self, name: str, unit: str) -> None:
        if self.scope[name].pop(unit, None):
            self._commit()

    def reference(self, name: str) -> Reference:
        regions = tuple(
            Region(code=code, kind="kota", name=f"Kota{code[:2]}", province="P", province_code=code[:2], zone="WIB")
            for code in sorted({unit[5:] for unit in UNITS})
        )
        cycles = tuple(
            Cycle(id=cycle, state=state, instrument=instrument(cycle)) for cycle, state in self.cycles.items()
        )
        officer = Officer(name=name, display=name.title(), role=self.roles[name])
        return Reference(cycles=cycles, regions=regions, agencies=(), officer=officer)

    def etag(self, name: str) -> str:
        return f"{name}-{self.roles[name]}-{self.cycles}"

    def put(self, kind: str, key: str, unit: str, data: dict[str, Any], by: str = "server") -> int:
        """A row that somebody else wrote."""
        _, rev, *_ = self.rows.get((kind, key), (0, 0))
        seq = self._commit()
        self.rows[kind, key] = (seq, rev + 1, unit, {**data, "by": by, "at": "2025-10-01T00:00:00Z"})
        return seq

    # calls

    def _known(self, witness: tuple[int, str] | None) -> None:
        if witness is not None and self.marks.get(witness[0]) != witness[1]:
            raise Diverged

    def push(
        self, name: str, batch: list[Operation], witness: tuple[int, str] | None
    ) -> tuple[list[tuple[str, str, int, dict[str, Any] | None]], PushEnd]:
        self._known(witness)
        answers = [self._judge(name, op) for op in batch]
        return answers, PushEnd(head=(self.seq, self.marks[self.seq]), at=self.at)

    def _judge(self, name: str, op: Operation) -> tuple[str, str, int, dict[str, Any] | None]:
        if op.op in self.ops:
            _, result, seq = self.ops[op.op]
            return op.op, result, seq, None
        place = ids.place(op.kind, op.key)
        _, rev, unit, data = self.rows.get((op.kind, op.key), (0, 0, "", {}))
        unit = place.unit if place else unit or f"{op.set.get('cycle')}:{op.set.get('region')}"
        if op.prev is not None and op.prev not in self.ops:
            return op.op, "wait", 0, None
        if unit not in self.scope[name]:
            return op.op, "forbidden", 0, {"code": "scope"}
        if self.cycles[unit[:4]] != "open":
            return op.op, "rejected", 0, {"code": "cycle_closed"}
        if op.kind == "note" and data.get("deleted") and "deleted" not in op.set:
            return op.op, "rejected", 0, {"code": "deleted"}
        now = {field: self._value(op.kind, data, field) for field in op.set}
        gone = bool(data.get("deleted")) and "deleted" not in op.set
        if (op.was is None and rev and now != op.set) or (op.was is not None and now not in (op.was, op.set)) or gone:
            present = {**now, "deleted": True} if gone else now
            detail = {"now": present if rev or place else None, "by": data.get("by"), "at": data.get("at"), "rev": rev}
            return op.op, "conflict", 0, {key: value for key, value in detail.items() if value is not None}
        result = "same" if now == op.set and (rev or op.was is not None) else "applied"
        seq = self._commit()
        self.ops[op.op] = (name, result, seq)
        if result == "applied":
            self.history.append((op.op, op.key, tuple(op.set), now, op.was, op.set))
            made = dict(data)
            for field, value in op.set.items():
                self._set(op.kind, made, field, value)
            if op.kind == "note" and made.get("deleted"):
                made = {key: value for key, value in made.items() if key not in ("title", "body", "tags")}
            self.rows[op.kind, op.key] = (seq, rev + 1, unit, {**made, "by": name, "at": "2025-10-06T02:00:00Z"})
        return op.op, result, seq, None

    @staticmethod
    def _value(kind: str, data: dict[str, Any], field: str) -> Any:
        if field.startswith("item."):
            return unpack(data.get("items", ""), PLACES[field[5:]])
        return data.get(field, empty(kind, field))

    @staticmethod
    def _set(kind: str, data: dict[str, Any], field: str, value: Any) -> None:
        if field.startswith("item."):
            data["items"] = repack(data.get("items", ""), PLACES[field[5:]], value)
            data["instrument"] = 1
            if not data["items"]:
                del data["items"], data["instrument"]
        elif value is None:
            data.pop(field, None)
        else:
            data[field] = value

    def pull(self, name: str, request: PullRequest, rows_most: int = 10_000) -> tuple[PullHead, list[Any]]:
        """The head and the lines after it: rows, ``("chunk", cursors)``, ``("end", …)``, ``("more", seq)``."""
        self._known(request.witness)
        wanted = set(request.want.cycles) or {cycle for cycle, state in self.cycles.items() if state == "open"}
        cursors: dict[str, int] = {}
        for unit, (_, given) in self.scope[name].items():
            if unit[:4] in wanted:
                at = request.behind.get(unit)
                cursors[unit] = at if at is not None else 0 if given > request.at else request.at
        fresh = [unit for unit, cursor in cursors.items() if not request.at or cursor != request.at]
        lines: list[Any] = []
        ended: dict[str, int] = {}
        since = total = 0
        touched: set[str] = set(fresh)
        for unit in fresh:
            for row in self._after({unit}, cursors[unit]):
                lines.append(row)
                since += 1
                total += 1
                if since >= self.chunk_rows:
                    lines.append(("chunk", {**ended, unit: row[0]}))
                    since, ended = 0, {}
                    if total >= rows_most:
                        lines.append(("more", row[0]))
                        return self._head(name, total, fresh), lines
            ended[unit] = self.seq
        if ended:
            lines.append(("chunk", ended))
        since = 0
        rest = set(cursors) - set(fresh)
        for row in self._after(rest, request.at):
            lines.append(row)
            touched.add(self.rows[row[1], row[2]][2])
            since += 1
            total += 1
            if since >= self.chunk_rows:
                lines.append(("chunk", row[0]))
                since = 0
                if total >= rows_most:
                    lines.append(("more", row[0]))
                    return self._head(name, total, fresh), lines
        if rest:
            lines.append(("chunk", self.seq))
        summed = set(cursors) if request.sums or not request.at else touched
        lines.append(("end", self.seq, {unit: self.checksum(unit) for unit in summed}))
        return self._head(name, total, fresh), lines

    def _after(self, units: set[str], cursor: int) -> list[Any]:
        found = [
            (seq, kind, key, rev, dict(data))
            for (kind, key), (seq, rev, unit, data) in self.rows.items()
            if unit in units and seq > cursor
        ]
        return sorted(found, key=lambda row: row[0])

    def checksum(self, unit: str) -> int:
        return ids.checksum((kind, key, row[1]) for (kind, key), row in self.rows.items() if row[2] == unit)

    def _head(self, name: str, rows: int, fresh: list[str]) -> PullHead:
        scope = tuple(Grant(unit=unit, write=write) for unit, (write, _) in self.scope[name].items())
        return PullHead(
            head=(self.seq, self.marks[self.seq]),
            scope=scope,
            reference=self.etag(name),
            rows=rows,
            bytes_est=0,
            fresh=tuple(fresh),
        )
