"""What an officer does on a device in the model: each function is one act, drawn from ``world.random``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TYPE_CHECKING

from modelhost import UNITS
from modelpromises import Broken, ITEMS

from akk_tui.contract.states import unpack
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.errors import ChecksumMismatch, EditRefused, PullRefused
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Draft

if TYPE_CHECKING:
    from random import Random

    from modeldevice import Kept


class Chance(Protocol):
    """What an act needs of the world that it is in."""

    random: Random
    theme: str


BOXES = ("outbox", "sent")
"""The tables that hold operations which count."""
STATES = ("belum_ada", "diunggah", "diverifikasi", "diterima")


def tried(work: Callable[[], Any]) -> Any:
    """What an officer does; None when it is refused in words."""
    try:
        return work()
    except (EditRefused, PullRefused, ChecksumMismatch):
        return None


def another_text(text: str | None, draw: Random) -> str | None:
    """A text in which a line was written, written anew or taken out: what two officers do to one is merged."""
    lines = text.split("\n") if text else []
    if len(lines) < 2 or draw.random() < 0.5:
        lines.insert(draw.randrange(len(lines) + 1), f"Baris {draw.randrange(100)}")
    elif draw.random() < 0.7:
        lines[draw.randrange(len(lines))] = f"Lain {draw.randrange(100)}"
    else:
        del lines[draw.randrange(len(lines))]
    return "\n".join(lines) or None


def edit(world: Chance, device: Kept) -> None:
    """An edit of what is on the screen now."""
    unit = world.random.choice(UNITS)
    what = world.random.randrange(5)
    store = device.store
    if what == 0:
        owners = world.random.sample("ABC", world.random.randrange(1, 3))
        tried(lambda: store.edit("assessment", f"{unit}:1.1", {"owners": owners}, seen=None))
    elif what == 1:
        value = {"value": f"{world.random.randrange(60, 63)}"}
        tried(lambda: store.edit("criterion", f"{unit}:mcp", value, seen=None))
    elif what == 2:
        value = {"value": f"{world.random.randrange(60, 63)}"}
        tried(lambda: store.edit("score", f"{unit}:2025-09-08", value, seen=None))
    elif what == 3:
        row = Overlay(store.db).effective("assessment", f"{unit}:1.1")
        old = row.get("summary")
        text = another_text(old, world.random)
        _note_struck(device, f"{unit}:1.1", old, text)
        tried(lambda: store.edit("assessment", f"{unit}:1.1", {"summary": text}, seen={"summary": old}))
    else:
        open_menu(world, device)
        save_menu(world, device)


def text(world: Chance, device: Kept) -> None:
    """A summary is written on."""
    write_on(world, device, f"{world.random.choice(UNITS[2:5])}:1.1")


def write_on(world: Chance, device: Kept, key: str) -> None:
    """A line is put into a summary, a word of it changed, or a line struck out. No word comes twice."""
    if Conflicts(device.store).of_field("assessment", key, "summary") is not None:
        # To write on it would answer the difference, and what somebody decided is not looked at here.
        return
    old = Overlay(device.store.db).effective("assessment", key).get("summary") or ""
    lines = old.split("\n") if old else []
    new = [f"k{device.random.getrandbits(48):x}" for _ in range(3)]
    at = world.random.randrange(len(lines) + 1)
    what = world.random.randrange(5)
    if what == 0 and at < len(lines):
        words = lines[at].split(" ")
        words[world.random.randrange(len(words))] = new[0]
        lines[at] = " ".join(words)
    elif what == 1 and at < len(lines):
        del lines[at]
    else:
        lines.insert(len(lines) if what == 2 else at, " ".join(new))
    made = "\n".join(lines)
    _note_struck(device, key, old, made)
    if tried(lambda: device.store.edit("assessment", key, {"summary": made or None}, seen=None)) is not None:
        device.written |= {(key, word) for word in set(made.split()) - set(old.split())}


def _note_struck(device: Kept, key: str, old: str | None, made: str | None) -> None:
    """Before it is saved: a process that is killed may have saved it all the same."""
    device.struck |= {(key, word) for word in {*(old or "").split()} - {*(made or "").split()}}


def open_menu(world: Chance, device: Kept) -> None:
    """An item's menu is opened, or it is on the screen already."""
    unit, item = world.random.choice(UNITS[3:5]), world.random.choice(list(ITEMS))
    if world.theme == "seen":
        unit, item = UNITS[3], "1.1.1"
    row = Overlay(device.store.db).effective("assessment", f"{unit}:1.1")
    device.open_editor = (unit, item, f"item.{item}", unpack(row.get("items", ""), ITEMS[item]))


