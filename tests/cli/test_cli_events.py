"""event and followup on a synced home, without a network."""

from __future__ import annotations

from typing import Any

import pytest

BLITAR = "35.72"
NOWHERE = "019a0000-0000-7000-8000-000000000001"


def operations(shell) -> list[dict[str, Any]]:
    return shell("outbox", "list", "--json").json()["operations"]


def added(shell, *words: str) -> dict[str, Any]:
    done = shell("event", "add", "Kota Blitar", "--title", "Monev ketiga", *words, "--json")
    assert done.code == 0, done.err
    (event,) = done.json()["events"]
    return event


def asked(shell, *words: str) -> dict[str, Any]:
    done = shell("followup", "add", "--subject", "35.72:2.4", "--text", "Lengkapi sanksi", *words, "--json")
    assert done.code == 0, done.err
    (followup,) = done.json()["followups"]
    return followup


def first_event(shell) -> str:
    return shell("event", "list", "--region", BLITAR, "--json").json()["events"][0]["id"]


def test_an_event_is_made_with_everything_it_has(shell) -> None:
    event = added(
        shell,
        *("--kind", "monev", "--start", "2025-10-06T09:00", "--end", "2025-10-07T12:30", "--place", "Balai Kota"),
        *("--participants", "27", "--institution", "KPK", "--institution", "BPKP"),
        *("--attendance", "BKPSDM=hadir", "--attendance", "Setda=Tidak hadir", "--agenda", "1. LHKPN"),
        *("--outcome", "Disepakati\ntiga hal"),
    )
    assert (event["region"], event["cycle"], event["kind"], event["title"]) == (BLITAR, "2025", "monev", "Monev ketiga")
    assert (event["start"], event["end"], event["zone"]) == ("2025-10-06T09:00", "2025-10-07T12:30", "WIB")
    assert (event["place"], event["participants"], event["institutions"]) == ("Balai Kota", 27, ["BPKP", "KPK"])
    assert event["attendance"] == {"BKPSDM": "hadir", "Setda": "tidak_hadir"}
    assert (event["agenda"], event["outcome"]) == ("1. LHKPN", "Disepakati\ntiga hal")
    assert event["state"] == "queued"
    (saved,) = operations(shell)
    assert (saved["kind"], saved["key"], saved["was"]) == ("event", event["id"], None)
    assert shell("event", "show", event["id"], "--json").json() == {"events": [event]}


def test_the_zone_is_the_regions_own(shell) -> None:
    done = shell("event", "add", "52.71", "--title", "Rapat", "--start", "2025-10-14T09:00", "--json").json()
    assert done["events"][0]["zone"] == "WITA"
    assert done["op"] == operations(shell)[0]["op"]
    undated = shell("event", "add", "52.71", "--title", "Rapat", "--json").json()["events"][0]
    assert (undated["start"], undated["zone"]) == (None, None)


def test_events_are_listed_by_region_and_days(shell) -> None:
    everything = shell("event", "list", "--json").json()["events"]
    blitar = shell("event", "list", "--region", BLITAR, "--json").json()["events"]
    assert {event["region"] for event in blitar} == {BLITAR}
    assert len(blitar) < len(everything)
    assert [event["start"] for event in everything] == sorted(event["start"] for event in everything)
    words = ("event", "list", "--from", "2025-02-12", "--to", "2025-09-11", "--json")
    found = shell(*words).json()["events"]
    assert [event["start"] for event in found] == ["2025-02-11", "2025-09-10"]
    added(shell)
    assert len(shell(*words).json()["events"]) == 2
    assert shell("event", "list", "--to", "2024-01-01").out == "Tidak ada kegiatan.\n"


def test_the_list_and_the_page_are_made_for_people(shell) -> None:
    listed = shell("event", "list", "--region", BLITAR)
    assert "11–13 Feb 2025" in listed.out
    assert first_event(shell) in listed.out
    assert listed.out.split("\n")[0].split() == ["Hari", "Kegiatan", "Tempat"]
    assert "Kota Mata…" in shell("event", "list").out
    page = shell("event", "show", shell("event", "list", "--json").json()["events"][2]["id"]).out
    for words in ("Waktu: 15 Sep 2025", "Peserta: 24", "Lembaga: KPK", "Agenda", "Rapat kemajuan dipimpin Bupati"):
        assert words in page
    assert "Lengkapi pernyataan benturan" in page
    assert "terlambat 10 hari" in page
    english = shell("event", "show", first_event(shell), lang="en").out
    assert "Participants: 64" in english
    assert "Waktu" not in english


def test_hostile_words_reach_no_terminal(shell) -> None:
    event = added(shell, "--place", "Aula\x1b[31m \u202eterbalik", "--outcome", "\x1b]0;x\x07Baris\nkedua")
    page = shell("event", "show", event["id"], terminal=True)
    assert "\x1b[31m" not in page.out
    assert "\x1b]" not in page.out
    assert "\u202e" not in page.out
    assert "Aula terbalik" in page.out


