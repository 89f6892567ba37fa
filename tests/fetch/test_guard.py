"""Which addresses may be reached."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.guard import Guard

PUBLIC = [
    "8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "192.0.1.1", "2606:4700::1111",
    "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2a00:1450:4001::200e",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "::", "::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2002:a00:1::1", "2a00::5efe:a00:1", "2a00::200:5efe:7f00:1",
]  # fmt: skip
GUARDED = [
    "169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fd00:ec2::254", "100.100.100.200", "168.63.129.16",
    "192.0.0.192",
]  # fmt: skip


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_free(ip):
    assert Guard().check(ip)
    assert Guard(["10.0.0.0/8"]).check(ip)


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_addresses_are_free_only_where_allowed(ip):
    assert not Guard(allow=False).check(ip)
    assert not Guard([]).check(ip)
    assert Guard(allow=True).check(ip)


@pytest.mark.parametrize("ip", GUARDED)
def test_link_local_and_metadata_addresses_stay_shut_unless_listed(ip):
    for allow in (False, True, ["0.0.0.0/0", "::/0"], ["10.0.0.0/8", "100.64.0.0/10", "fd00::/8"]):
        assert not Guard(allow).check(ip)


@pytest.mark.parametrize(
    ("listed", "ip"),
    [
        ("169.254.169.254/32", "169.254.169.254"),
        ("169.254.0.0/16", "::ffff:169.254.169.254"),
        ("fe80::/10", "fe80::1%eth0"),
        ("100.100.100.200/32", "100.100.100.200"),
    ],
)
def test_a_listed_network_opens_even_those(listed, ip):
    assert Guard([listed]).check(ip)


def test_a_list_opens_what_it_names_and_no_more():
    guard = Guard(["10.1.0.0/16", "fd00:1::/32"])
    assert [
        ip for ip in ("10.1.2.3", "10.2.0.1", "127.0.0.1", "fd00:1::5", "fd00:2::5") if guard.check(ip)
    ] == [
        "10.1.2.3",
        "fd00:1::5",
    ]


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "2130706433", "0x7f.1", "1.2.3.4.5", "::g", " 8.8.8.8", "8.8.8.8/32"]
)
def test_what_is_no_address_is_refused(text):
    assert not Guard(allow=True).check(text)


@given(st.integers(0, 2**32 - 1))
def test_an_address_in_ipv6_clothes_is_judged_like_the_bare_one(number):
    guard, bare = Guard(), IPv4Address(number)
    for dressed in (f"::ffff:{bare}", str(IPv6Address((0x0064FF9B << 96) | number))):
        assert guard.check(dressed) == guard.check(str(bare))


@given(st.integers(0, 2**128 - 1), st.booleans())
def test_every_address_has_a_verdict_that_does_not_change(number, allow):
    ip = str(IPv6Address(number))
    guard = Guard(allow)
    assert guard.check(ip) == guard.check(ip) == Guard(allow).check(ip)


def test_the_memory_of_verdicts_is_bounded(monkeypatch):
    monkeypatch.setattr("aggregator.guard._REMEMBERED", 10)
    guard = Guard()
    for n in range(40):
        guard.check(f"8.8.8.{n}")
    assert len(guard._known) <= 10
