"""The one key with which all emulators of a user sign, and know, credentials.

It lies in the user's cache folder and stays the same from run to run. So a
credentials file that was written once is good with every emulator of the user, and
writing one needs no emulator that runs. It opens nothing but emulators.
"""

import hashlib
import hmac
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from live_emulator.loopback.certificates import cache_folder, put_in_place

__all__ = ["GoogleKey"]

_BITS = 2048


class GoogleKey:
    """An RSA key, for service accounts, and a secret made from it for the rest."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private = private
        self._secret = hashlib.sha256(
            private.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ).digest()

    @classmethod
    def open(cls, folder: Path | None = None) -> "GoogleKey":
        """Return the user's key, made the first time it is needed.

        Safe when several emulators start at once: whoever comes first wins.
        """
        path = (folder or cache_folder()) / "google-key.pem"
        was_there = path.exists()
        found = cls._load(path)
        if found is None:
            made = cls.make()
            put_in_place(path, made.private_pem, replace=was_there)
            found = cls._load(path) or made
        return found

    @classmethod
    def make(cls) -> "GoogleKey":
        """Return a new key that is written nowhere."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=_BITS))

    @classmethod
    def _load(cls, path: Path) -> "GoogleKey | None":
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError):
            return None
        return cls(key) if isinstance(key, rsa.RSAPrivateKey) else None

    @property
    def private_pem(self) -> bytes:
        """The private key in PKCS#8, as service account files hold it."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def public(self) -> rsa.RSAPublicKey:
        """The key that checks what a service account signs."""
        return self._private.public_key()

    @property
    def key_id(self) -> str:
        """40 hexadecimal digits, as Google's."""
        return self.seal("key id")[:40]

    @property
    def secret(self) -> bytes:
        """What access tokens are signed with; never leaves the emulator."""
        return self._secret

    def seal(self, text: str) -> str:
        """Return a value that only this key makes of a text."""
        return hmac.new(self._secret, text.encode(), "sha256").hexdigest()
