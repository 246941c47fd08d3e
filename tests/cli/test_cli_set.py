"""set: every form it knows, what it says, and that saying a thing again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

BLITAR = "35.72"
FORMS = [
    (["stage", "penilaian"], {"stage": "penilaian", "date": "2025-10-06"}),
    (["fulfilment", "88,5", "--source", "KPK"], {"value": "88.50", "source": "KPK", "retracted": None}),
    (["score.2.4", "90", "--source", "Panel"], {"score": "90.00", "as_of": "2025-10-06", "source": "Panel"}),
    (
        ["criterion.spi", "77,6", "--as-of", "2025-03-18"],
        {"value": "77.60", "year": 2025, "as_of": "2025-03-18", "source": "KPK"},
    ),
    (["criterion.sakip", "bb", "--year", "2024"], {"value": "BB", "year": 2024, "as_of": "2025-10-06"}),
    (["owner.2.4", "Setda, BKPSDM"], {"owners": ["BKPSDM", "Setda"]}),
    (["owner.2.4.1", "Bagian Hukum"], {"item_owner.2.4.1": "Bagian Hukum"}),
    (["due.2.4", "2025-12-01"], {"due": "2025-12-01"}),
    (["due.2.4.1", "2025-12-02"], {"item_due.2.4.1": "2025-12-02"}),
    (["pic.2.4", "Budi; 0812"], {"pic": {"name": "Budi", "phone": "0812"}}),
]


def operations(shell) -> list[dict[str, Any]]:
    return shell("outbox", "list", "--json").json()["operations"]


@pytest.mark.parametrize(("words", "value"), FORMS, ids=[words[0] for words, _value in FORMS])
def test_each_form_is_one_operation_and_said_again_none(shell, words: list[str], value: dict[str, Any]) -> None:
    done = shell("set", "Kota Blitar", *words, "--json")
    assert done.code == 0, done.err
    made = done.json()
    assert made["state"] == "queued"
    assert {name: made["value"][name] for name in value} == value
    (saved,) = operations(shell)
    assert saved["op"] == made["op"]
    again = shell("set", BLITAR, *words, "--json")
    assert again.code == 0
    assert (again.json()["op"], again.json()["state"]) == (None, None)
    assert len(operations(shell)) == 1
    assert "tidak ada yang berubah" in shell("set", BLITAR, *words).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stage", "penilaian"], "stage: pendampingan (14 Feb 2025) → penilaian (6 Okt 2025)"),
        (["fulfilment", "88.5"], "fulfilment: – → 88,50"),
        (["criterion.mcp", "97", "--year", "2025"], "criterion.mcp: 98,00 (2024, KPK) → 97,00 (6 Okt 2025, 2025, KPK)"),
        (["owner.2.4.1", ""], "→ –"),
        (["due.2.4", "2025-12-01"], "due.2.4: 30 Sep 2025 → 1 Des 2025"),
        (["pic.2.4", "Budi; 0812"], "→ Budi; 0812"),
    ],
)
def test_what_stood_and_what_stands_is_said_in_words(shell, words: list[str], said: str) -> None:
    done = shell("set", BLITAR, *words)
    assert done.code == 0, done.err
    assert said in done.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["stage", "percontohan"], 4),
        (["stage", "penilaian", "--as-of", "4 November"], 2),
        (["fulfilment", "seratus"], 2),
        (["criterion.mcp", "80", "--year", "٢٠٢٥"], 2),
        (["score", "80"], 2),
        (["owner.2.4.9", "x"], 2),
        (["pic", "x"], 2),
        (["due.2.4", "2025-02-30"], 2),
    ],
)
def test_what_cannot_be_is_refused(shell, words: list[str], code: int) -> None:
    done = shell("set", BLITAR, *words)
    assert (done.code, done.out) == (code, "")
    assert done.err
    assert operations(shell) == []


def test_hostile_sources_are_cleaned(shell) -> None:
    done = shell("set", BLITAR, "fulfilment", "88", "--source", "KPK\x1b[31m\u202e")
    assert "\x1b" not in done.out
    assert operations(shell)[0]["set"]["source"] == "KPK"


@pytest.mark.parametrize(
    "words",
    [
        ["stage", "penilaian", "--year", "2024"],
        ["stage", "penilaian", "--source", "KPK"],
        ["fulfilment", "88", "--year", "2024"],
        ["score.2.4", "90", "--year", "2024"],
        ["owner.2.4", "Setda", "--as-of", "2025-10-06"],
        ["due.2.4", "2025-12-01", "--source", "KPK"],
        ["pic.2.4", "Budi; 0812", "--as-of", "2025-10-06"],
    ],
    ids=lambda words: f"{words[0]} {words[2]}",
)
def test_an_option_that_would_do_nothing_is_refused(shell, words: list[str]) -> None:
    done = shell("set", BLITAR, *words)
    assert done.code == 2
    assert f"{words[2]} tidak berlaku untuk {words[0]}." in done.err
    assert operations(shell) == []
