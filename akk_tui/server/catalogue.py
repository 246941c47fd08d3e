"""Cycles and instruments, read once for each change of the reference data, and what each officer sees of them.

``head.reference`` is another number after each of those changes, also in a database that was restored under a server
which runs, so that a request can tell from the head that what it has is fresh.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, select

from akk_tui.contract.codec import convert, decode, encode
from akk_tui.contract.records import Agency, Cycle, Instrument, Officer, Reference, Region, Sample
from akk_tui.contract.states import EXITS
from akk_tui.domain.instrument import Index
from akk_tui.server.db.tables import AGENCY, CYCLE, GRANT, REGION, ROW, SETTING

T = TypeVar("T")

BODIES_KEPT: Final = 32
"""Reference documents kept ready; an officer who is not among them gets a new one of the same ETag."""
ETAGS_KEPT: Final = 4_096


class KnownCycle(NamedTuple):
    """One cycle with the look-ups of its instrument; ``seq`` is the number at which it was last opened."""

    id: str
    open: bool
    look: Index
    seq: int


class Document(NamedTuple):
    """One officer's reference data as it is sent, with its strong ETag."""

    etag: str
    body: bytes


class _Known(NamedTuple):
    version: int
    cycles: dict[str, KnownCycle]
    reached: dict[str, dict[str, int]]


class Catalogue:
    """The caches of one process; its methods run in a database thread, inside the caller's snapshot."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known = _Known(-1, {}, {})
        self._bodies: OrderedDict[tuple[str, int], Document] = OrderedDict()
        self._etags: OrderedDict[tuple[str, int], str] = OrderedDict()

    def cycles(self, connection: Connection, version: int) -> dict[str, KnownCycle]:
        """All cycles by id, as of ``version`` of the reference data."""
        return self._at(connection, version).cycles

    def etag(self, connection: Connection, officer: Officer, version: int) -> str:
        """The ETag of the officer's reference data, with its quotes."""
        known = self._etags.get((str(officer.name), version))
        return known if known is not None else self.document(connection, officer, version).etag

    def document(self, connection: Connection, officer: Officer, version: int) -> Document:
        """The officer's reference data."""
        name = (str(officer.name), version)
        made = self._bodies.get(name)
        if made is None:
            body = encode(self._reference(connection, officer, version))
            made = Document(f'"{hashlib.sha256(body).hexdigest()[:32]}"', body)
            with self._lock:
                _keep(self._bodies, name, made, BODIES_KEPT)
                _keep(self._etags, name, made.etag, ETAGS_KEPT)
        return made

    def _at(self, connection: Connection, version: int) -> _Known:
        known = self._known
        if known.version != version:
            rows = connection.execute(select(CYCLE).order_by(CYCLE.c.id)).all()
            cycles = {
                row.id: KnownCycle(row.id, row.state == "open", Index(decode(Instrument, row.instrument)), row.seq)
                for row in rows
            }
            # One assignment, so that another thread sees the old or the new, never a mixture.
            known = self._known = _Known(version, cycles, _reached(connection))
        return known

    def _reference(self, connection: Connection, officer: Officer, version: int) -> Reference:
        known = self._at(connection, version)
        in_scope = select(GRANT.c.unit).where(GRANT.c.officer == officer.name)
        codes = {unit[5:] for unit in connection.execute(in_scope).scalars()}
        every = connection.execute(select(REGION).order_by(REGION.c.code)).mappings()
        regions = [row for row in every if row["code"] in codes]
        agencies = connection.execute(select(AGENCY).order_by(AGENCY.c.id)).mappings().all()
        sample = connection.execute(select(SETTING.c.value).where(SETTING.c.name == "sample")).scalar()
        return Reference(
            cycles=tuple(
                Cycle(
                    id=cycle.id,
                    state="open" if cycle.open else "closed",
                    instrument=cycle.look.instrument,
                    reached=known.reached.get(cycle.id, {}),
                )
                for cycle in known.cycles.values()
            ),
            regions=tuple(_struct(Region, row) for row in regions),
            agencies=tuple(_struct(Agency, row) for row in agencies),
            officer=officer,
            sample=None if sample is None else decode(Sample, sample),
            seal=connection.execute(select(SETTING.c.value).where(SETTING.c.name == "seal")).scalar(),
        )


def _struct(type_: type[T], row: Mapping[Any, Any]) -> T:
    return convert(type_, {str(name): value for name, value in row.items()})


def _reached(connection: Connection) -> dict[str, dict[str, int]]:
    """By cycle, how many regions of the whole country have each stage as the furthest that they reached."""
    found: dict[str, Counter[str]] = {}
    for key, data in connection.execute(select(ROW.c.key, ROW.c.data).where(ROW.c.kind == "standing")):
        stage: str | None = decode(dict[str, Any], data).get("stage")
        if stage:
            found.setdefault(key[:4], Counter())[str(EXITS.get(stage, stage))] += 1
    return {cycle: dict(sorted(counts.items())) for cycle, counts in found.items()}


def _keep(cache: OrderedDict[Any, Any], name: Any, value: Any, most: int) -> None:
    cache[name] = value
    while len(cache) > most:
        cache.popitem(last=False)
