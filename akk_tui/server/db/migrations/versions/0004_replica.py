"""The keys with which officers' computers sign what is carried to the server as a file."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "replica",
        sa.Column("officer", sa.String(64), sa.ForeignKey("officer.name"), primary_key=True),
        sa.Column("replica", sa.String(36), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("made", sa.String(20), nullable=False),
        sa.Column("session", sa.String(16), nullable=True),
        sa.Column("token", sa.String(64), nullable=True),
    )
