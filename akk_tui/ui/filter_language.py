"""The language of the filters: free words and ``key:value`` terms, what it did not understand, what to offer next.

``opd:BKPSDM,Inspektorat -status:diterima batas:lewat "wajib lapor"``: all terms must hold, of several values of a term
one; ``-`` turns a term round; quotes or ``_`` hold words together. A :class:`Language` is made for one kind of rows
from its fields. Pure: nothing here knows a screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from akk_tui.i18n import gettext as _
from akk_tui.i18n import language as spoken

Row = TypeVar("Row")
Test = Callable[[Row], bool]

_TERM: Final = re.compile(r'(?P<not>-)?(?:(?P<key>[^\s:",-][^\s:",]*):)?(?P<values>(?:"[^"]*"?|[^\s"])*)')
_VALUE: Final = re.compile(r'"([^"]*)"?|([^,"]+)')
_NEAR: Final = 0.55


class Field(NamedTuple, Generic[Row]):
    """One key of a language.

    ``make(value)`` gives the test of one value (folded, see :func:`folded`), or a sentence that says why there is
    none. ``values()`` are the values to offer. With ``closed`` a value is one of them or part of one: what is in none
    of them is told, with the nearest, and keeps nothing.
    """

    key: str
    english: str
    make: Callable[[str], Test[Row] | str]
    values: Callable[[], Iterable[str]] = tuple
    aliases: tuple[str, ...] = ()
    closed: bool = False

    @property
    def shown(self) -> str:
        """The key in the language of the reader."""
        return self.english if spoken() == "en" else self.key

    @property
    def keys(self) -> tuple[str, ...]:
        """All names of the key, the reader's own first."""
        return tuple(dict.fromkeys((self.shown, self.key, self.english, *self.aliases)))


