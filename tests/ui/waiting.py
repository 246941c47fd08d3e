"""A store of the sample data in which work waits, was accepted, was refused, and differs from a colleague's."""

from __future__ import annotations

from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import filled
from textual.content import Content

from akk_tui.contract.records import PushEnd
from akk_tui.store.shapes import Conflict
from akk_tui.store.store import Store

KEY = "2025:35.72:2.4"
OTHER = "2025:52.71:2.4"
NOW = datetime(2025, 10, 6, 12, 42, tzinfo=UTC)
AT = datetime(2025, 10, 6, 2, 14, tzinfo=UTC)
"""When the colleague wrote."""


def fill(path: Path) -> Path:
    """Three differences (two of Kota Blitar), one accepted edit, two refused, one that waits, and two rounds."""
    filled.fill_sample(path)
    with Store.open(path, now=lambda: NOW) as store:
        first = store.edit("assessment", KEY, {"item.2.4.3": "diunggah"}, seen={"item.2.4.3": "perlu_perbaikan"})
        due = store.edit("assessment", KEY, {"due": "2025-10-20"}, seen=None)
        owners = store.edit("assessment", OTHER, {"owners": ["BKPSDM", "Setda"]}, seen=None)
        done = store.edit("assessment", "2025:35.72:2.1", {"item.2.1.4": "diterima"}, seen=None)
        refused = store.edit("assessment", "2025:35.72:2.2", {"item.2.2.4": "diunggah"}, seen=None)
        lost = store.edit("assessment", "2025:35.72:2.3", {"item.2.3.1": "diunggah"}, seen=None)
        batch = store.queue.batch()
        theirs = {"by": "contoh2", "at": "2025-10-06T02:14:00Z", "rev": 4}
        answers = {
            first.op: ("conflict", 0, {"now": {"item.2.4.3": "diverifikasi"}, **theirs}),
            due.op: ("conflict", 0, {"now": {"due": "2025-10-31"}, **theirs}),
            owners.op: ("conflict", 0, {"now": {"owners": ["Inspektorat"]}, **theirs}),
            done.op: ("applied", 8123, None),
            refused.op: ("rejected", 0, {"code": "cycle_closed", "detail": "closed"}),
            lost.op: ("forbidden", 0, {"code": "scope", "detail": "scope"}),
        }
        end = PushEnd(head=(8123, "0123456789abcdef"), at="2025-10-06T12:42:00Z")
        store.queue.answer([(op, *answers[op]) for op in answers if op], end, batch)
        store.edit("assessment", "2025:71.07:2.4", {"item.2.4.4": "diunggah"}, seen=None)
        store.runs.add(
            started=NOW,
            seconds=0.84,
            outcome="done",
            pushed=6,
            pulled=120,
            conflicts=3,
            refused=2,
            bytes_up=1_204,
            bytes_down=17_300,
            requests=3,
            answers={"applied": 1, "conflict": 3, "rejected": 2},
        )
        store.runs.add(
            started=NOW, seconds=10.2, outcome="unreachable", words="Server tidak dapat dihubungi.", requests=1
        )
    return path


SUMMARY = (
    "Kepatuhan LHKPN baru 412 dari 429 wajib lapor.\nBKPSDM menyurati yang terlambat setiap Senin.\n"
    "Sanksi keterlambatan belum diterapkan.\nBukti dukung dijanjikan pekan depan."
)
MINE = (
    SUMMARY.replace("belum diterapkan", "baru berupa teguran lisan").replace("dijanjikan pekan depan", "sudah diunggah")
    + "\nSaya menemui kepala BKPSDM hari Jumat."
)
THEIRS = (
    SUMMARY.replace("setiap Senin", "setiap Kamis")
    .replace("belum diterapkan", "diatur dalam peraturan wali kota")
    .replace("dijanjikan pekan depan", "dijanjikan akhir bulan")
)
"""Two places of three lines that both changed need a person."""


def fill_texts(path: Path) -> Path:
    """One difference in the summary of Kota Blitar's LHKPN, and one that was merged without a question."""
    filled.fill_sample(path)
    with Store.open(path, now=lambda: NOW) as store:
        made = store.edit("assessment", KEY, {"summary": MINE}, seen={"summary": SUMMARY})
        owners = store.edit("assessment", OTHER, {"owners": ["BKPSDM", "Setda"]}, seen={"owners": ["BKPSDM"]})
        batch = store.queue.batch()
        theirs = {"by": "contoh2", "at": "2025-10-06T02:14:00Z", "rev": 4}
        answers = [
            (str(made.op), "conflict", 0, {"now": {"summary": THEIRS}, **theirs}),
            (str(owners.op), "conflict", 0, {"now": {"owners": ["BKPSDM", "Inspektorat"]}, **theirs}),
        ]
        store.queue.answer(answers, PushEnd(head=(8123, "0123456789abcdef"), at="2025-10-06T12:42:00Z"), batch)
    return path


def conflict(**fields: Any) -> Conflict:
    """A difference in the due date of Kota Blitar's LHKPN, with ``fields`` in place of its own."""
    made = {
        "op": "b", "ops": ("a", "b"), "kind": "assessment", "key": "2025:35.72:2.4", "field": "due",
        "base": {"due": None}, "mine": {"due": "2025-10-20"}, "theirs": {"due": "2025-10-31"}, "by": "Budi", "at": AT,
        "region": "35.72", "region_name": "Kota Blitar", "title": "LHKPN", "title_en": "Assets", **fields,
    }  # fmt: skip
    return Conflict(**made)


def shown(text: Content) -> str:
    """The text with what is marked in it between brackets."""
    words = text.plain
    for span in sorted(text.spans, key=lambda one: -one.start):
        words = f"{words[: span.start]}[{words[span.start : span.end]}]{words[span.end :]}"
    return words
