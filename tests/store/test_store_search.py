"""Search as one types, and the index of notes that follows base ⊕ outbox."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from storeclient import Client
from viewworld import at, BLITAR, KAB_BLITAR, KEY, key_at, reference, World

from akk_tui.store import search
from akk_tui.store.shapes import Hit
from akk_tui.store.store import Store


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def find(world: World, text: str, cycle: str | None = "2025", limit: int = 30) -> list[Hit]:
    return list(world.store.search.find(text, cycle, limit))


def keys(world: World, text: str, kind: str = "note", cycle: str | None = "2025") -> list[str]:
    return [one.key for one in find(world, text, cycle) if one.kind == kind]


def marked(hit: Hit) -> list[str]:
    return [hit.excerpt[start:end] for start, end in hit.ranges]


# --- regions, indicators, items -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("blit", "region", KAB_BLITAR),
        ("kota blitar", "region", BLITAR),
        ("kabupaten blitar", "region", KAB_BLITAR),
        ("35.72", "region", BLITAR),
        ("35.7", "region", BLITAR),
        ("jawa tim", "region", KAB_BLITAR),
        ("2.4", "indicator", "2.4"),
        ("2.4.1", "item", "2.4.1"),
        ("lhkpn", "indicator", "2.4"),
        ("whistle", "indicator", "2.2"),
        ("asset decl", "indicator", "2.4"),
        ("WAJIB LAPOR", "item", "2.4.1"),
        ("ajib lapor", "item", "2.4.1"),
    ],
)
def test_things_are_found_as_one_types(world: World, text: str, kind: str, first: str) -> None:
    assert next(one.key for one in find(world, text) if one.kind == kind) == first


def test_the_best_comes_first(world: World) -> None:
    assert find(world, "2.4.1")[0].key == "2.4.1"
    assert find(world, "2.4")[0].key == "2.4"
    assert find(world, "kota blitar")[0].key == BLITAR


def test_equal_regions_come_in_the_order_of_the_officers_work(world: World) -> None:
    def first() -> str:
        world.store.search.warm("2025")
        return find(world, "blitar")[0].key

    assert first() == KAB_BLITAR
    world.put("standing", KEY, {"stage": "calon", "at": at("2025-09-01")})
    assert first() == BLITAR
    world.store.search.nearness.opened(KAB_BLITAR)
    assert first() == KAB_BLITAR
    world.give(f"2025:{KAB_BLITAR}", write=False)
    assert first() == BLITAR
    world.take(KEY)
    assert first() == KAB_BLITAR
    world.give(KEY)
    world.put("standing", f"2025:{KAB_BLITAR}", {"stage": "calon", "team": ["budi"], "at": at("2025-03-01")})
    assert first() == KAB_BLITAR
    # Only equals are put in order.
    assert find(world, "kota blitar")[0].key == BLITAR
    assert find(world, "35.72")[0].key == BLITAR


def test_the_regions_that_were_opened_are_remembered(world: World) -> None:
    nearness = world.store.search.nearness
    for code in ("34.02", BLITAR, "34.02", KAB_BLITAR, BLITAR):
        nearness.opened(code)
    before = world.store.version()
    nearness.keep()
    assert world.store.version() > before
    before = world.store.version()
    nearness.keep()
    assert world.store.version() == before
    with Store.open(world.path, now=world.clock) as again:
        ranks = again.search.nearness.ranks("2025")
        assert [ranks[code][1] for code in (BLITAR, KAB_BLITAR, "34.02")] == [0, 1, 2]
        assert again.search.find("blitar", "2025")[0].key == BLITAR


def test_hits_tell_what_matched(world: World) -> None:
    region = find(world, "blitar jawa")[0]
    assert (region.kind, region.region, region.title) == ("region", KAB_BLITAR, "Kab. Blitar")
    assert marked(region) == ["Blitar", "Jawa"]
    indicator = find(world, "kepatuhan lhk")[0]
    assert (indicator.kind, indicator.key, indicator.cycle, indicator.region) == ("indicator", "2.4", "2025", None)
    assert marked(indicator) == ["Kepatuhan", "LHK"]
    english = find(world, "declarations")[0]
    assert english.excerpt == f"2.4 {english.title_en}"
    assert marked(english) == ["declarations"]


def test_nothing_matches_nothing(world: World) -> None:
    for text in ("", "   ", '"', "***", "zzzzqq", "blitar zzzzqq", "\x1b[31m"):
        assert find(world, text) == []
    assert find(world, "blitar", limit=0) == []


def test_an_unknown_cycle_has_no_indicators(world: World) -> None:
    assert {one.kind for one in find(world, "lhkpn", "1999")} == set()
    assert {one.kind for one in find(world, "blitar", None)} == {"region"}


def test_new_reference_data_are_searched_at_once(world: World) -> None:
    assert find(world, "denpasar") == []
    world.refer(reference(["51.71"]))
    assert find(world, "denpasar")[0].key == "51.71"


def test_an_empty_store_finds_nothing(fast: Path) -> None:
    with Store.open(fast / "akk.db") as store:
        assert store.search.find("blitar") == ()


def test_notes_keep_half_of_the_room(world: World) -> None:
    for number in range(10):
        world.note(number, moment=at(f"2025-08-{number + 1:02}"), title="Kota bukti")
    found = find(world, "bukti", limit=8)
    assert [one.kind for one in found].count("note") == 4
    assert len(found) == 8
    assert [one.kind for one in find(world, "bukti", limit=1)] == ["item"]
    only = find(world, "kota bukti", limit=30)
    assert [one.kind for one in only].count("note") == 10


# --- notes --------------------------------------------------------------------------------------------------------


def test_a_note_is_found_by_title_body_and_tags(world: World) -> None:
    key = world.note(1, title="Rapat di MPP", body="Kunjungan ke loket perizinan", tags=["observasi lapangan"])
    for text in ("mpp", "MPP ra", "loket", "perizin", "observasi", "lapangan kunjungan"):
        assert keys(world, text) == [key], text
    for text in ("mppx", "loket zzz", "oket"):
        assert keys(world, text) == [], text


def test_a_note_is_found_by_the_name_of_its_region(world: World) -> None:
    in_city = world.note(1, title="Rapat", body="Laporan LHKPN", moment=at("2025-09-02"))
    in_regency = world.note(2, region=KAB_BLITAR, title="Monev", body="kota kecil", moment=at("2025-09-03"))
    elsewhere = world.note(3, region="71.07", title="Studi ke Blitar", body="LHKPN", moment=at("2025-09-04"))
    for text, wanted in {
        "blitar": [elsewhere, in_regency, in_city],
        "BLI": [elsewhere, in_regency, in_city],
        "kota blitar": [in_city],
        "kab blitar": [in_regency],
        "blitar lhkpn": [elsewhere, in_city],
        "lhk kota blit": [in_city],
        "blitar monev": [in_regency],
        "minahasa": [elsewhere],
        "minahasa tenggara studi blitar": [elsewhere],
        "bl": [elsewhere],
        "kota": [in_regency],
        "bantul": [],
    }.items():
        assert keys(world, text) == wanted, text
        assert keys(world, text, cycle=None) == wanted, text
        assert [row.id for row in world.store.views.notes("2025", search=text)] == wanted, text
        assert [row.id for row in world.store.views.notes(None, search=text)] == wanted, text
    assert keys(world, "blitar", cycle="2024") == []
    world.take(KEY)
    assert keys(world, "blitar") == [elsewhere, in_regency]
    assert [row.id for row in world.store.views.notes("2025", search="blitar")] == [elsewhere, in_regency]


def test_what_many_regions_are_called_names_none(fast: Path) -> None:
    from akk_tui.server.regions import built_in

    world = World(fast, reference([region.code for region in built_in()]))
    key = world.note(1, region="35.72", body="laporan")
    assert keys(world, "blitar") == [key]
    world.note(2, region="52.01", body="laporan", title="Monev")
    assert keys(world, "lombok barat") == [key_at(at("2025-09-01"), 2)]
    assert keys(world, "barat") == []
    world.store.close()


def test_case_and_diacritics_do_not_matter(world: World) -> None:
    key = world.note(1, title="Pertemuan dengan Ibu Renée", body="Ångström")
    assert keys(world, "renee") == keys(world, "RENÉE") == keys(world, "angstrom") == [key]
    assert marked(next(one for one in find(world, "angstr") if one.kind == "note")) == ["Ångstr"]


def test_newest_notes_come_first_and_excerpts_show_the_match(world: World) -> None:
    old = world.note(1, moment=at("2025-08-01"), body="awal " * 100 + "gratifikasi dilaporkan")
    new = world.note(2, moment=at("2025-09-01"), title="", body="gratifikasi")
    assert keys(world, "gratif") == [new, old]
    first, second = (one for one in find(world, "gratif") if one.kind == "note")
    assert (first.title, first.cycle, first.region) == ("gratifikasi", "2025", BLITAR)
    assert marked(second) == ["gratif"]
    assert len(second.excerpt) <= 160


def test_the_cycle_limits_the_notes(world: World) -> None:
    world.give("2024:34.02")
    old = world.note(1, moment=at("2024-08-01"), cycle="2024", region="34.02", title="penetapan")
    new = world.note(2, moment=at("2025-08-01"), title="penetapan 2024")
    assert keys(world, "penetapan") == [new]
    assert keys(world, "penetapan", cycle="2024") == [old]
    assert keys(world, "penetapan", cycle=None) == [new, old]


def test_pending_edits_are_found_and_undone_ones_are_not(world: World) -> None:
    store = world.store
    made = store.create(
        "note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "title": "Rapat", "body": "awal"}
    )
    assert keys(world, "awal") == [made.key]
    store.edit("note", made.key, {"body": "akhir"}, seen={"body": "awal"})
    assert (keys(world, "awal"), keys(world, "akhir")) == ([], [made.key])
    store.undo()
    assert (keys(world, "awal"), keys(world, "akhir")) == ([made.key], [])
    store.undo()
    assert keys(world, "awal") == []


def test_a_refused_edit_is_not_found(world: World) -> None:
    key = world.note(1, body="asli", author="budi")
    edit = world.store.edit("note", key, {"body": "baru"}, seen={"body": "asli"})
    assert keys(world, "baru") == [key]
    world.answer(str(edit.op), "rejected", {"code": "not_author", "detail": ""})
    assert (keys(world, "baru"), keys(world, "asli")) == ([], [key])


def test_a_deleted_note_is_not_found(world: World) -> None:
    key = world.note(1, body="asli", author="budi")
    world.store.delete_note(key)
    assert keys(world, "asli") == []
    world.put("note", key, {"cycle": "2025", "region": BLITAR, "deleted": True})
    assert keys(world, "asli") == []


def test_notes_of_a_region_that_was_taken_are_hidden(world: World) -> None:
    key = world.note(1, body="rahasia")
    world.take(KEY)
    assert keys(world, "rahasia") == []
    world.give(KEY)
    assert keys(world, "rahasia") == [key]


HOSTILE = (
    '"', '""', "a\"b", "*", "a*", "NEAR(a b)", "title:a", "-a", "a AND", "OR", "NOT a", "(a", "a)", "{title}:a", "^a",
    "a + b", "a'b", "a;b", "a\x00b", "😀", "½", "İ", "ß", "日本語", "\ufffd", "\u0301", "a\u0301b", "_", "a_b",
    "é" * 200, " ".join(["kata"] * 300),
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_typed_text_is_an_operator(world: World, text: str) -> None:
    world.note(1, title="a b", body="kata NEAR OR and title ½ ß 日本語")
    assert isinstance(find(world, text), list)


def test_words_that_look_like_operators_are_words(world: World) -> None:
    key = world.note(1, body="pro AND kontra NEAR kota")
    assert keys(world, "and") == keys(world, "near kontra") == [key]


@given(st.text(max_size=30))
@example("\U0001e900\U0001e901")
@example("a\U0001e922b")
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_typed(text: str) -> None:
    world = _shared()
    assert isinstance(find(world, text), list)
    assert isinstance(world.store.views.notes("2025", search=text), tuple)


_WORLDS: list[World] = []


def _shared() -> World:
    if not _WORLDS:
        import tempfile

        _WORLDS.append(World(Path(tempfile.mkdtemp())))
        _WORLDS[0].note(1, title="a b", body="kata ½ ß 日本語 \U0001e922")
    return _WORLDS[0]


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    for world in _WORLDS:
        world.store.close()
    _WORLDS.clear()


def test_the_expression_is_nothing_but_quoted_prefixes() -> None:
    assert search.match('Rapat* LHKPN"') == '{title body tags} : ("Rapat"* AND "LHKPN"*)'
    assert search.match("a", "2025") == '{title body tags} : ("a"*) AND unit : "2025"'
    assert search.match("a", 'x" OR') == '{title body tags} : ("a"*)'
    assert search.match(' -*" ') is None
    assert str(search.match("kata " * 50)).count("AND") == 11
    assert search.match("é" * 100) == '{title body tags} : ("' + "é" * 40 + '"*)'


# --- the index ----------------------------------------------------------------------------------------------------


def documents(store: Store) -> dict[str, tuple[Any, ...]]:
    rows = store.db.execute("SELECT key, unit, subject, author, title, body, tags FROM note_doc").fetchall()
    return {row[0]: row for row in rows}


def check(store: Store) -> None:
    """The index holds what a fresh one would, and agrees with its documents."""
    with store.db.write():
        store.db.execute("INSERT INTO note_fts(note_fts, rank) VALUES ('integrity-check', 1)")
    kept = documents(store)
    with store.db.write():
        search.rebuild(store.db)
    assert documents(store) == kept


def test_two_notes_of_one_moment_have_two_documents(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "crc32", lambda _: 5)
    made = [world.note(number) for number in range(3)]
    last = "ffffffff-ffff-7fff-8000-00000000000"
    monkeypatch.setattr(search, "crc32", lambda _: (1 << 15) - 1)
    for number in range(2):
        world.put("note", f"{last}{number}", {"cycle": "2025", "region": BLITAR, "title": "batas"})
    assert sorted(keys(world, "isi")) == sorted(made)
    assert len(keys(world, "batas")) == 2
    check(world.store)


def test_an_unchanged_note_is_not_written_again(world: World) -> None:
    key = world.note(1)
    before = world.store.db.total_changes
    with world.store.db.write():
        search.refresh(world.store.db, [key, key_at(at("2025-01-01"), 9)])
    assert world.store.db.total_changes == before


def test_a_row_that_is_no_note_has_no_document() -> None:
    assert search.document("k", {}) is None
    assert search.document("k", {"cycle": "2025", "region": BLITAR, "deleted": True}) is None
    assert search.document("k", {"title": "tanpa tempat"}) is None
    assert search.document("k", {"cycle": "2025", "region": BLITAR}) == ("k", KEY, "", "", "", "", "")


def test_the_index_follows_two_officers_at_random(client: Callable[..., Client]) -> None:
    rng = random.Random(7)
    officers = [client("budi"), client("sari")]
    for turn in range(60):
        one = rng.choice(officers)
        notes = one.store.views.notes("2025")
        mine = [note for note in notes if note.mine]
        act = rng.random()
        if act < 0.3 or not mine:
            unit = rng.choice(("2025:35.72", "2025:52.71"))
            fields = {
                "cycle": "2025",
                "region": unit[5:],
                "subject": unit[5:],
                "title": f"T{turn}",
                "body": f"isi {turn}",
            }
            one.store.create("note", fields)
        elif act < 0.5:
            note = one.store.views.note(rng.choice(mine).id)
            one.store.edit("note", note.row.id, {"body": f"ubah {turn}"}, seen=note.seen)
        elif act < 0.6:
            one.store.delete_note(rng.choice(mine).id)
        elif act < 0.7:
            one.store.undo()
        elif act < 0.8:
            one.push(lost=rng.random() < 0.5)
        else:
            one.push()
            one.pull(accept=True)
        check(one.store)
    for one in officers * 2:
        one.push()
        one.pull(accept=True)
        check(one.store)
    shown = [{row.id: (row.title, row.excerpt) for row in one.store.views.notes("2025")} for one in officers]
    assert shown[0] == shown[1]
    assert shown[0]
