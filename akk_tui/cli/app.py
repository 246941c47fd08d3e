"""No command: the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.cli.parser import UsageError
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


def run(context: Context) -> int:
    """Open the app on the signed-in account; raises NotSignedIn."""
    if context.json:
        raise UsageError(reason=_("--json memerlukan perintah. Daftarnya: akk-tui --help"))
    settings = context.settings()
    account = context.account()
    from akk_tui.ui import app

    return app.run(context.paths, settings, account)
