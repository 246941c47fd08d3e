"""How well colours can be told apart: WCAG contrast, the 256-colour table, and eyes that lack a kind of cone."""

from __future__ import annotations

from itertools import combinations
from math import dist

from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color

from akk_tui.ui.themes import LoadedTheme

Rgb = tuple[int, int, int]
GROUNDS = ("background", "surface", "panel")
WORDS = ("foreground", "text-muted", "primary", "accent", "success", "warning", "error", "text-error", "text-warning")
SEEN_BY = {
    "all": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
"""Linear RGB to what is seen (Machado, Oliveira, Fernandes 2009, severity 1)."""


def in_256(colour: Rgb) -> Rgb:
    """The colour that a terminal of 256 colours shows."""
    found = RichColor.from_rgb(*colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
    return found.red, found.green, found.blue


def _linear(colour: Rgb) -> tuple[float, float, float]:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: Rgb) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: Rgb, other: Rgb) -> float:
    """WCAG contrast, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Rgb, eye: str) -> tuple[float, float, float]:
    """CIE L*a*b* of what an eye sees."""
    given = _linear(colour)
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, given, strict=True)))) for row in SEEN_BY[eye])
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def rgb(name: str) -> Rgb:
    return Color.parse(name).rgb


def pairs(loaded: LoadedTheme) -> list[tuple[str, Rgb, Rgb]]:
    """What stands on what in a theme: its name, the colour of the text, the colour under it."""
    made = loaded.theme.to_color_system().generate()
    found: list[tuple[str, Rgb, Rgb]] = []
    for ground in GROUNDS:
        under = rgb(made[ground])
        for word in WORDS:
            found.append((f"{word} on {ground}", rgb(made[word]), under))
        for tone, style in loaded.tones.items():
            read = Style.parse(style)
            if read.color is None:
                continue
            text = read.color.get_truecolor()
            upper = text.red, text.green, text.blue
            found.append(
                (f"tone {tone} on {ground}", under if read.reverse else upper, upper if read.reverse else under)
            )
    for kind in ("block-cursor", "block-cursor-blurred"):
        found.append((kind, rgb(made[f"{kind}-foreground"]), rgb(made[f"{kind}-background"])))
    return found


def apart(loaded: LoadedTheme, eye: str) -> float:
    """The smallest distance in L*a*b* between the tones good, warn and bad."""
    seen = [lab(rgb(Style.parse(loaded.tones[tone]).color.name), eye) for tone in ("good", "warn", "bad")]  # type: ignore[union-attr]
    return min(dist(one, other) for one, other in combinations(seen, 2))
