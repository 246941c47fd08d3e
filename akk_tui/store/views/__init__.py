"""Views: what each screen and command shows, made from base ⊕ outbox as frozen structs of ``store.shapes``.

Modules are imported when a view is asked for, so that a command pays for its own alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date, timedelta

    from akk_tui.store import shapes
    from akk_tui.store.store import Store
    from akk_tui.store.views import done
    from akk_tui.store.views.history import Prepared


class Views:
    """The views of one open store. Every call reads anew; regions outside the scope are not there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def status(self, cycle: str | None = None) -> shapes.StatusLine:
        """The status line for ``cycle`` (None or unknown: the default one); before the first sync it has no cycle."""
        from akk_tui.store.views import status

        return status.status_line(self._store, cycle)

    def dashboard(self, cycle: str) -> shapes.Dashboard:
        """Everything of the dashboard; regions by name, attention by weight, changes newest first."""
        from akk_tui.store.views import dashboard

        return dashboard.dashboard(self._store, cycle)

    def regions(self, cycle: str) -> tuple[shapes.RegionRow, ...]:
        """The portfolio, by name."""
        from akk_tui.store.views import portfolio

        return portfolio.rows(self._store, cycle)

    def region(self, cycle: str, code: str) -> shapes.RegionDetail:
        """One region's page; raises UnknownRegion outside the scope of ``cycle``."""
        from akk_tui.store.views import region

        return region.detail(self._store, cycle, code)

    def next_steps(self, cycle: str, code: str, limit: int | None = None) -> shapes.NextSteps:
        """The shortest way above the pass mark, at most ``limit`` steps; raises UnknownRegion."""
        from akk_tui.store.views import region

        return region.next_steps(self._store, cycle, code, limit)

    def priorities(self, cycle: str, code: str) -> shapes.Priorities:
        """Every missing item of a region in order of gain, with what a what-if needs; raises UnknownRegion."""
        from akk_tui.store.views import region

        return region.priorities(self._store, cycle, code)

    def checklist(self, cycle: str, regions: Collection[str] | None = None) -> tuple[shapes.ChecklistRow, ...]:
        """Every item of all regions (or of the codes ``regions``), by region name, then in the instrument's order."""
        return tuple(self.checklist_rows(cycle, regions))

    def checklist_rows(self, cycle: str, regions: Collection[str] | None = None) -> Iterator[shapes.ChecklistRow]:
        """The same one by one: a whole country need not be in memory."""
        from akk_tui.store.views import checklist

        return checklist.rows(self._store, cycle, regions)

    def notes(
        self,
        cycle: str | None,
        subject: str | None = None,
        search: str | None = None,
        *,
        tags: Collection[str] = (),
        limit: int | None = None,
    ) -> tuple[shapes.NoteRow, ...]:
        """The notes of ``cycle`` (None: of all), newest first.

        ``subject``: a region (with its indicators and events), an indicator in a region, or an event's id.
        ``search``: only those that hold all its words, each as the beginning of a word, or lie in a region that some of
        the words name and hold the others; the excerpt is then the text around the first of them. ``tags``: only those
        that have all of them. ``limit``: at most so many.
        """
        from akk_tui.store.views import notes

        return notes.rows(self._store, cycle, subject, search, tags, limit)

    def note_tags(self, cycle: str) -> tuple[tuple[str, int], ...]:
        """The tags of the notes of ``cycle``, each with the number of notes, the most used first."""
        from akk_tui.store.views import notes

        return notes.tags(self._store, cycle)

    def note(self, key: str) -> shapes.NoteDetail:
        """One note; raises UnknownNote."""
        from akk_tui.store.views import notes

        return notes.detail(self._store, key)

    def events(self, cycle: str | None, region: str | None = None) -> tuple[shapes.EventRow, ...]:
        """The activities of ``cycle`` (None: of all), or of one region, by their start; undated ones last."""
        from akk_tui.store.views import events

        return events.rows(self._store, cycle, region)

    def event(self, key: str) -> shapes.EventDetail:
        """One activity with attendance, follow-ups and notes; raises UnknownEvent."""
        from akk_tui.store.views import events

        return events.detail(self._store, key)

    def followups(
        self, cycle: str | None, region: str | None = None, event: str | None = None
    ) -> tuple[shapes.FollowupRow, ...]:
        """The follow-ups of ``cycle`` (None: of all), of one region, or of one activity.

        Open ones first, by due date (undated last), then closed ones, the newest first.
        """
        from akk_tui.store.views import followups

        return followups.rows(self._store, cycle, region, event)

    def followup(self, key: str) -> shapes.FollowupRow:
        """One follow-up; raises UnknownFollowup."""
        from akk_tui.store.views import followups

        return followups.detail(self._store, key)

    def outbox(self) -> tuple[shapes.OutboxRow, ...]:
        """What has not been accepted, in the author's order; also of regions that were taken away."""
        from akk_tui.store.views import waiting

        return waiting.outbox(self._store)

    def conflicts(self) -> tuple[shapes.Conflict, ...]:
        """One entry for each field in conflict, in the author's order."""
        from akk_tui.store.views import waiting

        return waiting.conflicts(self._store)

    def sent(self, limit: int = 200) -> tuple[shapes.SentRow, ...]:
        """The newest accepted operations with their receipts, newest first."""
        from akk_tui.store.views import waiting

        return waiting.sent(self._store, limit)

    def discarded(self, limit: int = 200) -> tuple[shapes.DiscardedRow, ...]:
        """Values that were let go in the last 90 days and do not stand now, newest first."""
        from akk_tui.store import discarded

        return discarded.rows(self._store, limit)

    def history(self, kind: str, key: str, field: str | None = None) -> shapes.History:
        """What is known here of a row's changes, newest first: the fetched log and this store's own edits.

        Values are those of the operation: fields with their values, ``was`` None for a creation. ``field``: only
        changes of that field or its group, or of everything of an item when it is an item's id (``2.4.1``).
        """
        from akk_tui.store.views import history

        return history.history(self._store, kind, key, field)

    def prepared(self, cycles: Collection[str] = (), *, sizes: bool = True) -> tuple[Prepared, ...]:
        """How far each region is ready for work without a network, by name; ``cycles`` none: all open ones.

        Without ``sizes`` what is still to be fetched is not counted.
        """
        from akk_tui.store.views import history

        return history.prepared(self._store, cycles, sizes=sizes)

    def work(self, cycle: str, code: str, first: date, last: date, zone: timedelta) -> done.Work:
        """What was done in a region on the days ``first`` to ``last`` by clocks ``zone`` east of UTC, as known here."""
        from akk_tui.contract import ids
        from akk_tui.store.views import done

        return done.work(self._store, ids.unit(cycle, code), first, last, zone)

    def sending(self) -> shapes.Sending:
        """What the next round would send, and about how long that takes."""
        from akk_tui.store.views import sending

        return sending.forecast(self._store)

    def rate(self) -> float | None:
        """Bytes a second over the newest rounds; None before the first one that was completed."""
        from akk_tui.store.views import sending

        return sending.rate(self._store)

    def find_region(self, text: str) -> str:
        """The code of the region that ``text`` names; raises UnknownRegion (nearest names) or AmbiguousRegion."""
        from akk_tui.store.views import names

        return names.find_region(names.in_scope(self._store), text)
