"""The promises: what must hold of the server's log and rows, and of each device, when everything has healed.

kept      what an officer saved is on the server, in the outbox, or put aside by a decision; what was acknowledged is
          on the server, also when it was restored from a backup
invented  the server holds nothing that nobody saved, and each operation as it was saved
honest    an accepted operation replaced exactly what its author had seen, and none was carried out twice: the log,
          carried out anew, gives the rows
converge  everybody's rows are the server's
free      nothing is queued unless an open difference on its field holds it
words     a word that was put into a text, and that nobody took out, is in the text on the server, or waits; one that
          somebody took out is not there again, unless that waits
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.contract.fields import empty
from akk_tui.contract.states import repack, unpack
from akk_tui.store.conflicts import Conflicts

if TYPE_CHECKING:
    from modeldevice import Kept

ITEMS = {"1.1.1": 0, "1.1.2": 2}


class Broken(AssertionError):
    """A promise does not hold."""


def look_at_log(devices: Sequence[Kept], log: list[Any], rows: dict[tuple[str, str], Any]) -> None:
    ever: dict[str, Any] = {}
    for device in devices:
        ever |= device.ever
    made: dict[tuple[str, str], dict[str, Any]] = {}
    revs: Counter[tuple[str, str]] = Counter()
    for entry in log:
        body = codec.decode(dict[str, Any], entry.body)
        said = (entry.kind, entry.key, body["set"], body["was"])
        if ever.get(entry.op) != said:
            raise Broken(f"the server holds what nobody saved: {said}")
        row = made.get((entry.kind, entry.key))
        if entry.result == "applied":
            _carry_out(made, entry, body, row)
            revs[entry.kind, entry.key] += 1
    there = {name: _plain(row[3]) for name, row in rows.items()}
    if there != {name: _plain(row) for name, row in made.items()}:
        raise Broken(f"the rows are not what the log makes: {there} {made}")
    if any(rows[name][1] != count for name, count in revs.items()):
        raise Broken("an operation was carried out twice")


def look_at_words(devices: Sequence[Kept], rows: dict[tuple[str, str], Any]) -> int:
    """How many words were looked for."""
    there = {
        (key, word)
        for (kind, key), row in rows.items()
        if kind == "assessment"
        for word in (row[3].get("summary") or "").split()
    }
    stands = set(there)
    written: set[tuple[str, str]] = set()
    for device in devices:
        written |= device.written - device.struck
        # What was refused for its place and then written anew was never shown: it is among what was let go.
        texts = device.store.db.execute(
            "SELECT key, body FROM outbox UNION ALL SELECT key, body FROM discarded WHERE reason = 'superseded'"
        ).fetchall()
        for key, body in texts:
            there |= {(key, word) for word in (codec.decode(dict[str, Any], body)["set"].get("summary") or "").split()}
    struck = {one for device in devices for one in device.struck}
    if lost := written - struck - there:
        raise Broken(f"a word is gone: {sorted(lost)[:3]}")
    ever = {one for device in devices for one in device.written}
    for device in devices:
        if lost := _merged_away(device) - struck:
            raise Broken(f"a merge took out what nobody had taken out: {device.name} {sorted(lost)[:3]}")
        if back := ever & _saved(device) & device.struck & stands - _taking_out(device):
            raise Broken(f"a word is back that was taken out: {device.name} {sorted(back)[:3]}")
    return len(written)


def _merged_away(device: Kept) -> set[tuple[str, str]]:
    """(key, word) of the words of the device's own texts that are not in what came of them in a merge."""
    texts = device.store.db.execute("SELECT key, body FROM discarded WHERE reason = 'merged'").fetchall()
    said = [(key, codec.decode(dict[str, Any], body)) for key, body in texts]
    return {
        (key, word)
        for key, body in said
        for word in {*_words(body["set"])} - {*_words(body.get("stood") or body["set"])}
    }


def _saved(device: Kept) -> set[tuple[str, str]]:
    """(key, word) of the words that an operation took out which was ever saved on the device."""
    return {
        (key, word) for _kind, key, set_, was in device.ever.values() for word in {*_words(was or {})} - {*_words(set_)}
    }


def _words(values: dict[str, Any]) -> list[str]:
    return (values.get("summary") or "").split()


def _taking_out(device: Kept) -> set[tuple[str, str]]:
    """(key, word) of the words that the device would take out if what waits there, or was let go, had its way.

    So it would if a restored server had had them at all, and did not say the same already.
    """
    found: set[tuple[str, str]] = set()
    texts = device.store.db.execute(
        "SELECT key, body FROM outbox UNION ALL SELECT key, body FROM discarded"
        " UNION ALL SELECT key, body FROM sent WHERE result = 'same'"
    ).fetchall()
    for key, body in texts:
        said = codec.decode(dict[str, Any], body)
        found |= {(key, word) for word in {*_words(said["was"] or {})} - {*_words(said["set"])}}
    return found


