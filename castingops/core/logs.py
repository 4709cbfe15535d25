"""Structured logs: one JSON object a line, secrets and personal data redacted before they are written (OPS-11)."""
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

MASK = "[redacted]"

_SECRET_KEYS = re.compile(
    r"pass(word|wd)|secret|token|authorization|cookie|api[_-]?key|otp|totp|\bcode\b|iban|national|iqama|phone|mobile|"
    r"e-?mail|birth|signature|card|cvc", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # JWT
    r"|(?i:bearer)\s+\S+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # e-mail
    r"|\bSA\d{22}\b"  # IBAN
    r"|\b[12]\d{9}\b"  # national id, iqama
    r"|(?:\+?966|\b0)5\d{8}\b"  # Saudi mobile
    r"|-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----"
    r"|\bDETAIL:[\s\S]*?(?=\n\[SQL: |\n\n(?:The above|During)|\Z)"  # PostgreSQL quotes the row that broke a rule
    r"|(?i:(?:signature|token|code|secret|password)=)[^&\s]+")


def redact(value: Any, key: str = "") -> Any:
    """`value` without secrets: whole when its key names one, else the parts of a text that look like one."""
    if key and _SECRET_KEYS.search(key):
        return MASK
    if isinstance(value, str):
        return _SECRET_TEXT.sub(MASK, value)
    if isinstance(value, Mapping):
        return {name: redact(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [redact(inner) for inner in value]
    return value


def _redacting(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: redact(value, name) for name, value in entry.items()}


def init_logs(level: str = "INFO") -> None:
    """Send every log line, ours and the libraries', as JSON to standard error. Line breaks cannot forge a line."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redacting,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False)  # a later level counts for every logger; it costs 3 µs a line
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer()]))  # ASCII: U+0085 and U+2028 end a line for some readers
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("fontTools", "weasyprint", "botocore", "PIL", "httpcore2", "httpx2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
