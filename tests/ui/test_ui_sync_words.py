"""The words of the sync screen: values, states, refusals, differences and the words in them that differ."""

from __future__ import annotations

from datetime import datetime, UTC
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from waiting import AT, conflict, shown

from akk_tui import i18n
from akk_tui.contract.records import RefusalCode
from akk_tui.store.shapes import OutboxRow, Sending, SentRow, SyncRun
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import conflict_value, outbox_words, sync_head, sync_rows, values, word_diff
from akk_tui.ui.widgets.progress import bar, progress_words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("item.2.4.1", "perlu_perbaikan", "perlu perbaikan"),
        ("item.2.4.1", None, "belum ada"),
        ("due", "2025-10-20", "20 Okt 2025"),
        ("due", None, "–"),
        ("owners", ["BKPSDM", "Setda"], "BKPSDM, Setda"),
        ("owners", [], "–"),
        ("score", "77.50", "77,50"),
        ("value", "BB", "BB"),
        ("deleted", True, "ya"),
        ("retracted", False, "tidak"),
        ("stage", "tidak_lulus", "tidak lulus"),
        ("pic", {"name": "Sari", "phone": "0812"}, "nama Sari · telepon 0812"),
        ("title", "2025 tahun ini", "2025 tahun ini"),
    ],
)
def test_values_are_words(name: str, value: Any, words: str) -> None:
    assert values.value_words(name, value) == words


def test_several_fields_are_named() -> None:
    assert values.set_words(None) == "–"
    assert values.set_words({"cycle": "2025", "due": None}) == "–"
    about = "01990000-0000-7000-8000-000000000001"
    assert (
        values.set_words({"text": "SK", "subject": about, "event": about, "status": "belum"}) == "isi SK · status belum"
    )
    assert values.set_words({"score": "77.50", "as_of": "2025-09-08", "source": "KPK"}) == (
        "nilai resmi 77,50 · per 8 Sep 2025 · sumber KPK"
    )
    assert values.what_words("note", "") == "catatan baru"
    assert values.what_words("assessment", "item_due.2.4.1") == "batas waktu"
    assert values.field_word("xyz") == "xyz"


def test_sizes_rows_and_answers_are_words() -> None:
    assert [values.size_words(size) for size in (0, 999, 1_204, 17_300, 1_250_000)] == [
        "0 B", "999 B", "1,2 kB", "17 kB", "1,2 MB",
    ]  # fmt: skip
    assert values.rows_words(1_204) == "1.204 baris"
    assert values.answers_words({"conflict": 1, "applied": 12, "later": 2, "same": 0}) == (
        "12 terkirim, 1 beda isian, 2 later"
    )
    assert values.refusal_words({"code": "brand_new"}) == "brand_new"
    assert values.refusal_words(None) == ""
    i18n.use("en")
    assert values.answers_words({"conflict": 1, "applied": 2}) == "2 sent, 1 difference"
    assert values.answers_words({"conflict": 3}) == "3 differences"
    assert values.rows_words(1_204).startswith("1,204")


def test_progress_tells_rows_bytes_and_rate() -> None:
    assert progress_words({}, 80) == "menyambung ke server"
    assert progress_words({"stage": "push", "rows": 3, "bytes": 900}, 80) == "mengirim · 3 baris · 900 B"
    line = progress_words({"stage": "pull", "rows": 500, "rows_total": 2000, "bytes": 120_000, "rate": 17_000}, 90)
    assert line == "██████░░░░░░░░░░░░░░░░░░  25 %  mengambil · 500 dari 2.000 baris · 120 kB · 17 kB/dtk"
    assert "█" not in progress_words({"stage": "pull", "rows": 500, "rows_total": 2000}, 40)
    assert bar(2.0, 4) == "████"
    assert bar(-1.0, 4) == "░░░░"