class Filter(NamedTuple, Generic[Row]):
    """What a typed filter asks for."""

    tests: tuple[Test[Row], ...] = ()
    complaints: tuple[str, ...] = ()
    """Sentences about what was not understood; such a term is left out."""
    words: tuple[str, ...] = ()
    """The free words that must occur, folded."""

    def keeps(self, row: Row) -> bool:
        """Whether ``row`` passes."""
        return all(test(row) for test in self.tests)

    def of(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that pass, in their order."""
        found = list(rows)
        for test in self.tests:
            found = [row for row in found if test(row)]
        return found


class _Term(NamedTuple):
    """One term as typed: ``key`` None for a free word; ``start`` is where its values begin in the text."""

    negated: bool
    key: str | None
    values: str
    start: int
    end: int


def folded(text: str) -> str:
    """``text`` as it is compared: case does not count, and ``_`` is a space."""
    return text.casefold().replace("_", " ")


def _terms(text: str) -> list[_Term]:
    return [
        _Term(bool(found["not"]), found["key"], found["values"], found.start("values"), found.end())
        for found in _TERM.finditer(text)
        if found[0]
    ]


def _values(text: str) -> list[str]:
    found = [folded(quoted or bare).strip() for quoted, bare in _VALUE.findall(text)]
    return [value for value in found if value]


class Language(Generic[Row]):
    """The filters of one kind of rows. ``word(text)`` gives the test of one free word, folded."""

    def __init__(self, fields: Sequence[Field[Row]], word: Callable[[str], Test[Row]]) -> None:
        self.fields = tuple(fields)
        self._word = word
        self._by_key = {key: field for field in fields for key in field.keys}

    def parse(self, text: str) -> Filter[Row]:
        """What ``text`` asks for; a term that is not understood is told and left out."""
        tests: list[Test[Row]] = []
        complaints: list[str] = []
        words: list[str] = []
        for term in _terms(text):
            if term.key is None:
                word = folded(term.values.replace('"', "")).strip()
                if word:
                    tests.append(_turned(self._word(word)) if term.negated else self._word(word))
                    words += [] if term.negated else [word]
                continue
            field = self._by_key.get(term.key.casefold())
            if field is None:
                complaints.append(self._unknown_key(term.key))
                continue
            made, said = self._tests(field, _values(term.values))
            complaints += said
            if made:
                test = made[0] if len(made) == 1 else _any(made)
                tests.append(_turned(test) if term.negated else test)
        return Filter(tuple(tests), tuple(complaints), tuple(words))

    def _tests(self, field: Field[Row], values: Sequence[str]) -> tuple[list[Test[Row]], list[str]]:
        made: list[Test[Row]] = []
        said: list[str] = []
        for value in values:
            test = field.make(value)
            if isinstance(test, str):
                said.append(test)
                continue
            made.append(test)
            if field.closed and (reason := self._unknown_value(field, value)) is not None:
                said.append(reason)
        return made, said

    def _unknown_key(self, key: str) -> str:
        near = _nearest(key, self._by_key)
        if near is not None:
            return _("Kata kunci “{key}:” tidak dikenal; mungkin maksudnya “{near}:”?").format(key=key, near=near)
        keys = ", ".join(field.shown for field in self.fields)
        return _("Kata kunci “{key}:” tidak dikenal; yang ada: {keys}.").format(key=key, keys=keys)

    def _unknown_value(self, field: Field[Row], value: str) -> str | None:
        known = {folded(one): one for one in field.values()}
        if any(value in one for one in known):
            return None
        near = _nearest(value, known)
        if near is not None:
            words = _("{key}: tidak ada “{value}”; mungkin maksudnya “{near}”?")
            return words.format(key=field.shown, value=value, near=known[near])
        return _("{key}: tidak ada “{value}” di sini.").format(key=field.shown, value=value)

    def complete(self, text: str) -> str | None:
        """``text`` with its last term completed: to a key, or to a value that is there; None when there is nothing."""
        terms = _terms(text)
        if not terms or terms[-1].end != len(text):
            return None
        term = terms[-1]
        if term.key is not None:
            field = self._by_key.get(term.key.casefold())
            return self._complete_value(text, field, term.values) if field is not None else None
        begun = term.values.casefold()
        if not begun or '"' in begun or "," in begun:
            return None
        for field in self.fields:
            for key in field.keys:
                if key.startswith(begun):
                    return f"{text}{key[len(begun) :]}:"
        return None

    def _complete_value(self, text: str, field: Field[Row], values: str) -> str | None:
        quoted = values.count('"') % 2 == 1
        begun = values.rpartition('"')[2] if quoted else values.rpartition(",")[2]
        if not quoted and '"' in begun:
            return None
        wanted = begun.lower() if quoted else begun.lower().replace("_", " ")
        for value in field.values():
            if len(value) > len(begun) and value.lower().startswith(wanted) and '"' not in value:
                rest = value[len(begun) :]
                if quoted:
                    return f'{text}{rest}"'
                if "," not in value:
                    return text + rest.replace(" ", "_")
        return None


def _nearest(wanted: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(wanted.casefold(), list(known), 1, _NEAR)
    return found[0] if found else None


def _turned(test: Test[Row]) -> Test[Row]:
    return lambda row: not test(row)


def _any(tests: Sequence[Test[Row]]) -> Test[Row]:
    return lambda row: any(test(row) for test in tests)


def compared(value: str, read: Callable[[str], float | None]) -> tuple[str, float] | None:
    """``<90``, ``>=77.5``, ``90``: the sign (``=`` for none) and the figure that ``read`` makes; None otherwise."""
    found = re.match(r"(<=|>=|<|>|=)?\s*(.+)\Z", value)
    if found is None:
        return None
    figure = read(found[2])
    return None if figure is None else (found[1] or "=", figure)


def holds(sign: str, value: float, limit: float) -> bool:
    """Whether ``value sign limit``."""
    if sign == "<":
        return value < limit
    if sign == ">":
        return value > limit
    return value <= limit if sign == "<=" else value >= limit if sign == ">=" else value == limit
