"""Log what goes wrong inside a server, and nothing of what clients send."""

import logging

from aiohttp import http_exceptions

__all__ = ["discreet_logger"]


def discreet_logger(name: str) -> logging.Logger:
    """Return a logger for aiohttp that leaves out malformed requests.

    aiohttp quotes those, with the keys, tokens and cookies they may hold.
    """
    logger = logging.getLogger(name)
    logger.addFilter(_concerns_us)
    return logger


def _concerns_us(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, http_exceptions.HttpProcessingError)