def test_a_difference_shows_every_value_that_would_go() -> None:
    older = OutboxRow(
        "a", 1, "assessment", "2025:35.72:2.4", "due", {"due": "2025-10-15"}, None, "conflict", None, AT,
        "35.72", "Kota Blitar", "LHKPN", "Assets",
    )  # fmt: skip
    lines = difference.described(conflict(), [older], "WIB").plain.split("\n")
    assert lines == [
        "Kota Blitar · LHKPN · batas waktu",
        "semula        –",
        "saya, dulu    15 Okt 2025",
        "isian saya    20 Okt 2025",
        "isian rekan   31 Okt 2025",
        "oleh          Budi, 6 Okt 2025 09.14 WIB",
    ]
    lost = difference.described(conflict(older=True), [older], "WIB").plain.split("\n")
    assert lost == [*lines, "              server dipulihkan: mungkin lebih lama daripada semula"]
    note = "Budi, 6 Okt 2025 09.14 WIB · server dipulihkan: mungkin lebih lama daripada semula"
    assert difference.sides(conflict(older=True), [], "WIB")[2].note == note
    assert difference.who(conflict(by=None, at=None), "WIB") == ""
    assert "oleh" not in difference.described(conflict(by=None, at=None), [], "WIB").plain


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({}, True),
        ({"field": "summary", "mine": {"summary": "x"}}, True),
        ({"kind": "note", "field": "deleted", "mine": {"deleted": True}}, False),
        ({"kind": "followup", "field": "", "mine": {"text": "x"}}, False),
    ],
)
def test_a_whole_row_or_a_deletion_has_no_other_value(fields: dict[str, Any], typed: bool) -> None:
    assert conflict_value.can_be_typed(conflict(**fields)) is typed


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("event", "attendance.BKPSDM", "Tidak hadir", "tidak_hadir"),
        ("event", "attendance.BKPSDM", "daring", "daring"),
        ("assessment", "due", " 2025-10-21 ", "2025-10-21"),
        ("assessment", "due", " ", None),
        ("assessment", "owners", "Setda, BKPSDM,", ["BKPSDM", "Setda"]),
        ("score", "retracted", "ya", True),
        ("criterion", "year", "2024", 2024),
        ("event", "agenda", "satu\ndua", "satu\ndua"),
    ],
)
def test_what_is_typed_becomes_the_one_form(kind: str, name: str, text: str, value: Any) -> None:
    assert conflict_value.typed_value(kind, name, text) == value


def test_a_record_is_typed_in_parts() -> None:
    row = conflict(field="pic", mine={"pic": {"name": "Sari"}}, base=None, theirs={"pic": None})
    fields = {field.key: (field.label, field.value) for field in conflict_value.form_fields(row)}
    assert fields == {"pic/name": ("nama", "Sari"), "pic/phone": ("telepon", "")}
    typed = conflict_value.typed_values(row, {"pic/name": "Budi", "pic/phone": " "})
    assert typed == {"pic": {"name": "Budi"}}


def test_each_field_is_asked_for_in_its_own_way() -> None:
    row = conflict(
        kind="followup",
        field="status",
        mine={"status": "proses", "due": "2025-10-20", "response": "sudah", "owner": None},
    )
    kinds = {field.key: field.kind for field in conflict_value.form_fields(row)}
    assert kinds == {"status": "choice", "due": "date", "response": "text", "owner": "line"}
    row = conflict(kind="score", field="value", mine={"value": "77.50", "retracted": True})
    assert {field.key: (field.kind, field.value) for field in conflict_value.form_fields(row)} == {
        "value": ("number", "77.50"),
        "retracted": ("check", "ya"),
    }


# --- long texts


def test_differing_words_are_marked() -> None:
    base = "rapat pada hari Selasa pukul 09.00 di Balai Kota"
    mine = "rapat pada hari Senin jam 09.00 di kantor Balai Kota"
    assert shown(word_diff.marked(mine, base)) == "rapat pada hari [Senin jam] 09.00 di[ kantor] Balai Kota"
    assert shown(word_diff.gone(base, [mine])) == "rapat pada hari [Selasa pukul] 09.00 di Balai Kota"
    assert shown(word_diff.gone(base, [base, "x"])) == f"[{base}]"
    assert shown(word_diff.marked("sama", "sama")) == "sama"
    assert shown(word_diff.marked("baru", "")) == "[baru]"
    assert shown(word_diff.marked("", "lama")) == ""


def test_what_stayed_is_left_out_around_a_difference() -> None:
    words = [f"kata{n}" for n in range(60)]
    changed = [*words]
    changed[30] = "lain"
    short = shown(word_diff.marked(" ".join(changed), " ".join(words), short=True))
    assert short == "… kata27 kata28 kata29 [lain] kata31 kata32 kata33 …"


