"""Write FIDELITY.md: facts, fields, closes and models, each with its proofs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from live_emulator.protocol.models import LIVE_MODELS, LiveModel, Task, Thinking
from live_emulator.protocol.sources import Source
from live_emulator.protocol.wire_types import Dialect, Effect, Field
from tests.live_emulator.fidelity.facts.types import Fact, Section
from tests.live_emulator.fidelity.names import (
    TOPICS,
    Name,
    Table,
    client_table,
    closes,
    request_tables,
    resolve,
    server_table,
)
from tests.live_emulator.fidelity.rules_found import (
    Chapter,
    Proof,
    proofs_by_name,
    proofs_by_short,
)

__all__ = ["COMMAND", "write_document"]

COMMAND = "python -m tests.live_emulator.fidelity"

MOST_LINKS = 3
"""A cell names so many tests; of more it gives the number."""

NOT_EMULATED = "not emulated"

INTRODUCTION = f"""\
# What the emulator does as the service does, and what it does not

Nobody who wrote this emulator could put it beside Google's service: it was built
without a key. So everything it does says what that rests on:

- **documented**: Google's documentation, its proto files, or the source of its SDKs;
- **observed**: a recording of the service, or a measurement that somebody published;
- **guessed**: no source says it, and something had to be chosen;
- **not emulated**: the service does it and the emulator does not, with the reason.

And everything names the test that holds the emulator to it. Part 1 lists what is known
of the service, in the order in which a session meets it. Part 2 goes through every
field of every message, part 3 through closes, models and methods. Part 4 has further
rules: details, and choices made where the service leaves them open.

Whoever has a key can check us: `pytest tests/conformance --target service` runs the
tests of part 5 against the service instead of the emulator.

