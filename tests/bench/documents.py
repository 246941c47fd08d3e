"""Ten thousand records of about 267 bytes, the same from the same seed, and the same facts as assessment rows.

A record is one region's indicator in one cycle with a status, a score and a short note. As a row its id is the key,
the note is the summary, status and score are the item states and the entered score.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from akk_tui.contract import states
from akk_tui.contract.records import Instrument

COUNT = 10_000
TEXT = (
    "dokumen perencanaan anggaran pengadaan barang jasa perizinan aparatur aset daerah pajak retribusi inspektorat"
    " bukti unggah verifikasi lengkap belum revisi catatan lapangan bupati sekda dinas tindak lanjut rapat jadwal"
)
WORDS = TEXT.split()
STATUS = ("belum", "proses", "siap", "terverifikasi", "ditolak")
STATE_OF = dict(zip(STATUS, ("belum_ada", "perlu_perbaikan", "diunggah", "diverifikasi", "diterima"), strict=True))


class Row(NamedTuple):
    """An assessment row as the server stores it."""

    unit: str
    key: str
    data: dict[str, Any]


def records(count: int = COUNT, seed: int = 19) -> list[dict[str, Any]]:
    """The records as plain documents."""
    rng = random.Random(seed)
    return [_record(number, rng) for number in range(count)]


def _record(number: int, rng: random.Random) -> dict[str, Any]:
    region = f"{11 + number % 514 // 14:02d}{1 + number % 514 % 14:02d}"
    ident = uuid.UUID(int=rng.getrandbits(128), version=4)
    return {
        "_id": f"a:{2016 + number // 514 // 19 % 10}:{region}:{1 + number % 19:02d}:{ident.hex[:8]}",
        "type": "assessment",
        "region": region,
        "indicator": 1 + number % 19,
        "status": rng.choice(STATUS),
        "score": rng.randrange(0, 101),
        "rev": 1,
        "by": f"officer{rng.randrange(400):03d}",
        "at": f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}T0{rng.randrange(10)}:15:00Z",
        "note": " ".join(rng.choice(WORDS) for _ in range(rng.randrange(6, 18))),
    }


def mean_bytes(found: Sequence[dict[str, Any]]) -> float:
    """Their mean size as compact JSON lines."""
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found)
    return sum(len(line) + 1 for line in lines) / len(found)


def rows(found: Sequence[dict[str, Any]], regions: Sequence[str], instruments: dict[str, Instrument]) -> list[Row]:
    """The records as rows: every region in turn, every indicator, then the next of the cycles in ``instruments``."""
    made: list[Row] = []
    cycles = sorted(instruments, reverse=True)
    for number, record in enumerate(found):
        turn, place = divmod(number, len(regions))
        era, which = divmod(turn, 19)
        instrument = instruments[cycles[era]]
        indicators = [one for component in instrument.components for one in component.indicators]
        unit = f"{cycles[era]}:{regions[place]}"
        indicator = indicators[which]
        state = STATE_OF[record["status"]]
        data: dict[str, Any] = {
            "instrument": instrument.version,
            "score": f"{record['score']:.2f}",
            "as_of": record["at"][:10],
            "source": "Panel",
            "summary": record["note"],
            "by": record["by"],
            "at": record["at"],
        }
        packed = states.pack([state] * len(indicator.items))
        if packed:
            data["items"] = packed
        made.append(Row(unit, f"{unit}:{indicator.id}", data))
    return made


def changed(found: Sequence[Row], count: int, seed: int = 20) -> list[Row]:
    """``count`` of the rows with another state, another score and four more words."""
    rng = random.Random(seed)
    made: list[Row] = []
    for row in rng.sample(list(found), count):
        more = " ".join(rng.choice(WORDS) for _ in range(4))
        data = {**row.data, "score": f"{rng.randrange(0, 101):.2f}", "summary": f"{row.data['summary']} {more}"}
        data["items"] = states.pack([rng.choice(list(STATE_OF.values())[1:])] * 3)
        made.append(Row(row.unit, row.key, data))
    return made
