"""``python -m akk_tui``."""

import sys

from akk_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
