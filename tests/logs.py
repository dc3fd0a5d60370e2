"""What the functions log, whoever made their loggers first.

Loggers are a process's own and keep the level of whoever made them; a test asks for its level.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def functions_log(level: int) -> Iterator[io.StringIO]:
    """Receives the lines at or above `level` that functions in this process log meanwhile."""
    stream = io.StringIO()
    made = [(logger, handler) for logger in _loggers() for handler in logger.handlers]
    ours = [pair for pair in made if _is_powertools(pair[1])]
    assert ours, "the functions have a logger"
    with ExitStack() as undo:
        for logger, handler in ours:
            undo.callback(logger.setLevel, logger.level)
            undo.callback(handler.setStream, handler.setStream(stream))
            logger.setLevel(level)
        yield stream


def _loggers() -> list[logging.Logger]:
    return [logging.getLogger(name) for name in logging.root.manager.loggerDict]


def _is_powertools(handler: logging.Handler) -> bool:
    return type(handler.formatter).__name__ == "LambdaPowertoolsFormatter"
