"""`aggregator worker` in a world where names of chaos.example lead where a test wants them to."""

from __future__ import annotations

import socket
import sys

from aggregator.cli import main

_real = socket.getaddrinfo
_NAMES = {"inside.chaos.example": "10.1.2.3"}


def looked_up(host, *arguments, **more):  # type: ignore[no-untyped-def]
    """No name leaves this machine: what is not known here does not exist."""
    if host in _NAMES:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (_NAMES[host], 0))]
    if isinstance(host, str) and host.endswith((".example", ".invalid")):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return _real(host, *arguments, **more)


if __name__ == "__main__":  # processes of the pool import this file, too
    socket.getaddrinfo = looked_up
    sys.exit(main())
