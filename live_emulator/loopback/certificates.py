"""A certificate authority of the user's own, good for loopback alone.

The Python SDK speaks TLS whatever address it is given, so the emulator needs a
certificate, and the client needs to trust it: `SSL_CERT_FILE` names a bundle of
certifi's roots and this authority. It lies in the user's cache folder, stays the
same from run to run, and its name constraints let it vouch for nothing but
localhost, even if its key were stolen.

Google's SDK goes to Vertex AI's own names whatever the environment says, so those
have a certificate too (`VertexCertificate`), for clients that ask for it.
"""

import getpass
import os
import secrets
import socket
import ssl
import stat
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import certifi
import platformdirs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from live_emulator.errors import EmulatorError

__all__ = [
    "Authority",
    "NoCacheFolder",
    "VertexCertificate",
    "cache_folder",
    "put_in_place",
    "whose_emulator",
    "write_bundle",
]

_CA_DAYS = 3650
_RENEW_DAYS = 90
_LEAF_DAYS = 90
_VERTEX_DAYS = 390
_DAY = timedelta(days=1)
_ADDRESSES = ("127.0.0.1", "::1")


def cache_folder() -> Path:
    """Return the folder for files that can be made again; it exists.

    That is the user's own, or one among the temporary files where a home is missing
    or can't be written, as in containers.

    Raises:
        NoCacheFolder: There is no place at all.

    """
    folder = Path(platformdirs.user_cache_dir("live_emulator", appauthor=False))
    try:
        if folder.is_absolute():  # else there is no home
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    except OSError:
        pass
    return _temporary_folder(folder)


def _temporary_folder(wanted: Path) -> Path:
    """Return a folder that nobody but this user can have made or can change."""
    user = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
    folder = Path(tempfile.gettempdir()) / f"live_emulator-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise NoCacheFolder(
            f"Neither {wanted} nor {folder} can be written ({error.strerror}); the "
            "emulator keeps its certificates there. Set TMPDIR to a folder that can be."
        ) from None
    is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if hasattr(os, "getuid") and not (is_private and found.st_uid == os.getuid()):
        raise NoCacheFolder(
            f"{wanted} can't be written, and {folder} belongs to somebody else or can "
            "be read by others. Remove it, or set TMPDIR to a folder of your own."
        )
    return folder


class NoCacheFolder(EmulatorError, OSError):
    """There is no place for certificates: one sentence for the reader."""


def whose_emulator(url: str) -> Literal["own", "foreign", "unknown"]:
    """Tell whose emulator is at an address, by its certificate as clients would.

    One of this user's shows a certificate of the authority that only this user has;
    what does not speak TLS shows nothing. Blocks for two seconds at most.
    """
    place = urlsplit(url)
    context = ssl.create_default_context(cadata=Authority.open().pem.decode())
    try:
        address = (place.hostname or "127.0.0.1", place.port or 80)
        with (
            socket.create_connection(address, timeout=2) as plain,
            context.wrap_socket(plain, server_hostname=address[0]),
        ):
            return "own"
    except ssl.SSLCertVerificationError:
        return "foreign"
    except (OSError, ValueError):
        return "unknown"


