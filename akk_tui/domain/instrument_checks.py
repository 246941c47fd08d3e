"""What a file must hold to be an instrument: its shape, and the rules that a shape cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast, Final

import msgspec

from akk_tui.contract import ids
from akk_tui.contract.errors import BadValue, N_
from akk_tui.contract.records import Band, Component, Criterion, Indicator, Instrument, Item
from akk_tui.contract.states import ALL_STAGES, ITEM_STATES
from akk_tui.contract.text import clean, dec_hook
from akk_tui.domain.instrument import InstrumentReplaced
from akk_tui.domain.toml_lines import Path

_STATES: Final = tuple(state for state in ITEM_STATES if state != "tidak_berlaku")
"""The states with a credit, from the least to the most."""
_COMPONENT: Final = re.compile(r"\d{1,2}\Z")
_READINESS: Final = ("nearly",)
_MOST_WEIGHT: Final = 1000.0
_INSIDE: Final[dict[type, dict[str, type]]] = {
    Instrument: {"components": Component, "criteria": Criterion, "categories": Band},
    Component: {"indicators": Indicator},
    Indicator: {"items": Item},
    Criterion: {"bands": Band},
    Item: {},
    Band: {},
}
_TYPES: Final = {
    "str": N_("{name} harus teks"),
    "float": N_("{name} harus angka"),
    "int": N_("{name} harus bilangan bulat"),
    "bool": N_("{name} harus true atau false"),
    "array": N_("{name} harus daftar"),
    "object": N_("{name} harus tabel"),
}


class Wrong(ValueError):
    """What is wrong with the value at ``path``: a catalogue sentence and its parameters."""

    def __init__(self, path: Path, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason
        self.params = params


def checked(data: dict[str, Any]) -> Instrument:
    """``data``, as tomllib reads it, as an instrument; raises Wrong."""
    _known_keys(Instrument, data, ())
    try:
        made = msgspec.convert(data, Instrument, dec_hook=dec_hook)
    except msgspec.ValidationError as cause:
        raise _wrong_shape(str(cause)) from None
    _whole(made)
    _tables(made)
    _components(made)
    _criteria(made)
    for name in made.assumed:
        _names_something(made, name)
    return made


def _known_keys(struct: type[msgspec.Struct], data: dict[str, Any], path: Path) -> None:
    for name, value in data.items():
        if name not in struct.__struct_fields__:
            raise _unknown((*path, name), name, struct.__struct_fields__)
        inside = _INSIDE[struct].get(name)
        if inside is not None and isinstance(value, list):
            for place, part in enumerate(cast("list[Any]", value)):
                if isinstance(part, dict):
                    _known_keys(inside, cast("dict[str, Any]", part), (*path, name, place))


def _unknown(path: Path, name: str, known: Iterable[str]) -> Wrong:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    if near:
        return Wrong(path, N_("{name} tidak dikenal; maksudnya {near}?"), name=clean(name), near=near[0])
    return Wrong(path, N_("{name} tidak dikenal"), name=clean(name))


def _wrong_shape(message: str) -> Wrong:
    """msgspec's message (``Expected `float`, got `str` - at `$.components[0].weight```) as ours."""
    reason, _, place = message.partition(" - at `$")
    path: Path = tuple(
        int(number) if number else name for name, number in re.findall(r"\.([A-Za-z_]\w*)|\[(\d+)\]", place)
    )
    missing = re.match(r"Object missing required field `(\w+)`", reason)
    if missing:
        return Wrong(path, N_("{name} tidak ada"), name=missing[1])
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    kind = re.match(r"Expected `(\w+)(?: \| null)?`, got ", reason)
    if kind and kind[1] in _TYPES:
        return Wrong(path, _TYPES[kind[1]], name=name)
    if "matching regex" in reason:
        return Wrong(path, N_("{name} tidak sah"), name=name)
    return Wrong(path, N_("{name} tidak sah ({detail})"), name=name, detail=clean(reason))


