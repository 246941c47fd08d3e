"""One module a command, each with ``arguments(parser)`` and ``run(context, args)``."""
