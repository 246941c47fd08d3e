"""AKK TUI: readiness of regencies and cities for the anti-corruption pilot programme, in a terminal."""

__version__ = "0.1.0"
