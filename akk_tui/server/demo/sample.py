"""The sample as a whole: what ``init --demo`` writes."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from akk_tui.contract.records import Agency, Role, Sample, Zone
from akk_tui.contract.text import Line
from akk_tui.server.demo import candidates, notes, regional
from akk_tui.server.demo.rows import Row

TODAY: Final = "2025-10-06"
"""The day that the domain takes for today."""
CYCLES: Final[tuple[tuple[str, Literal["open", "closed"]], ...]] = (("2024", "closed"), ("2025", "open"))
"""Each cycle with its state; its instrument is ``server.instruments.built_in(cycle)``."""


class DemoOfficer(NamedTuple):
    """An officer of the sample with the units (``cycle:region``) that are assigned, and whether for writing."""

    name: str
    display: str
    role: Role
    zone: Zone
    units: tuple[str, ...]
    write: bool


def regions(cycle: str) -> tuple[str, ...]:
    """The codes of the sample's regions in ``cycle``."""
    if cycle == "2024":
        return tuple(sorted((*regional.NAMED_2024, *regional.OBSERVED_2024)))
    return tuple(sorted((*candidates.CANDIDATES, *regional.OBSERVED)))


def officers() -> tuple[DemoOfficer, ...]:
    """The sample's officers. Both petugas hold the three candidates; the verifikator reads everything."""
    every = tuple(f"{cycle}:{code}" for cycle in ("2025", "2024") for code in regions(cycle))
    return (
        DemoOfficer("contoh1", "Petugas Contoh 1", "petugas", "WIB", _units("contoh1"), True),
        DemoOfficer("contoh2", "Petugas Contoh 2", "petugas", "WITA", _units("contoh2"), True),
        DemoOfficer("contoh-verifikator", "Verifikator Contoh", "verifikator", "WIB", every, True),
    )


def _units(officer: str) -> tuple[str, ...]:
    mine = [
        f"2025:{code}" for code in regions("2025") if code in candidates.CANDIDATES or regional.keeper(code) == officer
    ]
    return (*mine, *(f"2024:{code}" for code in regional.NAMED_2024 if regional.keeper(code) == officer))


def rows() -> tuple[Row, ...]:
    """Every row, in the order in which it was changed last."""
    found = [*regional.rows(), *candidates.rows(), *notes.rows()]
    return tuple(sorted(found, key=lambda row: (row.at, row.kind, row.key)))


def invented() -> tuple[str, ...]:
    """The units whose presence is invented, and ``*``: values that are not published facts are invented too."""
    return (*(f"2025:{code}" for code in regional.CHOSEN), "*")


def sample() -> Sample:
    """What the reference says of the sample."""
    return Sample(today=Line(TODAY), invented=tuple(map(Line, invented())))


_AGENCIES: Final = (
    ("BKPSDM", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia", "Personnel and Human Resources Agency"),
    ("BPKAD", "Badan Pengelolaan Keuangan dan Aset Daerah", "Finance and Assets Agency"),
    ("Bagian Hukum", "Bagian Hukum Sekretariat Daerah", "Legal Division"),
    ("Bagian Organisasi", "Bagian Organisasi Sekretariat Daerah", "Organisation Division"),
    (
        "Bagian Tata Pemerintahan",
        "Bagian Tata Pemerintahan Sekretariat Daerah",
        "Governance Division",
    ),
    ("Bappeda", "Badan Perencanaan Pembangunan Daerah", "Development Planning Agency"),
    ("DPMD", "Dinas Pemberdayaan Masyarakat dan Desa", "Community and Village Empowerment Office"),
    ("DPMPTSP", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "Investment and One-Stop Service Office"),
    ("Dinas Kebudayaan", "Dinas Kebudayaan dan Pariwisata", "Culture and Tourism Office"),
    ("Dinas Kesehatan", "Dinas Kesehatan", "Health Office"),
    ("Dinas Pendidikan", "Dinas Pendidikan", "Education Office"),
    ("Dinas Sosial", "Dinas Sosial", "Social Affairs Office"),
    ("Disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil", "Civil Registry Office"),
    ("Diskominfo", "Dinas Komunikasi dan Informatika", "Communication and Informatics Office"),
    ("Inspektorat", "Inspektorat Daerah", "Regional Inspectorate"),
    ("Kecamatan", "Kecamatan dan Kelurahan", "Districts and Wards"),
    ("Kesbangpol", "Badan Kesatuan Bangsa dan Politik", "National Unity and Politics Agency"),
    ("RSUD", "Rumah Sakit Umum Daerah", "Regional Public Hospital"),
    ("Seluruh OPD", "Seluruh perangkat daerah", "All agencies"),
    ("Setda", "Sekretariat Daerah", "Regional Secretariat"),
    ("UKPBJ", "Unit Kerja Pengadaan Barang/Jasa", "Procurement Unit"),
)


def agencies() -> tuple[Agency, ...]:
    """The agencies (OPD) that the sample names; ids are the short names that rows and instruments use."""
    return tuple(Agency(id=Line(short), name=Line(name), name_en=Line(english)) for short, name, english in _AGENCIES)
