"""What an officer may choose: names, and passwords that nobody guesses at the first thousand attempts."""

from __future__ import annotations

import re
from typing import Final

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean
from akk_tui.server.errors import BadName
from akk_tui.server.identity.guesses import bits
from akk_tui.server.identity.passwords import LEAST, MOST, normal

LEAST_BITS: Final = 40.0
"""A password that takes fewer guesses than 2 to this power is refused."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")


class BadPassword(AkkError):
    """A password that cannot be taken; the sentence never holds it."""

    code = "bad_password"
    text = N_("Kata sandi tidak dapat dipakai.")


class TooShort(BadPassword):
    text = N_("Terlalu pendek: sedikitnya {least} karakter.")


class TooLong(BadPassword):
    text = N_("Terlalu panjang: paling banyak {most} karakter.")


class TooCommon(BadPassword):
    text = N_("Terlalu mudah ditebak: kata, angka, atau urutan yang umum. Pakai beberapa kata yang tidak berkaitan.")


def check_name(name: str) -> None:
    """Raise BadName unless an account can have this name."""
    if not NAME.match(name):
        raise BadName(name=clean(name))


def check_password(password: str, name: str, display: str = "") -> None:
    """Raise BadPassword for one that is too short, too long, or among what is tried first."""
    text = normal(password)
    if len(text) < LEAST:
        raise TooShort(least=LEAST)
    if len(text) > MOST:
        raise TooLong(most=MOST)
    if bits(text, (name, display, "akk", "kpk")) < LEAST_BITS:
        raise TooCommon