def save_menu(world: Chance, device: Kept) -> None:
    """What was opened, maybe a while ago, is saved: the operation says what was seen then."""
    if device.open_editor is None:
        open_menu(world, device)
    assert device.open_editor is not None
    unit, _, name, seen = device.open_editor
    device.open_editor = None
    key = f"{unit}:1.1"
    before = {row[0] for row in device.outbox() if row[3] == name and row[2] == key}
    wanted = world.random.choice(STATES)
    made = tried(lambda: device.store.edit("assessment", key, {name: wanted}, seen={name: seen}))
    if made is None or made.op is None or made.op in before:
        return
    saved = next(row for row in device.outbox() if row[0] == made.op)
    if not before and saved[5]["was"] != {name: seen}:
        raise Broken(f"an operation does not say what its author saw: {saved[5]} {seen}")
    row = Overlay(device.store.db).effective("assessment", key)
    if unpack(row.get("items", ""), ITEMS[name[5:]]) != wanted:
        raise Broken("what was saved is not shown")


def write(world: Chance, device: Kept) -> None:
    """A note is typed, which makes a draft, and saved."""
    unit = world.random.choice(UNITS[2:])
    id_ = f"d{device.random.getrandbits(40)}"
    body = f"Isi {id_}"
    draft = Draft(id_, None, unit[5:], unit[:4], "A", body, (), None, device.now(), 1)
    device.store.drafts.save(draft)
    device.drafts[id_] = body
    fields = {"cycle": unit[:4], "region": unit[5:], "subject": unit[5:], "title": "A", "body": body}
    tried(lambda: device.store.create("note", fields, draft=id_))


def note(world: Chance, device: Kept) -> None:
    """A note is edited or deleted."""
    notes = sorted(Overlay(device.store.db).effective_rows("note"))
    if not notes:
        return
    key = world.random.choice(notes)
    if world.random.random() < 0.25:
        tried(lambda: device.store.delete_note(key))
    elif world.random.random() < 0.4:
        row = Overlay(device.store.db).effective("note", key)
        body = another_text(row.get("body"), world.random) or "Isi"
        tried(lambda: device.store.edit("note", key, {"body": body}, seen={"body": row.get("body")}))
    else:
        values = {"title": world.random.choice("ABC"), "tags": world.random.sample("xyz", 2)}
        tried(lambda: device.store.edit("note", key, values, seen=None))


def settle(world: Chance, device: Kept) -> None:
    """A conflict is answered."""
    clashes = Conflicts(device.store).list()
    if clashes:
        clash = world.random.choice(clashes)
        op = world.random.choice(clash.rows).op
        choice = world.random.choice(("mine", "theirs"))
        tried(lambda: device.store.resolve(op, choice, shown=clash.theirs))


def undo(chance: Chance, device: Kept) -> None:
    """The newest step is taken back, or done again.

    Doing again may take an undoing out of the outbox: the rule for undo is that an operation which was in no request
    is removed, and what an undo made is an operation like any other; redo is its undo. One that was in a request stays
    and gets an answer of its own, whatever became of that request. No value is lost with it: what the undoing would
    have put back stands as ``was`` in the operation that it took back, which counts again as before.
    """
    if chance.random.random() < 0.7:
        tried(device.store.undo)
        return
    inverses = {row[0]: row[6] for row in device.outbox() if row[6] is not None and not row[7]}
    try:
        tried(device.store.redo)
    finally:
        # Also where the process is killed when that was saved.
        _look_at_undone(device, inverses)


def _look_at_undone(device: Kept, inverses: dict[str, str]) -> None:
    """Those of ``inverses`` (op → what it took back) that doing again took out of the outbox were never saved."""
    for op in inverses.keys() - {row[0] for row in device.outbox()}:
        found = [device.looked(f"SELECT undone FROM {table} WHERE op = ?", (inverses[op],)) for table in BOXES]
        if not any(undone == 0 for rows in found for (undone,) in rows):
            raise Broken(f"what took an operation back is gone, and the operation is not as before: {op}")
        del device.ever[op]


def retry(_: Chance, device: Kept) -> bool:
    """Refused work is sent again on a key; whether there was any."""
    refused = [row[0] for row in device.outbox() if row[4] == "rejected"]
    for op in refused:
        device.store.retry(op)
    return bool(refused)


def look_at_drafts(device: Kept) -> None:
    if not device.drafts:
        return
    typed = {draft.body for draft in device.store.drafts.list()}
    kept = {str(said[2].get("body")) for said in device.ever.values()}
    for id_, body in list(device.drafts.items()):
        if body in kept:
            del device.drafts[id_]
        elif body not in typed:
            raise Broken(f"what was typed is gone: {device.name} {id_}")
