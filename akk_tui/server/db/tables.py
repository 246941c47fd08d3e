"""The server's tables, in types that SQLite and PostgreSQL both have.

Moments are RFC 3339 texts in UTC with seconds, JSON is text as it goes on the wire, hashes are hex.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

METADATA: Final = MetaData()

HEAD: Final = Table(
    "head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("mark", String(16), nullable=False),
    Column("chain", String(64), nullable=False),
    Column("reference", BigInteger, nullable=False),
)
"""One row: the newest number, its commit's mark, the log's chain, and the version of the reference data."""

MARK: Final = Table(
    "mark",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
)
"""Every commit for ever: its last number, its random mark, its operations' digest, the chain after it."""

ROW: Final = Table(
    "row",
    METADATA,
    Column("kind", String(20), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("unit", String(10), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("crc", BigInteger, nullable=False),
    Column("creator", String(64), nullable=False),
    Column("data", Text, nullable=False),
)
"""The rows of the feed; ``data`` is ready to be sent, ``crc`` is the row's part of its unit's checksum."""
Index("ix_row_feed", ROW.c.unit, ROW.c.seq, ROW.c.crc)

LOG: Final = Table(
    "log",
    METADATA,
    Column("op", String(36), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("officer", String(64), nullable=False),
    Column("at", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", String(80), nullable=False),
    Column("result", String(8), nullable=False),
    Column("body", Text, nullable=False),
)
"""Accepted operations, append only: the answers that are kept for ever, and who changed what."""
Index("ix_log_seq", LOG.c.seq)
Index("ix_log_row", LOG.c.key, LOG.c.seq)

OFFICER: Final = Table(
    "officer",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("display", String(300), nullable=False),
    Column("role", String(20), nullable=False),
    Column("zone", String(4), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""``seq`` is the number of the last change of role: all units start anew from there."""

TOKEN: Final = Table(
    "token",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("officer", String(64), ForeignKey("officer.name"), nullable=False),
    Column("made", String(20), nullable=False),
    Column("revoked", String(20), nullable=True),
)

GRANT: Final = Table(
    "scope",
    METADATA,
    Column("officer", String(64), ForeignKey("officer.name"), primary_key=True),
    Column("unit", String(10), primary_key=True),
    Column("write", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""What an officer may see and write; ``seq`` is the number at which the unit was given."""

CYCLE: Final = Table(
    "cycle",
    METADATA,
    Column("id", String(4), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""``instrument`` is JSON; ``seq`` is the number at which the cycle was last opened."""

REGION: Final = Table(
    "region",
    METADATA,
    Column("code", String(5), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("province", String(100), nullable=False),
    Column("province_code", String(2), nullable=False),
    Column("zone", String(4), nullable=False),
)

AGENCY: Final = Table(
    "agency",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("name_en", String(300), nullable=False),
)

SETTING: Final = Table(
    "setting",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Named JSON values of the whole server, such as ``sample``."""

PASSWORD: Final = Table(
    "password",
    METADATA,
    Column("officer", String(64), ForeignKey("officer.name"), primary_key=True),
    Column("hash", String(200), nullable=False),
    Column("made", String(20), nullable=False),
)
"""argon2id hashes; an officer without one cannot sign in by password."""

INVITE: Final = Table(
    "invite",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("officer", String(64), ForeignKey("officer.name"), nullable=True),
    Column("made", String(20), nullable=False),
    Column("ends", String(20), nullable=False),
    Column("used", String(20), nullable=True),
)
"""Invitations to set a password; one without an officer makes the first administrator."""

DEVICE: Final = Table(
    "device",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("host", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("client", String(64), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("address", String(64), nullable=False),
    Column("made", String(20), nullable=False),
    Column("ends", String(20), nullable=False),
    Column("pause", Integer, nullable=False),
    Column("polled", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("officer", String(64), ForeignKey("officer.name"), nullable=True),
    Column("confirm", String(64), nullable=True),
    Column("session", String(16), nullable=True),
    Column("next", String(64), nullable=True),
)
"""Device grants: ``hash`` of the device code, ``code`` the user code's, ``state`` pending, approved, denied or spent.

``pause`` is in seconds, ``polled`` in milliseconds since 1970, ``wrong`` counts failed sign-ins on the page.
``confirm`` is the hash of what the page asks back from ``officer``, who signed in there. ``next`` is the hash of the
refresh token that the session began with.
"""
Index("ix_device_address", DEVICE.c.address, DEVICE.c.ends)

SESSION: Final = Table(
    "session",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("officer", String(64), ForeignKey("officer.name"), nullable=False),
    Column("host", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("client", String(64), nullable=False),
    Column("way", String(10), nullable=False),
    Column("made", String(20), nullable=False),
    Column("used", String(20), nullable=False),
    Column("ends", String(20), nullable=False),
    Column("ended", String(20), nullable=True),
    Column("why", String(20), nullable=True),
    Column("wipe", String(20), nullable=True),
    Column("wiped", String(20), nullable=True),
)
"""Signed-in places: the family of refresh tokens. ``wipe`` is the moment at which wiping was asked for."""
Index("ix_session_officer", SESSION.c.officer)

REFRESH: Final = Table(
    "refresh",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("session", String(16), ForeignKey("session.id"), nullable=False),
    Column("made", String(20), nullable=False),
    Column("spent", String(20), nullable=True),
    Column("next", String(64), nullable=True),
)
"""Refresh tokens; ``next`` is the hash of the successor that its client named."""
Index("ix_refresh_session", REFRESH.c.session)

ACCESS: Final = Table(
    "access",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("session", String(16), ForeignKey("session.id"), nullable=False),
    Column("ends", String(20), nullable=False),
)
"""Access tokens of sessions."""
Index("ix_access_session", ACCESS.c.session)

ASSERTION: Final = Table(
    "assertion",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("session", String(16), ForeignKey("session.id"), nullable=False),
    Column("next", String(64), nullable=False),
    Column("ends", String(20), nullable=False),
)
"""Identity tokens that were exchanged already; none is taken twice."""

REPLICA: Final = Table(
    "replica",
    METADATA,
    Column("officer", String(64), ForeignKey("officer.name"), primary_key=True),
    Column("replica", String(36), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("made", String(20), nullable=False),
    Column("session", String(16), nullable=True),
    Column("token", String(64), nullable=True),
)
"""The public key (Ed25519) of an officer's copy of the data, and the sign-in that told it: it counts as long as that.

``session``, or the hash of the ``token`` that an administrator gave.
"""

ATTEMPT: Final = Table(
    "attempt",
    METADATA,
    Column("bucket", String(200), primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
)
"""Attempts per bucket (such as ``code 127.0.0.1``) since ``start``, in seconds since 1970."""

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(20), nullable=False),
    Column("event", String(40), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""What happened, append only (triggers refuse anything else), without gaps from 1; ``detail`` is a JSON object."""

AUDIT_HEAD: Final = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row: the newest number and hash of the audit; its lock orders the records."""

BUCKET: Final = Table(
    "bucket",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("left", Float, nullable=False),
    Column("at", Float, nullable=False),
)
"""How many requests a token, an officer or an address has left, at a moment in Unix seconds; absent means full."""
