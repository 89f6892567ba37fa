"""Which addresses may be reached: the wall between what strangers publish and our own networks.

A feed address, a redirect or a DNS answer may name a machine of ours. So the judgement falls on the IP
address that is about to be connected to, each time, and never on the name. Rules:

- Addresses of the public internet are free.
- Private, loopback, shared and other special networks only where `allow_private_networks` says so:
  `True` for all of them, or a list of networks.
- Link-local networks and the metadata services of clouds, which hand out credentials to whoever asks,
  only where a listed network lies inside of theirs: neither `True` nor `0.0.0.0/0` opens them.
- An IPv6 address that carries an IPv4 address (mapped, compatible, NAT64, 6to4, ISATAP) is as good as
  the one that it carries.

The networks are those of IANA's registries of special-purpose addresses (RFC 6890 and its successors):
written down here, as `ipaddress.is_private` differs between the Pythons.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(word) for word in text.split())


SPECIAL = _networks(
    # this network, private, shared (CGNAT), loopback, private, IETF, documentation, 6to4 relay
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24"
    # private, benchmarks, documentation, documentation, multicast, reserved and broadcast
    " 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
    # unspecified and loopback lie in ::/96; discard, dummy, Teredo, benchmarks, ORCHID, documentation
    " ::/96 100::/64 100:0:0:1::/64 2001::/32 2001:2::/48 2001:10::/28 2001:20::/28 2001:db8::/32 3fff::/20"
    # local NAT64, segment routing, unique local, site-local (deprecated), multicast
    " 64:ff9b:1::/48 5f00::/16 fc00::/7 fec0::/10 ff00::/8"
)

GUARDED = _networks(
    # link-local, and the metadata services that live elsewhere: of Alibaba, Azure, Oracle, AWS, Google
    "169.254.0.0/16 fe80::/10 100.100.100.200/32 168.63.129.16/32 192.0.0.192/32 fd00:ec2::/32"
    " fd20:ce::254/128"
)

_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_ISATAP = (0x00005EFE, 0x02005EFE)  # the upper half of an interface identifier, RFC 5214
_REMEMBERED = 20_000  # judgements kept; more are forgotten all at once


class Guard:
    """Judges addresses by `allow`: False, True, or the networks that may be reached beside public ones."""

    def __init__(self, allow: bool | Iterable[Network | str] = False) -> None:
        listed = () if isinstance(allow, bool) else tuple(ip_network(str(net), strict=False) for net in allow)
        self._all = allow is True
        self._listed = listed
        self._guarded = tuple(net for net in listed if any(_inside(net, special) for special in GUARDED))
        self._known: dict[str, bool] = {}

    def check(self, ip: str) -> bool:
        """Whether `ip` (text, an IPv6 scope is ignored) may be connected to. What is no address may not."""
        verdict = self._known.get(ip)
        if verdict is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            verdict = self._known[ip] = self._judge(ip)
        return verdict

    def _judge(self, ip: str) -> bool:
        try:
            address = ip_address(ip.partition("%")[0])
        except ValueError:
            return False
        carried = _carried(address)
        if carried is None:
            return self._free(address)
        return self._free(carried) and (_is_only_a_form(address) or self._free(address))

    def _free(self, address: Address) -> bool:
        if _among(address, GUARDED):
            return _among(address, self._guarded)
        return self._all or not _among(address, SPECIAL) or _among(address, self._listed)


def _among(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def _is_only_a_form(address: Address) -> bool:
    """Whether an address is just another spelling of the IPv4 address that it carries."""
    return address in _MAPPED


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address inside of an IPv6 address that leads there, None where there is none."""
    if isinstance(address, IPv4Address):
        return None
    number = int(address)
    if any(address in network for network in (_MAPPED, _COMPATIBLE, _NAT64, _LOCAL_NAT64)):
        # ::1 and :: are no carriers
        return None if number < 2 else IPv4Address(number & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None
