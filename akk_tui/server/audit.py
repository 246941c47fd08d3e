"""The audit: sign-ins, refusals, what was taken out, administration. Append only, each record chained to the last.

A record is written in the transaction of the act it tells of: without a record there is no act. Its hash is SHA-256
over the hash before it and the record as canonical JSON (sorted keys, no spaces). The newest number and hash are the
head; a head that is kept elsewhere proves later that nothing was cut off (:mod:`akk_tui.server.verify`).
"""

from __future__ import annotations

import hashlib
import os
import pwd
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, Connection, insert, select, update

from akk_tui.contract.text import clean
from akk_tui.server.clock import now_text
from akk_tui.server.db.tables import AUDIT, AUDIT_HEAD

GENESIS: Final = "0" * 64
"""The hash before the first record."""
ADMINISTRATOR: Final = "akk-server"
"""The actor of what is done on the server's own command line."""
ADDRESS: Final = ContextVar("akk_address", default="")
"""Where the request under way comes from; also in the thread that works for it."""
_CANONICAL: Final = msgspec.json.Encoder(order="sorted")
_TEXT_CHARS: Final = 300
_NAME_CHARS: Final = 64
_LIST_ENTRIES: Final = 1000


class Head(NamedTuple):
    """The newest record: its number, from 1 (0 when there is none), and its hash in hex."""

    n: int
    hash: str


class Record(NamedTuple):
    """One record as it is stored; ``detail`` is the canonical JSON of an object."""

    n: int
    at: str
    event: str
    actor: str
    address: str
    detail: str
    hash: str


def record(
    connection: Connection,
    event: str,
    *,
    actor: str,
    address: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Head:
    """Write one record in the caller's writing transaction; whatever fails here undoes the act too.

    ``event`` is a dotted name such as ``sign_in.device`` or ``admin.token``; ``actor`` the officer (what an unknown
    person typed is cleaned and cut), or ADMINISTRATOR; ``address`` where it came from, by itself that of the request
    under way. ``detail`` is plain JSON data without secrets and without anybody's notes. Call it before
    :func:`akk_tui.server.db.commit.commit`, which ends a transaction.
    """
    connection.execute(_TAKE)
    n, previous = connection.execute(_READ_HEAD).one()
    came = ADDRESS.get() if address is None else address
    told = _CANONICAL.encode(_tidy(dict(detail or {}))).decode()
    row = (n, now_text(), event, clean(actor)[:_NAME_CHARS], clean(came)[:_NAME_CHARS], told)
    digest = hash_of(previous, Record(*row, ""))
    connection.execute(_INSERT, dict(zip(Record._fields, (*row, digest), strict=True)))
    connection.execute(_CHAIN, {"h": digest})
    return Head(n, digest)


def administered(connection: Connection, event: str, **detail: Any) -> Head:
    """:func:`record` of what an administrator did on the command line, with the name of the Unix user."""
    return record(connection, f"admin.{event}", actor=ADMINISTRATOR, detail={**detail, "by": operator()})


def operator() -> str:
    """Who runs this program: the user behind sudo, else the Unix user."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return f"{behind} ({name})" if behind else name


def head(connection: Connection) -> Head:
    """The newest record as this transaction sees it."""
    return Head(*connection.execute(_READ_HEAD).one())


def hash_of(previous: str, entry: Record) -> str:
    """The hash of ``entry`` (its own ``hash`` does not count) after ``previous``."""
    return hashlib.sha256(bytes.fromhex(previous) + canonical(entry)).hexdigest()


def canonical(entry: Record) -> bytes:
    """What is hashed of a record: an object of all fields but the hash, keys sorted."""
    told = entry._asdict()
    del told["hash"]
    told["detail"] = msgspec.Raw(entry.detail.encode())
    return _CANONICAL.encode(told)


def _tidy(value: Any) -> Any:
    """Plain data of bounded size, without control characters."""
    if isinstance(value, Mapping):
        return {_tidy(str(name)): _tidy(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_tidy(part) for part in list(value)[:_LIST_ENTRIES]]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return clean(str(value))[:_TEXT_CHARS]


_TAKE: Final = update(AUDIT_HEAD).values(n=AUDIT_HEAD.c.n + 1)
_READ_HEAD: Final = select(AUDIT_HEAD.c.n, AUDIT_HEAD.c.hash)
_INSERT: Final = insert(AUDIT)
_CHAIN: Final = update(AUDIT_HEAD).values(hash=bindparam("h"))
