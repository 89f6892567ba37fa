"""The configuration: YAML and environment -> one frozen `Config`, or every problem at once.

`find` and `load` are all that most callers need; `model` holds the keys, `problems` the codes.
"""

from aggregator.config.environ import environment
from aggregator.config.load import find, load
from aggregator.config.model import Config, HostRule, Negated, Polling, Token, View, Webhook, Where

__all__ = [
    "Config",
    "HostRule",
    "Negated",
    "Polling",
    "Token",
    "View",
    "Webhook",
    "Where",
    "environment",
    "find",
    "load",
]
