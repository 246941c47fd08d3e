"""What an administrator does: make the database, officers, tokens, scopes, cycles. ``akk-server`` and tests use it.

Every change is one commit with a number of its own and an entry in the append-only log.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from akk_tui.contract.codec import encode
from akk_tui.contract.ids import unit as unit_of
from akk_tui.contract.ids import uuid7
from akk_tui.contract.records import Instrument, Region, Role, Zone
from akk_tui.contract.text import clean
from akk_tui.server import audit, auth
from akk_tui.server import regions as region_data
from akk_tui.server.clock import now_text
from akk_tui.server.db import roles
from akk_tui.server.db.commit import commit, Entry, found, Numbered
from akk_tui.server.db.engine import Database
from akk_tui.server.db.schema import migrate, revision, REVISIONS
from akk_tui.server.db.tables import AGENCY, CYCLE, GRANT, HEAD, OFFICER, REGION, SETTING, TOKEN
from akk_tui.server.errors import (
    NoOpenCycle,
    OfficerExists,
    UnknownCycle,
    UnknownOfficer,
    UnknownRegionCode,
    UnknownToken,
)
from akk_tui.server.identity import devices
from akk_tui.server.identity.choice import check_name
from akk_tui.server.instruments import built_in
from akk_tui.server.instruments import cycles as built_in_cycles

ADMINISTRATOR: Final = audit.ADMINISTRATOR
"""Who the log names for what is done on the command line."""
Where = str | Path | Database


class Token(NamedTuple):
    """A new token: ``id`` names it for revocation, ``token`` is told once and never again."""

    id: str
    token: str


class User(NamedTuple):
    """One officer with the number of units and of tokens that are in force."""

    name: str
    display: str
    role: str
    zone: str
    disabled: bool
    units: int
    tokens: int


class _Opened:
    """The database of ``where``, closed at the end unless it was open before."""

    def __init__(self, where: Where, *, create: bool = False) -> None:
        self._ours = not isinstance(where, Database)
        self.database = where if isinstance(where, Database) else Database(where, create=create)

    def __enter__(self) -> Database:
        return self.database

    def __exit__(self, *_: object) -> None:
        if self._ours:
            self.database.close()


def init_database(db: Where, demo: bool = False, *, app_role: str | None = None) -> None:
    """Make or update the schema, load regions and the newest cycle's instrument; with ``demo`` the sample data too.

    What is there already stays as it is. ``app_role`` is the PostgreSQL role that the server will connect as
    (:mod:`akk_tui.server.db.roles`). Raises NoSuchRole.
    """
    with _Opened(db, create=True) as database:
        if database.is_sqlite:
            with database.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # pyright: ignore[reportOptionalMemberAccess]
        database.write(lambda connection: _init(connection, app_role))
        if demo:
            from akk_tui.server.sample import load_sample

            database.write(load_sample)


def seal(db: Where) -> str | None:
    """The public key to which clients seal what they cannot send; None where there is none."""
    with _Opened(db) as database, database.engine.connect() as connection:
        return connection.execute(select(SETTING.c.value).where(SETTING.c.name == "seal")).scalar()


def publish_seal(db: Where, public: str) -> None:
    """Let clients know the public key."""

    def work(connection: Connection) -> None:
        connection.execute(insert(SETTING), {"name": "seal", "value": public})
        audit.administered(connection, "seal", set={"public": public})
        commit(connection, entries=[_entry("seal", "*", {"public": public})], count=1, reference=True)

    with _Opened(db) as database:
        database.write(work)


def _init(connection: Connection, app_role: str | None) -> None:
    before = revision(connection)
    migrate(connection)
    if before != REVISIONS[-1]:
        audit.administered(connection, "schema", set={"from": before, "to": REVISIONS[-1]})
    if connection.execute(select(func.count()).select_from(HEAD)).scalar_one() == 0:
        found(connection)
    if roles.grant(connection, app_role) is not None and app_role is not None:
        audit.administered(connection, "app_role", set={"role": app_role})
    load_regions(connection, region_data.built_in())
    load_cycle(connection, built_in(built_in_cycles()[-1]), state="open")


def load_regions(connection: Connection, regions: Iterable[Region]) -> None:
    """Add those of ``regions`` that are not there yet."""
    known = set(connection.execute(select(REGION.c.code)).scalars())
    rows = [
        {name: str(getattr(region, name)) for name in ("code", "kind", "name", "province", "province_code", "zone")}
        for region in regions
        if region.code not in known
    ]
    if rows:
        connection.execute(insert(REGION), rows)
        audit.administered(connection, "regions", count=len(rows))
        commit(connection, entries=[_entry("region", "*", {"codes": len(rows)})], count=1, reference=True)


def load_cycle(connection: Connection, instrument: Instrument, *, state: str) -> None:
    """Add the cycle of ``instrument``, and the agencies it names, unless the cycle is there already."""
    cycle = str(instrument.cycle)
    if connection.execute(select(CYCLE.c.id).where(CYCLE.c.id == cycle)).first() is not None:
        return
    made = {"id": cycle, "state": state, "version": instrument.version, "seq": 0}
    connection.execute(insert(CYCLE), {**made, "instrument": encode(instrument).decode()})
    owners = {str(owner) for part in instrument.components for one in part.indicators for owner in one.owners}
    owners |= {
        str(item.owner) for part in instrument.components for one in part.indicators for item in one.items if item.owner
    }
    known = set(connection.execute(select(AGENCY.c.id)).scalars())
    rows = [{"id": owner, "name": owner, "name_en": ""} for owner in sorted(owners - known)]
    if rows:
        connection.execute(insert(AGENCY), rows)
    _note_change(connection, "cycle", cycle, {"state": state, "version": instrument.version}, CYCLE, id=cycle)


def set_cycle(db: Where, cycle: str, state: str) -> None:
    """Open or close ``cycle`` (state ``open`` or ``closed``); raises UnknownCycle."""

    def work(connection: Connection) -> None:
        present = connection.execute(select(CYCLE.c.state).where(CYCLE.c.id == cycle)).scalar()
        if present is None:
            known = connection.execute(select(CYCLE.c.id).order_by(CYCLE.c.id)).scalars()
            raise UnknownCycle(cycle=clean(cycle), known=", ".join(known))
        if present != state:
            connection.execute(update(CYCLE).where(CYCLE.c.id == cycle).values(state=state))
            _note_change(connection, "cycle", cycle, {"state": state}, CYCLE, id=cycle)

    with _Opened(db) as database:
        database.write(work)


def add_user(db: Where, name: str, role: Role = "petugas", *, display: str = "", zone: Zone = "WIB") -> None:
    """Add an officer; raises BadName or OfficerExists."""
    with _Opened(db) as database:
        database.write(lambda connection: add_user_in(connection, name, role, display, zone))


def add_user_in(connection: Connection, name: str, role: Role, display: str, zone: Zone) -> None:
    """:func:`add_user` in the caller's writing transaction."""
    check_name(name)
    if connection.execute(select(OFFICER.c.name).where(OFFICER.c.name == name)).first() is not None:
        raise OfficerExists(name=name)
    shown = clean(display).strip()[:300] or name
    row = {"name": name, "display": shown, "role": role, "zone": zone, "disabled": False, "seq": 0}
    connection.execute(insert(OFFICER), row)
    _note_change(connection, "officer", name, {"role": role, "display": shown}, OFFICER, name=name)


