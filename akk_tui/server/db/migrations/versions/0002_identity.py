"""Signing in: passwords, invitations, device grants, sessions with their tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "password",
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), primary_key=True),
        sa.Column("hash", sa.String(200), nullable=False),
        sa.Column("made", sa.String(20), nullable=False),
    )
    op.create_table(
        "invite",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), nullable=True),
        sa.Column("made", sa.String(20), nullable=False),
        sa.Column("ends", sa.String(20), nullable=False),
        sa.Column("used", sa.String(20), nullable=True),
    )
    op.create_table(
        "device",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("made", sa.String(20), nullable=False),
        sa.Column("ends", sa.String(20), nullable=False),
        sa.Column("pause", sa.Integer, nullable=False),
        sa.Column("polled", sa.BigInteger, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), nullable=True),
        sa.Column("confirm", sa.String(64), nullable=True),
        sa.Column("session", sa.String(16), nullable=True),
        sa.Column("next", sa.String(64), nullable=True),
    )
    op.create_index("ix_device_address", "device", ["address", "ends"])
    op.create_table(
        "session",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("made", sa.String(20), nullable=False),
        sa.Column("used", sa.String(20), nullable=False),
        sa.Column("ends", sa.String(20), nullable=False),
        sa.Column("ended", sa.String(20), nullable=True),
        sa.Column("why", sa.String(20), nullable=True),
        sa.Column("wipe", sa.String(20), nullable=True),
        sa.Column("wiped", sa.String(20), nullable=True),
    )
    op.create_index("ix_session_officer", "session", ["officer"])
    op.create_table(
        "refresh",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(16), sa.ForeignKey("session.id"), nullable=False),
        sa.Column("made", sa.String(20), nullable=False),
        sa.Column("spent", sa.String(20), nullable=True),
        sa.Column("next", sa.String(64), nullable=True),
    )
    op.create_index("ix_refresh_session", "refresh", ["session"])
    op.create_table(
        "access",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(16), sa.ForeignKey("session.id"), nullable=False),
        sa.Column("ends", sa.String(20), nullable=False),
    )
    op.create_index("ix_access_session", "access", ["session"])
    op.create_table(
        "assertion",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(16), sa.ForeignKey("session.id"), nullable=False),
        sa.Column("next", sa.String(64), nullable=False),
        sa.Column("ends", sa.String(20), nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.String(200), primary_key=True),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
