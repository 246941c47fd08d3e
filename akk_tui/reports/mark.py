"""The last line of an exported report: the digest of all above it, by which the audit finds who made it and when.

Who, when and which regions stand in the report's head. ``head -n -1 FILE | sha256sum`` gives the digest again.
"""

from __future__ import annotations

import hashlib

from akk_tui.i18n import gettext as _


def marked(text: str, form: str) -> tuple[str, str]:
    """``text`` (``md`` or ``html``) with its last line, and the digest in hex."""
    body = text if form == "html" else f"{text}\n"
    digest = hashlib.sha256(body.encode()).hexdigest()
    line = _("SHA-256 dari semua di atas baris ini: {digest}").format(digest=digest)
    return body + (f"<!-- {line} -->\n" if form == "html" else f"{line}\n"), digest
