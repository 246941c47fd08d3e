"""The picture in the README is what the program shows today. ``AKK_SNAPSHOTS=write`` makes it anew."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

from work_app import drive, Driven

PICTURE = Path(__file__).parent / "snapshots" / "dasbor.svg"
README = Path(__file__).parents[2] / "README.md"


def drawn(svg: str) -> list[str]:
    """The texts of a picture, in their order."""
    return [html.unescape(text) for text in re.findall(r"<text [^>]*>([^<]*)</text>", svg)]


def test_the_picture_of_the_readme_is_true(sample_store: Path) -> None:
    made: list[str] = []

    async def steps(app: Driven) -> None:
        svg = app.app.export_screenshot(title="akk-tui demo")
        # Without fonts from elsewhere: the reader's own monospaced one will do.
        made.append(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL))

    drive(sample_store, steps, size=(120, 32))
    if os.environ.get("AKK_SNAPSHOTS") == "write":
        PICTURE.write_text(made[0], encoding="utf-8")
    assert drawn(PICTURE.read_text(encoding="utf-8")) == drawn(made[0])
    assert len(drawn(made[0])) > 100
    assert PICTURE.relative_to(README.parent).as_posix() in README.read_text(encoding="utf-8")
