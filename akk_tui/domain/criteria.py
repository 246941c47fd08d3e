"""The entry criteria: the one form of a value, and whether it meets its threshold. Missing is not failing.

Values are strings by the criterion's form: number ``77.48``; grade ``BB``; opinion ``2022:WTP 2023:WTP`` (years
ascending); yes/no ``ya`` or ``tidak``.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from akk_tui.contract.errors import BadValue, N_
from akk_tui.contract.fields import canonical
from akk_tui.contract.records import Band, Criterion
from akk_tui.contract.text import clean

Verdict = Literal["met", "not_met", "no_data"]

OPINIONS: Final = ("WTP", "WDP", "TMP", "TW")
YES: Final = "ya"
NO: Final = "tidak"
_YEAR_OPINION: Final = re.compile(r"(\d{4})\s*[:=]\s*([A-Za-z]+)")
_MOST_YEARS: Final = 10


def canonical_value(criterion: Criterion, text: str) -> str:
    """``text`` in the one form of the criterion's values; raises BadValue, which says what is allowed."""
    text = clean(text).strip()
    if criterion.form == "number":
        return _number(criterion, text)
    if criterion.form == "grade":
        for grade in criterion.scale:
            if grade.casefold() == text.casefold():
                return str(grade)
        raise _bad(criterion, text, ", ".join(criterion.scale))
    if criterion.form == "yesno":
        if text.casefold() in (YES, NO):
            return text.casefold()
        raise _bad(criterion, text, f"{YES}, {NO}")
    return _opinions(criterion, text)


def _number(criterion: Criterion, text: str) -> str:
    try:
        return str(canonical("score", "value", text))
    except BadValue as bad:
        raise _bad(criterion, text, str(bad.params["reason"])) from None


def _opinions(criterion: Criterion, text: str) -> str:
    found: dict[str, str] = {}
    for part in re.split(r"[\s,;]+", re.sub(r"\s*([:=])\s*", r"\1", text)):
        match = _YEAR_OPINION.fullmatch(part)
        if match is None or match[2].upper() not in OPINIONS or match[1] in found or not "1945" <= match[1] <= "2999":
            raise _bad(criterion, text, N_("ditulis 2022:WTP 2023:WTP (WTP, WDP, TMP atau TW)"))
        found[match[1]] = match[2].upper()
    return " ".join(f"{year}:{found[year]}" for year in sorted(found))


def _bad(criterion: Criterion, text: str, reason: str) -> BadValue:
    return BadValue(value=text[:60], field=criterion.id, reason=reason)


def check_threshold(criterion: Criterion) -> None:
    """Raise BadValue unless the threshold is valid for its form; for an opinion it is the years of WTP in a row."""
    if criterion.form != "opinion":
        canonical_value(criterion, criterion.threshold)
    elif not re.match(r"\d{1,2}\Z", criterion.threshold) or not 1 <= int(criterion.threshold) <= _MOST_YEARS:
        raise _bad(criterion, criterion.threshold, f"1–{_MOST_YEARS}")


def verdict(criterion: Criterion, value: str | None) -> Verdict:
    """Whether ``value`` meets the threshold; ``no_data`` without a value or with one that cannot be read.

    An opinion series is met when the newest years in a row, as many as the threshold says, are all WTP. Fewer years
    than that are ``no_data`` unless one of them already fails; so is a gap between the years.
    """
    if value is None or value == "":
        return "no_data"
    try:
        value = canonical_value(criterion, value)
    except BadValue:
        return "no_data"
    if criterion.form == "number":
        return _met(float(value) >= float(criterion.threshold.replace(",", ".")))
    if criterion.form == "grade":
        threshold = canonical_value(criterion, criterion.threshold)
        return _met(criterion.scale.index(value) <= criterion.scale.index(threshold))  # pyright: ignore[reportArgumentType]
    if criterion.form == "yesno":
        return _met(value == canonical_value(criterion, criterion.threshold))
    return _in_a_row(value, int(criterion.threshold))


def _in_a_row(value: str, years: int) -> Verdict:
    opinion = {int(part[:4]): part[5:] for part in value.split()}
    newest = max(opinion)
    wanted = [opinion.get(year) for year in range(newest - years + 1, newest + 1)]
    if any(one not in (None, OPINIONS[0]) for one in wanted):
        return "not_met"
    return "no_data" if None in wanted else "met"


def _met(holds: bool) -> Verdict:
    return "met" if holds else "not_met"


def band(criterion: Criterion, value: str | None) -> Band | None:
    """The band that a number falls into; None without bands, without a value, or below the lowest band."""
    if not criterion.bands or verdict(criterion, value) == "no_data" or value is None:
        return None
    number = float(canonical_value(criterion, value))
    found: Band | None = None
    for one in criterion.bands:
        if number >= one.least:
            found = one
    return found
