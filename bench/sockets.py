"""Ports for what a measurement starts."""

from __future__ import annotations

import socket


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as listening:
        listening.bind((host, 0))
        port: int = listening.getsockname()[1]
    return port
