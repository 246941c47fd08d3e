"""Drafts that were left: which ones may be offered, and how they differ from what was saved, in words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.paths import alive
from akk_tui.store.shapes import Draft

_COMPARED_LINES: Final = 2_000
_EVENT_TEXTS: Final = (":agenda", ":outcome")
MERGE: Final = "merge:"
"""How the subject of a draft begins that answers a difference between two texts."""


def of_event(draft: Draft) -> bool:
    """Whether it is the agenda or outcome of an activity (its subject: the activity's id and the field), not a note."""
    return draft.subject.endswith(_EVENT_TEXTS)


def of_merge(draft: Draft) -> bool:
    """Whether it is to answer a difference between two texts."""
    return draft.subject.startswith(MERGE)


def left_over(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts of notes that sessions which have ended left, newest first."""
    return ended(draft for draft in drafts if not of_event(draft) and not of_merge(draft))


def ended(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts of sessions that have ended, newest first."""
    own = os.getpid()
    found = [draft for draft in drafts if draft.pid == own or not alive(draft.pid)]
    return sorted(found, key=lambda draft: draft.at, reverse=True)


def name_of(draft: Draft) -> str:
    """The draft's title, else the beginning of its text."""
    first = next((line.strip() for line in draft.body.split("\n") if line.strip()), "")
    return draft.title.strip() or first or _("tanpa judul")


def same_as_base(draft: Draft) -> bool:
    """Whether nothing was typed that is not in the note."""
    base = draft.base or {}
    return (
        draft.title.strip() == (base.get("title") or "")
        and draft.body.rstrip("\n") == (base.get("body") or "").rstrip("\n")
        and sorted(draft.tags) == sorted(base.get("tags") or [])
    )


def difference(draft: Draft, present: Mapping[str, Any] | None = None) -> str:
    """What the draft has that its note has not; ``present`` is the note as it stands now."""
    if draft.base is None:
        lines = len([line for line in draft.body.split("\n") if line.strip()])
        return _("catatan baru, {lines}, {n} karakter").format(lines=_lines(lines), n=len(draft.body))
    base = draft.base
    parts: list[str] = []
    if draft.title.strip() != (base.get("title") or ""):
        parts.append(_("judul berubah"))
    added, removed = _changed_lines(str(base.get("body") or ""), draft.body)
    if added:
        parts.append(_("{lines} ditambah").format(lines=_lines(added)))
    if removed:
        parts.append(_("{lines} dihapus").format(lines=_lines(removed)))
    if sorted(draft.tags) != sorted(base.get("tags") or []):
        parts.append(_("tanda berubah"))
    words = ", ".join(parts) or _("sama dengan yang tersimpan")
    if present is not None and any(present.get(name) != base.get(name) for name in ("title", "body", "tags")):
        words += "; " + _("yang tersimpan sudah berubah sejak draf dimulai")
    return words


def _lines(count: int) -> str:
    return ngettext("{n} baris teks", "{n} baris teks", count).format(n=count)


def _changed_lines(before: str, after: str) -> tuple[int, int]:
    old, new = before.split("\n")[:_COMPARED_LINES], after.split("\n")[:_COMPARED_LINES]
    added = removed = 0
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            removed += j - i
            added += m - k
    return added, removed
