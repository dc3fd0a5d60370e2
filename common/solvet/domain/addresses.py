"""Addresses of services that an operator configures, where credentials are sent to."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import inet_aton
from urllib.parse import SplitResult, urlsplit

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_METADATA = frozenset({"fd00:ec2::254", "metadata.google.internal"})
"""Where machines in a cloud are told their credentials; the other such addresses are link-local.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""
_NEAR = (".internal", ".local", ".localhost")
_Ip = IPv4Address | IPv6Address


def problem_of(url: str) -> str:
    """What is wrong with the address of a service, after "it is"; empty when nothing is.

    Plain http is for this machine and for private networks: it shows keys to whoever listens.
    Names are not resolved.

    >>> problem_of("http://169.254.169.254/latest"), problem_of("http://ollama:11434/v1")
    ("an address of a machine's own network, which no service has", '')
    """
    parts = _split(url)
    if parts is None:
        return "not an http or https address without user, query or fragment"
    host = (parts.hostname or "").rstrip(".")
    ip = _ip(host)
    if host in _METADATA or (ip and (ip.is_link_local or ip.is_multicast or ip.is_unspecified)):
        return "an address of a machine's own network, which no service has"
    if parts.scheme == "http" and not _is_near(host, ip):
        return "reached by http, which shows keys to whoever listens; use https"
    return ""


def web_url(api_url: str) -> str:
    """Where people look: the API's host without `api.`, or its address without `/api/v3`."""
    return api_url.rstrip("/").removesuffix("/api/v3").replace("https://api.", "https://", 1)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    extra = parts.username or parts.password or parts.query or parts.fragment
    plain = _PRINTABLE.fullmatch(url) and parts.scheme in {"http", "https"}
    return parts if plain and named and not extra else None


def _ip(host: str) -> _Ip | None:
    """The address that a host is, however it is written: 2852039166 is 169.254.169.254."""
    try:
        ip = ip_address(host)
    except ValueError:
        try:
            return IPv4Address(inet_aton(host))
        except OSError:
            return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip


def _is_near(host: str, ip: _Ip | None) -> bool:
    if ip is not None:
        return ip.is_private
    return "." not in host or host.endswith(_NEAR)
