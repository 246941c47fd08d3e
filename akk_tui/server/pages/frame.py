"""What all pages share: the frame, the language, fields with their error beside them, the strictest headers."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from akk_tui import i18n
from akk_tui.contract.endpoints import HTML

_NAMES: Final = {"id": "Bahasa Indonesia", "en": "English"}


class Speech(NamedTuple):
    """The language of a page; ``asked`` when the address names it, so that the next page stays with it."""

    language: str
    asked: bool

    @property
    def words(self) -> NullTranslations:
        return i18n.speaker(self.language)

    @property
    def query(self) -> str:
        return f"?lang={self.language}"


def speech(request: Request, fallback: str = "id") -> Speech:
    """The language that the address names, else the browser prefers, else ``fallback``."""
    named = request.query_params.get("lang")
    if named in i18n.LANGUAGES:
        return Speech(named, asked=True)
    for one in request.headers.get("accept-language", "")[:400].lower().split(","):
        # Browsers write the languages in the order of preference.
        tag = one.partition(";")[0].strip().partition("-")[0]
        if tag in ("in", *i18n.LANGUAGES):
            return Speech("en" if tag == "en" else "id", asked=False)
    return Speech(fallback, asked=False)


def page(
    said: Speech,
    title: str,
    body: str,
    *,
    status: int = 200,
    step: str = "",
    outcome: bool | None = None,
    other: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A whole page; ``title`` is text, ``body`` HTML, ``other`` the address of the same page in the other
    language. ``outcome`` draws a mark above the title; the words tell the same."""
    _ = said.words.gettext
    switch = ""
    if other is not None:
        (language,) = (one for one in i18n.LANGUAGES if one != said.language)
        switch = (
            f'<p><a href="{escape(other)}" hreflang="{language}" lang="{language}" rel="alternate">'
            f"{escape(_NAMES[language])}</a></p>"
        )
    style, digest = _style()
    foot = escape(_("Percontohan Kabupaten/Kota Antikorupsi"))
    wrong = escape(_("Galat")) + ": " if status >= 400 else ""
    text = f"""<!doctype html>
<html lang="{said.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{wrong}{escape(title)} – AKK</title>
<style>{style}</style>
</head>
<body>
<header><span class="mark">AKK</span>{f'<span class="step">{escape(step)}</span>' if step else ""}</header>
<main>
{"" if outcome is None else _sign(outcome)}<h1>{escape(title)}</h1>
{body}
</main>
<footer>{switch}<p>{foot}</p></footer>
</body>
</html>
"""
    made = {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Content-Language": said.language,
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language",
        "X-Frame-Options": "DENY",
        **(headers or {}),
    }
    return Response(text.encode(), status, made, HTML)


class Field(NamedTuple):
    """One labelled input; ``attributes`` are HTML as they stand, the rest is text."""

    name: str
    label: str
    attributes: str
    value: str = ""
    hint: str = ""
    wrong: str = ""

    def html(self, *, focus: bool = False) -> str:
        """The field with its hint and its error, which programs that read aloud connect with the input."""
        told = [f"{self.name}-{kind}" for kind, text in (("wrong", self.wrong), ("hint", self.hint)) if text]
        parts = [f'<div class="field">\n<label for="{self.name}">{escape(self.label)}</label>']
        if self.hint:
            parts.append(f'<p class="hint" id="{self.name}-hint">{escape(self.hint)}</p>')
        if self.wrong:
            parts.append(f'<p class="wrong" id="{self.name}-wrong" role="alert">{escape(self.wrong)}</p>')
        more = ' aria-invalid="true"' if self.wrong else ""
        more += f' aria-describedby="{" ".join(told)}"' if told else ""
        more += " autofocus" if focus else ""
        value = f' value="{escape(self.value)}"' if self.value else ""
        parts.append(f'<input id="{self.name}" name="{self.name}" {self.attributes}{value}{more}>\n</div>')
        return "\n".join(parts)


def form(said: Speech, fields: list[Field], hidden: Mapping[str, str], buttons: str) -> str:
    """A form that comes back to the same address; the first field in error, else the first empty one, has the focus."""
    focused = next((one for one in fields if one.wrong), None) or next((one for one in fields if not one.value), None)
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">\n' for name, value in hidden.items())
    shown = "\n".join(one.html(focus=one is focused) for one in fields)
    return f'<form method="post" action="{said.query}" novalidate>\n{kept}{shown}\n{buttons}\n</form>'


def button(text: str, *, name: str = "", value: str = "", plain: bool = False) -> str:
    """A button that sends its form, with a value of its own when it has a ``name``."""
    named = f' name="{name}" value="{escape(value)}"' if name else ""
    return f'<button type="submit"{named}{" class=plain" if plain else ""}>{escape(text)}</button>'


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of text."""
    return f"<p{f' class={kind}' if kind else ''}>{escape(text)}</p>"


def note(text: str) -> str:
    """A paragraph that stands out."""
    return f'<div class="note">{paragraph(text)}</div>'


def _sign(good: bool) -> str:
    drawn = "M8 13.5l4 4 8-9" if good else "M9 9l10 10M19 9L9 19"
    return (
        f'<svg class="sign{"" if good else " no"}" viewBox="0 0 28 28" fill="none" stroke="currentColor" '
        f'stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        '<circle cx="14" cy="14" r="12.5"/>'
        f'<path d="{drawn}"/></svg>'
    )


@cache
def _style() -> tuple[str, str]:
    """The style sheet, and the hash by which alone the browser lets it in."""
    text = Path(__file__).with_name("style.css").read_text("utf-8")
    return text, b64encode(hashlib.sha256(text.encode()).digest()).decode()
