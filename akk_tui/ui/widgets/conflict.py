"""One difference in full: semula, isian saya, isian rekan, who and when; side by side where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from akk_tui import i18n, merge_words
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.shapes import Conflict, OutboxRow
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import word_diff
from akk_tui.ui.widgets.conflict_value import is_text
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.values import field_word, set_words, title_words, value_words, what_words

_LABEL: Final = 14
_HIDDEN: Final = frozenset({"cycle", "region", "author"})


class Side(NamedTuple):
    """One of the three values: what it is called, its lines, and what is to be said of it."""

    name: str
    value: Content
    note: str = ""


def about(row: Conflict | OutboxRow, *, region: bool = True) -> str:
    """``Kota Blitar · Tingkat kepatuhan · status``."""
    title = title_words(row.kind, row.key, pick(row.title, row.title_en))
    parts = (row.region_name if region else "", title, what_words(row.kind, row.field))
    return " · ".join(part for part in parts if part)


def who(conflict: Conflict, zone: str) -> str:
    """``Budi, 6 Okt 2025 09.14 WIB``."""
    when = i18n.moment(conflict.at, zone) if conflict.at is not None else ""
    return ", ".join(part for part in (conflict.by or "", when) if part)


def earlier(conflict: Conflict, waiting: Sequence[OutboxRow]) -> list[str]:
    """The officer's older values of the same field that wait too: they go as well when theirs is taken."""
    rows = sorted(
        (row for row in waiting if row.op in conflict.ops and row.set != conflict.mine), key=lambda row: row.n
    )
    return [set_words(row.set) for row in rows]


def deleted_there(conflict: Conflict) -> bool:
    """Whether a colleague deleted the row whose field is in conflict."""
    return bool(conflict.theirs and conflict.theirs.get("deleted")) and "deleted" not in conflict.mine


def theirs_words(conflict: Conflict) -> str:
    """The colleague's side in one line; that the row is gone is said, too."""
    if deleted_there(conflict):
        return _("dihapus")
    return _("tidak ada di server") if conflict.theirs is None else set_words(conflict.theirs)


def sides(conflict: Conflict, waiting: Sequence[OutboxRow], zone: str, *, short: bool = False) -> list[Side]:
    """Semula, isian saya, isian rekan. ``short`` leaves out of long texts what stayed."""
    base, mine = conflict.base or {}, conflict.mine
    gone = deleted_there(conflict)
    theirs = {} if gone or conflict.theirs is None else conflict.theirs
    names = [name for name in mine if name not in _HIDDEN]
    told = [name for name in names if len({_text(name, part.get(name)) for part in (base, mine, theirs)}) > 1]
    single = len(names) == 1
    same = 0 if single or gone or conflict.theirs is None else len(names) - len(told)
    if single or not told:
        told = names
    made: list[Side] = []
    for name, part, others in (
        (_("semula"), base, (mine, theirs) if theirs else (mine,)),
        (_("isian saya"), mine, ()),
        (_("isian rekan"), theirs, ()),
    ):
        lines = [_line(one, part, base, others, named=not single, short=short) for one in told]
        made.append(Side(name, Content("\n").join(lines)))
    saved = next((row.at for row in waiting if row.op == conflict.op), None)
    older = earlier(conflict, waiting)
    if conflict.base is None:
        made[0] = made[0]._replace(value=content(_("belum ada")))
    if older:
        made[0] = made[0]._replace(note=_("saya, dulu: {values}").format(values=", ".join(older)))
    made[1] = made[1]._replace(note=_("disimpan {when}").format(when=i18n.moment(saved, zone)) if saved else "")
    if same:
        equal = ngettext("{n} isian lain sama", "{n} isian lain sama", same).format(n=same)
        made[1] = made[1]._replace(note=" · ".join(part for part in (made[1].note, equal) if part))
    if gone or conflict.theirs is None:
        back = _("m memulihkannya dengan isian saya") if gone else ""
        note = " · ".join(part for part in (who(conflict, zone), back) if part)
        made[2] = Side(made[2].name, content(theirs_words(conflict), "bold"), note)
    else:
        lost = _(merge_words.OLDER) if conflict.older else ""
        made[2] = made[2]._replace(note=" · ".join(part for part in (who(conflict, zone), lost) if part))
    return made


def _text(name: str, value: Any) -> str:
    return value if isinstance(value, str) and "\n" in value else value_words(name, value)


