"""Instruments: the two that ship, what TOML is refused and where, and what may follow what."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import akk_tui.server.instruments
from akk_tui.contract.records import Instrument
from akk_tui.contract.text import Line
from akk_tui.domain import instrument as instruments
from akk_tui.domain.instrument import Index, InstrumentError, InstrumentReplaced
from akk_tui.server.instruments import built_in, cycles

FOLDER = Path(akk_tui.server.instruments.__file__).parent
TEXT = (FOLDER / "2025.toml").read_text(encoding="utf-8")


# --- what ships -------------------------------------------------------------------------------------------------


def test_the_cycles_that_ship() -> None:
    assert cycles() == ("2024", "2025")
    with pytest.raises(KeyError):
        built_in("2031")


@pytest.mark.parametrize("cycle", ["2024", "2025"])
def test_an_instrument_that_ships(cycle: str) -> None:
    made = built_in(cycle)
    index = Index(made)
    assert made.cycle == cycle
    assert [component.id for component in made.components] == list("123456")
    assert [len(component.indicators) for component in made.components] == [1, 6, 4, 4, 2, 2]
    assert all(3 <= len(indicator.items) <= 5 for indicator in index.indicators.values())
    assert all(indicator.owners and indicator.owners_mark == "assumption" for indicator in index.indicators.values())
    assert {indicator.mark for indicator in index.indicators.values()} == {"official"}
    assert {item.mark for item in index.items.values()} == {"assumption"}
    assert list(index.criteria) == ["mcp", "spi", "sakip", "ombudsman", "spip", "spbe", "bpk", "kasus"]
    assert {name for name, criterion in index.criteria.items() if criterion.hidden} == {"kasus"}
    assert {name: criterion.mark for name, criterion in index.criteria.items() if criterion.mark != "official"} == {
        "sakip": "one_source", "spip": "assumption", "spbe": "one_source",
    }  # fmt: skip
    assert (made.pass_mark, made.pass_at_mark, made.weights, made.weights_mark) == (90.0, False, "equal", "assumption")
    for titled in (*made.components, *index.indicators.values(), *index.items.values(), *made.criteria):
        assert titled.title
        assert titled.title_en
        assert titled.title != titled.title_en


def test_official_names_and_published_numbers() -> None:
    index = Index(built_in("2025"))
    assert index.indicators["2.4"].title == "Kepatuhan Pelaporan LHKPN (100%)"
    assert index.indicators["6.2"].title == "Pelestarian Seni dan Budaya Lokal untuk Penanaman Nilai Antikorupsi"
    assert built_in("2025").published == {"observasi": 36, "calon": 3}
    assert built_in("2024").published == {"usulan": 97, "observasi": 15, "calon": 4}
    assert built_in("2025").assessment == "2025-11-04"
    assert index.component_of["2.4"].id == "2"
    assert index.indicator_of["2.4.1"].id == "2.4"


# --- reading back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cycle", ["2024", "2025"])
def test_what_is_dumped_reads_back_equal(cycle: str) -> None:
    made = built_in(cycle)
    assert instruments.load(instruments.dump(made), "x.toml") == made


def test_the_least_instrument_reads_back_equal() -> None:
    first = msgspec.structs.replace(built_in("2025").components[0], title=Line('Kutip " dan \\ é'), indicators=())
    bare = msgspec.structs.replace(
        built_in("2025"), components=(first,), criteria=(), categories=(), readiness={}, published={}, assumed=()
    )
    assert instruments.load(instruments.dump(bare), "x.toml") == bare


def test_given_weights_read_back_equal() -> None:
    made = built_in("2025")
    first = made.components[0]
    heavy = msgspec.structs.replace(first.indicators[0], weight=2.5, items=())
    given = msgspec.structs.replace(
        made, weights="given", components=(msgspec.structs.replace(first, indicators=(heavy,)), *made.components[1:])
    )
    assert instruments.load(instruments.dump(given), "x.toml") == given


# --- refusals ---------------------------------------------------------------------------------------------------

WRONG = [
    ('version = 1', 'version = 0', "version = 0", "dimulai dari 1"),
    ('cycle = "2025"', "cycle = 2025", "cycle = 2025", "cycle harus teks"),
    ('cycle = "2025"', 'cycle = "25"', 'cycle = "25"', "cycle tidak sah"),
    ('cycle = "2025"', 'siklus = "2025"', "siklus =", "siklus tidak dikenal"),
    ("pass_mark = 90.0", "pass_mark = 100.5", "pass_mark = 100.5", "antara 0 dan 100"),
    ("pass_mark = 90.0", "pass_mark = nan", "pass_mark = nan", "antara 0 dan 100"),
    ("pass_mark = 90.0", 'pass_mark = "90"', 'pass_mark = "90"', "pass_mark harus angka"),
    ("pass_at_mark = false", "pass_at_mark = 0", "pass_at_mark = 0", "harus true atau false"),
    ("pass_at_mark = false", "pass_atmark = false", "pass_atmark", "maksudnya pass_at_mark?"),
    ('weights = "equal"', 'weights = "rata"', 'weights = "rata"', "weights tidak sah"),
    ('assessment = "2025-11-04"', 'assessment = "4 November"', "4 November", "TTTT-BB-HH"),
    ('assessment = "2025-11-04"', 'assessment = "20251104"', "20251104", "TTTT-BB-HH"),
    ('assessment = "2025-11-04"', "assessment = 2025-11-04", "= 2025-11-04", "assessment harus teks"),
    ("stale_days = 14", "stale_days = 0", "stale_days = 0", "paling sedikit 1"),
    ("stale_days = 14", "stale_days = 1.5", "stale_days = 1.5", "harus bilangan bulat"),
    ("diunggah = 0.5", "diunggah = 1.5", "diunggah = 1.5", "antara 0 dan 1"),
    ("diunggah = 0.5", "diunggah = 0.2", "diunggah = 0.2", "lebih kecil"),
    ("diunggah = 0.5\n", "", "[credits]", "diunggah tidak ada"),
    ("diunggah = 0.5", "diungah = 0.5", "diungah", "maksudnya diunggah?"),
    ("nearly = 2.0", "nearly = -1.0", "nearly = -1.0", "antara 0 dan 100"),
    ("nearly = 2.0", "siap = 1.0", "siap = 1.0", "siap tidak dikenal"),
    ("observasi = 36", "observasi = -1", "observasi = -1", "negatif"),
    ("observasi = 36", "observsi = 36", "observsi", "maksudnya observasi?"),
    ("least = 90.01", "least = 900.0", "least = 900.0", "antara 0 dan 100"),
    ("{ least = 78.0", "{ least = 72.0", "{ least = 72.0", "harus naik"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.3", pos = 1', 'id = "2.4.3", pos = 1', "pos 1 sudah dipakai butir 2.4.2"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.2", pos = 2', 'id = "2.4.2", pos = 2', "id 2.4.2 sudah dipakai"),
    ('id = "2.4.3", pos = 2', 'id = "2.5.9", pos = 2', 'id = "2.5.9", pos = 2', "harus diawali 2.4."),
    ('id = "2.4.3", pos = 2', 'id = "2-4-3", pos = 2', 'id = "2-4-3"', "id 2-4-3 tidak sah"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.3", pos = 200', "pos = 200", "pos tidak sah"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.3"', 'id = "2.4.3", title', "pos tidak ada"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.3", pos = 2, weight = 0', "weight = 0", "lebih dari 0"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.3", pos = 2, weight = inf', "weight = inf", "lebih dari 0"),
    ('id = "2.4.3", pos = 2', 'id = "2.4.3", pos = 2, mark = "resmi"', 'mark = "resmi"', "mark tidak sah"),
    ('id = "2.4"\n', 'id = "2.4"\nweight = 2.0\n', "weight = 2.0", 'weights = "given"'),
    ('id = "2.4"\n', 'id = "2.4"\nweight = -1.0\n', "weight = -1.0", "lebih dari 0"),
    ('id = "2.4"\n', 'id = "3.9"\n', 'id = "3.9"', "harus diawali 2."),
    ('id = "mcp"', 'id = "MCP"', 'id = "MCP"', "tidak sah"),
    ('threshold = "2.5"', 'threshold = "tinggi"', 'threshold = "tinggi"', "ambang tinggi tidak sah"),
    ('threshold = "B"\nscale = ["AA"', 'threshold = "E"\nscale = ["AA"', 'threshold = "E"', "ambang E tidak sah"),
    ('threshold = "ya"', 'threshold = "1"', 'threshold = "1"', "ambang 1 tidak sah"),
    ('threshold = "2"\n', 'threshold = "0"\n', 'threshold = "0"', "ambang 0 tidak sah"),
    ('threshold = "2"\n', 'threshold = "dua"\n', 'threshold = "dua"', "ambang dua tidak sah"),
    ('scale = ["AA", "A", "BB", "B", "CC", "C", "D"]\n', "", None, "scale tidak ada"),
    ('scale = ["AA", "A"', 'scale = ["A", "A"', 'scale = ["A", "A", "BB"', "ganda"),
    ('threshold = "2.5"', 'threshold = "2.5"\nscale = ["A"]', 'scale = ["A"]', "hanya untuk bentuk grade"),
    ('form = "yesno"', 'form = "yesno"\nbands = [{ least = 1.0, word = "a", word_en = "a", colour = "b" }]',
     "bands = [{", "hanya untuk bentuk number"),
    ('form = "yesno"', 'form = "lain"', 'form = "lain"', "form tidak sah"),
    ('"stale_days",', '"hari",', '"hari"', "tidak menunjuk"),
    ('"stale_days",', '"criteria.spxp.threshold",', '"criteria.spxp.threshold"', "tidak menunjuk"),
    ('"stale_days",', '"components.9.title",', '"components.9.title"', "tidak menunjuk"),
    ("[credits]", "[credits", "[credits", "bukan TOML yang sah"),
    ('items = [\n  { id = "2.4.1"', 'items = [\n  7, { id = "2.4.1"', "  7, {", "items harus tabel"),
    ('owners = ["BKPSDM"]', 'owners = "BKPSDM"', 'owners = "BKPSDM"', "owners harus daftar"),
    ("[[categories]]", "[[kategori]]", "[[kategori]]", "kategori tidak dikenal"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "reason"), WRONG)
def test_a_wrong_file_is_refused_with_its_line(old: str, new: str, where: str | None, reason: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    with pytest.raises(InstrumentError) as caught:
        instruments.load(text, "2025.toml")
    error = caught.value
    assert error.params["file"] == "2025.toml"
    assert reason in error.words()
    assert error.words().startswith(f"2025.toml, baris {error.params['line']}: ")
    assert "{" not in error.words()
    if where is not None:
        assert error.params["line"] == text[: text.index(where)].count("\n") + 1


def test_a_missing_table_names_the_first_line_and_the_name() -> None:
    with pytest.raises(InstrumentError) as caught:
        instruments.load('cycle = "2025"\n', "x.toml")
    assert caught.value.params["line"] == 1
    assert "version tidak ada" in caught.value.words()


def test_a_duplicate_id_of_a_criterion_is_named_where_it_comes_again() -> None:
    text = TEXT.replace('id = "mcp"', 'id = "spi"')
    with pytest.raises(InstrumentError) as caught:
        instruments.load(text, "x.toml")
    assert caught.value.params["line"] == text[: text.rindex('id = "spi"')].count("\n") + 1


def test_credits_that_are_all_the_same_are_refused() -> None:
    text = TEXT
    for state in ("perlu_perbaikan = 0.25", "diunggah = 0.5", "diverifikasi = 0.75", "diterima = 1.0"):
        text = text.replace(state, state.split(" ")[0] + " = 0.0")
    with pytest.raises(InstrumentError, match="lebih besar daripada belum_ada"):
        instruments.load(text, "x.toml")


def test_no_components_are_refused() -> None:
    made = msgspec.structs.replace(built_in("2025"), components=(), assumed=())
    with pytest.raises(InstrumentError, match="tidak ada komponen"):
        instruments.load(instruments.dump(made), "x.toml")


def test_an_unfinished_file_names_its_last_line() -> None:
    with pytest.raises(InstrumentError) as caught:
        instruments.load('cycle = "2025"\nversion = [\n', "x.toml")
    assert caught.value.params["line"] == 2


def test_assumed_may_name_an_id() -> None:
    for name in ("criteria.spip.threshold", "components.2.indicators.2.4.title", "credits.diunggah", "published"):
        text = TEXT.replace('"stale_days",', f'"{name}",')
        assert name in instruments.load(text, "x.toml").assumed


def test_the_sentence_can_be_translated() -> None:
    with pytest.raises(InstrumentError) as caught:
        instruments.load(TEXT.replace('id = "2.4.3", pos = 2', 'id = "2.4.3", pos = 1'), "x.toml")
    english = {
        "{file}, baris {line}: {reason}": "{file}, line {line}: {reason}",
        "pos {pos} sudah dipakai butir {name}": "pos {pos} is taken by item {name}",
    }
    line = caught.value.params["line"]
    assert caught.value.words(lambda text: english[text]) == f"x.toml, line {line}: pos 1 is taken by item 2.4.2"


# --- successors -------------------------------------------------------------------------------------------------


def changed(version: int = 2, **items: object) -> Instrument:
    """The instrument of 2025 with the items of indicator 2.4 replaced: name → pos."""
    made = built_in("2025")
    old = Index(made).indicators["2.4"]
    pos = {item.id: item.pos for item in old.items} if not items else items["items"]
    new = tuple(
        msgspec.structs.replace(old.items[0], id=Line(name), pos=place)
        for name, place in pos.items()  # type: ignore[attr-defined]
    )
    components = tuple(
        msgspec.structs.replace(
            component,
            indicators=tuple(
                msgspec.structs.replace(one, items=new) if one.id == "2.4" else one for one in component.indicators
            ),
        )
        for component in made.components
    )
    return msgspec.structs.replace(made, version=version, components=components)


def test_what_may_follow() -> None:
    old = built_in("2025")
    instruments.check_successor(old, changed())
    instruments.check_successor(old, changed(items={"2.4.2": 1, "2.4.1": 0}))
    instruments.check_successor(old, changed(items={"2.4.1": 0, "2.4.5": 4, "2.4.6": 7}))
    instruments.check_successor(old, changed(items={}))
    instruments.check_successor(changed(items={}), changed(version=3))


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (lambda: changed(version=1), "version harus lebih besar"),
        (lambda: msgspec.structs.replace(built_in("2024"), version=2), "siklusnya lain (2025)"),
        (lambda: changed(items={"2.4.1": 1}), "pos 2.4.1 berubah dari 0 menjadi 1"),
        (lambda: changed(items={"2.4.1": 0, "2.4.5": 3}), "2.4.5 memakai lagi"),
        (lambda: changed(items={"2.4.1": 0, "2.4.0": 9}), "2.4.0 memakai lagi"),
    ],
)
def test_what_may_not_follow(new: object, reason: str) -> None:
    with pytest.raises(InstrumentReplaced) as caught:
        instruments.check_successor(built_in("2025"), new())  # type: ignore[operator]
    assert reason in caught.value.words()
    assert "{" not in caught.value.words()
