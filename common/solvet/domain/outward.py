"""Addresses in public networks, where notices go: https only, and nothing of our own network."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from solvet.domain.addresses import problem_of

_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Addresses of IPv4 in disguise (https://www.rfc-editor.org/rfc/rfc8215)."""


def problem_of_webhook(url: str) -> str:
    """What is wrong with a webhook's address, after "it is"; empty when nothing is.

    Where its name leads is looked at when it is called: see `is_public`.

    >>> problem_of_webhook("http://hooks.example.com/x")
    'not reached by https'
    """
    if not url.startswith("https://"):
        return "not reached by https"
    return problem_of(url)


def is_public(address: str) -> bool:
    """May a notice go to this IP address? Nothing private, local or translated is public.

    >>> is_public("169.254.169.254"), is_public("::ffff:10.0.0.1"), is_public("93.184.215.14")
    (False, False, True)
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return _is_public_v6(ip)
    return _is_public_v4(ip)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast


def _is_public_v6(ip: IPv6Address) -> bool:
    hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
    if hidden:
        return False
    translated = any(ip in network for network in _TRANSLATED)
    return ip.is_global and not ip.is_multicast and not translated
