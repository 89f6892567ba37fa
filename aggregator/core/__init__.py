"""The pure core: no clock, no network, no Redis, no logging. Time and jitter are arguments."""