def set_role(db: Where, name: str, role: Role) -> None:
    """Change an officer's role; every unit of the officer then starts anew. Raises UnknownOfficer."""

    def work(connection: Connection) -> None:
        if _officer(connection, name) != role:
            connection.execute(update(OFFICER).where(OFFICER.c.name == name).values(role=role))
            _note_change(connection, "officer", name, {"role": role}, OFFICER, name=name)

    with _Opened(db) as database:
        database.write(work)


def disable_user(db: Where, name: str) -> None:
    """Refuse all requests of an officer from now on (403), end the sessions and revoke the tokens.

    None of these come back when the account is opened again. Raises UnknownOfficer.
    """

    def work(connection: Connection) -> None:
        _officer(connection, name)
        # The officer first and the audit last, as in every other change: two at once must not wait for each other.
        connection.execute(update(OFFICER).where(OFFICER.c.name == name).values(disabled=True))
        devices.end_all(connection, time.time(), name, "disabled")
        revoked = _revoke(connection, _live_tokens(connection, name))
        audit.administered(connection, "officer", key=name, set={"disabled": True})
        entries = [*revoked, _entry("officer", name, {"disabled": True})]
        commit(connection, entries=entries, count=len(entries))

    with _Opened(db) as database:
        database.write(work)


def list_users(db: Where) -> list[User]:
    """All officers by name."""
    units = select(func.count()).where(GRANT.c.officer == OFFICER.c.name).scalar_subquery()
    tokens = select(func.count()).where(TOKEN.c.officer == OFFICER.c.name, TOKEN.c.revoked.is_(None)).scalar_subquery()
    columns = (OFFICER.c.name, OFFICER.c.display, OFFICER.c.role, OFFICER.c.zone, OFFICER.c.disabled)
    with _Opened(db) as database, database.reading() as connection:
        rows = connection.execute(select(*columns, units, tokens).order_by(OFFICER.c.name))
        return [User(*row) for row in rows]


