"""``status``: the portfolio on one page, or one region with its indicators and items."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.cli import output, table, words
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import IndicatorRow, RegionDetail, RegionRow, StatusLine
    from akk_tui.store.store import Store

JsonObject = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """One optional region."""
    parser.add_argument("region", nargs="?", metavar="REGION", help=_("kode atau nama daerah"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Print it."""
    with context.store(read_only=True) as store:
        cycle = context.cycle(store)
        if args.region is None:
            _portfolio(context, store, cycle)
        else:
            _one(context, store, cycle, store.views.find_region(args.region))
    return 0


def _portfolio(context: Context, store: Store, cycle: str) -> None:
    head, regions = store.views.status(cycle), store.views.regions(cycle)
    if context.json:
        output.document(_document(cycle, head, [_region(row) for row in regions]))
        return
    _head(cycle, head, store)
    if not regions:
        output.line(_("Belum ada daerah dalam siklus {cycle}.").format(cycle=cycle))
        return
    heading = _("Daerah")
    columns = (
        table.Column(f"  {heading}", gives=True, least=14),
        table.Column(_("Kode")),
        table.Column(_("Tahap")),
        table.Column(_("Resmi"), right=True),
        table.Column(_("Perk."), right=True),
        table.Column(_("Krit."), right=True),
        table.Column(_("Lewat")),
    )
    content = [
        (
            f"{words.READINESS[row.readiness][0]} {row.name}",
            row.code,
            words.stage(row.stage),
            words.score(row.official),
            words.score(row.estimate),
            f"{row.criteria_met}/{row.criteria_total}",
            words.forecast(row.forecast, short=True),
        )
        for row in regions
    ]
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line in lines[1:]:
        output.line(line)
    output.line()
    _legend(words.READINESS.values())
    output.faint(_("Perk. = perkiraan; Krit. = kriteria terpenuhi; Lewat = proyeksi di atas ambang."))
    output.faint(_("Perkiraan dan proyeksi dihitung aplikasi ini, bukan penilaian KPK."))


def _legend(marks: Iterable[tuple[str, str]]) -> None:
    for line in table.joined((f"{glyph} {_(word)}" for glyph, word in marks), output.width()):
        output.faint(line)


def _facts(*parts: str) -> None:
    for line in table.joined(parts, output.width()):
        output.line(line)


def _head(cycle: str, head: StatusLine, store: Store) -> None:
    parts = [_("Siklus {cycle}").format(cycle=cycle)]
    if head.assessment and head.cycle == cycle:
        parts.append(_("penilaian {day}").format(day=i18n.day(head.assessment)))
        if head.days_left is not None and head.days_left >= 0:
            parts.append(ngettext("{n} hari lagi", "{n} hari lagi", head.days_left).format(n=head.days_left))
    output.heading(" · ".join(parts))
    if head.sample:
        output.line(_("DATA CONTOH, hari ini dianggap {day}").format(day=i18n.day(head.today)))
    zone = store.meta.get("zone") or "WIB"
    parts = [_("Sinkron terakhir {moment}").format(moment=words.moment(head.last_sync, zone))]
    parts.append(ngettext("{n} belum terkirim", "{n} belum terkirim", head.pending).format(n=head.pending))
    if head.conflicts:
        parts.append(ngettext("{n} beda isian", "{n} beda isian", head.conflicts).format(n=head.conflicts))
    if head.refused:
        parts.append(ngettext("{n} ditolak", "{n} ditolak", head.refused).format(n=head.refused))
    _facts(*parts)
    output.line()


def _one(context: Context, store: Store, cycle: str, code: str) -> None:
    head, detail = store.views.status(cycle), store.views.region(cycle, code)
    if context.json:
        region = _region(detail.row)
        region["indicators"] = [_indicator(row) for part in detail.components for row in part.indicators]
        output.document(_document(cycle, head, [region]))
        return
    _head(cycle, head, store)
    _region_page(detail)


