"""The dialogs of a region's page: each edits one thing, with what was shown when it opened as ``seen``."""
