"""Delivery: what goes out by itself, and what comes in so.

`Deliverer` hands changes to the configured webhooks (docs/webhooks.md). `Publisher` is our WebSub hub, which
tells those who subscribed to our feeds, and `Subscriber` our part at the hubs of others (docs/websub.md).
"""

from aggregator.deliver.hooks import Deliverer
from aggregator.deliver.hub import Publisher
from aggregator.deliver.subscriber import Subscriber

__all__ = ["Deliverer", "Publisher", "Subscriber"]
