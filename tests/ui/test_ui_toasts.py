"""What is said in a toast is seen to its last word, at every width."""

from __future__ import annotations

from pathlib import Path

import pytest
from work_app import drive, Driven

WORDS = (
    "Ada draf catatan yang belum disimpan; layar Catatan (4) menawarkannya.",
    "Server dipulihkan dari cadangan: semua data dibaca ulang, dan yang Anda kirim dalam 90 hari terakhir dikirim lagi."
    " Periksa beda isian dan yang ditolak.",
)


@pytest.mark.parametrize("size", [(60, 24), (79, 24), (80, 24), (81, 24), (120, 40)])
def test_a_toast_is_seen_whole(store_path: Path, size: tuple[int, int]) -> None:
    """Where a scroll bar takes cells away after the height was found, the last line is under the keys."""

    async def test(app: Driven) -> None:
        for words in WORDS:
            # One word more at a time: every way that the lines may break.
            said = words.split(" ")
            for count in range(3, len(said) + 1):
                app.app.clear_notifications()
                app.app.tell(" ".join(said[:count]), "warning")
                await app.until(lambda: any("▌" in line for line in app.lines()), "a toast")
                await app.settle()
                shown = "".join(line.partition("▌")[2] + " " for line in app.lines()[:-1] if "▌" in line)
                assert shown.split()[:count] == said[:count]

    drive(store_path, test, size, toasts=True)
