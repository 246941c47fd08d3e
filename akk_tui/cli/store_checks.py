"""What ``doctor`` looks at in the local store, and what it mends there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from akk_tui.cli.check import Check, guarded
from akk_tui.cli.context import sentence
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

REPAIR = "akk-tui doctor --repair"


def run(context: Context) -> list[Check]:
    """The checks of the store, in the order of the page."""
    return [_sound(context), _sums(context), _unsent(context), *_copies(context)]


def repair(context: Context) -> Check | None:
    """Bring a damaged store back to where it can be used; None where it is sound, or made so by new indexes.

    Raises InUse while another process uses the profile, StoreUnusable where it cannot be done.
    """
    from pathlib import Path

    from akk_tui.store.salvage import repair
    from akk_tui.sync import account, vault

    context.unlock()
    found = account.find(context.paths)
    if found is None or not Path(found.store).exists():
        return None
    with vault.alone(context.paths):
        saved = repair(Path(found.store))
    if saved is None:
        return None
    title = _("Perbaikan")
    detail = ngettext(
        "{n} isian, draf, dan catatan pribadi diselamatkan; berkas yang rusak disimpan sebagai {path}",
        "{n} isian, draf, dan catatan pribadi diselamatkan; berkas yang rusak disimpan sebagai {path}",
        saved.work,
    ).format(n=saved.work, path=saved.kept)
    if saved.whole:
        return Check("repair", title, "ok", detail, "akk-tui sync")
    cure = _("Periksa isian terakhir Anda, simpan berkas yang rusak itu, lalu: akk-tui sync")
    if not saved.lost:
        lost = _("mungkin tidak semuanya terbaca")
    else:
        lost = ngettext("{n} tidak terbaca lagi", "{n} tidak terbaca lagi", saved.lost).format(n=saved.lost)
    return Check("repair", title, "fail", f"{detail}; {lost}", cure)


def _guarded(context: Context, id_: str, title: str, look: Callable[[], Check], without: str) -> Check:
    """What ``look`` finds in the opened profile; ``without`` is the detail where nobody has signed in."""

    def opened() -> Check:
        from akk_tui.sync import account

        context.unlock()
        if account.find(context.paths) is None:
            return Check(id_, title, "ok", without)
        return look()

    return guarded(id_, title, opened)


def _sound(context: Context) -> Check:
    title = _("Data lokal")

    def look() -> Check:
        from akk_tui.store import health
        from akk_tui.store.errors import StoreDamaged, StoreForeign

        try:
            with context.store() as store:
                found = health.look(store.db)
                mended = found == "index" and health.mend(store.db)
                size = round(store.path.stat().st_size / 1000)
        except StoreForeign:
            raise
        except StoreDamaged as cause:
            return Check("store", title, "fail", sentence(cause), REPAIR)
        if mended:
            detail = _("indeks tidak cocok dengan isinya; sudah dibuat ulang, tidak ada isi yang hilang")
            return Check("store", title, "warn", detail, _("Bila terulang, periksa disk komputer ini"))
        if found != "whole":
            return Check("store", title, "fail", _("ada bagian berkas yang rusak"), REPAIR)
        return Check("store", title, "ok", _("utuh, {kb} kB").format(kb=size))

    return _guarded(context, "store", title, look, _("belum ada data"))


def _sums(context: Context) -> Check:
    """Whether the rows here are those of the server, as far as the last pull could tell."""
    title = _("Sama dengan server")

    def look() -> Check:
        from akk_tui.store import replica

        with context.store(read_only=True) as store:
            differ = replica.differing(store)
        if differ:
            detail = _("berbeda pada unduhan terakhir: {units}").format(units=", ".join(differ))
            cure = _("Jalankan akk-tui sync: bagian itu diunduh ulang; bila tetap berbeda, beri tahu admin server")
            return Check("sums", title, "fail", detail, cure)
        return Check("sums", title, "ok", _("tidak ada yang berbeda pada unduhan terakhir"))

    return _guarded(context, "sums", title, look, _("belum ada data"))


def _copies(context: Context) -> list[Check]:
    """What was laid aside with work that the store does not have: retention leaves it, nobody else looks for it."""
    title = _("Salinan")
    kept: list[str] = []

    def look() -> Check:
        from akk_tui.store import copies

        with context.store(read_only=True) as store:
            kept.extend(copy.name for copy in copies.beside(store.path) if copies.only_here(copy, store.db))
        detail = _("mungkin berisi isian yang tidak ada lagi di data lokal: {names}").format(names=", ".join(kept))
        return Check(
            "copies", title, "warn", detail, _("Periksa isian terakhir Anda, lalu pindahkan atau hapus berkasnya")
        )

    check = _guarded(context, "copies", title, look, "")
    return [check] if kept else []


def _unsent(context: Context) -> Check:
    title = _("Belum terkirim")

    def look() -> Check:
        with context.store(read_only=True) as store:
            head = store.views.status()
        counts = _("{pending} belum terkirim, {conflicts} beda isian, {refused} ditolak").format(
            pending=head.pending, conflicts=head.conflicts, refused=head.refused
        )
        if head.conflicts or head.refused:
            return Check("unsent", title, "warn", counts, "akk-tui conflicts; akk-tui outbox list")
        return Check("unsent", title, "ok", counts)

    return _guarded(context, "unsent", title, look, "0")