def _whole(made: Instrument) -> None:
    if made.version < 1:
        raise Wrong(("version",), N_("version dimulai dari 1"))
    if not 0 <= made.pass_mark <= 100:
        raise Wrong(("pass_mark",), N_("pass_mark harus antara 0 dan 100"))
    if made.stale_days < 1:
        raise Wrong(("stale_days",), N_("stale_days paling sedikit 1"))
    try:
        iso = date.fromisoformat(made.assessment).isoformat() == made.assessment
    except ValueError:
        iso = False
    if not iso:
        raise Wrong(("assessment",), N_('assessment ditulis "TTTT-BB-HH"'))


def _tables(made: Instrument) -> None:
    for state in made.credits:
        if state not in _STATES:
            raise _unknown(("credits", state), state, _STATES)
    before = 0.0
    for state in _STATES:
        if state not in made.credits:
            raise Wrong(("credits",), N_("{name} tidak ada"), name=state)
        if not 0 <= made.credits[state] <= 1:
            raise Wrong(("credits", state), N_("kredit {name} harus antara 0 dan 1"), name=state)
        if made.credits[state] < before:
            raise Wrong(("credits", state), N_("kredit {name} lebih kecil daripada keadaan sebelumnya"), name=state)
        before = made.credits[state]
    if not made.credits["diterima"] > made.credits["belum_ada"]:
        raise Wrong(("credits", "diterima"), N_("kredit diterima harus lebih besar daripada belum_ada"))
    for name, bound in made.readiness.items():
        if name not in _READINESS:
            raise _unknown(("readiness", name), name, _READINESS)
        if not 0 <= bound <= 100:
            raise Wrong(("readiness", name), N_("{name} harus antara 0 dan 100"), name=name)
    for stage, count in made.published.items():
        if stage not in ALL_STAGES:
            raise _unknown(("published", stage), stage, ALL_STAGES)
        if count < 0:
            raise Wrong(("published", stage), N_("{name} tidak boleh negatif"), name=stage)
    _bands(made.categories, ("categories",))


def _bands(bands: tuple[Band, ...], path: Path) -> None:
    for place, band in enumerate(bands):
        if not 0 <= band.least <= 100:
            raise Wrong((*path, place, "least"), N_("least harus antara 0 dan 100"))
        if place and band.least <= bands[place - 1].least:
            raise Wrong((*path, place, "least"), N_("least harus naik dari pita ke pita"))


def _components(made: Instrument) -> None:
    if not made.components:
        raise Wrong(("components",), N_("tidak ada komponen"))
    seen: set[str] = set()
    for place, component in enumerate(made.components):
        path: Path = ("components", place)
        _id(component.id, _COMPONENT, "", seen, path)
        for number, indicator in enumerate(component.indicators):
            _indicator(indicator, component.id, made.weights == "equal", seen, (*path, "indicators", number))


def _indicator(indicator: Indicator, component: str, equal: bool, seen: set[str], path: Path) -> None:
    _id(indicator.id, ids.INDICATOR, component + ".", seen, path)
    _weight(indicator.weight, path)
    if equal and indicator.weight != 1:
        raise Wrong((*path, "weight"), N_('bobot indikator hanya berlaku dengan weights = "given"'))
    taken: dict[int, str] = {}
    for place, item in enumerate(indicator.items):
        here: Path = (*path, "items", place)
        _id(item.id, ids.ITEM, indicator.id + ".", seen, here)
        _weight(item.weight, here)
        if item.pos in taken:
            raise Wrong((*here, "pos"), N_("pos {pos} sudah dipakai butir {name}"), pos=item.pos, name=taken[item.pos])
        taken[item.pos] = item.id


def _id(name: str, form: re.Pattern[str], begin: str, seen: set[str], path: Path) -> None:
    if not form.match(name):
        raise Wrong((*path, "id"), N_("id {name} tidak sah"), name=name)
    if not name.startswith(begin):
        raise Wrong((*path, "id"), N_("id {name} harus diawali {begin}"), name=name, begin=begin)
    if name in seen:
        raise Wrong((*path, "id"), N_("id {name} sudah dipakai"), name=name)
    seen.add(name)


def _weight(weight: float, path: Path) -> None:
    if not 0 < weight <= _MOST_WEIGHT:
        raise Wrong((*path, "weight"), N_("weight harus lebih dari 0"))


