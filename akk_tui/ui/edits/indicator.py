"""What belongs to an indicator and its items: owners, contact person, due dates, summary, official score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TYPE_CHECKING

from akk_tui.contract.fields import PIC_KEYS
from akk_tui.i18n import day, ngettext
from akk_tui.i18n import gettext as _
from akk_tui.store.outbox import Wanted
from akk_tui.ui import words
from akk_tui.ui.edits import common
from akk_tui.ui.forms import FormField
from akk_tui.ui.terminal.safe import cut

if TYPE_CHECKING:
    from akk_tui.store.shapes import IndicatorRow, ItemRow, RegionDetail, RegionRow
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen


class Place(NamedTuple):
    """The indicator that a dialog is about, and the item under the cursor there."""

    screen: AkkScreen
    detail: RegionDetail
    indicator: IndicatorRow
    item: ItemRow | None

    @property
    def key(self) -> str:
        return key_of(self.detail.row, self.indicator.id)

    @property
    def title(self) -> str:
        """``2.4 Kepatuhan … · Kota Blitar``."""
        return cut(f"{self.indicator.id} {words.title_of(self.indicator)}", 30) + f" · {self.detail.row.name}"


def key_of(region: RegionRow, indicator: str) -> str:
    """The key of an indicator's row."""
    return f"{region.cycle}:{region.code}:{indicator}"


def off(
    app: AkkApp, region: RegionRow | None, indicator: str | None, name: str, value: str | None = None
) -> str | None:
    """Why the field ``name`` of an indicator cannot be set to ``value``, or None."""
    if indicator is None:
        return _("Pilih dulu sebuah indikator, lalu butirnya.")
    key = key_of(region, indicator) if region is not None else ""
    return common.off(app, region, "assessment", key, {name: value})


def _item_words(item: ItemRow) -> str:
    return _("Butir {id}").format(id=item.id)


def edit_owners(place: Place, *, of_item: bool) -> None:
    """Ask who owes the indicator and the item, and who is the contact person. ``of_item``: begin at the item."""
    app, row, item = place.screen.akk, common.held(place.screen, "assessment", place.key), place.item
    offers = common.owners(app, place.detail)
    pic: dict[str, str] = row.values.get("pic") or {}
    fields = [
        FormField(
            "owners",
            _("Penanggung jawab"),
            ", ".join(place.indicator.owners),
            "set",
            offers,
            check=common.form_of_set("assessment", "owners"),
            hint=_("OPD, dipisah koma; yang pertama juga untuk butirnya"),
        ),
        FormField("name", _("PIC, nama"), pic.get("name", ""), check=common.form_of("assessment", "source")),
        FormField("phone", _("PIC, telepon"), pic.get("phone", ""), check=common.form_of("assessment", "source")),
    ]
    if item is not None:
        follows = place.indicator.owners[0] if place.indicator.owners else words.NONE
        fields.append(
            FormField(
                "item",
                _item_words(item),
                item.own_owner or "",
                "line",
                offers,
                check=common.form_of("assessment", "source"),
                hint=_("kosong: ikut indikator ({owner}). {title}").format(owner=follows, title=words.title_of(item)),
            )
        )

    def make(texts: dict[str, str], changed: frozenset[str]) -> dict[str, Any] | str:
        wanted: dict[str, Any] = {}
        if "owners" in changed:
            wanted["owners"] = common.value_of(fields[0], texts["owners"])
        if changed & set(PIC_KEYS):
            wanted["pic"] = {name: texts[name] for name in PIC_KEYS if texts[name]} or None
        if "item" in changed and item is not None:
            wanted[f"item_owner.{item.id}"] = texts["item"] or None
        return wanted

    first = "item" if of_item and item is not None else "owners"
    common.ask(place.screen, _("Penanggung jawab") + f" · {place.title}", row, fields, make, first=first)


