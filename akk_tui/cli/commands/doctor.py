"""``doctor``: one page of checks, with the cure for each that fails."""

from __future__ import annotations

import argparse
from typing import Final, TYPE_CHECKING

from akk_tui.cli import checks, output, table
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

FAILED: Final = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(context: Context, _args: argparse.Namespace) -> int:
    """Print the page; 1 when a check fails."""
    found = checks.run(context)
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
