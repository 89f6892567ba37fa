"""What Prometheus may know: one registry of this process, and the counters that workers send of themselves.

Names begin with `aggregator_`; docs/metrics.md describes each, and a test holds it to that. What workers
count arrives with their heartbeats as flat names (`polls.not_modified`), so that any web process shows all
workers that live, each under its own `worker` label, without a shared file or a port of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from aggregator.core import waits

# A second series a counter, which nobody reads.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry(auto_describe=True)
CONTENT_TYPE = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4

# --- this process -------------------------------------------------------------------------------------


class Tally(Collector):
    """A counter without a lock, for what happens ten thousand times a second on one event loop."""

    def __init__(self, name: str, text: str, labels: tuple[str, ...]) -> None:
        self._about = name, text, labels
        self.counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
        REGISTRY.register(self)

    def collect(self) -> Iterable[Metric]:
        """The one family, a sample for each combination of labels."""
        name, text, labels = self._about
        family = CounterMetricFamily(name, text, labels=labels)
        for values, count in sorted(self.counts.items()):
            family.add_metric(values, count)
        return [family]


REQUESTS = Tally(
    "aggregator_http_requests",
    "Requests answered, by endpoint, status, and whether the answer was ready in the cache.",
    ("endpoint", "status", "cache"),
)
SECONDS = Histogram(
    "aggregator_http_render_seconds",
    "Seconds spent on answers that were not ready in the cache, by endpoint.",
    ("endpoint",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
    registry=REGISTRY,
)
STALE = Counter(
    "aggregator_http_stale", "Answers served from memory while Redis was away.", registry=REGISTRY
)
EVENTS_READERS = Gauge("aggregator_events_readers", "Connections to /events.", registry=REGISTRY)
EVENTS_SENT = Counter(
    "aggregator_events_sent", "Writes to readers of /events; one may hold several changes.", registry=REGISTRY
)
EVENTS_DROPPED = Counter(
    "aggregator_events_dropped", "Readers of /events given up: they took nothing.", registry=REGISTRY
)
STORE_UP = Gauge("aggregator_store_up", "1 while Redis answers, else 0.", registry=REGISTRY)
LIVE = Gauge("aggregator_stories", "Living stories.", registry=REGISTRY)
CHANGES = Counter("aggregator_changes_seen", "Changes that this process has followed.", registry=REGISTRY)
NUMBER = Gauge("aggregator_change_number", "Number of the newest change in the log.", registry=REGISTRY)
SUBSCRIBERS = Gauge("aggregator_hub_subscriptions", "Subscriptions at our WebSub hub.", registry=REGISTRY)
PUSHES = Counter(
    "aggregator_websub_pushes", "What came to WebSub callbacks, by outcome.", ("outcome",), registry=REGISTRY
)
INBOX = Gauge("aggregator_inbox_length", "Entries that wait to be grouped.", registry=REGISTRY)
SOURCES = Gauge("aggregator_sources", "Configured sources, by state.", ("state",), registry=REGISTRY)
OVERDUE = Gauge(
    "aggregator_sources_overdue", "Sources that should have been polled over a minute ago.", registry=REGISTRY
)
CONDITIONS = Gauge(
    "aggregator_source_conditions",
    "Sources with which something is amiss though polls may go well, by condition.",
    ("condition",),
    registry=REGISTRY,
)
CONFIG_OK = Gauge(
    "aggregator_config_last_reload_successful",
    "1 if the configuration that was read last is in force, 0 while it is refused.",
    registry=REGISTRY,
)
CONFIG_AT = Gauge(
    "aggregator_config_last_reload_success_timestamp_seconds",
    "When a configuration was last taken up, in seconds since 1970.",
    registry=REGISTRY,
)
ProcessCollector(registry=REGISTRY)  # process_*: memory, CPU, open files, start

# --- workers ------------------------------------------------------------------------------------------

# Flat name of a heartbeat's counter → metric, its label for what follows the dot, and its description.
FAMILIES: dict[str, tuple[str, str | None, str]] = {
    "polls": ("aggregator_polls", "outcome", "Polls that ended, by outcome."),
    "decisions": ("aggregator_decisions", "decision", "What the grouper decided, by kind."),
    "hooks": ("aggregator_hooks", "outcome", "Webhook requests, by how they ended."),
    "hub": ("aggregator_hub", "outcome", "What our WebSub hub did, by how it ended."),
    "websub": (
        "aggregator_websub",
        "outcome",
        "Requests to WebSub hubs, and what they sent, by how it ended.",
    ),
    "entries": ("aggregator_entries", None, "New entries handed in."),
    "revised": ("aggregator_entries_revised", None, "Entries handed in with a changed text."),
    "dropped": ("aggregator_entries_dropped", None, "Entries left out because a feed held too many."),
    "liberal": ("aggregator_liberal_parses", None, "Documents that only the liberal parser could read."),
    "lost": ("aggregator_leases_lost", None, "Polls whose lease had ended before they were settled."),
    "held_back": ("aggregator_held_back", None, "Times that a worker waited because the inbox was full."),
}
GAUGES: dict[str, tuple[str, str]] = {
    "in_flight": ("aggregator_polls_in_flight", "Sources that a worker has a lease on."),
    "grouping": ("aggregator_grouping", "1 for the worker that holds the grouper's lease."),
    "price": ("aggregator_request_price_seconds", "How long entries wait, all together, for one request."),
    "config_ok": (
        "aggregator_worker_config_last_reload_successful",
        "1 if the configuration that the worker read last is in force, 0 while it is refused.",
    ),
    "config_at": (
        "aggregator_worker_config_last_reload_success_timestamp_seconds",
        "When the worker last took a configuration up, in seconds since 1970.",
    ),
}
# Flat name of counters by bound (`core.waits`) → metric and description.
HISTOGRAMS: dict[str, tuple[str, str]] = {
    "delay": (
        "aggregator_entry_delay_seconds",
        "From the date of a new entry, where it can be believed, until it is in the store.",
    ),
    "gap": (
        "aggregator_entry_gap_seconds",
        "From the poll that could have found a new entry before to the one that found it.",
    ),
}
WORKERS = (
    "aggregator_workers",
    "Workers that live, by the digest of the configuration that they were given.",
)


class Workers(Collector):
    """Shows what the workers said in their heartbeats, of which `alive` is the latest reading."""

    def __init__(self) -> None:
        self.alive: Mapping[str, Mapping[str, Any]] = {}

    def describe(self) -> Iterable[Metric]:
        """The families without samples, so that nothing is read when the collector is registered."""
        return self._families().values()

    def collect(self) -> Iterable[Metric]:
        """One family a metric, one sample a worker and label."""
        families = self._families()
        digests: dict[str, int] = {}
        for worker, info in sorted(self.alive.items()):
            self._count(families, worker, info.get("counters") or {})
            for name, (metric, _) in GAUGES.items():
                families[metric].add_metric([worker], float(info.get(name) or 0))
            for name, (metric, _) in HISTOGRAMS.items():
                buckets, total = _buckets(name, info.get("counters") or {})
                families[metric].add_metric([worker], buckets, total)
            digest = str(info.get("digest", ""))
            digests[digest] = digests.get(digest, 0) + 1
        for digest, count in digests.items():
            families[WORKERS[0]].add_metric([digest], count)
        return families.values()

    def _count(self, families: dict[str, Any], worker: str, counters: Mapping[str, float]) -> None:
        for flat, value in sorted(counters.items()):
            name, _, label = flat.partition(".")
            if name in FAMILIES:
                metric, labelled, _ = FAMILIES[name]
                families[metric].add_metric([worker, label] if labelled else [worker], float(value))

    def _families(self) -> dict[str, Any]:
        families: dict[str, Any] = {}
        for metric, label, text in FAMILIES.values():
            families[metric] = CounterMetricFamily(
                metric, text, labels=["worker", *([label] if label else [])]
            )
        for metric, text in GAUGES.values():
            families[metric] = GaugeMetricFamily(metric, text, labels=["worker"])
        for metric, text in HISTOGRAMS.values():
            families[metric] = HistogramMetricFamily(metric, text, labels=["worker"])
        families[WORKERS[0]] = GaugeMetricFamily(*WORKERS, labels=["config"])
        return families


def _buckets(name: str, counters: Mapping[str, float]) -> tuple[list[tuple[str, float]], float]:
    """The cumulative buckets of a histogram, and the sum of what it counted."""
    buckets, count = [], 0.0
    for bound in (*map(str, waits.BOUNDS), "inf"):
        count += float(counters.get(f"{name}.{bound}", 0.0))
        buckets.append(("+Inf" if bound == "inf" else f"{float(bound)}", count))
    return buckets, float(counters.get(f"{name}.sum", 0.0))


WORKER_COUNTERS = Workers()
REGISTRY.register(WORKER_COUNTERS)


def exposition() -> bytes:
    """All metrics in Prometheus' text format 0.0.4."""
    return prometheus_client.generate_latest(REGISTRY)
