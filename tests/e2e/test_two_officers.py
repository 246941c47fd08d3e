"""The main job: work without a network reaches the server and the other officer; differences are shown and settled."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import pytest
from programs import clean_env, Home, ServerProcess

REGION = "35.72"


def items(home: Home) -> dict[str, dict[str, Any]]:
    region = home.ok("status", REGION)["regions"][0]
    return {item["id"]: item for indicator in region["indicators"] for item in indicator["items"]}


def others(home: Home, count: int, state: str) -> list[str]:
    """The first items that are not in ``state``."""
    return [name for name, item in items(home).items() if item["state"] != state][:count]


def other_state(state: str, *taken: str) -> str:
    return next(one for one in ("diunggah", "diverifikasi", "diterima", "belum_ada") if one not in (state, *taken))


def test_work_without_a_server_reaches_the_other_officer(server: ServerProcess, officers: tuple[Home, Home]) -> None:
    first, second = officers
    chosen = others(first, 3, "diterima")
    server.stop()

    for item in chosen:
        assert first.ok("tick", REGION, item, "diterima")["state"] == "queued"
    note = first.ok("note", "add", "--subject", REGION, "--title", "Rapat", text="Bukti *dijanjikan* Jumat.\n")
    refused = first.run("sync", "--json")
    assert refused.code == 3
    assert server.url in refused.err or "luring" in refused.err
    waiting = first.ok("outbox", "list")["operations"]
    assert [one["state"] for one in waiting] == ["queued"] * 4
    assert {one["field"] for one in waiting if one["kind"] == "assessment"} == {f"item.{item}" for item in chosen}
    assert [items(first)[item]["state"] for item in chosen] == ["diterima"] * 3

    server.start()
    sent = first.ok("sync")
    assert (sent["pushed"], sent["conflicts"], sent["refused"]) == (4, 0, 0)
    assert first.ok("outbox", "list")["operations"] == []
    assert second.ok("sync")["pulled"] >= 2
    assert [items(second)[item]["state"] for item in chosen] == ["diterima"] * 3
    seen = second.ok("note", "show", note["id"])
    assert (seen["title"], seen["body"].strip(), seen["author"]) == ("Rapat", "Bukti *dijanjikan* Jumat.", "contoh1")

    for home in officers:
        home.ok("sync")
        again = home.ok("sync")
        assert (again["pushed"], again["pulled"], again["conflicts"]) == (0, 0, 0)
    assert items(first) == items(second)


def test_edits_of_different_fields_of_one_indicator_merge(officers: tuple[Home, Home]) -> None:
    first, second = officers
    one, two = list(items(first))[:2]
    assert one.rsplit(".", 1)[0] == two.rsplit(".", 1)[0]
    to_one, to_two = other_state(items(first)[one]["state"]), other_state(items(first)[two]["state"])
    first.ok("tick", REGION, one, to_one)
    second.ok("tick", REGION, two, to_two)
    for home in (first, second, first):
        assert home.ok("sync")["conflicts"] == 0
    for home in officers:
        found = items(home)
        assert (found[one]["state"], found[two]["state"]) == (to_one, to_two)


@pytest.mark.parametrize("choice", ["--mine", "--theirs"])
def test_edits_of_one_field_are_a_difference_that_either_choice_ends(officers: tuple[Home, Home], choice: str) -> None:
    first, second = officers
    item, before = next((name, found["state"]) for name, found in items(first).items())
    theirs = other_state(before)
    mine = other_state(before, theirs)
    first.ok("tick", REGION, item, theirs)
    second.ok("tick", REGION, item, mine)
    first.ok("sync")
    met = second.ok("sync", code=5)
    assert met["conflicts"] == 1
    (conflict,) = second.ok("conflicts")["conflicts"]
    assert (conflict["kind"], conflict["field"]) == ("assessment", f"item.{item}")
    assert [list(conflict[side].values()) for side in ("base", "mine", "theirs")] == [[before], [mine], [theirs]]
    assert conflict["by"] == "contoh1"
    assert conflict["at"]
    assert items(second)[item]["state"] == mine

    second.ok("conflicts", "resolve", conflict["op"], choice)
    for home in (second, first, second):
        home.ok("sync")
    kept = mine if choice == "--mine" else theirs
    for home in officers:
        assert items(home)[item]["state"] == kept
        assert home.ok("conflicts")["conflicts"] == []
        assert home.ok("outbox", "list")["operations"] == []


def test_a_difference_names_the_colleague_also_when_my_other_work_went_through(officers: tuple[Home, Home]) -> None:
    first, second = officers
    one, two = list(items(first))[:2]
    assert one.rsplit(".", 1)[0] == two.rsplit(".", 1)[0]
    before = items(first)[two]["state"]
    theirs = other_state(before)
    first.ok("tick", REGION, two, theirs)
    first.ok("sync")
    second.ok("tick", REGION, one, other_state(items(second)[one]["state"]))
    second.ok("tick", REGION, two, other_state(before, theirs))
    assert second.ok("sync", code=5)["pushed"] == 1
    for _ in range(2):
        (conflict,) = second.ok("conflicts")["conflicts"]
        assert conflict["by"] == "contoh1"
        second.ok("sync", code=5)


def test_a_killed_client_and_a_killed_server_lose_nothing(server: ServerProcess, officers: tuple[Home, Home]) -> None:
    first, second = officers
    (item,) = others(first, 1, "diterima")
    saved = first.ok("tick", REGION, item, "diterima")["op"]
    syncing = subprocess.Popen(
        first.argv("sync", "--watch"), env=clean_env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    syncing.kill()
    syncing.communicate()
    waiting = {one["op"] for one in first.ok("outbox", "list")["operations"]}
    server.stop(signal.SIGKILL)
    server.start()
    first.ok("sync")
    second.ok("sync")
    assert waiting <= {saved}
    assert items(second)[item]["state"] == "diterima"


def test_a_note_in_several_languages_and_scripts_survives_the_way(officers: tuple[Home, Home]) -> None:
    first, second = officers
    body = "# Observasi\n\n- [ ] bukti “Pakta Integritas” – 96,1 %\n- ꦲꦏ꧀ꦱꦫ 漢字 é\n"
    made = first.ok("note", "add", "--subject", f"{REGION}:2.4", "--title", "Aksara", text=body)
    first.ok("sync")
    second.ok("sync")
    assert second.ok("note", "show", made["id"])["body"].strip() == body.strip()
    found = second.ok("note", "list", "--subject", REGION, "--search", "integritas")["notes"]
    assert made["id"] in [note["id"] for note in found]
