"""The journal of drafts: on disk in time, whatever else happens; and the words about drafts that were left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, UTC
from pathlib import Path

import filled
import pytest

from akk_tui.contract.errors import AkkError
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.ui import draft_words
from akk_tui.ui.drafts import DraftJournal

AT = datetime(2025, 10, 6, tzinfo=UTC)
NEVER = 10_000.0


def draft(body: str = "isi", id: str = "d1", **fields: object) -> Draft:  # noqa: A002
    made = {
        "id": id, "note": None, "subject": "35.72", "cycle": "2025", "title": "", "body": body, "tags": (),
        "base": None, "at": AT, "pid": os.getpid(), **fields,
    }  # fmt: skip
    return Draft(**made)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return filled.fill_sample(tmp_path / "akk.db")


class Told:
    """What the journal reported, and an event for each report."""

    def __init__(self) -> None:
        self.errors: list[AkkError | None] = []
        self.event = threading.Event()

    def __call__(self, error: AkkError | None) -> None:
        self.errors.append(error)
        self.event.set()


def saved_body(path: Path) -> str | None:
    with Store.open(path) as store:
        found = store.drafts.get("d1")
    return found.body if found else None


def test_a_draft_is_written_after_the_wait(path: Path) -> None:
    with Store.open(path) as store:
        journal = DraftJournal(store.drafts, Told(), wait=0.0)
        journal.put(draft("pendek"))
        _until(lambda: saved_body(path) == "pendek")
        assert journal.close()


def test_many_characters_are_written_at_once(path: Path) -> None:
    with Store.open(path) as store:
        journal = DraftJournal(store.drafts, Told(), wait=NEVER, chars=200)
        journal.put(draft("x" * 199))
        journal.put(draft("x" * 200))
        _until(lambda: saved_body(path) == "x" * 200)
        journal.put(draft("x" * 399))
        journal.put(draft("x" * 401))
        _until(lambda: saved_body(path) == "x" * 401)
        journal.close()


def test_few_characters_wait_until_they_are_asked_for(path: Path) -> None:
    with Store.open(path) as store:
        journal = DraftJournal(store.drafts, Told(), wait=NEVER)
        journal.put(draft("a"))
        assert saved_body(path) is None
        journal.hurry()
        _until(lambda: saved_body(path) == "a")
        journal.put(draft("b"))
        assert journal.flush(20)
        assert saved_body(path) == "b"
        assert journal.close()


def test_closing_writes_what_waits_and_takes_nothing_more(path: Path) -> None:
    with Store.open(path) as store:
        journal = DraftJournal(store.drafts, Told(), wait=NEVER)
        journal.put(draft("akhir"))
        assert journal.close()
        assert saved_body(path) == "akhir"
        journal.put(draft("terlambat"))
        assert journal.flush(1)
        assert saved_body(path) == "akhir"
        assert journal.close()


def test_a_dropped_draft_does_not_come_back(path: Path) -> None:
    with Store.open(path) as store:
        journal = DraftJournal(store.drafts, Told(), wait=NEVER)
        journal.put(draft("a"))
        assert journal.flush(20)
        journal.put(draft("b"))
        journal.drop("d1")
        assert journal.close()
        assert saved_body(path) is None


class Failing:
    """Drafts on a disk that is full until it is not."""

    def __init__(self, drafts: object, error: Exception) -> None:
        self.drafts = drafts
        self.error: Exception | None = error

    def save(self, made: Draft) -> None:
        if self.error is not None:
            raise self.error
        self.drafts.save(made)  # type: ignore[attr-defined]

    def drop(self, id: str) -> None:  # noqa: A002
        self.drafts.drop(id)  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [AkkError(reason="disk penuh"), OSError("disk penuh")])
def test_a_failure_is_told_once_and_the_text_is_kept_until_it_can_be_written(path: Path, error: Exception) -> None:
    with Store.open(path) as store:
        told = Told()
        disk = Failing(store.drafts, error)
        journal = DraftJournal(disk, told, wait=0.0)
        journal.put(draft("penting"))
        assert told.event.wait(20)
        assert "disk penuh" in str(told.errors[0])
        assert not journal.flush(5)
        told.event.clear()
        disk.error = None
        assert told.event.wait(20)
        assert told.errors[1:] == [None], "each turn is told once"
        assert saved_body(path) == "penting"
        assert journal.close()


def test_closing_on_a_full_disk_says_that_it_failed(path: Path) -> None:
    with Store.open(path) as store:
        journal = DraftJournal(Failing(store.drafts, OSError("penuh")), Told(), wait=NEVER)
        journal.put(draft("hilang"))
        assert not journal.close(5)
        assert saved_body(path) is None


def test_a_process_that_ends_by_itself_has_written_its_draft(path: Path) -> None:
    program = (
        "import sys\nfrom datetime import datetime, timezone\nfrom pathlib import Path\n"
        "from akk_tui.store.store import Store\nfrom akk_tui.store.shapes import Draft\n"
        "from akk_tui.ui.drafts import DraftJournal\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "journal = DraftJournal(store.drafts, print, wait=1000)\n"
        "at = datetime(2025, 10, 6, tzinfo=timezone.utc)\n"
        "journal.put(Draft('d1', None, '35.72', '2025', '', 'keluar', (), None, at, 1))\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=60)
    assert saved_body(path) == "keluar"


# --- words


def test_only_drafts_of_ended_sessions_are_left_over() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    own, dead = draft(id="own"), draft(id="dead", pid=ended.pid, at=AT.replace(hour=1))
    typing = draft(id="typing", pid=os.getppid())
    other = draft(id="other", pid=1)
    assert [made.id for made in draft_words.left_over([own, dead, typing, other])] == ["dead", "own"]
    assert draft_words.alive(2**40)


def test_a_draft_is_named_by_title_or_first_line() -> None:
    assert draft_words.name_of(draft(title="Judul")) == "Judul"
    assert draft_words.name_of(draft("\n  pertama\nkedua")) == "pertama"
    assert draft_words.name_of(draft("")) == "tanpa judul"


BASE = {"title": "A", "body": "satu\ndua\ntiga", "tags": ["x"]}


@pytest.mark.parametrize(
    ("made", "present", "words"),
    [
        (draft("satu\n\ndua"), None, "catatan baru, 2 baris teks, 9 karakter"),
        (draft("satu\ndua\ntiga", title="A", tags=("x",), base=BASE), None, "sama dengan yang tersimpan"),
        (draft("satu\ndua\nempat\nlima", title="B", tags=("x",), base=BASE), None,
         "judul berubah, 2 baris teks ditambah, 1 baris teks dihapus"),
        (draft("satu\ndua\ntiga", title="A", base=BASE), BASE | {"body": "lain"},
         "tanda berubah; yang tersimpan sudah berubah sejak draf dimulai"),
        (draft("satu\ndua\ntiga", title="A", tags=("x",), base=BASE), BASE, "sama dengan yang tersimpan"),
    ],
)  # fmt: skip
def test_the_difference_is_told_in_words(made: Draft, present: dict[str, object] | None, words: str) -> None:
    assert draft_words.difference(made, present) == words


def test_a_draft_without_news_is_the_note() -> None:
    assert draft_words.same_as_base(draft("satu\ndua\ntiga\n", title="A ", tags=("x",), base=BASE))
    assert not draft_words.same_as_base(draft("satu", title="A", tags=("x",), base=BASE))
    assert draft_words.same_as_base(draft(""))


def _until(holds: Callable[[], bool]) -> None:
    tries = threading.Event()
    for _turn in range(2_000):
        if holds():
            return
        tries.wait(0.01)
    raise AssertionError("never happened")
