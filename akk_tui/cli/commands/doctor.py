"""``doctor``: one page of checks with their cures; or the pin of a server, or the bill of materials."""

from __future__ import annotations

import argparse
from typing import Final, TYPE_CHECKING

from akk_tui.cli import checks, output, store_checks, table
from akk_tui.cli.parser import UsageError
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

FAILED: Final = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is wanted in place of the page."""
    parser.add_argument(
        "--pin",
        metavar="URL",
        nargs="?",
        const="",
        help=_("cetak sidik kunci server (untuk server.pins); tanpa URL: server akun ini"),
    )
    parser.add_argument(
        "--repair",
        action="store_true",
        help=_("selamatkan yang masih terbaca dari data lokal yang rusak; berkas yang rusak tetap disimpan"),
    )
    parser.add_argument(
        "--sbom", action="store_true", help=_("cetak daftar paket yang terpasang untuk program ini (CycloneDX, JSON)")
    )


def run(context: Context, args: argparse.Namespace) -> int:
    """Print the page; 1 when a check fails."""
    if args.sbom:
        return _sbom()
    if args.pin is not None:
        return _pin(context, args.pin)
    repaired = store_checks.repair(context) if args.repair else None
    found = [*([repaired] if repaired else []), *checks.run(context)]
    failed = [check for check in found if check.level == "fail"]
    if context.json:
        output.document(
            {
                "checks": [
                    {
                        "id": check.id,
                        "ok": check.level != "fail",
                        "level": check.level,
                        "detail": check.detail,
                        "cure": check.cure,
                    }
                    for check in found
                ]
            }
        )
        return FAILED if failed else 0
    wide = max(table.cells(check.title) for check in found)
    signs = {"ok": "✓", "warn": "~", "fail": "✗"}
    for check in found:
        output.line(f"{signs[check.level]} {table.pad(check.title, wide)}  {check.detail}")
        if check.cure:
            output.line(f"  {' ' * wide}  → {check.cure}")
    output.line()
    output.line(_("Ada yang perlu dibereskan.") if failed else _("Semua baik."))
    return FAILED if failed else 0


def _sbom() -> int:
    """Print the bill of materials."""
    import uuid
    from datetime import datetime, UTC

    from akk_tui import __version__
    from akk_tui.cli import sbom

    moment = datetime.now(UTC).replace(microsecond=0).isoformat()
    output.document(sbom.document(__version__, str(uuid.uuid4()), moment))
    return 0


def _pin(context: Context, address: str) -> int:
    """Print the pin of a server whose certificate is trusted."""
    settings = context.settings().server
    from akk_tui.sync.transport import Transport

    server = address or settings.url or context.account().server
    transport = Transport(server, "", replica="", ca_file=settings.ca_file, proxy=settings.proxy)
    try:
        pin = transport.pin()
    finally:
        transport.close()
    if not pin:
        raise UsageError(reason=_("{server} tidak memakai TLS; tidak ada kuncinya.").format(server=transport.server))
    if context.json:
        output.document({"server": transport.server, "pin": pin, "known": pin in settings.pins})
        return 0
    output.line(pin)
    output.say(_("Cocokkan dengan yang diberikan admin server lewat jalan lain sebelum memakainya."))
    return 0
