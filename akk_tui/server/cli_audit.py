"""``akk-server verify-log``, ``audit``, ``backup`` and ``restore``: the proof of the logs, and what is kept."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from akk_tui.i18n import gettext as _
from akk_tui.server.cli_base import db, ready, say, tell, Usage


def add_commands(add: Any, commands: Any, stored: Any) -> None:
    """Add these commands; ``add(name, text, command, under)`` makes one."""
    proof = add("verify-log", _("buktikan bahwa log dan catatan audit utuh"), _verify)
    proof.add_argument("--head", type=Path, metavar="F", help=_("ujung yang diekspor dulu: bukti bahwa tidak dipotong"))
    saved = add("backup", _("salin basis data ke berkas, juga selagi server melayani"), _backup)
    saved.add_argument("file", type=Path, metavar="F", help=_("berkas yang belum ada"))
    put = add("restore", _("taruh cadangan di tempat basis data; yang lama disimpan di sampingnya"), _restore)
    put.add_argument("file", type=Path, metavar="F", help=_("berkas dari backup"))
    about = _("catatan audit")
    audits = commands.add_parser("audit", help=about, description=about, parents=[stored]).add_subparsers(
        metavar=_("PERINTAH"), required=True
    )
    head = add("head", _("cetak ujung log dan audit, untuk disimpan di tempat lain"), _head, audits)
    head.add_argument("--out", type=Path, metavar="F", help=_("tulis ke berkas ini"))
    exported = add(
        "export", _("tulis seluruh catatan audit ke berkas (JSON per baris, ujungnya terakhir)"), _export, audits
    )
    exported.add_argument("file", type=Path, metavar="F")


def _backup(asked: argparse.Namespace) -> int:
    from akk_tui.server.backup import backup

    size = backup(ready(asked), asked.file)
    tell(
        _("{size} byte di {path}. Untuk memulihkan: hentikan server, lalu akk-server restore {path}").format(
            size=size, path=asked.file
        )
    )
    return 0


def _restore(asked: argparse.Namespace) -> int:
    from akk_tui.server.restore import restore

    done = restore(db(asked), asked.file)
    if done.before is not None:
        tell(_("Basis data sebelumnya: {path}").format(path=done.before))
    if done.older:
        tell(
            _("Dari pemulihan terdahulu masih ada {count} berkas ({size} byte) di sampingnya, misalnya {path}.").format(
                count=len(done.older), size=sum(one.stat().st_size for one in done.older), path=done.older[0]
            )
        )
        tell(_("Isinya seluruh data saat itu: hapus yang tidak diperlukan lagi."))
    tell(
        _("{size} byte dipulihkan. Jalankan server lagi: aplikasi petugas mengirim ulang yang hilang.").format(
            size=done.size
        )
    )
    return 0


def _verify(asked: argparse.Namespace) -> int:
    from akk_tui.server import verify
    from akk_tui.server.db.engine import Database
    from akk_tui.server.errors import LogBroken

    known = None if asked.head is None else verify.read_heads(asked.head)
    database = Database(ready(asked))
    try:
        with database.reading() as connection:
            proof = verify.verify(connection, known)
    finally:
        database.close()
    for fault in proof.faults:
        numbers = str(fault.first) if fault.first == fault.last else f"{fault.first}–{fault.last}"
        say(f"{fault.chain}\t{numbers}\t{_(fault.what)}")
    if proof.faults:
        raise LogBroken(count=len(proof.faults))
    tell(
        _("Utuh: {operations} operasi, {records} catatan audit.").format(
            operations=proof.operations, records=proof.records
        )
    )
    return 0


def _head(asked: argparse.Namespace) -> int:
    from akk_tui.contract.codec import encode
    from akk_tui.paths import write_private
    from akk_tui.server import verify
    from akk_tui.server.db.engine import Database

    database = Database(ready(asked))
    try:
        with database.reading() as connection:
            told = encode(verify.heads(connection))
    finally:
        database.close()
    if asked.out is None:
        say(told.decode())
    else:
        write_private(asked.out.absolute(), told + b"\n", ours=False)
    return 0


def _export(asked: argparse.Namespace) -> int:
    from akk_tui.paths import write_private
    from akk_tui.server import audit, verify
    from akk_tui.server.db.engine import Database

    def work(connection: Any) -> tuple[int, bytes]:
        # The export tells of itself: its record is the last one in the file.
        newest = audit.administered(connection, "audit_export", file=asked.file.name)
        return newest.n, b"".join(verify.export(connection))

    if asked.file.is_dir():
        raise Usage(reason=_("sebutkan sebuah berkas, bukan folder"))
    database = Database(ready(asked))
    try:
        count, whole = database.write(work)
    finally:
        database.close()
    # Only what is on record is handed out: a record whose commit fails leaves no file.
    write_private(asked.file.absolute(), whole, ours=False)
    tell(_("{n} catatan ditulis.").format(n=count))
    return 0
