"""What waits, what is in conflict, and what was accepted."""

from __future__ import annotations

from typing import Any, cast, NamedTuple, TYPE_CHECKING

import msgspec

from akk_tui.store.conflicts import Conflicts
from akk_tui.store.operations import Body, load, Row
from akk_tui.store.shapes import Conflict, OutboxRow, OutboxState, SentRow
from akk_tui.store.views import values
from akk_tui.store.views.titles import Titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from akk_tui.store.conflicts import Clash
    from akk_tui.store.store import Store

_body = msgspec.json.Decoder(Body).decode


def outbox(store: Store) -> tuple[OutboxRow, ...]:
    """Every operation that has not been accepted, in the author's order."""
    titles = Titles(store)
    rows = load(store.db)
    lifted = _lifted(store, rows)
    return tuple(
        OutboxRow(
            row.op,
            row.n,
            row.kind,
            row.key,
            row.field,
            row.body.set,
            row.body.was,
            cast("OutboxState", row.state),
            row.answer,
            values.moment(row.body.at) or values.op_moment(row.op),
            *titles.about(row.kind, row.key, row.unit, row.field),
            row.op in lifted,
        )
        for row in rows
    )


def _lifted(store: Store, rows: Sequence[Row]) -> set[str]:
    """The operations among ``rows`` that the server would not refuse any more for what it refused them."""
    refused = {row.op: (row.unit, (row.answer or {}).get("code")) for row in rows if row.state == "rejected"}
    if not refused:
        return set()
    reference = store.reference()
    cycles = {cycle.id for cycle in reference.cycles if cycle.state == "open"} if reference else set[str]()
    writable = {unit for (unit,) in store.db.execute("SELECT unit FROM unit WHERE write AND NOT leaving").fetchall()}
    return {
        op
        for op, (unit, code) in refused.items()
        if code in ("cycle_closed", "read_only") and unit[:4] in cycles and unit in writable
    }


class Placed(NamedTuple):
    """A conflict and the unit that it is in."""

    unit: str
    conflict: Conflict


def conflicts(store: Store) -> tuple[Conflict, ...]:
    """One entry for each field in conflict, in the author's order."""
    return tuple(one.conflict for one in placed_conflicts(store))


def placed_conflicts(store: Store) -> list[Placed]:
    """The same, each with its unit."""
    found = Conflicts(store).list()
    titles = Titles(store)
    return [Placed(clash.unit, _conflict(clash, titles)) for clash in found]


def _conflict(clash: Clash, titles: Titles) -> Conflict:
    return Conflict(
        clash.newest.op,
        tuple(row.op for row in clash.rows),
        clash.kind,
        clash.key,
        clash.field,
        clash.base,
        clash.mine,
        clash.theirs,
        clash.by,
        values.moment(clash.at),
        *titles.about(clash.kind, clash.key, clash.unit, clash.field),
        clash.older,
    )


def sent(store: Store, limit: int) -> tuple[SentRow, ...]:
    """The newest accepted operations, newest first."""
    titles = Titles(store)
    rows: list[tuple[Any, ...]] = store.db.execute(
        "SELECT op, kind, key, unit, field, body, result, seq, at FROM sent ORDER BY n DESC LIMIT ?", (limit,)
    ).fetchall()
    return tuple(
        SentRow(
            op,
            kind,
            key,
            field,
            _body(body).set,
            result,
            seq,
            values.moment(at),
            *titles.about(kind, key, unit, field),
        )
        for op, kind, key, unit, field, body, result, seq, at in rows
    )
