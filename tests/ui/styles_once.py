"""Style sheets parsed once a process, not once an app: they are the same for every app that a test starts."""

from __future__ import annotations

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_parse = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}


def _parse_rules(
    sheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = True,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """What Textual's own makes of ``css`` with these variables; it never changes what it made."""
    variables = tuple(sorted(sheet._variables.items()))
    key = (css, read_from, is_default_rules, tie_breaker, scope, variables)
    if key not in _parsed:
        _parsed[key] = _parse(sheet, css, read_from, is_default_rules, tie_breaker, scope)
    return _parsed[key]


def use() -> None:
    """Let every app of this process do so."""
    Stylesheet._parse_rules = _parse_rules