def _region_page(detail: RegionDetail) -> None:
    row, width = detail.row, output.width()
    output.heading(f"{row.name} {row.code} · {row.province}")
    output.line(_("Tahap: {stage}").format(stage=words.stage(row.stage)))
    official = words.score(row.official)
    if row.official_as_of:
        official += f" ({i18n.day(row.official_as_of)}{f', {row.official_source}' if row.official_source else ''})"
    sign = "≥" if detail.pass_at_mark else ">"
    mark = i18n.number(detail.pass_mark, 0 if detail.pass_mark == int(detail.pass_mark) else 2)
    _facts(
        _("Nilai resmi {official}").format(official=official),
        _("perkiraan {estimate}").format(estimate=words.score(row.estimate)),
        _("ambang lulus {sign} {mark}").format(sign=sign, mark=mark),
        _("kriteria {met}/{total}").format(met=row.criteria_met, total=row.criteria_total),
        _("proyeksi {forecast}").format(forecast=words.forecast(row.forecast)),
        _(words.READINESS[row.readiness][1]),
    )
    output.line()
    content: list[tuple[str, ...]] = []
    for part in detail.components:
        content.append((f"{part.id} {pick(part.title, part.title_en)}", words.score(part.score), "", "", ""))
        for found in part.indicators:
            content.append(
                (
                    f"  {found.id} {pick(found.title, found.title_en)}",
                    words.score(found.score),
                    "".join(words.glyph(item.state) for item in found.items),
                    ", ".join(found.owners),
                    i18n.day(found.due, year=False) if found.due else "",
                )
            )
    columns = (
        table.Column(_("Indikator"), gives=True, least=24),
        table.Column(_("Perk."), right=True),
        table.Column(_("Bukti")),
        table.Column(_("PJ"), gives=True, least=12),
        table.Column(_("Batas")),
    )
    lines = table.rows(columns, content, width)
    output.heading(lines[0])
    for line in lines[1:]:
        output.line(line)
    output.line()
    _legend(words.ITEM_STATES.values())


def _document(cycle: str, head: StatusLine, regions: list[JsonObject]) -> JsonObject:
    return {
        "cycle": cycle,
        "last_sync": head.last_sync,
        "pending": head.pending,
        "conflicts": head.conflicts,
        "refused": head.refused,
        "today": head.today,
        "sample": head.sample,
        "regions": regions,
    }


def rounded(value: float | None) -> float | None:
    """``value`` without the noise of binary fractions."""
    return None if value is None else round(value, 6)


def _region(row: RegionRow) -> JsonObject:
    ahead = row.forecast
    return {
        "code": row.code,
        "name": row.name,
        "province": row.province,
        "stage": row.stage,
        "score": {
            "official": rounded(row.official),
            "as_of": row.official_as_of,
            "source": row.official_source,
            "estimate": rounded(row.estimate),
        },
        "gap": rounded(row.gap),
        "readiness": row.readiness,
        "criteria_met": row.criteria_met,
        "criteria_known": row.criteria_known,
        "criteria_total": row.criteria_total,
        "components": [{"id": part.id, "score": rounded(part.score)} for part in row.components],
        "forecast": {
            "kind": ahead.kind,
            "day": ahead.day,
            "low": ahead.low,
            "high": ahead.high,
            "per_week": rounded(ahead.per_week),
        },
        "overdue": row.overdue,
        "pending": row.pending,
        "conflicts": row.conflicts,
    }


def _indicator(row: IndicatorRow) -> JsonObject:
    return {
        "id": row.id,
        "title": row.title,
        "title_en": row.title_en,
        "score": rounded(row.score),
        "official": rounded(row.official),
        "owners": row.owners,
        "due": row.due,
        "pic": row.pic,
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "title_en": item.title_en,
                "state": item.state,
                "owner": item.owner,
                "due": item.due,
                "pending": item.pending,
                "conflict": item.conflict,
                "evidence": [
                    {
                        "n": found.n,
                        "title": found.title,
                        "number": found.number,
                        "date": found.day,
                        "link": found.link,
                        "capaian": found.capaian,
                        "per": found.per,
                        "photo": found.photo,
                    }
                    for found in item.evidence
                ],
            }
            for item in row.items
        ],
    }
