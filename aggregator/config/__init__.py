"""The configuration: YAML and environment -> one frozen `Config`, or every problem at once.

`find` and `load` are all that most callers need; `model` holds the keys, `problems` the codes.
"""

from aggregator.config.environ import environment
from aggregator.config.load import find, from_address, from_opml, load
from aggregator.config.model import Config, HostRule, Negated, Polling, Token, View, Webhook, Where
from aggregator.config.summary import counted, redis_shown, summary

EMBEDDED = "embedded"  # the value of `redis` that means a server of our own

__all__ = [
    "EMBEDDED",
    "Config",
    "HostRule",
    "Negated",
    "Polling",
    "Token",
    "View",
    "Webhook",
    "Where",
    "counted",
    "environment",
    "find",
    "from_address",
    "from_opml",
    "load",
    "redis_shown",
    "summary",
]