def _line(
    name: str, part: dict[str, Any], base: dict[str, Any], others: Sequence[dict[str, Any]], *, named: bool, short: bool
) -> Content:
    """One field's value; the words of a long text that differ are marked."""
    text, before = _text(name, part.get(name)), _text(name, base.get(name))
    texts = [_text(name, other.get(name)) for other in others]
    if not word_diff.is_long(text, before, *texts) or (not others and not base):
        value = content(text, "" if others else "bold")
    elif others:
        value = word_diff.gone(text, texts, short=short)
    else:
        value = word_diff.marked(text, before, short=short)
    return Content.assemble(content(field_word(name) + " ", "$text-muted"), value) if named else value


def described(conflict: Conflict, waiting: Sequence[OutboxRow], zone: str, *, short: bool = False) -> Content:
    """The three values under each other, each after its name; long ones on lines of their own."""
    lines = [content(about(conflict), "bold $primary")]
    base, mine, theirs = sides(conflict, waiting, zone, short=short)
    for side in (base, mine, theirs):
        label = content(f"{side.name:<{_LABEL}}", "$text-muted")
        value = side.value
        between = "\n" if "\n" in value.plain or len(value.plain) > 5 * word_diff.LONG else ""
        lines.append(Content.assemble(label, between, value))
        if side is base and (older := earlier(conflict, waiting)):
            lines.append(_labelled(_("saya, dulu"), ", ".join(older)))
    if deleted_there(conflict):
        lines.append(_labelled("", _("m memulihkannya dengan isian saya")))
    if named := who(conflict, zone):
        lines.append(_labelled(_("oleh"), named))
    if conflict.older:
        lines.append(_labelled("", _(merge_words.OLDER)))
    return Content("\n").join(lines)


def _labelled(label: str, words: str) -> Content:
    return Content.assemble(content(f"{label:<{_LABEL}}", "$text-muted"), content(words))


def lines(conflict: Conflict, waiting: Sequence[OutboxRow], zone: str, width: int, *, columns: bool) -> int:
    """Lines that :class:`Difference` takes for it in ``width`` cells."""
    if not columns:
        return described(conflict, waiting, zone, short=True).get_height({}, width) + (2 if is_text(conflict) else 1)
    inner = width // 3 - 4
    return 3 + max(column(side).get_height({}, inner) for side in sides(conflict, waiting, zone, short=True))


class Difference(Vertical):
    """The difference under the cursor: three columns on a wide screen, else one under the other."""

    DEFAULT_CSS = """
    Difference {
        & #difference_text { height: 1fr; }
        & #sides { height: 1fr; display: none; }
        & #sides > Quiet { width: 1fr; height: 100%; border: round $foreground 30%; padding: 0 1;
            border-title-color: $primary; }
        &.-columns #sides { display: block; layout: horizontal; }
        &.-columns #difference_text { height: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Quiet(id="difference_text")
        with Horizontal(id="sides"):
            for name in ("base", "mine", "theirs"):
                yield Quiet(id=f"side_{name}")

    def show(
        self,
        conflict: Conflict,
        waiting: Sequence[OutboxRow],
        zone: str,
        *,
        columns: bool,
        width: int,
        hint: str = "",
        more: str = "",
    ) -> None:
        """Show ``conflict``, in three ``columns`` or stacked; ``hint`` and ``more`` are said of it, too.

        ``width``: the cells there are for a line, also where a change of size has not reached this widget yet.
        """
        self.set_class(columns, "-columns")
        text = self.query_one("#difference_text", Quiet)
        if not columns:
            shown = described(conflict, waiting, zone, short=True)
            if hint:
                first, *rest = shown.split("\n")
                shown = Content("\n").join([first, content(hint, "$text-muted"), *rest])
            text.say(Content("\n").join([shown, content(more, "$text-muted")]) if more else shown)
            return
        more = " · ".join(part for part in (hint, more) if part)
        title = content(about(conflict), "bold $primary")
        fits = title.cell_length + len(more) + 3 <= width
        text.say(Content.assemble(title, content(f"   {more}", "$text-muted")) if more and fits else title)
        for name, side in zip(("base", "mine", "theirs"), sides(conflict, waiting, zone, short=True), strict=True):
            widget = self.query_one(f"#side_{name}", Quiet)
            entitle(widget, side)
            widget.say(column(side))


def entitle(widget: Static, side: Side) -> None:
    """Put a side's name into the upper border, where it changed."""
    title = content(side.name)
    if widget.border_title != title.markup:
        widget.border_title = title


def column(side: Side) -> Content:
    """A side's value with what is said of it below."""
    return Content("\n").join([side.value, content(side.note, "$text-muted")]) if side.note else side.value
