"""One file for each call; each offers ``answer(request) -> Response``."""
