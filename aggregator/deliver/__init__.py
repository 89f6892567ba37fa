"""Delivery: what goes out by itself. Webhooks, per Standard Webhooks (docs/webhooks.md).

`Deliverer.run` delivers for every configured hook that no other process delivers for.
"""

from aggregator.deliver.hooks import Deliverer

__all__ = ["Deliverer"]
