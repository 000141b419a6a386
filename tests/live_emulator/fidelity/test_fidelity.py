"""FIDELITY.md tells the truth: it is complete, and as new as code and tests."""

import re

import pytest

from live_emulator.protocol.models import LIVE_MODELS
from live_emulator.protocol.sources import Certainty
from live_emulator.protocol.wire_types import Effect
from tests.live_emulator.fidelity.__main__ import PATH
from tests.live_emulator.fidelity.document import COMMAND, write_document
from tests.live_emulator.fidelity.facts.everything import SECTIONS
from tests.live_emulator.fidelity.names import (
    TOPICS,
    UnknownName,
    client_table,
    closes,
    request_tables,
    resolve,
    server_table,
)
from tests.live_emulator.fidelity.rules_found import (
    find_chapters,
    proofs_by_name,
    proofs_by_short,
)

CHAPTERS = find_chapters()
TABLES = [*client_table(), *server_table(), *request_tables()]


def test_the_document_is_up_to_date():
    """FIDELITY.md is what the tables and the tests say today."""
    written = PATH.read_text("utf-8")
    assert written == write_document(SECTIONS, CHAPTERS), f"Run {COMMAND}."


def test_its_links_lead_to_tests():
    """Whatever the document names as a proof is a file beside it."""
    text = PATH.read_text("utf-8")
    targets = dict(re.findall(r"^\[(\w+)\]: (\S+)$", text, re.MULTILINE))
    assert set(re.findall(r"\]\[(\w+)\]", text)) <= targets.keys()
    assert all((PATH.parent / target).is_file() for target in targets.values())


def test_every_mark_names_something_that_exists():
    """No test claims to cover a field, close or topic that is not there."""
    for chapter in CHAPTERS:
        for proof in chapter.proofs:
            assert list(proof.names()), f"{proof.short} covers nothing"


def test_every_rule_says_what_it_rests_on():
    """A rule has a statement and a source, and what is no guess has a reference."""
    for chapter in CHAPTERS:
        for proof in chapter.proofs:
            assert proof.statement.endswith("."), proof.short
            assert proof.source is not None, proof.short
            guessed = proof.source.certainty is Certainty.GUESSED
            assert guessed or proof.source.reference, proof.short


def test_every_field_is_covered():
    """A field is covered by a test, or never sent for a reason."""
    covered = proofs_by_name(CHAPTERS)
    bare = [
        entry.path
        for table in TABLES
        for entry in table.entries
        if entry.name not in covered
        and not (entry.field.effect is Effect.ABSENT and entry.field.note)
    ]
    assert bare == []


def test_every_close_model_and_topic_is_covered():
    """Closes, models, and what concerns no field have tests as well."""
    names = [
        *closes(),
        *(("model", name) for name in LIVE_MODELS),
        *(("topic", name) for name in TOPICS),
    ]
    covered = proofs_by_name(CHAPTERS)
    assert [name for name in names if name not in covered] == []


def test_every_fact_is_proved_or_explained():
    """What is known of the service has a test here, or a reason why not."""
    known = proofs_by_short(CHAPTERS)
    for section in SECTIONS:
        for fact in section.facts:
            explained = bool(fact.reason and fact.source)
            assert bool(fact.proofs) != explained, fact.text
            assert set(fact.proofs) <= known.keys(), fact.text


def test_tests_have_names_of_their_own():
    """No two tests that prove rules share the name that facts use."""
    shorts = [proof.short for chapter in CHAPTERS for proof in chapter.proofs]
    assert len(set(shorts)) == len(shorts)


@pytest.mark.parametrize(
    "path",
    [
        "setup.nonsense",
        "setup.model.inner",
        "close.nonsense",
        "model.nonsense",
        "auth_tokens.nonsense",
        "nonsense",
        "",
    ],
)
def test_unknown_names_are_found(path):
    """A name that does not exist is an error, wherever it goes wrong."""
    with pytest.raises(UnknownName):
        resolve(path)


def test_a_name_covers_what_it_lies_in():
    """Who covers a field covers the messages around it."""
    inner, outer = resolve("setup.sessionResumption")
    assert inner == ("client", "BidiGenerateContentSetup", "sessionResumption")
    assert outer == ("client", "BidiGenerateContentClientMessage", "setup")