def edit_due(place: Place, *, of_item: bool) -> None:
    """Ask for the due dates of the indicator and of the item. ``of_item``: begin at the item."""
    row, item = common.held(place.screen, "assessment", place.key), place.item
    own = place.indicator.due
    fields = [FormField("due", _("Indikator {id}").format(id=place.indicator.id), _iso(own), "date")]
    if item is not None:
        follows = day(own) if own is not None else words.NONE
        fields.append(
            FormField(
                f"item_due.{item.id}",
                _item_words(item),
                _iso(item.own_due),
                "date",
                hint=_("kosong: ikut indikator ({day}). {title}").format(day=follows, title=words.title_of(item)),
            )
        )
    first = fields[-1].key if of_item else "due"
    note = _("Boleh ditulis 6 okt, 6/10, +7, besok, jumat; kosong menghapus.")
    common.ask(place.screen, _("Batas waktu") + f" · {place.title}", row, fields, first=first, note=note)


def _iso(value: Any) -> str:
    return value.isoformat() if value is not None else ""


def edit_summary(place: Place) -> None:
    """Ask for the summary of the indicator."""
    row = common.held(place.screen, "assessment", place.key)
    field = FormField(
        "summary",
        _("Ringkasan"),
        str(row.values.get("summary") or ""),
        "text",
        check=common.form_of("assessment", "summary"),
        hint=_("keadaan indikator ini dalam beberapa kalimat"),
    )
    common.ask(place.screen, _("Ringkasan") + f" · {place.title}", row, (field,))


def edit_official(place: Place) -> None:
    """Ask for the official score of the indicator with its day and source: one operation."""
    screen = place.screen
    row = common.held(screen, "assessment", place.key)
    today = screen.store.today()
    shown = {name: str(row.values.get(name) or "") for name in ("score", "as_of", "source")}

    fields = (
        FormField(
            "score",
            _("Nilai resmi"),
            shown["score"],
            "number",
            check=common.form_of("assessment", "score"),
            hint=_("0 sampai 100, dua desimal; kosong menghapus"),
        ),
        FormField("as_of", _("Per"), shown["as_of"] or today.isoformat(), "past"),
        FormField(
            "source",
            _("Sumber"),
            shown["source"] or place.detail.row.official_source or "KPK",
            check=common.form_of("assessment", "source"),
        ),
    )

    def make(texts: dict[str, str], changed: frozenset[str]) -> dict[str, Any] | str:
        if not texts["score"]:
            return dict.fromkeys(shown)
        if not texts["as_of"] or not texts["source"]:
            return _("Nilai resmi memerlukan tanggal dan sumbernya.")
        return dict(texts)

    note = _("Nilai resmi indikator ditampilkan di samping perkiraan dan tidak mengubahnya.")
    common.ask(screen, _("Nilai resmi") + f" · {place.title}", row, fields, make, note=note)


class Marked(NamedTuple):
    """One item of several that are edited together."""

    indicator: IndicatorRow
    item: ItemRow


def edit_marked(
    screen: AkkScreen, detail: RegionDetail, marked: Sequence[Marked], name: str, done: Callable[[], None]
) -> None:
    """Ask for one owner (``item_owner``) or due date (``item_due``) for several items: one undo step.

    ``done`` is called once it is saved.
    """
    n = len(marked)
    title = ngettext("{n} butir · {name}", "{n} butir · {name}", n).format(n=n, name=detail.row.name)
    hint = _("kosong: semua ikut indikatornya")
    if name == "item_owner":
        offers = common.owners(screen.akk, detail)
        check = common.form_of("assessment", "source")
        field = FormField("value", _("Penanggung jawab"), "", "line", offers, check=check, hint=hint)
    else:
        field = FormField("value", _("Batas waktu"), "", "date", hint=hint)

    def save(texts: dict[str, str]) -> str | None:
        put_marked(screen, detail, marked, name, texts["value"] or None)
        done()
        return None

    common.show(screen, title, (field,), save)


def put_marked(screen: AkkScreen, detail: RegionDetail, marked: Sequence[Marked], name: str, value: str | None) -> None:
    """Set one field of several items to the same value: one undo step. Raises what the store refuses."""
    wanted: list[Wanted] = []
    for one in marked:
        field = f"{name}.{one.item.id}"
        seen = {"item": one.item.seen, "item_owner": one.item.own_owner, "item_due": _iso(one.item.own_due) or None}
        key = key_of(detail.row, one.indicator.id)
        wanted.append(Wanted("assessment", key, {field: value}, {field: seen[name]}, one.item.conflict))
    made = [edit for edit in screen.store.outbox.together(wanted) if edit.op is not None]
    if made:
        screen.akk.edited()
    else:
        screen.akk.tell(_("Tidak ada yang berubah."))
