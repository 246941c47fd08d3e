"""The instruments that come with the server: one TOML file a cycle."""

from __future__ import annotations

from pathlib import Path

from akk_tui.contract.records import Instrument
from akk_tui.domain.instrument import load

_FOLDER = Path(__file__).parent


def cycles() -> tuple[str, ...]:
    """The cycles that have an instrument here, oldest first."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def built_in(cycle: str) -> Instrument:
    """The instrument of ``cycle`` that comes with the server; raises InstrumentError, or KeyError for none."""
    path = _FOLDER / f"{cycle}.toml"
    if cycle not in cycles():
        raise KeyError(cycle)
    return load(path.read_text(encoding="utf-8"), path.name)