def assign(db: Where, name: str, regions: Iterable[str], *, cycle: str | None = None, write: bool = True) -> list[str]:
    """Give an officer regions in ``cycle`` (the newest open one); returns the units.

    Raises UnknownOfficer, UnknownCycle, NoOpenCycle or UnknownRegionCode.
    """
    with _Opened(db) as database:
        return database.write(lambda connection: assign_in(connection, name, list(regions), cycle, write=write))


def assign_in(connection: Connection, name: str, regions: list[str], cycle: str | None, *, write: bool) -> list[str]:
    """:func:`assign` in the caller's writing transaction."""
    _officer(connection, name)
    units = _units(connection, regions, cycle)
    held = dict(connection.execute(select(GRANT.c.unit, GRANT.c.write).where(GRANT.c.officer == name)).all())  # pyright: ignore[reportArgumentType]
    new = [unit for unit in units if unit not in held]
    changed = [unit for unit in units if unit in held and held[unit] != write]
    if new:
        connection.execute(insert(GRANT), [{"officer": name, "unit": unit, "write": write, "seq": 0} for unit in new])
    for unit in changed:
        # The rows that the officer sees stay the same, so that the unit keeps its number.
        where = (GRANT.c.officer == name, GRANT.c.unit == unit)
        connection.execute(update(GRANT).where(*where).values(write=write))
    if new or changed:
        numbered = [Numbered(GRANT, {"officer": name, "unit": unit}, i) for i, unit in enumerate(new, 1)]
        entries = [_entry("scope", unit, {"officer": name, "write": write}) for unit in (*new, *changed)]
        audit.administered(connection, "scope", key=name, set={"write": write, "units": [*new, *changed]})
        commit(connection, entries=entries, others=numbered, count=len(entries), reference=True)
    return units


def unassign(db: Where, name: str, regions: Iterable[str], *, cycle: str | None = None) -> list[str]:
    """Take regions from an officer; returns the units that were taken. Raises as :func:`assign`."""

    def work(connection: Connection) -> list[str]:
        _officer(connection, name)
        units = _units(connection, list(regions), cycle)
        held = set(connection.execute(select(GRANT.c.unit).where(GRANT.c.officer == name)).scalars())
        taken = [unit for unit in units if unit in held]
        for unit in taken:
            connection.execute(delete(GRANT).where(GRANT.c.officer == name, GRANT.c.unit == unit))
        if taken:
            entries = [_entry("scope", unit, {"officer": name, "write": None}) for unit in taken]
            audit.administered(connection, "scope", key=name, set={"write": None, "units": taken})
            commit(connection, entries=entries, count=len(entries), reference=True)
        return taken

    with _Opened(db) as database:
        return database.write(work)


