"""The oldest version of the app that is still sent rows; every version may push what it holds."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import bindparam, Connection, delete, insert, select

from akk_tui.contract.codec import decode, encode
from akk_tui.contract.text import clean
from akk_tui.server import audit
from akk_tui.server.db.tables import SETTING
from akk_tui.server.errors import BadVersion, Refused

_NAME: Final = "oldest_client"
_VERSION: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6}){0,3})")
_PRODUCT: Final = "akk-tui/"


def oldest(connection: Connection) -> str | None:
    """The oldest version that may pull; None when all may."""
    found = connection.execute(_READ, {"n": _NAME}).scalar()
    return None if found is None else decode(str, found)


def set_oldest(connection: Connection, version: str | None) -> None:
    """Change it, in the caller's writing transaction; raises BadVersion."""
    if version is not None and not _VERSION.fullmatch(version):
        raise BadVersion(version=clean(version)[:40])
    if version == oldest(connection):
        return
    connection.execute(delete(SETTING).where(SETTING.c.name == _NAME))
    if version is not None:
        connection.execute(insert(SETTING), {"name": _NAME, "value": encode(version).decode()})
    audit.administered(connection, "oldest_client", set={"version": version})


def check(connection: Connection, header: str | None) -> None:
    """Refused (426) for an app that names an older version in its ``Akk-Client`` header; others are no concern."""
    version = header.removeprefix(_PRODUCT) if header is not None and header.startswith(_PRODUCT) else ""
    found = _VERSION.match(version)
    if found is None:
        return
    wanted = oldest(connection)
    if wanted is not None and _parts(found[1]) < _parts(wanted):
        raise Refused(426, "client_version", f">= {wanted}")


def _parts(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return (*numbers, *[0] * (4 - len(numbers)))


_READ: Final = select(SETTING.c.value).where(SETTING.c.name == bindparam("n"))
