"""``set``: stage, scores, criteria, owners, due dates and contacts of a region."""

from __future__ import annotations

import argparse
from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.cli import edits, lookup, output, words
from akk_tui.contract import fields
from akk_tui.contract.errors import AkkError, BadValue, N_
from akk_tui.contract.ids import ITEM
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.contract.records import Instrument
    from akk_tui.store.store import Store

FORMS: Final = (
    "stage",
    "fulfilment",
    "score.INDICATOR",
    "criterion.ID",
    "owner.INDICATOR|ITEM",
    "due.INDICATOR|ITEM",
    "pic.INDICATOR",
)


class UnknownForm(AkkError):
    """A FIELD that ``set`` does not know."""

    code = "usage"
    exit_code = 2
    text = N_("Isian “{form}” tidak dikenal. Yang ada: {known}")


class WrongCriterion(BadValue):
    """A value that a criterion does not take."""

    text = N_("Nilai “{value}” tidak sah untuk kriteria {title}: {reason}")


class OptionWithoutUse(AkkError):
    """An option that the FIELD has no place for."""

    code = "usage"
    exit_code = 2
    text = N_("{option} tidak berlaku untuk {form}. Tulis perintahnya tanpa {option}.")


class Target(NamedTuple):
    """What is set where."""

    kind: str
    key: str
    set: dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Region, field, value, and what a score or criterion needs beside it."""
    parser.add_argument("region", metavar="REGION", help=_("kode atau nama daerah"))
    parser.add_argument("field", metavar="FIELD", help=", ".join(FORMS).replace("%", "%%"))
    parser.add_argument(
        "value",
        metavar="VALUE",
        help=_('nilainya; daftar dipisah koma, PIC “nama; telepon”; kosong ("") menghapus isian'),
    )
    parser.add_argument("--as-of", metavar="D", help=_("per tanggal (TTTT-BB-HH); tanpa ini hari ini"))
    parser.add_argument("--year", metavar="Y", help=_("tahun nilai kriteria"))
    parser.add_argument("--source", metavar="S", help=_("sumber nilai"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Save it."""
    with context.store() as store:
        cycle = context.cycle(store)
        region = store.views.find_region(args.region)
        target = _target(store, cycle, region, args)
        before = edits.seen(store, target.kind, target.key, target.set)
        edit = store.edit(target.kind, target.key, target.set, seen=before)
    if context.json:
        output.document({"op": edit.op, "state": edit.state if edit.op else None, "value": target.set})
    else:
        output.line(f"{region} {args.field}: {_shown(target, before)} → {_shown(target, target.set)}")
        output.say(edits.told(edit))
    return 0


def _shown(target: Target, found: dict[str, Any]) -> str:
    return words.shown(target.kind, next(iter(target.set)), found)


_USED: Final = {
    "stage": ("--as-of",),
    "fulfilment": ("--as-of", "--source"),
    "criterion": ("--as-of", "--year", "--source"),
    "score": ("--as-of", "--source"),
    "owner": (),
    "due": (),
    "pic": (),
}
"""The options that a form of FIELD takes."""


def _check_options(name: str, args: argparse.Namespace) -> None:
    """Raise OptionWithoutUse for an option that would do nothing."""
    given = {"--as-of": args.as_of, "--year": args.year, "--source": args.source}
    for option, value in given.items():
        if value is not None and name in _USED and option not in _USED[name]:
            raise OptionWithoutUse(option=option, form=args.field)


def _target(store: Store, cycle: str, region: str, args: argparse.Namespace) -> Target:
    name, _dot, id_ = str(args.field).partition(".")
    _check_options(name, args)
    unit = f"{cycle}:{region}"
    instrument = store.instrument(cycle)
    text = str(args.value).strip()
    if name == "stage" and not id_:
        return Target(
            "standing", unit, _group("standing", {"stage": text or None, "date": _day(store, args) if text else None})
        )
    if name == "fulfilment" and not id_:
        made = {"value": text or None, "source": args.source, "retracted": None}
        return Target("score", f"{unit}:{_day(store, args)}", _group("score", made))
    if name == "criterion" and id_:
        return Target(
            "criterion", f"{unit}:{lookup.criterion(instrument, id_)}", _criterion(store, instrument, id_, args)
        )
    if name == "score" and id_:
        inside = lookup.indicator(instrument, id_)
        made = {"score": text, "as_of": _day(store, args), "source": args.source} if text else {}
        return Target("assessment", f"{unit}:{inside.id}", _group("assessment", made, "score"))
    if name in ("owner", "due") and id_:
        return _owed(instrument, unit, name, id_, text)
    if name == "pic" and id_:
        inside = lookup.indicator(instrument, id_)
        return Target("assessment", f"{unit}:{inside.id}", {"pic": _contact(text)})
    raise UnknownForm(form=args.field, known=", ".join(FORMS))


def _group(kind: str, values: dict[str, Any], first: str | None = None) -> dict[str, Any]:
    """All fields of the group of ``first`` in canonical form, absent ones empty; raises BadValue."""
    names = fields.group(kind, first or next(iter(values)))
    return {name: fields.canonical(kind, name, values.get(name)) for name in names}


def _criterion(store: Store, instrument: Instrument, id_: str, args: argparse.Namespace) -> dict[str, Any]:
    from akk_tui.domain import criteria

    if not str(args.value).strip():
        return _group("criterion", {"value": None})
    known = next(found for found in instrument.criteria if found.id == id_)
    day = _day(store, args)
    try:
        value = criteria.canonical_value(known, args.value)
    except BadValue as bad:
        raise WrongCriterion(**bad.params, title=pick(known.title, known.title_en)) from None
    made = {
        "value": value,
        "year": _year(args.year) if args.year else int(day[:4]),
        "as_of": day,
        "source": args.source or str(known.source) or None,
    }
    return _group("criterion", made)


def _owed(instrument: Instrument, unit: str, name: str, id_: str, text: str) -> Target:
    """Owner or due date of an indicator or of an item."""
    if ITEM.match(id_):
        inside, item = lookup.item(instrument, id_)
        field, value = f"item_{name}.{item.id}", text or None
    else:
        inside = lookup.indicator(instrument, id_)
        field = "owners" if name == "owner" else "due"
        value = [part for part in text.split(",") if part.strip()] if name == "owner" else text or None
    made = fields.canonical("assessment", field, value)
    return Target("assessment", f"{unit}:{inside.id}", {field: made})


def _contact(text: str) -> fields.Value:
    name, _semicolon, phone = text.partition(";")
    return fields.canonical("assessment", "pic", {"name": name.strip(), "phone": phone.strip()})


def _day(store: Store, args: argparse.Namespace) -> str:
    """The day of ``--as-of``, else the domain's today, in ISO form."""
    return (edits.day("--as-of", args.as_of) if args.as_of else store.today()).isoformat()


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise edits.BadOption(option="--year", value=text, reason=N_("bukan tahun"))
    return int(text)
