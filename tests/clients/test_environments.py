"""Environments are made once, whole or not at all, and never while tests run."""

import sys
from pathlib import Path

import pytest

from tests.clients import environments
from tests.clients.environments import NotInstalled


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """Put cache and requirements in a folder of their own; record commands."""
    source, cache = tmp_path / "source", tmp_path / "cache"
    for name, text in (
        ("requirements/small.txt", "small==1\n"),
        ("requirements/small.lock", "small==1\n"),
        ("node/other/package.json", "{}"),
        ("node/other/package-lock.json", "{}"),
    ):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(environments, "HERE", source)
    monkeypatch.setattr(environments, "CACHE", cache)
    monkeypatch.setattr(environments, "ALWAYS", ("small",))
    monkeypatch.setattr(environments.shutil, "which", lambda name: f"/bin/{name}")
    commands = []
    monkeypatch.setattr(
        environments, "_run", lambda command, folder=None: commands.append(command)
    )
    return source, cache, commands


def folders(cache: Path) -> list[str]:
    """Return what the cache holds."""
    return sorted(path.name.rsplit("-", 1)[0] for path in cache.iterdir())


def test_everything_is_made_once(workshop):
    """A second run finds both kinds and starts neither pip nor npm."""
    _, cache, commands = workshop
    assert environments.main(["--all"]) == 0
    assert folders(cache) == ["node-other", "small"]
    assert len(commands) == 2
    assert environments.main(["--all"]) == 0
    assert len(commands) == 2


def test_without_arguments_the_usual_ones_are_made(workshop):
    """What only `--all` needs is left for it."""
    _, cache, _ = workshop
    assert environments.main([]) == 0
    assert folders(cache) == ["small"]


def test_pip_is_held_to_the_lock(workshop):
    """Only the versions that were tried are installed."""
    source, _, commands = workshop
    environments.main(["small"])
    [command] = commands
    requirements = source / "requirements"
    expected = ["-r", str(requirements / "small.txt")]
    expected += ["-c", str(requirements / "small.lock")]
    assert command[:3] == [sys.executable, "-m", "pip"]
    assert command[-4:] == expected


def test_a_changed_lock_makes_a_new_one_and_removes_the_old(workshop):
    """A present environment is an up-to-date one."""
    source, cache, _ = workshop
    environments.main(["small"])
    [old] = cache.iterdir()
    (source / "requirements" / "small.lock").write_text("small==2\n")
    with pytest.raises(NotInstalled):
        environments.find("small")
    environments.main(["small"])
    [new] = cache.iterdir()
    assert new != old
    assert environments.find("small").folder == new


def test_a_failure_leaves_nothing_behind(workshop, monkeypatch, capsys):
    """The reason is said in one line, and the next run starts afresh."""
    _, cache, _ = workshop

    def fail(command, folder=None):
        raise environments.CannotInstall("pip says: ERROR: no network")

    monkeypatch.setattr(environments, "_run", fail)
    assert environments.main(["small"]) == 1
    assert list(cache.iterdir()) == []
    [line] = capsys.readouterr().out.splitlines()
    assert line == (
        "The environment small could not be made: pip says: ERROR: no network"
    )


def test_an_unknown_name_is_answered_with_those_there_are(workshop, capsys):
    """Nothing is made then."""
    assert environments.main(["large"]) == 2
    assert "node-other, small" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "command"),
    [("small", "guide.py test clients"), ("node-other", "guide.py test clients --all")],
)
def test_what_is_missing_is_named_with_the_command_that_makes_it(
    workshop, name, command
):
    """Looking for an environment never makes it."""
    with pytest.raises(NotInstalled) as caught:
        environments.find(name)
    assert str(caught.value).endswith(command)
    assert not workshop[1].exists()


def test_every_environment_is_pinned():
    """Each names one exact version, and has a lock."""
    known = environments.names()
    assert set(environments.ALWAYS) <= set(known)
    for name in known:
        requirements, lock = environments._sources(name)
        assert lock.is_file()
        assert environments._is_node(name) or "==" in requirements.read_text("utf-8")
