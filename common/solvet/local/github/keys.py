"""The App's key pair: made for a simulation, or read from a PEM."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from solvet.errors import BadInput

_BITS = 2048


def new_private_key() -> str:
    """A fresh RSA key as GitHub hands it out: PKCS#1 PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, form, plain).decode()


def public_key_of(pem: bytes | str) -> bytes:
    """The public PEM of a private or public one; BadInput when it is neither."""
    raw = pem.encode() if isinstance(pem, str) else pem
    try:
        if b"PRIVATE KEY" not in raw:
            public = serialization.load_pem_public_key(raw)
        else:
            public = serialization.load_pem_private_key(raw, password=None).public_key()
    except (ValueError, TypeError) as error:
        raise BadInput("the App's key is no PEM of a private or public key") from error
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
