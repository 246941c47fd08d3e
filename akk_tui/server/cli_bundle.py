"""``akk-server open-bundle`` and ``import-bundle``: work that came as a sealed file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from akk_tui.contract.bundles import BUNDLE_BYTES, MAGIC, SUFFIX
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.server import bundle
from akk_tui.server.cli_base import db, ready, say, tell, Usage

_KINDS: Final = ("applied", "same", "conflict", "wait", "forbidden", "rejected")
_UNDONE: Final = ("conflict", "wait", "forbidden", "rejected")
WAITING: Final = 5
"""Done, but not everything was accepted."""


class AnswersNotWritten(AkkError):
    """The work is in; only the file that says so could not be written."""

    text = N_(
        "Kiriman sudah dinilai dan tersimpan, tetapi berkas jawabannya tidak dapat ditulis ({reason}). Jalankan lagi "
        "dengan --answers BERKAS: tidak ada yang masuk dua kali."
    )


def add_commands(add: Any) -> None:
    """Add these commands; ``add(name, text, command)`` makes one."""
    opened = add("open-bundle", _("buka kiriman bersegel dan cetak isinya sebagai JSON"), _open)
    taken = add("import-bundle", _("terima kiriman bersegel dari petugas dan tulis berkas jawabannya"), _import)
    for one in (opened, taken):
        one.add_argument("file", metavar=_("BERKAS"), type=Path)
        one.add_argument("--seal-key", metavar=_("BERKAS"), type=Path, help=_("kunci pribadinya"))
    taken.add_argument(
        "--answers", metavar=_("BERKAS"), type=Path, help=_("tempat berkas jawaban; bawaan: di samping kiriman")
    )
    taken.add_argument(
        "--override-scope",
        action="store_true",
        help=_("terima juga isian di daerah yang tidak lagi ditugaskan kepada petugas itu"),
    )
    taken.add_argument(
        "--override-sign-in",
        action="store_true",
        help=_("terima juga bila sesi petugas di komputer itu sudah berakhir"),
    )


def _open(asked: argparse.Namespace) -> int:
    path = bundle.key_path(None if asked.seal_key is not None else db(asked), asked.seal_key)
    say(bundle.readable(bundle.opened(asked.file, path).plain).decode())
    return 0


def _import(asked: argparse.Namespace) -> int:
    from akk_tui.server import carried
    from akk_tui.server.db.engine import Database

    named = ready(asked)
    target = _target(asked)
    opened = bundle.opened(asked.file, bundle.key_path(named, asked.seal_key), most=BUNDLE_BYTES)
    database = Database(named)
    try:
        overrides = carried.Overrides(scope=asked.override_scope, sign_in=asked.override_sign_in)
        done = carried.take(database, asked.file, opened, overrides)
    finally:
        database.close()
    for kind in _KINDS:
        if done.counts[kind]:
            say(f"{kind}\t{done.counts[kind]}")
    total = done.counts.total()
    words = ngettext(
        "{n} isian {officer} dinilai, {new} di antaranya baru.",
        "{n} isian {officer} dinilai, {new} di antaranya baru.",
        total,
    )
    tell(words.format(n=total, officer=done.officer, new=done.new))
    if done.held:
        held = ngettext(
            "{n} isian menunggu jawaban atas isian yang dibatalkannya; itu datang dengan kiriman berikut.",
            "{n} isian menunggu jawaban atas isian yang dibatalkannya; itu datang dengan kiriman berikut.",
            done.held,
        )
        tell(held.format(n=done.held))
    _write(target, done.answers)
    tell(
        _("Jawabannya ada di {path}. Kembalikan kepada {officer}: akk-tui outbox import-answers BERKAS").format(
            path=target, officer=done.officer
        )
    )
    return WAITING if any(done.counts[kind] for kind in _UNDONE) else 0


def _target(asked: argparse.Namespace) -> Path:
    """Where the answers go; raises Usage for a file that is no earlier answer, before anything is judged."""
    stem, word = asked.file.name.removesuffix(SUFFIX), _("jawaban")
    beside: Path = asked.file.with_name(f"{stem}-{word}{SUFFIX}")
    named: Path = beside if asked.answers is None else asked.answers
    try:
        if named.resolve() == asked.file.resolve() or named.is_dir():
            raise Usage(reason=_("--answers menyebut kirimannya sendiri atau sebuah folder"))
        if named.exists():
            with named.open("rb") as stream:
                if stream.read(len(MAGIC)) != MAGIC:
                    raise Usage(reason=_("{path} sudah ada dan bukan berkas jawaban").format(path=named))
    except OSError as cause:
        raise Usage(reason=cause.strerror or str(cause)) from cause
    return named


def _write(target: Path, answers: bytes) -> None:
    from akk_tui.paths import PathRefused, write_private

    try:
        write_private(target.absolute(), answers, ours=False)
    except PathRefused as cause:
        raise AnswersNotWritten(reason=cause.params.get("reason", "")) from cause
