"""The errors that a person reads: one sentence that says what happened and what to do.

An error carries a code, the parameters of its sentence and an exit code (``design: exit codes``
0 done, 1 failed, 2 usage, 3 unreachable, 4 signed out, 5 waiting, 6 store). The sentence is written in
Indonesian, the source language of the catalogue; :meth:`AkkError.words` turns it into the reader's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final


def N_(text: str) -> str:  # noqa: N802 - the name that every message extractor knows
    """Mark a sentence for the catalogue without translating it here."""
    return text


_TOLD: Final = ("reason", "detail")
"""Parameters that are sentences of the catalogue themselves; others may be names that only look like one."""


class AkkError(Exception):
    """The base of all errors that end in words on a screen or on stderr."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1
    text: ClassVar[str] = N_("Gagal: {reason}")

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.words())

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate`` (a gettext function), its reason too."""
        shown = {name: translate(str(value)) if name in _TOLD else value for name, value in self.params.items()}
        return translate(self.text).format(**shown)


class BadValue(AkkError):
    """A value that is not in the field's form or is past a limit."""

    code = "bad_value"
    exit_code = 2
    text = N_("Nilai “{value}” tidak sah untuk {field}: {reason}")


class UnknownField(AkkError):
    """A row kind or a field that the contract does not know."""

    code = "unknown_field"
    exit_code = 2
    text = N_("Isian {field} tidak dikenal pada {kind}.")


class BadKey(AkkError):
    """A row key that does not have the form its kind asks for."""

    code = "bad_key"
    exit_code = 2
    text = N_("Kunci “{key}” tidak sah untuk {kind}.")
