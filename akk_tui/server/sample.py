"""Writes the sample data of :mod:`akk_tui.server.demo` into a database."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from akk_tui.contract.codec import encode
from akk_tui.domain.instrument import Index
from akk_tui.server import audit
from akk_tui.server.db.tables import AGENCY, OFFICER, SETTING
from akk_tui.server.demo import sample as demo
from akk_tui.server.instruments import built_in
from akk_tui.server.load import load_rows
from akk_tui.server.setup import add_user_in, assign_in, load_cycle


def load_sample(connection: Connection) -> None:
    """Add the sample's cycles, agencies, officers with their scope, and rows; what is there already stays."""
    if connection.execute(select(SETTING.c.name).where(SETTING.c.name == "sample")).first() is not None:
        return
    known = set(connection.execute(select(AGENCY.c.id)).scalars())
    for agency in demo.agencies():
        row = {"id": str(agency.id), "name": str(agency.name), "name_en": str(agency.name_en)}
        if row["id"] in known:
            connection.execute(AGENCY.update().where(AGENCY.c.id == row["id"]).values(row))
        else:
            connection.execute(insert(AGENCY), row)
    indexes: dict[str, Index] = {}
    for cycle, state in demo.CYCLES:
        instrument = built_in(cycle)
        load_cycle(connection, instrument, state=state)
        indexes[cycle] = Index(instrument)
    present = set(connection.execute(select(OFFICER.c.name)).scalars())
    for officer in demo.officers():
        if officer.name not in present:
            add_user_in(connection, officer.name, officer.role, officer.display, officer.zone)
        by_cycle: dict[str, list[str]] = {}
        for unit in officer.units:
            by_cycle.setdefault(unit[:4], []).append(unit[5:])
        for cycle, regions in by_cycle.items():
            assign_in(connection, officer.name, regions, cycle, write=officer.write)
    audit.administered(connection, "sample")
    connection.execute(insert(SETTING), {"name": "sample", "value": encode(demo.sample()).decode()})
    load_rows(connection, demo.rows(), indexes)