def test_an_edit_says_only_what_differs(shell) -> None:
    event = added(shell, "--start", "2025-10-06", "--place", "Balai Kota")
    before = len(operations(shell))
    words = ("event", "edit", event["id"], "--place", "Aula", "--attendance", "BKPSDM=diwakili", "--json")
    done = shell(*words).json()
    assert done["state"] == "queued"
    assert (done["events"][0]["place"], done["events"][0]["attendance"]) == ("Aula", {"BKPSDM": "diwakili"})
    assert done["events"][0]["title"] == "Monev ketiga"
    assert len(operations(shell)) == before + 2
    again = shell(*words)
    assert again.code == 0
    assert (again.json()["op"], again.json()["state"]) == (None, None)
    assert len(operations(shell)) == before + 2
    emptied = shell("event", "edit", event["id"], "--place", "", "--attendance", "BKPSDM=", "--json").json()["events"][
        0
    ]
    assert (emptied["place"], emptied["attendance"]) == (None, {})
    said = shell("event", "edit", event["id"], "--end", "2025-10-08T16:00")
    assert said.out == f"{event['id']}\n"
    assert "sinkronisasi berikutnya" in said.err
    undated = shell("event", "edit", event["id"], "--start", "", "--end", "", "--json").json()["events"][0]
    assert (undated["start"], undated["end"], undated["zone"]) == (None, None, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["event", "add", BLITAR], ["--title"]),
        (["event", "add", BLITAR, "--title", " "], ["--title"]),
        (["event", "add", "99.99", "--title", "x"], ["99.99"]),
        (["event", "add", BLITAR, "--title", "x", "--start", "besok"], ["besok"]),
        (["event", "add", BLITAR, "--title", "x", "--end", "2025-10-06"], ["--start"]),
        (["event", "add", BLITAR, "--title", "x", "--start", "2025-10-06", "--end", "2025-10-05"], ["2025-10-05"]),
        (
            ["event", "add", BLITAR, "--title", "x", "--start", "2025-10-06T10:00", "--end", "2025-10-06T09:00"],
            ["09:00"],
        ),
        (["event", "add", BLITAR, "--title", "x", "--participants", "-3"], ["--participants"]),
        (["event", "add", BLITAR, "--title", "x", "--participants", "banyak"], ["banyak"]),
        (["event", "add", BLITAR, "--title", "x", "--attendance", "BKPSDM"], ["BKPSDM", "diwakili"]),
        (["event", "add", BLITAR, "--title", "x", "--attendance", "B.1=hadir"], ["B.1"]),
        (["event", "show", NOWHERE], [NOWHERE]),
        (["event", "edit", NOWHERE, "--title", "x"], [NOWHERE]),
        (["event", "list", "--from", "kemarin"], ["--from", "kemarin"]),
        (["followup", "add", "--text", "x"], ["--subject", "--event"]),
        (["followup", "add", "--subject", BLITAR, "--text", " "], ["--text"]),
        (["followup", "add", "--subject", "35.72:9.9", "--text", "x"], ["9.9"]),
        (["followup", "add", "--event", NOWHERE, "--text", "x"], [NOWHERE[:8]]),
        (["followup", "add", "--subject", BLITAR, "--text", "x", "--due", "nanti"], ["nanti"]),
        (["followup", "list", "--event", NOWHERE], [NOWHERE]),
        (["followup", "set", NOWHERE, "--status", "proses"], [NOWHERE]),
        (["followup", "done", NOWHERE], [NOWHERE]),
        (["followup", "remove", NOWHERE], ["add", "done"]),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_bad_input_has_a_sentence_and_changes_nothing(shell, words: list[str], said: list[str], lang: str) -> None:
    done = shell(*words, lang=lang)
    assert done.code in (1, 2)
    assert done.out == ""
    for part in said:
        assert part in done.err
    assert operations(shell) == []


def test_an_edit_that_names_no_field_is_a_mistake(shell) -> None:
    event = added(shell)
    followup = asked(shell)
    for words in (("event", "edit", event["id"]), ("followup", "set", followup["id"])):
        done = shell(*words)
        assert done.code == 2
        assert "sedikitnya satu isian" in done.err
    assert shell("event", "edit", event["id"], "--title", "").code == 2
    assert shell("followup", "set", followup["id"], "--text", "").code == 2


def test_where_the_officer_may_not_write_nothing_is_made(shell) -> None:
    done = shell("event", "add", BLITAR, "--title", "x", "--cycle", "2024")
    assert done.code in (2, 4)
    assert operations(shell) == []


