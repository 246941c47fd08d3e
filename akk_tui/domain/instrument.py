"""A cycle's instrument: read from TOML with every error named by file, line and reason, and indexed for the rules.

The TOML mirrors :class:`akk_tui.contract.records.Instrument` field by field (``[[components]]``,
``[[components.indicators]]``, ``items`` as inline tables, ``[[criteria]]``). The checks are in ``instrument_checks``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.records import Band, Component, Criterion, Indicator, Instrument, Item
from akk_tui.contract.states import ITEM_STATES, NOTHING, pack

_OUT: Final = "tidak_berlaku"


class InstrumentError(AkkError):
    """A file that is no instrument: ``file``, ``line`` (from 1) and ``reason``, a sentence with its own parameters."""

    code = "instrument"
    text = N_("{file}, baris {line}: {reason}")

    def words(self, translate: Callable[[str], str] = str) -> str:
        told = dict(self.params)
        if "fault" in told:
            told["fault"] = translate(str(told["fault"]))
        reason = translate(str(self.params["reason"])).format(**told)
        return translate(self.text).format(**{**told, "reason": reason})


class InstrumentReplaced(AkkError):
    """An instrument that must not follow another within a cycle, since stored states would change their meaning."""

    code = "instrument"
    text = N_("Instrumen {cycle} versi {version} tidak dapat menggantikan versi {old}: {reason}")

    def words(self, translate: Callable[[str], str] = str) -> str:
        reason = translate(str(self.params["reason"])).format(**self.params)
        return translate(self.text).format(**{**self.params, "reason": reason})


class Index:
    """Look-ups over one instrument. ``Index(instrument)`` is built once for each of the last few instruments.

    ``items``, ``indicators`` and ``criteria`` are by id; ``indicator_of`` maps an item's id to its indicator and
    ``component_of`` an indicator's id to its component. ``weight_of`` is an indicator's weight (1 when the weights
    are equal) and ``credit_of`` the credit, 0..1, of a character of a packed state string (None: not applicable);
    ``nothing`` is the character of ``belum_ada``.
    """

    __slots__ = (
        "component_of", "credit_of", "criteria", "indicator_of", "indicators", "instrument", "items", "nothing",
        "weight_of",
    )  # fmt: skip

    component_of: dict[str, Component]
    credit_of: dict[str, float | None]
    criteria: dict[str, Criterion]
    indicator_of: dict[str, Indicator]
    indicators: dict[str, Indicator]
    instrument: Instrument
    items: dict[str, Item]
    nothing: str
    weight_of: dict[str, float]

    def __new__(cls, instrument: Instrument) -> Index:
        for known in _RECENT:
            if known.instrument is instrument:
                return known
        made = super().__new__(cls)
        made._build(instrument)
        _RECENT[:] = [made, *_RECENT[: _KEPT - 1]]
        return made

    def _build(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.component_of = {}
        self.indicators = {}
        self.indicator_of = {}
        self.items = {}
        self.weight_of = {}
        equal = instrument.weights == "equal"
        for component in instrument.components:
            for indicator in component.indicators:
                self.component_of[indicator.id] = component
                self.indicators[indicator.id] = indicator
                self.weight_of[indicator.id] = 1.0 if equal else indicator.weight
                for item in indicator.items:
                    self.items[item.id] = item
                    self.indicator_of[item.id] = indicator
        self.criteria = {criterion.id: criterion for criterion in instrument.criteria}
        self.nothing = pack((NOTHING, "diterima"))[0]
        # Packing leaves a trailing belum_ada out, so that each character is asked for with a state behind it.
        self.credit_of = {
            pack((state, "diterima"))[0]: None if state == _OUT else instrument.credits[state] for state in ITEM_STATES
        }


_RECENT: Final[list[Index]] = []
_KEPT: Final = 16


def load(text: str, name: str) -> Instrument:
    """The instrument in the TOML ``text`` of the file ``name``; raises InstrumentError (file, line, reason)."""
    import tomllib

    from akk_tui.contract.toml_faults import fault
    from akk_tui.domain import instrument_checks, toml_lines

    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as cause:
        found = fault(text, cause)
        reason = N_("bukan TOML yang sah, kolom {column}: {fault}")
        told = {"line": found.line, "column": found.column, "fault": found.reason}
        raise InstrumentError(file=name, reason=reason, **told) from cause
    try:
        return instrument_checks.checked(data)
    except instrument_checks.Wrong as wrong:
        line = toml_lines.find(toml_lines.lines_of(text), wrong.path)
        raise InstrumentError(file=name, line=line, reason=wrong.reason, **wrong.params) from None


def dump(instrument: Instrument) -> str:
    """``instrument`` as TOML that :func:`load` reads back equal."""
    out: list[str] = []
    later = ("components", "criteria", "categories", "credits", "readiness", "published")
    for field in Instrument.__struct_fields__:
        if field not in later or (field in ("components", "criteria") and not getattr(instrument, field)):
            out.append(f"{field} = {_toml(getattr(instrument, field))}")
    for table in ("credits", "readiness", "published"):
        values: dict[str, float] = getattr(instrument, table)
        out += ["", f"[{table}]", *(f"{name} = {_toml(value)}" for name, value in values.items())]
    for component in instrument.components:
        out += ["", "[[components]]", *_fields(component, "indicators" if component.indicators else "")]
        for indicator in component.indicators:
            out += ["", "[[components.indicators]]", *_fields(indicator)]
    for criterion in instrument.criteria:
        out += ["", "[[criteria]]", *_fields(criterion)]
    for band in instrument.categories:
        out += ["", "[[categories]]", *_fields(band)]
    return "\n".join(out) + "\n"


def check_successor(old: Instrument, new: Instrument) -> None:
    """Refuse ``new`` (InstrumentReplaced) where states stored under ``old`` would change their meaning.

    Within a cycle the version rises, a kept item keeps its ``pos``, and a new item has a ``pos`` and a number past
    all that its indicator had: a removed item leaves a hole. Check ``new`` against every stored version of its
    cycle, since a hole is seen only in the version before it.
    """
    from akk_tui.domain import instrument_checks

    instrument_checks.check_successor(old, new)


def _fields(struct: Any, skip: str = "") -> list[str]:
    """``name = value`` of every field that is not None."""
    pairs = ((name, getattr(struct, name)) for name in struct.__struct_fields__ if name != skip)
    return [f"{name} = {_toml(value)}" for name, value in pairs if value is not None]


def _toml(value: Any) -> str:
    import msgspec

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return msgspec.json.encode(str(value)).decode()
    if isinstance(value, (Item, Band)):
        return "{ " + ", ".join(_fields(value)) + " }"
    if isinstance(value, tuple):
        parts: list[str] = [_toml(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
        rows = any(isinstance(part, (Item, Band)) for part in value)  # pyright: ignore[reportUnknownVariableType]
        return "[\n" + "".join(f"  {part},\n" for part in parts) + "]" if rows else "[" + ", ".join(parts) + "]"
    return repr(value)
