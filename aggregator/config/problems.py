"""Every code of a configuration problem. They are stable, so that a script may look for them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from aggregator.core.errors import Problem

CODES = {
    "C001": "a file cannot be read",
    "C002": "a file is not text in UTF-8",
    "C003": "a file is not well-formed YAML",
    "C004": "a tab where YAML wants spaces",
    "C005": "an indentation that fits nothing above it",
    "C006": "a key stands twice in one mapping",
    "C007": "the file's top is not a mapping of keys",
    "C008": "YAML that a configuration does not need: tags, several documents, aliases without end",
    "C010": "a key that is not known",
    "C011": "a key that must be given is missing",
    "C012": "a value of the wrong type",
    "C013": "a value out of its range, or not one of those allowed",
    "C014": "not a duration",
    "C015": "not a size",
    "C016": "not a rate",
    "C017": "not an id",
    "C018": "not a web address",
    "C019": "not a network",
    "C020": "not a language tag",
    "C021": "not a header",
    "C022": "not the address of a Redis server",
    "C023": "not a webhook's secret",
    "C024": "credentials that contradict each other",
    "C025": "not a host name",
    "C030": "an environment variable that is not set",
    "C031": "a reference to the environment that cannot be read",
    "C032": "an AGGREGATOR_ variable that overrides nothing (warning)",
    "C040": "an included file that is not there",
    "C041": "a file that includes itself, directly or by others",
    "C042": "a key that only the main file may hold",
    "C043": "an OPML file that cannot be read",
    "C044": "an outline of OPML that cannot be polled, and is left out (warning)",
    "C050": "two sources of one id",
    "C051": "two views, webhooks or tokens of one name",
    "C052": "a view that does not exist",
    "C060": "two sources of one address (warning)",
    "C061": "limits that contradict each other",
    "C062": "a filter that nothing can match (warning)",
    "C063": "an included pattern that matches no file (warning)",
    "C064": "a source without an id; shown for the first of each file (warning)",
    "C065": "a rule for a host at which no source lies (warning)",
    "C066": "a file of certificates that cannot be read (warning)",
    "C067": "an address in which an export masked a secret (warning)",
    "C068": "WebSub is asked for, and hubs could not reach this server (warning)",
}


class Refused(Exception):
    """Reading stops here: the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean "interval"?`, or nothing where no name is near."""
    near = get_close_matches(written.lower().replace("-", "_"), list(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""
