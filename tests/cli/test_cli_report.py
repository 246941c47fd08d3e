"""report on a synced home, without a network: days, whose work, files."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

BLITAR = "35.72"
SEPTEMBER = ("--from", "2025-09-24", "--to", "2025-10-08")
TODAY = ("--from", "2025-10-06")
HOSTILE = "<script>alert(1)</script> **x** [y](https://evil.example) ![z](https://evil.example/z.png) | `c` \x1b[31m"


def report(shell, *words: str, lang: str = "id") -> str:
    done = shell("report", *words, lang=lang)
    assert done.code == 0, done.err
    return done.out


def told(shell, *words: str) -> dict[str, Any]:
    done = shell("report", *words, "--json")
    assert done.code == 0, done.err
    return done.json()


def test_a_report_tells_when_where_who_and_what_follows(shell) -> None:
    text = report(shell, *SEPTEMBER, "--region", BLITAR)
    assert text.startswith("# Laporan kunjungan\n")
    for words in (
        "- **Dasar**: surat tugas nomor …",
        "- **Waktu**: Rabu, 24 September 2025 sampai Rabu, 8 Oktober 2025",
        "## Kota Blitar (35.72)",
        "| 8 Okt 2025 | 09.00–12.00 WIB | Rapat kemajuan bukti dukung (contoh) | rapat | Balai Kota Blitar |",
        "- **Jumlah**: 27 orang",
        "- **Kehadiran OPD**: 3 dari 4",
        "| Kesbangpol | tidak hadir |",
        "> Tiga tindak lanjut disepakati",
        "#### Catatan: Uji kanal WBS",
        "| KPK | BKPSDM | 1 Okt 2025, terlambat 5 hari | proses: Surat teguran",
        "Semua isian daerah ini sudah terkirim.",
    ):
        assert words in text
    english = report(shell, *SEPTEMBER, "--region", BLITAR, lang="en")
    assert "- **Time**: Wednesday, 24 September 2025 to Wednesday, 8 October 2025" in english
    for words in ("Waktu", "Tindak lanjut", "tidak hadir", "belum", "Sumber"):
        assert words not in "\n".join(line for line in english.split("\n") if not line.startswith((">", "####", "| ")))


def test_what_is_done_now_is_in_the_report_of_the_samples_today_and_not_sent(shell) -> None:
    shell("tick", BLITAR, "2.4.3", "diterima", "--evidence", "SK sanksi")
    shell("note", "add", "--subject", "35.72:2.4", "--title", "Rapat", stdin="Isi rapat")
    event = shell("event", "add", BLITAR, "--title", "Rapat hari ini", "--start", "2025-10-06", "--json").json()
    key = event["events"][0]["id"]
    shell("followup", "add", "--event", key, "--text", "Kirim surat", "--owner", "BKPSDM", "--due", "2025-10-20")
    text = report(shell, *TODAY)
    assert (
        "| 2.4.3 Bukti sanksi atas keterlambatan pelaporan | keadaan | perlu perbaikan | diterima | contoh1 |" in text
    )
    assert "| bukti | – | SK sanksi | contoh1 |" in text
    assert "> Isi rapat" in text
    assert "| 6 Okt 2025 | – | Rapat hari ini |" in text
    assert "| Kirim surat | – | BKPSDM | 20 Okt 2025 | belum |" in text
    assert "5 isian daerah ini belum diterima server:" in text
    assert "Kota Mataram" not in text
    facts = told(shell, *TODAY)
    (part,) = facts["regions"]
    assert (part["code"], part["events"], part["changes"], len(part["pending"])) == (BLITAR, [key], 2, 5)
    assert (facts["from"], facts["to"], facts["mine"], facts["format"]) == ("2025-10-06", "2025-10-06", False, "md")
    assert facts["text"] == text or "# Laporan kunjungan" in facts["text"]
    assert told(shell, "--from", "2025-10-07")["regions"] == []


def test_only_my_own_work(shell) -> None:
    shell("tick", "52.71", "2.4.3", "diunggah")
    everything, mine = told(shell, *SEPTEMBER), told(shell, *SEPTEMBER, "--mine")
    by_code = {part["code"]: part for part in everything["regions"]}
    own = {part["code"]: part for part in mine["regions"]}
    assert len(own[BLITAR]["notes"]) < len(by_code[BLITAR]["notes"])
    assert own["52.71"]["changes"] < by_code["52.71"]["changes"]
    text = report(shell, *SEPTEMBER, "--mine", "--region", BLITAR)
    assert "contoh2 ·" not in text
    assert "hanya pekerjaan Petugas Contoh 1" in text
    assert "Pekerjaan rekan tidak dimuat." in text


def test_the_report_says_what_it_cannot_know(shell) -> None:
    text = report(shell, *SEPTEMBER, "--region", BLITAR)
    assert "Riwayat daerah ini belum diambil dari server" in text
    assert "isian lain berubah; riwayatnya belum diambil" in text
    assert "- 2.2 Pemberdayaan Whistleblowing System (indikator): contoh1, 26 Sep 2025" in text


def test_a_hidden_criterion_is_not_printed(shell) -> None:
    shell("set", BLITAR, "criterion.kasus", "tidak", "--source", "Polres Rahasia")
    text = report(shell, *TODAY)
    assert text.count("| (tidak dicetak) | (tidak dicetak) |") == 1
    assert "Polres Rahasia" not in text


def test_a_change_that_came_back_is_none(shell) -> None:
    before = shell("status", BLITAR, "--json").json()["regions"][0]["indicators"]
    state = next(item["state"] for one in before for item in one["items"] if item["id"] == "2.4.1")
    shell("tick", BLITAR, "2.4.1", "perlu_perbaikan")
    assert told(shell, *TODAY)["regions"][0]["changes"] == 1
    shell("tick", BLITAR, "2.4.1", state)
    assert told(shell, *TODAY, "--region", BLITAR)["regions"][0]["changes"] == 0


def test_hostile_words_stay_words(shell) -> None:
    shell("event", "add", BLITAR, "--title", HOSTILE, "--start", "2025-10-06", "--place", HOSTILE, "--outcome", HOSTILE)
    shell("note", "add", "--subject", BLITAR, "--title", HOSTILE, stdin=f"# {HOSTILE}\n\n- {HOSTILE}\n\n    {HOSTILE}")
    shell("followup", "add", "--subject", BLITAR, "--text", HOSTILE, "--owner", HOSTILE)
    shell("tick", BLITAR, "2.4.3", "diunggah", "--evidence", HOSTILE)
    text = report(shell, *TODAY, "--basis", HOSTILE)
    page = report(shell, *TODAY, "--basis", HOSTILE, "--format", "html")
    for made in (text, page):
        assert "\x1b" not in made
    for mark in ("<script>alert", "<img", "<a ", "href=", "src=", "<code>"):
        assert mark not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 8
    assert "](https" not in text.replace("\\](https", "")
    # The bar in a cell opens no other one.
    for row in page.split("<tr>")[1:]:
        assert row.count("<td>") in (0, 2, 4, 5, 6)


def test_html_is_one_page_that_fetches_nothing(shell) -> None:
    page = report(shell, *SEPTEMBER, "--format", "html", "--region", BLITAR)
    assert page.startswith('<!DOCTYPE html>\n<html lang="id">')
    assert "default-src 'none'" in page
    assert "@media print" in page
    assert "<table>" in page
    assert "<blockquote>" in page
    for mark in ("<script", "<link", "@import", "url(", "http://", "https://"):
        assert mark not in page
    assert '<html lang="en">' in report(shell, *SEPTEMBER, "--format", "html", lang="en")


def test_a_file_is_whole_and_ones_own_and_never_replaced_by_accident(shell, tmp_path: Path) -> None:
    path = tmp_path / "laporan.html"
    old = os.umask(0)
    try:
        done = shell("report", *SEPTEMBER, "--region", BLITAR, "-o", str(path))
    finally:
        os.umask(old)
    assert (done.code, done.out) == (0, f"{path}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    refused = shell("report", *TODAY, "-o", str(path))
    assert refused.code == 1
    assert refused.out == ""
    assert "--force" in refused.err
    assert "September" in path.read_text(encoding="utf-8")
    forced = shell("report", *TODAY, "-o", str(path), "--format", "md", "--force")
    assert forced.code == 0
    assert path.read_text(encoding="utf-8").startswith("# Laporan kunjungan")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_folder_gets_a_file_named_by_region_and_days(shell, tmp_path: Path) -> None:
    folder = tmp_path / "laporan"
    folder.mkdir()
    facts = told(shell, *SEPTEMBER, "--region", "Kota Blitar", "-o", str(folder))
    assert facts["path"] == str(folder / "laporan-35.72-2025-09-24-2025-10-08.md")
    assert facts["text"] is None
    assert told(shell, *TODAY, "-o", f"{folder}/")["path"] == str(folder / "laporan-2025-10-06.md")
    two = told(shell, *TODAY, "--region", BLITAR, "--region", "52.71", "-o", str(folder), "--format", "html")
    assert two["path"] == str(folder / "laporan-2-daerah-2025-10-06.html")
    assert [part["code"] for part in two["regions"]] == [BLITAR, "52.71"]


def test_stdout_can_be_asked_for(shell) -> None:
    assert report(shell, *TODAY, "-o", "-", "--region", BLITAR).startswith("# Laporan")


def test_private_notes_stay_out_and_only_their_writer_is_told(shell) -> None:
    from akk_tui import paths
    from akk_tui.store.store import Store
    from akk_tui.sync import account

    with Store.open(Path(account.load(paths.find(shell.home)).store)) as store:
        place = {"cycle": "2025", "region": BLITAR, "subject": BLITAR}
        store.private.save({**place, "title": "Rahasia", "body": "x"})
    done = shell("report", *TODAY, "--region", BLITAR)
    assert "Rahasia" not in done.out
    assert "pribadi" not in done.out
    assert "1 catatan pribadi dari hari-hari itu tidak dimuat." in done.err


def test_nothing_done_is_said(shell) -> None:
    done = shell("report", "--from", "2025-12-01")
    assert done.code == 0
    assert "Tidak ada yang tercatat" in done.out
    assert "Tidak ada yang tercatat" in done.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["report"], 2, "--from"),
        (["report", "--from", "kemarin"], 2, "kemarin"),
        (["report", "--from", "2025-10-06", "--to", "2025-10-05"], 2, "2025-10-05"),
        (["report", "--from", "2020-01-01", "--to", "2025-10-05"], 2, "2020-01-01"),
        (["report", "--from", "2025-10-06", "--region", "99.99"], 2, "99.99"),
        (["report", "--from", "2025-10-06", "--region", "13.76"], 2, "13.76"),
        (["report", "--from", "2025-10-06", "--format", "pdf"], 2, "html"),
        (["report", "--from", "2025-10-06", "--cycle", "1999"], 2, "1999"),
        (["report", "--from", "2025-10-06", "-o", "/nowhere/x.md"], 1, "/nowhere/x.md"),
        (["report", "--from", "2025-10-06", "-o", "/nowhere/"], 1, "/nowhere"),
        (["report", "--from", "2025-10-06", "-o", "/dev/null", "--force"], 1, "/dev/null"),
        (["report", "35.72"], 2, "--from"),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_bad_input_has_a_sentence(shell, words: list[str], code: int, said: str, lang: str) -> None:
    done = shell(*words, lang=lang)
    assert done.code == code
    assert done.out == ""
    assert said in done.err


def test_a_file_that_promises_another_format_is_refused(shell, tmp_path: Path) -> None:
    file = tmp_path / "laporan.pdf"
    said = shell("report", "--from", "2025-09-24", "-o", str(file))
    assert said.code == 2
    assert "--format" in said.err
    assert not file.exists()
    assert shell("report", "--from", "2025-09-24", "-o", str(file), "--format", "md").code == 0
    assert shell("report", "--from", "2025-09-24", "-o", str(tmp_path / "laporan-35.72")).code == 0


def test_what_a_text_refers_to_stands_in_words(shell) -> None:
    texts = (
        "--agenda",
        "- bahas [[2.4]] di [[35.72]]",
        "--outcome",
        "lihat [[35.72:2.4.1]], bukan [[99.99]] atau [[9.9]]",
    )
    assert shell("event", "add", BLITAR, "--title", "Rapat", "--start", "2025-10-06", *texts).code == 0
    said = report(shell, "--from", "2025-10-06")
    assert "bahas 2.4 Kepatuhan Pelaporan LHKPN (100%) di Kota Blitar" in said
    assert "lihat Kota Blitar · 2.4.1 Daftar wajib lapor LHKPN" in said
    assert r"bukan \[\[99.99\]\] atau \[\[9.9\]\]" in said