This file is generated from the emulator's own tables and from the markers of its tests
by `{COMMAND}`, and a test fails when it is out of date.
"""


class _Proofs:
    """The tests, by what they cover and by name."""

    def __init__(self, chapters: Sequence[Chapter]) -> None:
        self.chapters = chapters
        self.by_name = proofs_by_name(list(chapters))
        self.by_short = proofs_by_short(list(chapters))

    def covering(self, name: Name) -> list[Proof]:
        """Return the tests that cover something, those first that name it."""
        found = self.by_name.get(name, [])
        return sorted(found, key=lambda proof: not _names(proof, name))


def _names(proof: Proof, name: Name) -> bool:
    """Return whether a test is about this, and not just about something in it."""
    return any(resolve(path)[0] == name for path in proof.covers)


def write_document(sections: Sequence[Section], chapters: Sequence[Chapter]) -> str:
    """Return the text of FIDELITY.md."""
    proofs = _Proofs(chapters)
    parts = [
        INTRODUCTION,
        _summary(sections, proofs),
        "## 1. What is known of the service\n",
        *(_section(one, proofs) for one in sections),
        "## 2. Messages and fields\n",
        "A message that occurs in several places has one table. *no effect*: the field "
        "is\nread, checked for its type, and changes nothing here.\n",
        "### What clients send\n",
        *(_table(one, proofs) for one in client_table()),
        "### What the server sends\n",
        *(_table(one, proofs) for one in server_table()),
        "### Requests over HTTP\n",
        *(_table(one, proofs) for one in request_tables()),
        "## 3. Closes, models, methods\n",
        _closes(proofs),
        _models(proofs),
        _topics(proofs),
        "## 4. Further rules\n",
        _further(sections, proofs),
        "## 5. Checks that run against the service as well\n",
        _conformance(proofs),
        _references(chapters),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _references(chapters: Sequence[Chapter]) -> str:
    """Return where the names of files in the links above lead."""
    return "\n".join(
        f"[{Path(one.path).stem.removeprefix('test_')}]: ../{one.path}"
        for one in chapters
    )


# --- the summary


def _summary(sections: Sequence[Section], proofs: _Proofs) -> str:
    kinds = ("documented", "observed", "guessed", NOT_EMULATED)
    rows = []
    total: Counter[str] = Counter()
    for section in sections:
        counts = Counter(_certainty(fact, proofs) for fact in section.facts)
        total += counts
        rows.append([section.title, *_numbers(counts, kinds)])
    rows.append(["**all**", *_numbers(total, kinds)])
    fields: Counter[Effect] = Counter()
    for table in (*client_table(), *server_table(), *request_tables()):
        fields += Counter(entry.field.effect for entry in table.entries)
    return "\n".join(
        [
            *_rows(["What is known", *kinds], rows),
            "",
            f"Of {fields.total()} fields of messages and requests, "
            f"{fields[Effect.EMULATED]} are emulated,",
            f"{fields[Effect.ACCEPTED]} are accepted without effect, "
            f"{fields[Effect.REFUSED]} are refused, and {fields[Effect.ABSENT]} the "
            "server may",
            f"send and the emulator does not. There are {len(closes())} closes, "
            f"{len(LIVE_MODELS)} live models, and",
            f"{len(proofs.by_short)} tests that prove rules.",
        ]
    )


def _numbers(counts: Counter[str], kinds: Sequence[str]) -> list[str]:
    return [str(counts[kind] or "") for kind in kinds]


# --- facts


def _section(section: Section, proofs: _Proofs) -> str:
    rows = [
        [fact.text, _basis(fact, proofs), _proof_cell(fact, proofs)]
        for fact in section.facts
    ]
    return "\n".join(
        [
            f"### {section.title}",
            "",
            *_rows(["The service", "Known from", "Here"], rows),
        ]
    )


def _certainty(fact: Fact, proofs: _Proofs) -> str:
    if fact.reason:
        return NOT_EMULATED
    source = _source(fact, proofs)
    return source.certainty.value


def _source(fact: Fact, proofs: _Proofs) -> Source:
    if fact.source is not None:
        return fact.source
    source = proofs.by_short[fact.proofs[0]].source
    assert source is not None
    return source


def _basis(fact: Fact, proofs: _Proofs) -> str:
    return _shown(_source(fact, proofs))


def _proof_cell(fact: Fact, proofs: _Proofs) -> str:
    if fact.reason:
        return f"**{NOT_EMULATED}**: {fact.reason}"
    return _links([proofs.by_short[name] for name in fact.proofs])


# --- fields


def _table(table: Table, proofs: _Proofs) -> str:
    rows = [
        [
            f"`{entry.path.rpartition('.')[2]}`",
            _here(entry.field),
            _shown(entry.field.source),
            _links(proofs.covering(entry.name)),
        ]
        for entry in table.entries
    ]
    places = [f"`{path}`" for path in table.paths if path]
    title = places[0] if places else "The message itself"
    lines = [f"#### {title}", ""]
    if len(places) > 1:
        lines += [f"Also {', '.join(places[1:])}.", ""]
    return "\n".join([*lines, *_rows(["Field", "Here", "Known from", "Tests"], rows)])


_EFFECTS = {
    Effect.EMULATED: "emulated",
    Effect.ACCEPTED: "no effect",
    Effect.REFUSED: "refused",
    Effect.ABSENT: "**never sent**",
}


def _here(field: Field) -> str:
    words = [_EFFECTS[field.effect]]
    if len(field.dialects) == 1:
        [dialect] = field.dialects
        words.append(f"{dialect.value} only")
    if field.gemini_versions:
        words.append(f"{', '.join(sorted(field.gemini_versions))} only")
    text = "; ".join(words)
    return f"{text}: {field.note}" if field.note else text


# --- closes, models, methods


def _closes(proofs: _Proofs) -> str:
    rows = [
        [
            f"`{name[1]}`",
            str(code),
            _reason(reason),
            _shown(source),
            _links(proofs.covering(name)),
        ]
        for name, (code, reason, source) in closes().items()
    ]
    return "\n".join(
        [
            "### Closes",
            "",
            "The wire carries the first 123 bytes of a reason. What stands between "
            "braces is",
            "filled in. The names are the emulator's own.",
            "",
            *_rows(["Name", "Code", "Reason", "Known from", "Tests"], rows),
        ]
    )


def _reason(reason: str) -> str:
    return (
        f"`` {' '.join(reason.split())} ``"
        if "`" in reason
        else (f"`{' '.join(reason.split())}`")
    )


def _models(proofs: _Proofs) -> str:
    rows = [
        [
            f"`{model.name}`",
            _offered(model),
            " or ".join(sorted(model.modalities)),
            _manner(model),
            _links(proofs.covering(("model", model.name))),
        ]
        for model in LIVE_MODELS.values()
    ]
    return "\n".join(
        [
            "### Live models",
            "",
            "A retired model is refused as unknown, unless the emulator is lenient. "
            "Where only",
            "an announced day is past and nobody reported a refusal, the model answers "
            "here, and",
            "the emulator's log says that the service may refuse it.",
            "",
            *_rows(["Model", "Offered by", "Answers in", "Manner", "Tests"], rows),
        ]
    )


def _offered(model: LiveModel) -> str:
    if model.retired:
        return f"retired {model.retired}"
    ended = f"; end announced for {model.ended}" if model.ended else ""
    return f"{_offers(model)}{ended}"


def _offers(model: LiveModel) -> str:
    offers = ((Dialect.GEMINI, model.gemini), (Dialect.VERTEX, model.vertex))
    return " and ".join(dialect.value for dialect, offered in offers if offered)


def _manner(model: LiveModel) -> str:
    words = []
    if model.task is not Task.CONVERSE:
        words.append(f"{model.task.value}s what it hears")
    if model.tools:
        words.append(f"tools {model.default_behaviour.value} by default")
    else:
        words.append("no tools")
    if len(model.behaviours) == 1 and model.tools:
        words.append("no others")
    if model.thinking is Thinking.LEVEL:
        words.append(f"thinks at {', '.join(sorted(model.thinking_levels))}")
    elif model.thinking is not Thinking.NONE:
        words.append(
            "thinkingConfig refused"
            if model.thinking is Thinking.REFUSED
            else "takes a thinkingBudget"
        )
    words.append("transcripts whole" if model.whole_transcripts else "word by word")
    if model.voice_activity:
        words.append("reports activity")
    if model.interaction_status:
        words.append("reports interactionStatus")
    return "; ".join(words)


def _topics(proofs: _Proofs) -> str:
    rows = [
        [f"`{topic}`", text, _links(proofs.covering(("topic", topic)))]
        for topic, text in TOPICS.items()
    ]
    return "\n".join(
        [
            "### Methods and manners",
            "",
            "What concerns no single field; tests mark it by the name in the first "
            "column.",
            "",
            *_rows(["Name", "What", "Tests"], rows),
        ]
    )


def _further(sections: Sequence[Section], proofs: _Proofs) -> str:
    cited = {name for one in sections for fact in one.facts for name in fact.proofs}
    rows = [
        [proof.statement, _shown(proof.source), _link(proof)]
        for short, proof in proofs.by_short.items()
        if short not in cited and not _conforms(proof)
    ]
    return "\n".join(
        [
            "Rules that no row of part 1 names.",
            "",
            *_rows(["Here", "Known from", "Test"], rows),
        ]
    )


def _conforms(proof: Proof) -> bool:
    """Return whether a test can be run against the service."""
    return proof.path.startswith("tests/conformance/")


def _conformance(proofs: _Proofs) -> str:
    rows = [
        [proof.statement, _shown(proof.source), _link(proof)]
        for proof in proofs.by_short.values()
        if _conforms(proof)
    ]
    return "\n".join(
        [
            "The answers of a real model vary; what these tests ask of them does not.",
            "",
            *_rows(["The service and the emulator", "Known from", "Test"], rows),
        ]
    )


# --- cells


def _shown(source: Source | None) -> str:
    assert source is not None
    if not source.reference:
        return f"**{source.certainty.value}**"
    return f"**{source.certainty.value}**: {source.reference}"


def _links(proofs: Sequence[Proof]) -> str:
    shown = ", ".join(_link(proof) for proof in proofs[:MOST_LINKS])
    more = len(proofs) - MOST_LINKS
    return f"{shown} and {more} more" if more > 0 else shown


def _link(proof: Proof) -> str:
    file, _, test = proof.short.partition(".")
    return f"[{file}: {test.replace('_', ' ')}][{file}]"


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (cell.replace("|", "\\|").replace("\n", " ") for cell in row)
        yield f"| {' | '.join(cells)} |"
