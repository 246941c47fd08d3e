"""Reports: the facts of one as a frozen struct, a document made of them, and its renderings. No Textual, no network."""