def test_texts_that_share_nothing_are_marked_whole() -> None:
    old, new = (" ".join(f"{head}{n}" for n in range(400)) for head in "ab")
    assert len(word_diff.marked(new, old).spans) == 1


@given(st.lists(st.sampled_from("ab "), max_size=12), st.lists(st.sampled_from("ab "), max_size=12))
def test_what_is_not_marked_stands_in_the_other_text(new: list[str], old: list[str]) -> None:
    text, base = "".join(new), "".join(old)
    marked = word_diff.marked(text, base)
    flags = [False] * len(text)
    for span in marked.spans:
        flags[span.start : span.end] = [True] * (span.end - span.start)
    assert marked.plain == text
    kept = "".join(char for char, flag in zip(text, flags, strict=True) if not flag)
    rest = iter(base)
    assert all(char in rest for char in kept)


def test_sides_name_what_is_equal_and_who_wrote() -> None:
    row = conflict(
        kind="score",
        field="value",
        base={"value": "70.00", "source": "KPK"},
        mine={"value": "77.50", "source": "KPK"},
        theirs={"value": "78.00", "source": "KPK"},
    )
    base, mine, theirs = difference.sides(row, [], "WIB")
    assert [side.value.plain for side in (base, mine, theirs)] == ["nilai 70,00", "nilai 77,50", "nilai 78,00"]
    assert mine.note == "1 isian lain sama"
    assert theirs.note == "Budi, 6 Okt 2025 09.14 WIB"


def test_a_row_that_is_gone_there_is_said_to_be() -> None:
    row = conflict(
        kind="followup", field="text", mine={"text": "x"}, base={"text": "y"}, theirs={"text": "y", "deleted": True}
    )
    assert difference.theirs_words(row) == "dihapus"
    assert difference.sides(row, [], "WIB")[2].value.plain == "dihapus"
    assert "m memulihkannya dengan isian saya" in difference.described(row, [], "WIB").plain
    row = conflict(kind="note", field="", mine={"title": "x", "body": "y"}, base=None, theirs=None)
    assert difference.sides(row, [], "WIB")[2].value.plain == "tidak ada di server"
    assert difference.sides(row, [], "WIB")[0].value.plain == "belum ada"


# --- refusals


@pytest.mark.parametrize("code", [*get_args(RefusalCode), "scope"])
def test_every_refusal_says_why_and_what_to_do(code: str) -> None:
    row = waiting_row("rejected", {"code": code})
    assert values.refusal_words(row.answer) not in ("", code)
    assert "sync.discard melepas" in outbox_words.advice(row, str)


def waiting_row(state: str, answer: dict[str, Any] | None = None) -> OutboxRow:
    return OutboxRow(
        "a", 1, "assessment", "2025:35.72:2.4", "due", {"due": "2025-10-15"}, None, state, answer, AT,
        "35.72", "Kota Blitar", "LHKPN", "Assets",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "sync.now menyinkronkan sekarang"),
        ("sending", "dikirim lagi dengan sendirinya"),
        ("wait", "setelah perubahan sebelumnya"),
        ("conflict", "tab Beda isian"),
        ("forbidden", "sync.retry mengirimnya lagi; sync.discard melepasnya"),
        ("later", ""),
    ],
)
def test_every_state_says_what_comes_next(state: str, words: str) -> None:
    assert words in outbox_words.advice(waiting_row(state), str)


@pytest.mark.parametrize(
    ("code", "lifted", "words"),
    [
        ("cycle_closed", False, "Bila siklusnya dibuka lagi, sync.retry"),
        ("cycle_closed", True, "Siklusnya sudah dibuka lagi: sync.retry"),
        ("read_only", False, "Minta hak tulis"),
        ("read_only", True, "boleh Anda isi lagi: sync.retry"),
    ],
)
def test_what_was_refused_for_what_holds_no_longer_says_so(code: str, lifted: bool, words: str) -> None:
    row = replace(waiting_row("rejected", {"code": code}), lifted=lifted)
    assert words in outbox_words.advice(row, str)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (100, "Sinkron terakhir 09.14 WIB · menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik · s menyinkronkan"),
        (80, "menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik · s menyinkronkan"),
        (50, "menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik"),
        (20, "menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik"),
    ],
)
def test_where_it_is_narrow_the_forecast_stays(width: int, line: str) -> None:
    now = datetime(2025, 10, 6, 12, 42, tzinfo=UTC)
    assert sync_head.idle(None, AT, Sending(2, 1_200, 3.2), "WIB", now, "s", width) == line


