"""What the dialogs share: reasons why an edit is off, offers for owners, and a form that becomes one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.errors import BadValue
from akk_tui.contract.fields import canonical, group
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.outbox import Wanted
from akk_tui.store.views import single
from akk_tui.store.views.single import Held
from akk_tui.ui.forms import Form, FormField
from akk_tui.ui.widgets.form_fields import read
from akk_tui.ui.widgets.values import field_word

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionDetail, RegionRow
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

Make = Callable[[dict[str, str], frozenset[str]], dict[str, Any] | str]
"""Makes the new values of fields from all texts and the keys of those that were changed; or says what is wrong."""

_READ_ONLY_ROLE: Final = "verifikator"


def off(app: AkkApp, row: RegionRow | None, kind: str, key: str, wanted: dict[str, Any]) -> str | None:
    """Why ``wanted`` cannot be set in a row of the region, in words, or None."""
    if row is None:
        return _("Pilih dulu sebuah daerah.")
    if app.status is not None and app.status.cycle_state == "closed":
        return _("Siklus {cycle} sudah ditutup.").format(cycle=app.cycle)
    if not row.writable:
        return _("Daerah ini hanya dapat Anda baca.")
    refused = single.refusal(app.store, kind, key, wanted)
    if refused is None:
        return None
    if refused.params.get("reason") == "role":
        names = ", ".join(dict.fromkeys(field_word(name) for name in wanted))
        role = app.status.role if app.status is not None else _READ_ONLY_ROLE
        return _("Peran {role} tidak dapat mengubah: {field}.").format(role=role, field=names)
    return refused.words(_)


def held(screen: AkkScreen, kind: str, key: str) -> Held:
    """The row as it stands when a dialog opens."""
    return single.held(screen.store, kind, key)


def owners(app: AkkApp, detail: RegionDetail) -> tuple[tuple[str, str], ...]:
    """Who may owe something: the owners in this region, then the agencies of the reference data, (name, in full)."""
    reference = app.store.reference()
    known = {str(one.id): pick(one.name, one.name_en) for one in reference.agencies} if reference is not None else {}
    here = [name for part in detail.components for one in part.indicators for name in one.owners]
    here += [item.owner for part in detail.components for one in part.indicators for item in one.items if item.owner]
    names = dict.fromkeys([*sorted(set(here), key=str.casefold), *known])
    return tuple((name, known.get(name, "")) for name in names)


def form_of(kind: str, name: str) -> Callable[[Any], str | None]:
    """A check of a field's text against the one form of a row's field: the reason, or None."""

    def check(value: Any) -> str | None:
        try:
            canonical(kind, name, value)
        except BadValue as bad:
            return _(str(bad.params["reason"]))
        return None

    return check


def form_of_set(kind: str, name: str) -> Callable[[str], str | None]:
    """As :func:`form_of`, for a set written with commas."""
    check = form_of(kind, name)

    def check_parts(text: str) -> str | None:
        return check([part for part in text.split(", ") if part])

    return check_parts


def value_of(field: FormField, text: str) -> Any:
    """The value of a row's field for a form's text."""
    if field.kind == "set":
        return [part for part in text.split(", ") if part] or None
    return text or None


def ask(
    screen: AkkScreen,
    title: str,
    row: Held,
    fields: Sequence[FormField],
    make: Make | None = None,
    *,
    note: str = "",
    first: str | None = None,
    done: Callable[[], None] | None = None,
) -> None:
    """Show a form; what it answers becomes one edit of ``row``, one undo step.

    Without ``make`` the fields' keys are the row's own. Only what was changed is set; where nothing was and a
    difference was shown, saving the same again answers it. ``done`` is called after the form has closed with a
    saved edit.
    """
    app = screen.akk
    today = app.store.today()
    begun = {field.key: read(field, field.value, today).text for field in fields}
    by_key = {field.key: field for field in fields}

    def save(texts: dict[str, str]) -> str | None:
        changed = frozenset(key for key, text in texts.items() if text != begun[key])
        if not changed and not row.conflicts:
            app.tell(_("Tidak ada yang berubah."))
            return None
        touched = changed or frozenset(texts)
        wanted = make(texts, touched) if make else {key: value_of(by_key[key], texts[key]) for key in touched}
        if isinstance(wanted, str):
            return wanted
        if not changed:
            wanted = {name: value for name, value in wanted.items() if _differs(row, group(row.kind, name))}
        put(screen, row, wanted)
        return None

    def closed(texts: dict[str, str] | None) -> None:
        if texts is not None and done is not None:
            done()

    app.push_screen(Form(title, fields, save=save, note=note, first=first), closed)


def show(
    screen: AkkScreen,
    title: str,
    fields: Sequence[FormField],
    save: Callable[[dict[str, str]], str | None],
    *,
    note: str = "",
    first: str | None = None,
) -> None:
    """Show a form that saves in a way of its own."""
    screen.akk.push_screen(Form(title, fields, save=save, note=note, first=first))


def _differs(row: Held, names: Sequence[str]) -> bool:
    """Whether a difference on one of the fields was shown."""
    return any(name in row.conflicts for name in names)


def put(screen: AkkScreen, row: Held, wanted: dict[str, Any]) -> None:
    """Save ``wanted`` as one undo step of ``row`` and say so; raises what the store refuses."""
    edits: list[Wanted] = []
    for names in dict.fromkeys(group(row.kind, name) for name in wanted):
        # Each group by itself: only then the same value again answers a difference.
        values = {name: wanted[name] for name in names if name in wanted}
        edits.append(Wanted(row.kind, row.key, values, row.seen(*names), _differs(row, names)))
    if any(edit.op is not None for edit in screen.store.outbox.together(edits)):
        screen.akk.edited()
    else:
        screen.akk.tell(_("Tidak ada yang berubah."))