def _carry_out(made: dict[tuple[str, str], Any], entry: Any, body: dict[str, Any], row: Any) -> None:
    name = (entry.kind, entry.key)
    if body["was"] is None:
        if row is not None:
            raise Broken(f"a row was made twice: {name}")
        made[name] = {field: value for field, value in body["set"].items() if value is not None}
        return
    row = made.setdefault(name, {})
    for field, value in body["set"].items():
        stood = _of(row, entry.kind, field)
        was = body["was"][field]
        if stood != (empty(entry.kind, field) if was is None else was):
            raise Broken(f"overwrote what its author had not seen: {entry.op} {name} {field} {stood} {was}")
        _put(row, field, value)
    if entry.kind == "note" and row.get("deleted"):
        for field in ("title", "body", "tags"):
            row.pop(field, None)


def look_at(device: Kept, log: set[str], rows: dict[tuple[str, str], Any], units: dict[str, bool]) -> None:
    """``units``: what the officer may see, and whether it may be edited."""
    db = device.store.db
    box = device.outbox()
    acknowledged = {op for (op,) in db.execute("SELECT op FROM sent WHERE acknowledged")}
    same = {op for (op,) in db.execute("SELECT op FROM sent WHERE NOT acknowledged AND result = 'same'")}
    aside = {op for (op,) in db.execute("SELECT op FROM discarded")}
    if lost := acknowledged - log:
        raise Broken(f"acknowledged and not there: {device.name} {lost}")
    if lost := device.ever.keys() - log - {row[0] for row in box} - aside - same:
        raise Broken(f"an operation is gone: {device.name} {lost}")
    base = {
        (kind, key): (seq, rev, unit, codec.decode(dict[str, Any], data))
        for kind, key, seq, rev, unit, data in db.execute("SELECT kind, key, seq, rev, unit, data FROM base")
    }
    wanted = {name: row for name, row in rows.items() if row[2] in units}
    if base != wanted:
        odd = {name for name in {*base, *wanted} if base.get(name) != wanted.get(name)}
        raise Broken(f"not converged: {device.name} {sorted(odd)[:3]}")
    if db.value("SELECT count(*) FROM sent WHERE shown") or device.store.replica.recovering:
        raise Broken(f"laid over for ever, or never recovered: {device.name}")
    _look_at_outbox(device, box, units, rows)


def _look_at_outbox(
    device: Kept, box: list[tuple[Any, ...]], units: dict[str, bool], rows: dict[tuple[str, str], Any]
) -> None:
    held: set[tuple[str, str, str]] = set()
    stuck: set[str] = set()
    here = {row[0] for row in box}
    clashes = {row.op for clash in Conflicts(device.store).list() for row in clash.rows}
    codes = dict(device.store.db.execute("SELECT op, answer FROM outbox WHERE state = 'rejected'").fetchall())
    for op, kind, key, field, state, body, undoes, _, unit in box:
        if state == "rejected" and codec.decode(dict[str, Any], codes[op])["code"] not in ("not_author", "deleted"):
            raise Broken(f"refused for ever: {device.name} {op} {codes[op]}")
        waits = body["prev"] in stuck or (kind, key, field) in held or undoes in here
        if state in ("queued", "sending", "wait") and not waits:
            raise Broken(f"nothing holds it, and it is not sent: {device.name} {op} {state} {kind} {field}")
        if state == "forbidden" and unit in units and kind not in ("note", "event", "followup"):
            raise Broken(f"refused for its place, which is there: {device.name} {op}")
        if state == "conflict" and op not in clashes:
            raise Broken(f"a conflict that nobody can answer: {device.name} {op}")
        stuck.add(op)
        held.add((kind, key, field))
    for clash in Conflicts(device.store).list():
        there = rows.get((clash.kind, clash.key))
        if there is None or clash.base is None or clash.unit not in units:
            continue
        if not there[3].get("deleted") and all(
            _of(there[3], clash.kind, name) == (empty(clash.kind, name) if value is None else value)
            for name, value in clash.mine.items()
        ):
            raise Broken(f"a conflict without a difference: {device.name} {clash.kind} {clash.key} {clash.mine}")


def _of(row: dict[str, Any], kind: str, field: str) -> Any:
    if field.startswith("item."):
        return unpack(row.get("items", ""), ITEMS[field[5:]])
    return row.get(field, empty(kind, field))


def _put(row: dict[str, Any], field: str, value: Any) -> None:
    if field.startswith("item."):
        packed = repack(row.get("items", ""), ITEMS[field[5:]], value)
        row["items"] = packed
        if not packed:
            del row["items"]
    elif value is None:
        row.pop(field, None)
    else:
        row[field] = value


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("by", "at", "instrument")}