def _criteria(made: Instrument) -> None:
    from akk_tui.domain import criteria

    seen: set[str] = set()
    for place, criterion in enumerate(made.criteria):
        path: Path = ("criteria", place)
        _id(criterion.id, ids.CRITERION, "", seen, path)
        _scale(criterion, path)
        try:
            criteria.check_threshold(criterion)
        except BadValue as bad:
            reason = N_("ambang {value} tidak sah untuk bentuk {form}")
            raise Wrong((*path, "threshold"), reason, value=bad.params["value"], form=criterion.form) from None
        if criterion.bands and criterion.form != "number":
            raise Wrong((*path, "bands"), N_("pita warna hanya untuk bentuk number"))
        _bands(criterion.bands, (*path, "bands"))


def _scale(criterion: Criterion, path: Path) -> None:
    if criterion.form != "grade":
        if criterion.scale:
            raise Wrong((*path, "scale"), N_("scale hanya untuk bentuk grade"))
    elif not criterion.scale:
        raise Wrong(path, N_("{name} tidak ada"), name="scale")
    elif len(set(criterion.scale)) < len(criterion.scale) or not all(criterion.scale):
        raise Wrong((*path, "scale"), N_("scale memuat nilai ganda atau kosong"))


def _names_something(made: Instrument, name: str) -> None:
    """``assumed`` names fields by dots; between list and field may stand an id (``criteria.spip.threshold``)."""
    here: Any = made
    for part in _parts(made, name):
        if isinstance(here, tuple):
            rest = cast("tuple[Any, ...]", here)
            named = [one for one in rest if getattr(one, "id", None) == part]
            here = named[0] if named else [getattr(one, part, None) for one in rest]
        elif isinstance(here, list):
            here = [getattr(inner, part, None) for one in cast("list[Any]", here) for inner in one or ()]
        elif isinstance(here, dict):
            here = cast("dict[str, Any]", here).get(part)
        else:
            here = getattr(here, part, None)
        if here is None or (isinstance(here, list) and all(one is None for one in cast("list[Any]", here))):
            place = made.assumed.index(name)  # pyright: ignore[reportArgumentType]
            raise Wrong(("assumed", place), N_("{name} tidak menunjuk isian mana pun"), name=name)


def _parts(made: Instrument, name: str) -> Iterator[str]:
    """The parts of a dotted name; an id with dots in it is one part."""
    parts = name.split(".")
    known = {indicator.id for component in made.components for indicator in component.indicators}
    while parts:
        if ".".join(parts[:2]) in known:
            yield ".".join(parts[:2])
            parts = parts[2:]
        else:
            yield parts.pop(0)


def check_successor(old: Instrument, new: Instrument) -> None:
    """See :func:`akk_tui.domain.instrument.check_successor`."""

    def refused(reason: str, **params: object) -> InstrumentReplaced:
        return InstrumentReplaced(cycle=new.cycle, version=new.version, old=old.version, reason=reason, **params)

    if new.cycle != old.cycle:
        raise refused(N_("siklusnya lain ({was})"), was=old.cycle)
    if new.version <= old.version:
        raise refused(N_("version harus lebih besar"))
    before = dict(_indicators(old))
    for name, indicator in _indicators(new):
        had = {item.id: item.pos for item in before[name].items} if name in before else {}
        last_pos = max(had.values(), default=-1)
        last_number = max(map(_number, had), default=0)
        for item in indicator.items:
            was = had.get(item.id)
            if was is not None and was != item.pos:
                raise refused(N_("pos {item} berubah dari {was} menjadi {pos}"), item=item.id, was=was, pos=item.pos)
            if was is None and had and (item.pos <= last_pos or _number(item.id) <= last_number):
                raise refused(N_("butir baru {item} memakai lagi pos atau nomor lama"), item=item.id)


def _indicators(instrument: Instrument) -> Iterator[tuple[str, Indicator]]:
    for component in instrument.components:
        for indicator in component.indicators:
            yield indicator.id, indicator


def _number(item: str) -> int:
    return int(item.rpartition(".")[2])
