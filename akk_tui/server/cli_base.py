"""What all commands of ``akk-server`` share: stdout and stderr, the database that is named, errors of usage."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import Final

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _

DB_VARIABLE: Final = "AKK_SERVER_DB"


class Usage(AkkError):
    """A command that lacks something or says two things at once."""

    code = "usage"
    exit_code = 2
    text = "akk-server: {reason}"


class OutputFailed(AkkError):
    """What was to be printed could not be written; what the command did stays done."""

    code = "output"
    text = N_("Keluaran tidak dapat ditulis: {reason}")


def abandon_stdout() -> None:
    """Lead stdout nowhere: what is still in its buffer must not fail again when Python ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """One line on stdout; raises OutputFailed where it cannot be written."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as cause:
        abandon_stdout()
        raise OutputFailed(reason=cause.strerror or str(cause)) from cause


def tell(text: str) -> None:
    """One line on stderr."""
    sys.stderr.write(text + "\n")


def db(asked: argparse.Namespace) -> str:
    """The database that ``--db`` or the environment names; raises Usage when neither does."""
    named = getattr(asked, "db", None) or os.environ.get(DB_VARIABLE)
    if not named:
        raise Usage(reason=_("sebutkan basis data dengan --db DB"))
    return named


def ready(asked: argparse.Namespace) -> str:
    """The database, checked to be one this version works with."""
    from akk_tui.server.db.engine import Database
    from akk_tui.server.db.schema import check_schema

    named = db(asked)
    database = Database(named)
    try:
        check_schema(database)
    finally:
        database.close()
    return named


def write_out(target: Path, text: str) -> None:
    """Write a secret into a file of its owner's alone; raises PathRefused."""
    from akk_tui.paths import write_private

    write_private(target.absolute(), text.encode() + b"\n", ours=False)
