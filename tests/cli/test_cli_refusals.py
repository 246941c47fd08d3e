"""What is refused on the command line is told by what a field is called, and leaves everything as it was."""

from __future__ import annotations

import pytest

BLITAR = "35.72"
LONG = "x" * 301
CASES = [
    (["set", BLITAR, "stage", "melamun"], "untuk tahap:", "for stage:"),
    (["set", BLITAR, "stage", "percontohan"], "isian ini (tahap)", "this field (stage)"),
    (["set", BLITAR, "fulfilment", "101"], "“101” tidak sah untuk nilai:", "for value:"),
    (["set", BLITAR, "fulfilment", "50", "--source", LONG], "untuk sumber:", "for source:"),
    (["set", BLITAR, "score.2.4", "abc"], "untuk nilai resmi:", "for official score:"),
    (["set", BLITAR, "owner.2.4", f"BKPSDM,{LONG}"], "“BKPSDM, xxx", "“BKPSDM, xxx"),
    (["set", BLITAR, "owner.2.4.1", LONG], "untuk penanggung jawab 2.4.1:", "for owner 2.4.1:"),
    (["set", BLITAR, "due.2.4", "besok"], "untuk batas waktu:", "for due date:"),
    (["set", BLITAR, "due.2.4.1", "besok"], "untuk batas waktu 2.4.1:", "for due date 2.4.1:"),
    (["set", BLITAR, "pic.2.4", f"{LONG}; 0812"], "untuk PIC:", "for contact:"),
    (["set", BLITAR, "criterion.spi", "abc"], "untuk kriteria ", "for criterion "),
    (["set", BLITAR, "due", "2025-12-01"], "Isian “due” tidak dikenal", "“due”"),
    (["set", BLITAR, "due.2.4", "2025-12-01", "--year", "2025"], "tidak berlaku untuk due.2.4", "due.2.4"),
    (["tick", BLITAR, "2.4.1", "diterima", "--evidence", LONG], "untuk bukti 2.4.1:", "for evidence 2.4.1:"),
    (["event", "add", BLITAR, "--title", LONG], "untuk judul:", "for title:"),
    (["event", "add", BLITAR, "--title", "a", "--kind", LONG], "untuk jenis:", "for kind:"),
    (["event", "add", BLITAR, "--title", "a", "--start", "besok"], "untuk mulai:", "for start:"),
    (["event", "add", BLITAR, "--title", "a", "--place", LONG], "untuk tempat:", "for place:"),
    (["event", "add", BLITAR, "--title", "a", "--participants", "9999999"], "untuk peserta:", "for participants:"),
    (["event", "add", BLITAR, "--title", "a", "--institution", LONG], "untuk lembaga:", "for institutions:"),
    (
        ["event", "add", BLITAR, "--title", "a", "--attendance", f"{LONG}=hadir"],
        "nama OPD terlalu",
        "the agency's name",
    ),
    (["followup", "add", "--subject", BLITAR, "--text", "a", "--owner", LONG], "penanggung jawab:", "for owner:"),
    (["followup", "add", "--subject", BLITAR, "--text", "a", "--due", "besok"], "batas waktu:", "for due date:"),
    (["note", "add", "--subject", BLITAR, "--title", LONG], "untuk judul:", "for title:"),
    (["note", "add", "--subject", BLITAR, "--title", "a", "--tag", LONG], "untuk label:", "for tags:"),
]


@pytest.mark.parametrize(("words", "said", "english"), CASES, ids=[" ".join(case[0])[:40] for case in CASES])
def test_a_refusal_names_what_the_user_knows(shell, words: list[str], said: str, english: str) -> None:
    done = shell(*words, stdin="")
    assert done.code in (2, 4), done.out
    assert said in done.err
    assert english in shell(*words, "--lang", "en", stdin="").err
    assert shell("outbox", "list", "--json").json()["operations"] == []
    for text in (done.err, shell(*words, "--lang", "en", stdin="").err):
        assert not {"item_owner", "item_due", "as_of", "owners", "{", "["} & set(text.replace(".", " ").split())
        assert "{'" not in text
        assert "['" not in text


def test_a_region_of_others_is_named_without_its_key(shell) -> None:
    done = shell("note", "add", "--subject", BLITAR, "--title", "a", "--cycle", "2024", stdin="")
    assert done.code != 0
    assert "2024:35.72" not in done.err


def test_a_first_line_that_is_too_long_for_a_title_is_cut(shell) -> None:
    done = shell("note", "add", "--subject", BLITAR, "--json", stdin=LONG)
    assert done.code == 0, done.err
    assert done.json()["title"] == LONG[:300]
    assert done.json()["body"] == LONG
