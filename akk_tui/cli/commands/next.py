"""``next``: the missing items in the order of what they add, up to the first score that passes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.cli import output, table, words
from akk_tui.cli.commands.status import rounded
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import NextSteps


def _limit(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


_limit.__name__ = "N"


def arguments(parser: argparse.ArgumentParser) -> None:
    """A region, and how many steps at most."""
    parser.add_argument("region", metavar="REGION", help=_("kode atau nama daerah"))
    parser.add_argument("--limit", type=_limit, metavar="N", help=_("paling banyak N langkah"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Print it."""
    with context.store(read_only=True) as store:
        cycle = context.cycle(store)
        plan = store.views.next_steps(cycle, store.views.find_region(args.region), args.limit)
    if context.json:
        output.document(
            {
                "cycle": cycle,
                "region": plan.region.code,
                "steps": [
                    {
                        "item": step.item,
                        "title": step.title,
                        "title_en": step.title_en,
                        "indicator": step.indicator,
                        "owner": step.owner,
                        "due": step.due,
                        "state": step.state,
                        "gain": rounded(step.gain),
                    }
                    for step in plan.steps
                ],
                "estimate": rounded(plan.estimate),
                "estimate_after": rounded(plan.estimate_after),
                "reaches": plan.reaches,
            }
        )
    else:
        _page(plan)
    return 0


def _page(plan: NextSteps) -> None:
    output.heading(_("Prioritas pemenuhan · {name} {code}").format(name=plan.region.name, code=plan.region.code))
    if not plan.steps:
        output.line(_("Tidak ada langkah yang menambah nilai."))
    else:
        columns = (
            table.Column(_("Bukti dukung"), gives=True, least=24),
            table.Column(_("Keadaan"), gives=True, least=17),
            table.Column(_("PJ"), gives=True, least=14),
            table.Column(_("Batas")),
            table.Column(_("Tambah"), right=True),
        )
        content = [
            (
                f"{step.item} {pick(step.title, step.title_en)}",
                f"{words.glyph(step.state)} {words.state(step.state)}",
                step.owner or words.NOTHING,
                i18n.day(step.due, year=False) if step.due else words.NOTHING,
                f"+{i18n.number(step.gain)}",
            )
            for step in plan.steps
        ]
        lines = table.rows(columns, content, output.width())
        output.heading(lines[0])
        for line in lines[1:]:
            output.line(line)
    output.line()
    output.line(
        _("Perkiraan {now} → {after}: {words}").format(
            now=words.score(plan.estimate),
            after=words.score(plan.estimate_after),
            words=_("melewati ambang lulus") if plan.reaches else _("belum melewati ambang lulus"),
        )
    )
