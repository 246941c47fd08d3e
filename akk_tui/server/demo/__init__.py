"""Sample data as pure data: two cycles with the published facts, and invented values around them, marked as such.

:mod:`akk_tui.server.demo.sample` hands it all out; nothing here knows of a database.
"""