def test_without_a_measured_rate_no_time_is_promised() -> None:
    assert values.sending_words(Sending(1, 900, None)) == "1 perubahan, 900 B"
    assert values.about_seconds(0.1) == "1 detik"
    assert values.about_seconds(150) == "2 menit"


def test_an_official_score_is_told_by_its_day() -> None:
    title = "Nilai pemenuhan indikator"
    assert values.title_words("score", "2025:35.72:2025-10-06", title) == f"{title} 6 Okt 2025"
    assert values.title_words("criterion", "2025:35.72:mcp", "MCP") == "MCP"


def test_where_the_network_fails_the_line_names_the_key_that_writes_a_file() -> None:
    now = datetime(2025, 10, 6, 12, 42, tzinfo=UTC)
    said = [sync_head.idle(None, AT, Sending(2, 1_200, 3.2), "WIB", now, "s", width, "E") for width in (118, 78, 50)]
    assert said == [
        "Sinkron terakhir 09.14 WIB · menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik · s menyinkronkan · E ke berkas",
        "menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik · E ke berkas",
        "menunggu 2 perubahan, 1,2 kB, kira-kira 3 detik",
    ]
    assert sync_head.idle("Belum masuk.", None, Sending(2, 1_200, 3.2), "WIB", now, "s", 100, "E").endswith(
        "E ke berkas"
    )
    assert "berkas" not in sync_head.idle(None, AT, Sending(0, 0, 0), "WIB", now, "s", 200, "E")


LONG = "\n".join(f"Baris {n} dari ringkasan." for n in range(30))
"""A text of many lines."""
AROUND = sync_rows.Around("WIB", AT, lambda tone: "", str)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("20 dari", "20 bagi", ["Baris 20 dari", "Baris 20 bagi"]),
        ("20 dari", "20 lain dari", ["Baris 20 lain dari"]),
        ("20 dari", "20", ["Baris 20 dari"]),
    ],
)
def test_under_the_table_a_long_text_shows_what_changed_and_leaves_room_for_what_comes_next(
    old: str, new: str, shown: list[str]
) -> None:
    """The lines of a text pushed the state and what can be done out of sight."""
    values_of = {"set": {"summary": LONG.replace(old, new)}, "was": {"summary": LONG}}
    row = replace(waiting_row("queued"), field="summary", **values_of)
    about, change, state, advice = sync_rows.summary(row, AROUND).plain.split("\n")
    assert "LHKPN · ringkasan" in about
    parts = change.split(" → ")
    assert all(words in part for words, part in zip(shown, parts, strict=True))
    assert len(change) <= 123
    assert state == "belum terkirim"
    assert "sync.now" in advice


def test_under_the_table_a_receipt_is_seen_however_long_the_text() -> None:
    row = SentRow(
        "a", "assessment", "2025:35.72:2.4", "summary", {"summary": LONG}, "applied", 8123, AT,
        "35.72", "Kota Blitar", "LHKPN", "Assets",
    )  # fmt: skip
    _about, value, receipt = sync_rows.summary(row, AROUND).plain.split("\n")
    assert len(value) <= 100
    assert receipt == "terkirim, no. 8123, 09.14 WIB"


@pytest.mark.parametrize(
    ("room", "why"),
    [
        (200, "Server https://akk.example.go.id menolak sambungan. Semua pekerjaan tersimpan; sinkronkan lagi nanti."),
        (78, "server tidak terjangkau"),
    ],
)
def test_why_a_round_failed_is_never_cut(room: int, why: str) -> None:
    words = "Server https://akk.example.go.id menolak sambungan. Semua pekerjaan tersimpan; sinkronkan lagi nanti."
    run = SyncRun(1, AT, 0.5, "unreachable", 0, 0, 0, 0, 0, 0, 1, {}, words)
    said = sync_head.trouble(False, [run], "WIB", "s", room)
    assert said is not None
    assert said.words == f"Sinkron 6 Okt 2025 09.14 WIB gagal: {why}"
    said = sync_head.trouble(False, [run], "WIB", "s", 74, "dicoba lagi dalam 12 detik")
    assert said is not None
    assert len(said.words) <= 74
    assert said.words.startswith("Sinkron gagal, dicoba lagi dalam 12 detik: ")
