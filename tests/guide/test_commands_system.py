"""What is done about a missing browser, node or PortAudio on which system."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from guide.commands import browser, system_packages
from guide.commands.console import Console

PYTHON = Path("python")


@pytest.fixture
def machine(monkeypatch):
    """Pretend to be some machine; records the commands instead of running them."""
    state = SimpleNamespace(commands=[], has_browser_after="", said=io.StringIO())
    state.console = Console(state.said)

    def run(command, _variables=None):
        state.commands.append(" ".join(map(str, command)))
        return state.works

    def be(distribution, *, root, works=True):
        state.works = works
        monkeypatch.setattr(sys, "platform", "linux" if distribution else "darwin")
        monkeypatch.setattr(system_packages, "_distribution", lambda: distribution)
        monkeypatch.setattr(system_packages, "_is_root", lambda: root)
        monkeypatch.setattr(system_packages, "_run", run)

    def find(_python):
        found = state.has_browser_after
        return "/a/browser" if found and found in " ".join(state.commands) else None

    monkeypatch.setattr(system_packages, "find_browser", find)
    state.be = be
    return state


@pytest.mark.parametrize(
    ("distribution", "root", "expected"),
    [
        ("debian", True, "install -y --no-install-recommends chromium"),
        ("debian", False, "python -m playwright install chromium"),
        ("ubuntu", True, "python -m playwright install --with-deps chromium"),
        ("fedora", False, "python -m playwright install chromium"),
        ("", False, "python -m playwright install chromium"),
    ],
)
def test_a_browser_is_installed_where_that_needs_no_questions(
    machine, distribution, root, expected
):
    """Debian's own as root, Playwright's elsewhere."""
    machine.be(distribution, root=root)
    machine.has_browser_after = "install"
    assert system_packages.browser_for(PYTHON, machine.console) == "/a/browser"
    assert machine.commands[0].endswith(expected)


def test_a_fresh_debian_is_updated_before_it_is_asked_again(machine):
    """Its list of packages is empty at first."""
    machine.be("debian", root=True, works=False)
    system_packages.browser_for(PYTHON, machine.console)
    kinds = [command.split()[3] for command in machine.commands]
    assert kinds == ["install", "update", "install"]


def test_without_a_browser_the_one_command_is_named(machine):
    """What can't be installed is left to the reader, in a sentence."""
    machine.be("fedora", root=False, works=False)
    assert system_packages.browser_for(PYTHON, machine.console) is None
    assert "python -m playwright install chromium" in machine.said.getvalue()


def test_portaudio_is_installed_or_named(machine):
    """Linux wheels come without it."""
    machine.be("debian", root=True, works=False)
    system_packages.portaudio_for(PYTHON, machine.console)
    assert any("libportaudio2" in command for command in machine.commands)
    assert "sudo apt install libportaudio2" in machine.said.getvalue()


def test_other_systems_have_portaudio_in_the_package(machine):
    """Nothing is done there."""
    machine.be("", root=False)
    system_packages.portaudio_for(PYTHON, machine.console)
    assert not machine.commands


def test_a_virtual_sound_card_is_installed_or_named(machine, monkeypatch):
    """Without taking another sound server away."""
    monkeypatch.setattr(system_packages.shutil, "which", lambda _: None)
    machine.be("debian", root=True, works=False)
    system_packages.virtual_sound_card_for(machine.console)
    assert "--no-remove pulseaudio pulseaudio-utils" in machine.commands[0]
    assert "sudo apt install pulseaudio" in machine.said.getvalue()


@pytest.mark.parametrize(
    ("distribution", "tool"), [("", None), ("debian", "/usr/bin/tool")]
)
def test_nothing_is_done_where_a_sound_card_is_there_or_impossible(
    machine, monkeypatch, distribution, tool
):
    """Only Linux has virtual ones without a driver."""
    monkeypatch.setattr(system_packages.shutil, "which", lambda _: tool)
    machine.be(distribution, root=True)
    system_packages.virtual_sound_card_for(machine.console)
    assert not machine.commands and not machine.said.getvalue()


@pytest.mark.parametrize(
    ("version", "usable"),
    [("v20.1.0", True), ("v24.0.0", True), ("v18.19.0", False), ("nonsense", False)],
)
def test_only_a_node_that_is_young_enough_will_do(monkeypatch, version, usable):
    """Otherwise the sentence says which version is needed."""
    monkeypatch.setattr(system_packages.shutil, "which", lambda _: "/usr/bin/node")
    monkeypatch.setattr(
        system_packages.subprocess,
        "run",
        lambda *_, **__: SimpleNamespace(stdout=version + "\n"),
    )
    path, sentence = system_packages.find_node()
    assert (path is not None) is usable
    assert usable or "Install node 20 or newer" in sentence


def test_a_missing_node_is_named(monkeypatch):
    """With the place to get it."""
    monkeypatch.setattr(system_packages.shutil, "which", lambda _: None)
    assert system_packages.find_node() == (
        None,
        "node is missing. Install node 20 or newer from https://nodejs.org.",
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows' browsers are not started to ask")
def test_a_stub_is_not_taken_for_a_browser(monkeypatch, tmp_path):
    """Ubuntu's chromium-browser may only explain how to get the real one."""
    stub, real = tmp_path / "chromium", tmp_path / "google-chrome"
    stub.write_text("#!/bin/sh\necho install it first\nexit 1\n")
    real.write_text("#!/bin/sh\necho Chrome 150.0\n")
    for path in (stub, real):
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browser.BROWSER_VARIABLE, raising=False)
    assert browser.find_browser() == str(real)
    monkeypatch.setenv(browser.BROWSER_VARIABLE, "/my/own")
    assert browser.find_browser() == "/my/own"
