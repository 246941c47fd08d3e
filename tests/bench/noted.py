"""Notes by the hundred thousand for benchmarks: few words are in every note, most in few; the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import stores

from akk_tui.contract.ids import uuid7

_PARTS = "ba be bi bo ka ke ki ko la le li lu ma me mi mo na ne ni pa pe pi ra re ri sa se si ta te ti ya wa".split()
_FIELD = ("lhkpn", "bkpsdm", "ppid", "spm", "temuan", "blitar", "mataram", "minahasa")


def vocabulary(rng: random.Random, count: int = 8_000) -> list[str]:
    """Words of the field first, then invented ones."""
    made = dict.fromkeys((*stores.WORDS, *_FIELD))
    while len(made) < count:
        made["".join(rng.choices(_PARTS, k=rng.randint(2, 5)))] = None
    return list(made)


def notes(units: Sequence[str], count: int, seed: int = 16) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """``count`` notes in ``units``: key, unit, fields."""
    rng = random.Random(seed)
    words = vocabulary(rng)
    weights = list(accumulate(1 / place for place in range(3, len(words) + 3)))
    for number in range(count):
        unit = units[rng.randrange(len(units))]
        text = rng.choices(words, cum_weights=weights, k=rng.randint(25, 110))
        fields: dict[str, Any] = {
            "cycle": unit[:4],
            "region": unit[5:],
            "subject": unit[5:],
            "author": "contoh2",
            "title": " ".join(text[:4]).capitalize(),
            "body": " ".join(text[4:]),
            "tags": [("monev", "rapat", "bimtek")[number % 3]],
            "by": "contoh2",
            "at": "2025-09-01T02:14:00Z",
        }
        yield uuid7(1_740_000_000_000 + number * 60_000, rng.getrandbits), unit, fields
