"""The address at which officers reach the server: told to ``run``, kept for the links that invitations are."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select

from akk_tui.contract.errors import AkkError, N_
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import SETTING

SETTING_NAME: Final = "public_url"
HOST: Final = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?\Z")
LOOPBACK: Final = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?\Z", re.IGNORECASE)


class BadUrl(AkkError):
    """An address that officers cannot use."""

    code = "usage"
    exit_code = 2
    text = N_("“{value}” bukan alamat server: tulis misalnya https://akk.example.go.id, tanpa jalur.")


def origin(text: str) -> str:
    """``https://host[:port]``; ``http`` only for this computer itself. Raises BadUrl."""
    try:
        parts = urlsplit(text.strip())
    except ValueError as cause:
        raise BadUrl(value=text) from cause
    rest = (parts.path not in ("", "/"), parts.query, parts.fragment)
    plain = parts.scheme == "http" and LOOPBACK.match(parts.netloc)
    if any(rest) or not HOST.match(parts.netloc) or not (parts.scheme == "https" or plain):
        raise BadUrl(value=text)
    return f"{parts.scheme}://{parts.netloc}"


def known(database: Database) -> str | None:
    """The address that ``run`` was told last; None when it was never told."""
    with database.reading() as connection:
        return connection.execute(select(SETTING.c.value).where(SETTING.c.name == SETTING_NAME)).scalar()


def keep(database: Database, address: str) -> None:
    """Remember the address, for links that other commands print."""
    if known(database) == address:
        return

    def work(connection: Connection) -> None:
        connection.execute(delete(SETTING).where(SETTING.c.name == SETTING_NAME))
        connection.execute(insert(SETTING), {"name": SETTING_NAME, "value": address})

    database.write(work)
