"""Hypothesis on a machine that does other things as well: how long an example takes says nothing."""

from hypothesis import settings

settings.register_profile("aggregator", deadline=None)
settings.load_profile("aggregator")
