"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("reference", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "mark",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
    )
    op.create_table(
        "row",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.Column("crc", sa.BigInteger, nullable=False),
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("ix_row_feed", "row", ["unit", "seq", "crc"])
    op.create_table(
        "log",
        sa.Column("op", sa.String(36), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("officer", sa.String(64), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("result", sa.String(8), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_log_seq", "log", ["seq"])
    op.create_index("ix_log_row", "log", ["key", "seq"])
    op.create_table(
        "officer",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("display", sa.String(300), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("zone", sa.String(4), nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), nullable=False),
        sa.Column("made", sa.String(20), nullable=False),
        sa.Column("revoked", sa.String(20), nullable=True),
    )
    op.create_table(
        "scope",
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), primary_key=True),
        sa.Column("unit", sa.String(10), primary_key=True),
        sa.Column("write", sa.Boolean, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.String(4), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("instrument", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(5), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("province", sa.String(100), nullable=False),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(4), nullable=False),
    )
    op.create_table(
        "agency",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_en", sa.String(300), nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