def test_a_follow_up_is_made_about_an_indicator(shell) -> None:
    made = asked(shell, "--source", "KPK", "--owner", "BKPSDM", "--due", "2025-09-30")
    assert (made["region"], made["subject"], made["event"]) == (BLITAR, "35.72:2.4", None)
    assert (made["text"], made["source"], made["owner"]) == ("Lengkapi sanksi", "KPK", "BKPSDM")
    assert (made["due"], made["status"], made["overdue_days"], made["state"]) == ("2025-09-30", "belum", 6, "queued")


def test_a_follow_up_of_an_event_belongs_to_it(shell) -> None:
    event = first_event(shell)
    made = shell("followup", "add", "--event", event, "--text", "Uji", "--json").json()["followups"][0]
    assert (made["subject"], made["event"], made["region"]) == (event, event, BLITAR)
    about = shell("followup", "add", "--subject", event, "--text", "Uji 2", "--json").json()["followups"][0]
    assert (about["subject"], about["event"]) == (event, event)
    both = shell("followup", "add", "--subject", "35.72:2.2", "--event", event, "--text", "Uji 3", "--json").json()
    assert (both["followups"][0]["subject"], both["followups"][0]["event"]) == ("35.72:2.2", event)
    found = shell("followup", "list", "--event", event, "--json").json()["followups"]
    assert {one["text"] for one in found} >= {"Uji", "Uji 2", "Uji 3"}
    other = shell("followup", "add", "--subject", "52.71", "--event", event, "--text", "x")
    assert other.code == 2
    assert "daerah lain" in other.err


def test_follow_ups_are_listed_by_what_is_asked(shell) -> None:
    def found(*words: str) -> list[dict[str, Any]]:
        return shell("followup", "list", *words, "--json").json()["followups"]

    assert len(found()) > len(found("--open")) > len(found("--overdue")) > 0
    assert all(one["overdue_days"] for one in found("--overdue"))
    assert {one["status"] for one in found("--open")} <= {"belum", "proses"}
    assert {one["owner"] for one in found("--owner", "bkpsdm")} == {"BKPSDM"}
    assert {one["region"] for one in found("--region", "Kota Mataram")} == {"52.71"}
    page = shell("followup", "list", "--region", BLITAR).out
    assert "terlambat 5 hari" in page
    assert found("--region", BLITAR)[0]["id"] in page
    assert shell("followup", "list", "--owner", "Tidak Ada").out == "Tidak ada tindak lanjut.\n"


def test_a_follow_up_is_changed_and_closed_with_its_day(shell) -> None:
    key = asked(shell)["id"]

    def now(*words: str) -> dict[str, Any]:
        done = shell("followup", *words, "--json")
        assert done.code == 0, done.err
        return done.json()

    changed = now("set", key, "--status", "Proses", "--owner", "Setda", "--response", "Surat terbit")["followups"][0]
    assert (changed["status"], changed["owner"], changed["response"]) == ("proses", "Setda", "Surat terbit")
    closed = now("done", key, "--response", "Tuntas")
    assert closed["state"] == "queued"
    assert (closed["followups"][0]["status"], closed["followups"][0]["done_at"]) == ("selesai", "2025-10-06")
    assert now("done", key)["op"] is None
    assert now("set", key, "--at", "2025-10-05")["followups"][0]["done_at"] == "2025-10-05"
    assert now("done", key)["followups"][0]["done_at"] == "2025-10-05"
    again = now("set", key, "--status", "belum", "--due", "")["followups"][0]
    assert (again["status"], again["done_at"], again["due"]) == ("belum", None, None)
    assert now("done", key, "--at", "2025-10-04")["followups"][0]["done_at"] == "2025-10-04"
    shell("followup", "set", key, "--status", "tidak dapat ditindaklanjuti")
    assert shell("followup", "set", key, "--at", "2025-10-04").code == 2
    assert shell("followup", "set", key, "--status", "beres").err.count("proses") == 1
    said = shell("followup", "done", key)
    assert said.out == f"{key}\n"


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(
    "words",
    [("event", "--help"), ("event", "add", "--help"), ("followup", "--help"), ("followup", "set", "--help"),
     ("report", "--help")],
)  # fmt: skip
def test_help_is_there_in_both_languages(shell, words: tuple[str, ...], lang: str) -> None:
    done = shell(*words, lang=lang)
    assert done.code == 0
    assert ("pemakaian" in done.out) == (lang == "id")


def test_completion_knows_the_actions_and_their_options(shell) -> None:
    script = shell("completion", "bash").out
    assert '"event add") words="' in script
    for option in ("--attendance", "--outcome", "--overdue", "--response", "--mine", "--basis"):
        assert option in script


def test_a_word_of_attendance_that_is_none_is_refused(shell) -> None:
    said = shell("event", "add", BLITAR, "--title", "Rapat", "--attendance", "BKPSDM=hadri")
    assert said.code == 2
    assert "hadir, diwakili, tidak_hadir" in said.err
    assert operations(shell) == []