def issue_token(db: Where, name: str) -> Token:
    """A new token for an officer; raises UnknownOfficer."""
    made = Token(secrets.token_hex(4), auth.new_token())

    def work(connection: Connection) -> None:
        _officer(connection, name)
        row = {"id": made.id, "hash": auth.hash_of(made.token), "officer": name, "made": now_text(), "revoked": None}
        connection.execute(insert(TOKEN), row)
        audit.administered(connection, "token", key=made.id, set={"officer": name})
        commit(connection, entries=[_entry("token", made.id, {"officer": name})], count=1)

    with _Opened(db) as database:
        database.write(work)
    return made


def revoke_token(db: Where, token_id: str) -> None:
    """Refuse a token from now on; raises UnknownToken."""

    def work(connection: Connection) -> None:
        if connection.execute(select(TOKEN.c.id).where(TOKEN.c.id == token_id)).first() is None:
            raise UnknownToken(id=clean(token_id))
        commit(connection, entries=_revoke(connection, [token_id]), count=1)

    with _Opened(db) as database:
        database.write(work)


def revoke_all(db: Where, name: str) -> int:
    """Refuse all tokens of an officer from now on; returns how many. Raises UnknownOfficer."""

    def work(connection: Connection) -> int:
        _officer(connection, name)
        revoked = _revoke(connection, _live_tokens(connection, name))
        if revoked:
            commit(connection, entries=revoked, count=len(revoked))
        return len(revoked)

    with _Opened(db) as database:
        return database.write(work)


def _live_tokens(connection: Connection, name: str) -> list[str]:
    """The ids of an officer's tokens that are in force."""
    live = select(TOKEN.c.id).where(TOKEN.c.officer == name, TOKEN.c.revoked.is_(None))
    return list(connection.execute(live).scalars())


def _revoke(connection: Connection, ids: list[str]) -> list[Entry]:
    """Refuse these tokens from now on; what the log is to tell of it."""
    for token_id in ids:
        where = (TOKEN.c.id == token_id, TOKEN.c.revoked.is_(None))
        connection.execute(update(TOKEN).where(*where).values(revoked=now_text()))
    if ids:
        audit.administered(connection, "token", key=ids, set={"revoked": True})
    return [_entry("token", one, {"revoked": True}) for one in ids]


def _officer(connection: Connection, name: str) -> str:
    """The officer's role; raises UnknownOfficer."""
    role = connection.execute(select(OFFICER.c.role).where(OFFICER.c.name == name)).scalar()
    if role is None:
        raise UnknownOfficer(name=clean(name))
    return role


def _units(connection: Connection, regions: list[str], named: str | None) -> list[str]:
    cycles = dict(connection.execute(select(CYCLE.c.id, CYCLE.c.state).order_by(CYCLE.c.id)).all())  # pyright: ignore[reportArgumentType]
    if named is not None and named not in cycles:
        raise UnknownCycle(cycle=clean(named), known=", ".join(cycles))
    opened = [one for one, state in cycles.items() if state == "open"]
    if named is None and not opened:
        raise NoOpenCycle
    cycle = named or opened[-1]
    rows = connection.execute(select(REGION.c.code, REGION.c.kind, REGION.c.name))
    names = {code: f"{'Kota' if kind == 'kota' else 'Kab.'} {name}" for code, kind, name in rows}
    for region in regions:
        if region not in names:
            near = region_data.nearest(region, names)
            hint = "" if near is None else f" ({near} {names[near]}?)"
            raise UnknownRegionCode(region=clean(region), hint=hint)
    return [unit_of(cycle, region) for region in dict.fromkeys(regions)]


def _note_change(
    connection: Connection, kind: str, key: str, changed: dict[str, object], table: Any, **where: str
) -> None:
    """Commit a change of reference data to one row of ``table`` that takes a number."""
    audit.administered(connection, kind, key=key, set=changed)
    commit(
        connection,
        entries=[_entry(kind, key, changed)],
        others=[Numbered(table, where, 1)],
        count=1,
        reference=True,
    )


def _entry(kind: str, key: str, changed: dict[str, object]) -> Entry:
    op = uuid7(time.time_ns() // 1_000_000, secrets.randbits)
    body = encode({"kind": kind, "key": key, "set": changed}).decode()
    return Entry(op, ADMINISTRATOR, now_text(), kind, key, "applied", body)
