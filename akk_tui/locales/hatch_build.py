"""Build hook: compiles the message catalogues, for wheels and for editable installs alike."""

from __future__ import annotations

import os
from compileall import compile_dir
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(locales: Path) -> list[Path]:
    """Write a ``.mo`` beside every ``.po`` below ``locales``; fuzzy and empty messages are left out."""
    made: list[Path] = []
    for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as text:
            catalogue = read_po(text)
        target = source.with_suffix(".mo")
        # Another process may be reading the old one: it is replaced whole.
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        with beside.open("wb") as binary:
            write_mo(binary, catalogue)
        beside.replace(target)
        made.append(target)
    return made


class CatalogueHook(BuildHookInterface):  # pyright: ignore[reportMissingTypeArgument]
    """Called by hatchling before it packs; compiles the modules too where they are only linked to."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        for made in compile_catalogues(root / "akk_tui" / "locales"):
            build_data["artifacts"].append(f"/{made.relative_to(root).as_posix()}")
        if version == "editable":
            # pip compiles what it copies, not what it links to; where bytecode may not be written later, every start
            # would compile all modules again.
            compile_dir(root / "akk_tui", quiet=2)


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
