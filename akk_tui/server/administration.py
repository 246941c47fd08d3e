"""What an administrator does about signing in: invitations, sessions, wiping, opening an account again."""

from __future__ import annotations

import time
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import OFFICER, SESSION, TOKEN
from akk_tui.server.errors import UnknownOfficer
from akk_tui.server.identity import devices, invites, sessions
from akk_tui.server.identity.common import record
from akk_tui.server.setup import ADMINISTRATOR


class UnknownSession(AkkError):
    """No session has this id, or it is over."""

    code = "unknown_session"
    text = N_("Tidak ada sesi dengan nomor “{id}” yang masih berlaku.")


class AccountClosed(AkkError):
    """What is asked for needs an account that is open."""

    code = "account_closed"
    text = N_("Akun “{name}” ditutup. Buka dahulu: akk-server user enable {name}")


class SessionRow(NamedTuple):
    """One session for a list; moments as the tables keep them, ``state`` as :func:`sessions.state` tells it."""

    id: str
    officer: str
    host: str
    user: str
    made: str
    used: str
    state: str


def invite(database: Database, name: str) -> str:
    """A new invitation for an officer; raises UnknownOfficer or AccountClosed."""

    def work(connection: Connection) -> str:
        if _known(connection, name):
            raise AccountClosed(name=name)
        made = invites.make(connection, time.time(), name)
        record(connection, ADMINISTRATOR, "invite", name, {"hours": invites.HOURS})
        return made

    return database.write(work)


def invite_first(database: Database) -> str | None:
    """The invitation of the first administrator; None when the server has officers already."""

    def work(connection: Connection) -> str | None:
        if connection.execute(select(OFFICER.c.name).limit(1)).first() is not None:
            return None
        made = invites.make(connection, time.time(), None, invites.FIRST_HOURS)
        record(connection, ADMINISTRATOR, "invite", "*", {"hours": invites.FIRST_HOURS})
        return made

    return database.write(work)


def enable_user(database: Database, name: str) -> None:
    """Open an account again; its sessions stay ended. Raises UnknownOfficer."""

    def work(connection: Connection) -> None:
        if _known(connection, name):
            connection.execute(update(OFFICER).where(OFFICER.c.name == name).values(disabled=False))
            record(connection, ADMINISTRATOR, "officer", name, {"disabled": False})

    database.write(work)


def list_sessions(database: Database, name: str | None = None) -> list[SessionRow]:
    """All sessions in force, to be wiped, or wiped, of everybody or of one officer; raises UnknownOfficer."""
    now = time.time()
    with database.reading() as connection:
        if name is not None:
            _known(connection, name)
        asked = select(SESSION).order_by(SESSION.c.officer, SESSION.c.made, SESSION.c.id)
        rows = connection.execute(asked if name is None else asked.where(SESSION.c.officer == name)).all()
    made = [(row, sessions.state(row, now)) for row in rows]
    return [
        SessionRow(row.id, row.officer, row.host, row.user, row.made, row.used, state)
        for row, state in made
        if state != "ended"
    ]


def end_session(database: Database, session: str) -> None:
    """Refuse a session from now on; raises UnknownSession."""

    def work(connection: Connection) -> None:
        ended = sessions.end(connection, time.time(), [session], "admin")
        if not ended:
            raise UnknownSession(id=clean(session))
        record(connection, ADMINISTRATOR, "session", session, {"ended": "admin"})

    database.write(work)


def end_sessions(database: Database, name: str) -> int:
    """Refuse all sessions of an officer from now on; returns how many. Raises UnknownOfficer."""

    def work(connection: Connection) -> int:
        _known(connection, name)
        ended, voided = devices.end_all(connection, time.time(), name, "admin")
        if ended or voided:
            told = {"ended": "admin", "sessions": ended, "approvals": voided}
            record(connection, ADMINISTRATOR, "session", "*", told)
        return len(ended)

    return database.write(work)


def wipe_session(database: Database, session: str) -> tuple[str, int]:
    """Mark a session, so that its client destroys its data when it comes next; raises UnknownSession.

    Returns the officer, and how many tokens of the officer are in force: where such a token is used nothing is wiped.
    """

    def work(connection: Connection) -> tuple[str, int]:
        if not sessions.mark(connection, time.time(), SESSION.c.id == session):
            raise UnknownSession(id=clean(session))
        record(connection, ADMINISTRATOR, "session", session, {"wipe": True})
        name = connection.execute(select(SESSION.c.officer).where(SESSION.c.id == session)).scalar_one()
        return name, _tokens(connection, name)

    return database.write(work)


def wipe_sessions(database: Database, name: str) -> tuple[int, int]:
    """Mark all sessions of an officer; returns how many, and the tokens as above. Raises UnknownOfficer."""

    def work(connection: Connection) -> tuple[int, int]:
        _known(connection, name)
        marked = sessions.mark(connection, time.time(), SESSION.c.officer == name)
        if marked:
            record(connection, ADMINISTRATOR, "session", "*", {"wipe": True, "sessions": marked})
        return len(marked), _tokens(connection, name)

    return database.write(work)


def void(database: Database, token: str) -> None:
    """Forget an invitation that nobody holds."""
    database.write(lambda connection: invites.void(connection, token))


def _tokens(connection: Connection, name: str) -> int:
    live = select(func.count()).where(TOKEN.c.officer == name, TOKEN.c.revoked.is_(None))
    return connection.execute(live).scalar_one()


def _known(connection: Connection, name: str) -> bool:
    """Whether the officer is disabled; raises UnknownOfficer."""
    disabled = connection.execute(select(OFFICER.c.disabled).where(OFFICER.c.name == name)).scalar()
    if disabled is None:
        raise UnknownOfficer(name=clean(name))
    return disabled
