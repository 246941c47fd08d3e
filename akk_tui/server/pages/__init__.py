"""Pages for a browser: plain HTML, no script, one style sheet inside, in Indonesian and English."""
