"""What undo takes back and redo does again, in words: the store names a step by ids, fields and kinds."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from akk_tui.contract.ids import DATE
from akk_tui.contract.states import ALL_STAGES
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.ui.widgets.values import field_word, kind_word
from akk_tui.ui.words import stage_word

_STEP: Final = re.compile(r"(?P<place>.*? · )(?P<id>\d+\.\d+ )?(?P<what>.*?)(?P<more> \(\+\d+\))?", re.DOTALL)


def step_words(title: str) -> str:
    """``Kota Blitar · 2.4 batas waktu (+14)`` of ``Kota Blitar · 2.4 due (+14)``."""
    found = _STEP.fullmatch(title)
    if found is None:
        return title
    what = found["what"]
    if found["id"] or what == "team":
        what = field_word(what)
    elif what in ALL_STAGES:
        what = stage_word(what)
    elif what in ("note", "event", "followup"):
        what = kind_word(what)
    elif DATE.match(what):
        what = _("nilai resmi {day}").format(day=day(date.fromisoformat(what)))
    return f"{found['place']}{found['id'] or ''}{what}{found['more'] or ''}"
