"""Bearer tokens: 256 random bits behind a prefix that secret scanners know; only their SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, NamedTuple

from sqlalchemy import bindparam, Connection, select

from akk_tui.contract.records import Officer
from akk_tui.contract.text import Line
from akk_tui.server.db.tables import OFFICER, TOKEN
from akk_tui.server.errors import Refused

PREFIX: Final = "akk_at_"
_LONGEST: Final = 200
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="akk"'}


class Signed(NamedTuple):
    """The officer who signed the request; ``seq`` is the number of the last change of role."""

    officer: Officer
    seq: int

    @property
    def name(self) -> str:
        return str(self.officer.name)


def new_token() -> str:
    """A token that nobody has yet."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(header: str | None) -> str:
    """The token of an ``Authorization`` header; Refused (401) when there is none."""
    scheme, _, token = (header or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST or not token.isascii():
        raise Refused(401, "unauthorized", headers=_CHALLENGE)
    return token


def sign_in(connection: Connection, token: str) -> Signed:
    """Whose token it is; Refused 401 for one that is unknown or revoked, 403 for a disabled officer."""
    row = connection.execute(_BY_HASH, {"h": hash_of(token)}).first()
    if row is None or row.revoked is not None:
        raise Refused(401, "unauthorized", headers=_CHALLENGE)
    if row.disabled:
        raise Refused(403, "disabled")
    officer = Officer(name=Line(row.name), display=Line(row.display), role=row.role, zone=row.zone)
    return Signed(officer, row.seq)


_BY_HASH: Final = (
    select(TOKEN.c.revoked, OFFICER)
    .join(OFFICER, OFFICER.c.name == TOKEN.c.officer)
    .where(TOKEN.c.hash == bindparam("h"))
)
