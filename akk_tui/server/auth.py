"""Bearer tokens: 256 random bits behind a prefix that secret scanners know; only their SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import bindparam, Connection, null, select, String, union_all

from akk_tui.contract.records import Officer
from akk_tui.contract.text import Line
from akk_tui.server.db.tables import ACCESS, OFFICER, SESSION, TOKEN
from akk_tui.server.errors import Refused

PREFIX: Final = "akk_at_"
_LONGEST: Final = 200
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="akk"'}


Call = Literal["any", "push", "wiped"]
"""What is asked for, as far as a session that is to be wiped may do some of it."""


class Signed(NamedTuple):
    """The officer who signed the request; ``seq`` is the number of the last change of role.

    ``session`` is empty for a token that an administrator gave.
    """

    officer: Officer
    seq: int
    session: str = ""

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


def sign_in(connection: Connection, token: str, now: str, call: Call = "any") -> Signed:
    """Whose token it is at ``now`` (as the tables write moments).

    Refused 401 for one that is unknown, over or revoked, 403 for a disabled officer. A session whose data are to be
    destroyed is refused (403 ``wipe``) but for a push of what is left, while the officer may push at all, and for the
    reports of what it exported and that it is done.
    """
    row = connection.execute(_BY_HASH, {"h": hash_of(token)}).first()
    if row is None:
        raise _unknown()
    if row.session is None:
        if row.disabled:
            raise Refused(403, "disabled")
        if row.over is not None:
            raise _unknown()
    else:
        _check_session(row, now, call)
    officer = Officer(name=Line(row.name), display=Line(row.display), role=row.role, zone=row.zone)
    return Signed(officer, row.seq, row.session or "")


def _check_session(row: Any, now: str, call: Call) -> None:
    if row.ends <= now:
        raise _unknown()
    if row.wipe is not None:
        # The order to destroy reaches a session also when it was ended or its officer is out; and once more where its
        # client was killed before it had forgotten who it is.
        if call == "wiped":
            return
        # A client whose push were refused in other words would stop there, and keep what it is to destroy.
        if call == "any" or row.disabled or row.over is not None:
            raise Refused(403, "wipe")
    if row.disabled:
        raise Refused(403, "disabled")
    if row.over is not None:
        raise _unknown()


def _unknown() -> Refused:
    return Refused(401, "unauthorized", headers=_CHALLENGE)


_NONE: Final = null().cast(String)
_BY_HASH: Final = union_all(
    select(OFFICER, TOKEN.c.revoked.label("over"), _NONE.label("session"), _NONE.label("ends"), _NONE.label("wipe"))
    .join(OFFICER, OFFICER.c.name == TOKEN.c.officer)
    .where(TOKEN.c.hash == bindparam("h")),
    select(OFFICER, SESSION.c.ended, SESSION.c.id, ACCESS.c.ends, SESSION.c.wipe)
    .select_from(ACCESS)
    .join(SESSION, SESSION.c.id == ACCESS.c.session)
    .join(OFFICER, OFFICER.c.name == SESSION.c.officer)
    .where(ACCESS.c.hash == bindparam("h")),
)  # fmt: skip
