"""The authority of this machine: made once, renewed in time, and never in the way."""

import os
import socket
import stat
import tempfile

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from live_emulator.loopback import certificates
from live_emulator.loopback.certificates import (
    Authority,
    VertexCertificate,
    put_in_place,
    write_bundle,
)
from live_emulator.loopback.google_key import GoogleKey

FILE = "ca-with-key.pem"


def test_it_is_made_once(tmp_path):
    """Whoever opens it later gets the same authority."""
    assert Authority.open(tmp_path).pem == Authority.open(tmp_path).pem
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_its_key_is_its_owners(tmp_path):
    """Nobody else on the machine can read the key."""
    Authority.open(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_one_that_is_no_good_is_made_anew(tmp_path):
    """A file that holds something else gives way to a new authority."""
    (tmp_path / FILE).write_text("nonsense", "ascii")
    made = Authority.open(tmp_path)
    assert made.pem == Authority.open(tmp_path).pem


def test_one_of_another_kind_is_made_anew(tmp_path):
    """A key that the emulator would not have made is not used."""
    pem = Authority.open(tmp_path).pem
    key = rsa.generate_private_key(65_537, 2_048)
    (tmp_path / FILE).write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    assert Authority.open(tmp_path).pem != pem


def test_one_that_runs_out_is_renewed(tmp_path, monkeypatch):
    """An authority is replaced before clients would refuse it."""
    monkeypatch.setattr(certificates, "_CA_DAYS", 30)
    short = Authority.open(tmp_path).pem
    monkeypatch.setattr(certificates, "_CA_DAYS", 3_650)
    assert Authority.open(tmp_path).pem != short


def test_whoever_is_quicker_wins(tmp_path, monkeypatch):
    """Of two emulators that make it at once, both use the same one."""
    others: list[bytes] = []
    make = Authority._make

    def make_while_another_does() -> Authority:
        monkeypatch.setattr(Authority, "_make", make)
        others.append(Authority.open(tmp_path).pem)
        return make()

    monkeypatch.setattr(Authority, "_make", make_while_another_does)
    assert [Authority.open(tmp_path).pem] == others


def test_whoever_is_quicker_wins_with_vertex_ai_too(tmp_path, monkeypatch):
    """And with the key that signs credentials."""
    others: list[bytes] = []
    make, make_key = VertexCertificate._make, GoogleKey.make
    hosts = frozenset({"one.googleapis.com"})

    def make_while_another_does(hosts: frozenset[str]) -> VertexCertificate:
        monkeypatch.setattr(VertexCertificate, "_make", make)
        others.append(VertexCertificate.open(hosts, tmp_path).pem)
        return make(hosts)

    def make_key_while_another_does() -> GoogleKey:
        monkeypatch.setattr(GoogleKey, "make", make_key)
        others.append(GoogleKey.open(tmp_path).private_pem)
        return make_key()

    monkeypatch.setattr(VertexCertificate, "_make", make_while_another_does)
    monkeypatch.setattr(GoogleKey, "make", make_key_while_another_does)
    certificate = VertexCertificate.open(hosts, tmp_path)
    key = GoogleKey.open(tmp_path)
    assert [certificate.pem, key.private_pem] == others


def test_a_certificate_for_other_names_gives_way(tmp_path):
    """An older emulator may have known fewer."""
    VertexCertificate.open(["one.googleapis.com"], tmp_path)
    hosts = {"one.googleapis.com", "two.googleapis.com"}
    assert VertexCertificate.open(hosts, tmp_path).hosts == hosts
    assert len(list(tmp_path.iterdir())) == 1


def test_a_disk_without_links(tmp_path, monkeypatch):
    """Where files can't be linked, the authority is written all the same."""

    def link(*paths: object) -> None:
        raise OSError("not on this disk")

    monkeypatch.setattr(os, "link", link)
    made = Authority.open(tmp_path)
    assert made.pem == Authority.open(tmp_path).pem
    put_in_place(tmp_path / FILE, b"from elsewhere", replace=False)
    assert Authority.open(tmp_path).pem == made.pem


def test_the_bundle_follows_the_authority(tmp_path):
    """The bundle is rewritten when the authority has changed."""
    first = write_bundle(Authority.open(tmp_path), tmp_path).read_bytes()
    (tmp_path / FILE).unlink()
    authority = Authority.open(tmp_path)
    second = write_bundle(authority, tmp_path).read_bytes()
    assert authority.pem in second
    assert authority.pem not in first


def test_whose_an_emulator_is(live, tmp_path, monkeypatch):
    """Another user has another authority; what speaks no TLS shows nothing."""
    assert certificates.whose_emulator(live.url) == "own"
    monkeypatch.setattr(certificates, "cache_folder", lambda: tmp_path)
    assert certificates.whose_emulator(live.url) == "foreign"
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    assert certificates.whose_emulator(address) == "unknown"


@pytest.fixture
def homeless(tmp_path, monkeypatch):
    """Take away the home; return the place of temporary files."""
    (tmp_path / "file").touch()
    inside = str(tmp_path / "file" / "cache")
    monkeypatch.setattr(
        certificates.platformdirs, "user_cache_dir", lambda *_, **__: inside
    )
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_without_a_home_there_are_temporary_files(homeless):
    """In a folder that is this user's alone, the same for all programs."""
    folder = certificates.cache_folder()
    assert folder.parent == homeless
    assert certificates.cache_folder() == folder
    if os.name != "nt":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="Windows has a folder for each user")
@pytest.mark.parametrize("how", ["open", "link", "file"])
def test_a_temporary_folder_that_others_could_have_made(homeless, how):
    """It is not used: an authority in it would be theirs."""
    folder = certificates.cache_folder()
    folder.rmdir()
    if how == "open":
        folder.mkdir()
        folder.chmod(0o755)
    elif how == "link":
        folder.symlink_to(homeless)
    else:
        folder.touch()
    with pytest.raises(certificates.NoCacheFolder, match="TMPDIR"):
        certificates.cache_folder()