class Authority:
    """The authority that signs the emulator's certificates."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey):
        self._certificate = certificate
        self._key = key

    @classmethod
    def open(cls, folder: Path | None = None) -> "Authority":
        """Return the user's authority, made the first time it is needed.

        Safe when several emulators start at once: whoever comes first wins.
        """
        path = (folder or cache_folder()) / "ca-with-key.pem"
        was_there = path.exists()
        authority = cls._load(path)
        if authority is None:
            made = cls._make()
            put_in_place(path, made._pem_with_key(), replace=was_there)
            authority = cls._load(path) or made
        return authority

    @classmethod
    def _load(cls, path: Path) -> "Authority | None":
        """Return the authority in a file, None if there is no good one."""
        try:
            pem = path.read_bytes()
            certificate = x509.load_pem_x509_certificate(pem)
            key = serialization.load_pem_private_key(pem, password=None)
        except (OSError, ValueError):
            return None
        soon = datetime.now(UTC) + _RENEW_DAYS * _DAY
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            return None
        if certificate.not_valid_after_utc < soon:
            return None
        return cls(certificate, key)

    @classmethod
    def _make(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Gemini Live emulator: authority of this machine")
        permitted: list[x509.GeneralName] = [x509.DNSName("localhost")]
        permitted += [x509.IPAddress(ip_network(one)) for one in _ADDRESSES]
        certificate = (
            _builder(name, name, key, _CA_DAYS)
            .add_extension(x509.BasicConstraints(True, path_length=0), critical=True)
            .add_extension(x509.NameConstraints(permitted, None), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, key)

    @property
    def pem(self) -> bytes:
        """The certificate, for those who shall trust it."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def _pem_with_key(self) -> bytes:
        return self.pem + _pem_of_key(self._key)

    def server_context(self) -> ssl.SSLContext:
        """Return a TLS context with a new certificate for localhost."""
        names: list[x509.GeneralName] = [x509.DNSName("localhost")]
        names += [x509.IPAddress(ip_address(one)) for one in _ADDRESSES]
        return _context_of(self._leaf(names, _LEAF_DAYS))

    def _leaf(self, names: Sequence[x509.GeneralName], days: int) -> bytes:
        """Return a certificate for some names, the authority's, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self._certificate.subject
        leaf = (
            _builder(_name("Gemini Live emulator"), issuer, key, days)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self._key.public_key()
                ),
                critical=False,
            )
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        pem = leaf.public_bytes(serialization.Encoding.PEM) + self.pem
        return pem + _pem_of_key(key)


class VertexCertificate:
    """A certificate for the names of Vertex AI, for this user's clients alone.

    The authority that signed it lost its key at once, so it can never vouch for
    another name, and no client trusts it that was not given `write_bundle`'s file.
    """

    def __init__(self, pem: bytes, hosts: frozenset[str]) -> None:
        self._pem = pem
        self.hosts = hosts
        """The names it is good for."""

    @classmethod
    def open(
        cls, hosts: Iterable[str], folder: Path | None = None
    ) -> "VertexCertificate":
        """Return the user's certificate, made the first time it is needed.

        Safe when several emulators start at once: whoever comes first wins.
        """
        wanted = frozenset(hosts)
        path = (folder or cache_folder()) / "vertex-certificate.pem"
        was_there = path.exists()
        found = cls._load(path)
        if found is None or found.hosts != wanted:
            made = cls._make(wanted)
            put_in_place(path, made._pem, replace=was_there)
            found = cls._load(path) or made
        return found

    @classmethod
    def _load(cls, path: Path) -> "VertexCertificate | None":
        """Return the certificate in a file, None if there is no good one."""
        try:
            pem = path.read_bytes()
            [leaf, _] = x509.load_pem_x509_certificates(pem)
            names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except (OSError, ValueError, x509.ExtensionNotFound):
            return None
        if leaf.not_valid_after_utc < datetime.now(UTC) + _RENEW_DAYS * _DAY:
            return None
        return cls(pem, frozenset(names.value.get_values_for_type(x509.DNSName)))

    @classmethod
    def _make(cls, hosts: frozenset[str]) -> "VertexCertificate":
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Gemini Live emulator: Vertex AI on this machine")
        permitted = [x509.DNSName(host) for host in sorted(hosts)]
        certificate = (
            _builder(name, name, key, _VERTEX_DAYS)
            .add_extension(x509.BasicConstraints(True, path_length=0), critical=True)
            .add_extension(x509.NameConstraints(permitted, None), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        leaf = Authority(certificate, key)._leaf(permitted, _VERTEX_DAYS)
        return cls(leaf, hosts)

    @property
    def pem(self) -> bytes:
        """The authority's certificate, for those who shall trust it."""
        authority = x509.load_pem_x509_certificates(self._pem)[1]
        return authority.public_bytes(serialization.Encoding.PEM)

    def server_context(self) -> ssl.SSLContext:
        """Return a TLS context with the certificate."""
        return _context_of(self._pem)


def write_bundle(
    authority: Authority,
    folder: Path | None = None,
    vertex: VertexCertificate | None = None,
) -> Path:
    """Write certifi's roots and the authority into one file; return its path.

    A client with this bundle trusts the emulator and the service alike, and with a
    certificate for Vertex AI also the emulator in its place.
    """
    name = "ca-bundle.pem" if vertex is None else "ca-bundle-vertex.pem"
    path = (folder or cache_folder()) / name
    bundle = Path(certifi.where()).read_bytes() + b"\n" + authority.pem
    if vertex is not None:
        bundle += vertex.pem
    if not path.exists() or path.read_bytes() != bundle:
        # Nothing in it is secret, and clients may run as another user.
        put_in_place(path, bundle, replace=True, mode=0o644)
    return path


def _context_of(pem: bytes) -> ssl.SSLContext:
    """Return a server's TLS context for a chain of certificates and a key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The ssl module reads certificates from files alone.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        _write(path, pem, 0o600)
        context.load_cert_chain(path)
    return context


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + days * _DAY)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            critical=False,
        )
    )


def _key_usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def put_in_place(
    path: Path, content: bytes, *, replace: bool, mode: int = 0o600
) -> None:
    """Make a file appear at once and whole.

    Args:
        path: Where.
        content: What is in it.
        replace: Whether a file that is there gives way; otherwise it stays, even if
            it came a moment ago.
        mode: Who may read it; its owner alone, if nothing is said.

    Raises:
        OSError: It can't be written there.

    """
    # Not the process's number: one process can have several emulators.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        _write(fresh, content, mode)
        if replace:
            fresh.replace(path)
        else:
            _link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _link(fresh: Path, path: Path) -> None:
    """Give a file its name unless another emulator was quicker."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            fresh.replace(path)


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
