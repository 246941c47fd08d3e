"""A whole country in one cycle: 514 regions with their checklists, and everything that was done to them.

9,766 indicators, eight items each at most, a text of 330 characters on average in seven of ten, and five entries of the
log for each: what an item was and became.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta, UTC
from typing import Any

from documents import STATE_OF, WORDS

from akk_tui.contract import states
from akk_tui.contract.codec import encode
from akk_tui.contract.ids import uuid7
from akk_tui.contract.records import Instrument
from akk_tui.server.db.commit import Changed, Entry

START = datetime(2025, 1, 6, tzinfo=UTC)
ITEMS = 8
_STATES = list(STATE_OF.values())


def country(instrument: Instrument, regions: Sequence[str], seed: int = 21) -> tuple[list[Changed], list[Entry]]:
    """The rows, and the operations that are taken to have made them, each with its number in one commit."""
    rng = random.Random(seed)
    indicators = [one for component in instrument.components for one in component.indicators]
    rows: list[Changed] = []
    log: list[Entry] = []

    def moment() -> datetime:
        return START + timedelta(seconds=rng.randrange(300 * 86_400))

    def stamp(when: datetime) -> str:
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")

    def add(kind: str, key: str, unit: str, data: dict[str, Any]) -> None:
        data = {**data, "by": f"petugas{rng.randrange(400):03}", "at": stamp(moment())}
        made = encode(dict(sorted(data.items()))).decode()
        rows.append(Changed(kind, key, unit, rng.randrange(1, 9), str(data["by"]), made, 0, new=True))

    def done(kind: str, key: str, now: dict[str, Any], was: dict[str, Any] | None, when: datetime) -> None:
        op = uuid7(int(when.timestamp() * 1000), rng.getrandbits)
        body = {"at": stamp(when), "key": key, "kind": kind, "n": len(log) + 1, "op": op, "set": now, "was": was}
        taken = stamp(when + timedelta(seconds=rng.randrange(5, 4_000)))
        log.append(Entry(op, f"petugas{rng.randrange(400):03}", taken, kind, key, "applied", json.dumps(body)))

    for region in regions:
        unit = f"{instrument.cycle}:{region}"
        for indicator in indicators:
            key = f"{unit}:{indicator.id}"
            kept = min(ITEMS, len(indicator.items))
            packed = states.pack([rng.choice(_STATES[1:]) for _ in range(kept)])
            said = {"items": packed, "instrument": 1, "score": f"{rng.randrange(101)}.00"}
            if rng.random() < 0.7:
                said["summary"] = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(6, 84)))
            add("assessment", key, unit, said)
            for _ in range(rng.randrange(3, 8)):
                item = f"item.{rng.choice(indicator.items).id}"
                done("assessment", key, {item: rng.choice(_STATES)}, {item: rng.choice(_STATES)}, moment())
    return [row._replace(number=number) for number, row in enumerate(rows, 1)], log
