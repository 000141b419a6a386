"""No secret stays in a recording, and nothing else is changed."""

import base64
import json
import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from live_emulator.cassette.scrubbing import PLACEHOLDER, Scrubber, pattern_of

KEY = "AIza" + "SyB-0123456789abcdefghijklmnopqrstu"
AUDIO = base64.b64encode(bytes(range(256)) * 4).decode()


def scrub(value, *secrets):
    """Return a message as it is in a recording."""
    scrubber = Scrubber()
    for secret in secrets:
        scrubber.add(secret)
    return json.loads(scrubber.frame(json.dumps(value).encode()))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"my key is {KEY}.", KEY),
        ("AQ.Ab8RN6Kfoo-bar_0123456789 it is", "Ab8RN6Kfoo"),
        ("name: auth_tokens/0f3c-a9, used up", "0f3c-a9"),
        ("?access_token=auth_tokens%2F0f3c-a9&x=1", "0f3c-a9"),
        ("Bearer ya29.a0AfH6SMBx-y_z", "a0AfH6SMBx"),
        ("authorization: bearer 12345678-abc", "12345678-abc"),
        ("Authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ('{"api_key": "hunter2"}', "hunter2"),
        ('{\\"apiKey\\": \\"hunter2\\"}', "hunter2"),
        ("https://x/y?key=hunter2&alt=sse", "hunter2"),
        ("https://x/y?alt=sse&access_token=hunter2", "hunter2"),
        ("x-goog-api-key: hunter2", "hunter2"),
        ("password=hunter2", "hunter2"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"),
        ("GOCSPX-0123456789abcdefghij", "0123456789abcdefghij"),
        ("1//0gabcdefghijklmnopqrstuv", "0gabcdefghijklmnopqrstuv"),
        ("Publisher Model `projects/acme/locations/x` was not found", "acme"),
        ("/v1/projects%2Facme%2Flocations", "acme"),
        ("Consumer 'project_number:123456789012' suspended", "123456789012"),
        ("API is disabled in project 123456789012 now", "123456789012"),
        ("console.example/apis?project=acme", "acme"),
        ("project_id: acme-prod", "acme-prod"),
        ("write to ada.lovelace+x@mail.example.org!", "ada.lovelace"),
        ("user=ada%40example.org", "ada"),
        ("svc@acme-prod.iam.gserviceaccount.com", "acme-prod"),
    ],
)
def test_what_looks_like_a_secret_goes(text, secret):
    """Keys, tokens, projects and addresses are known by their looks, anywhere."""
    scrubber = Scrubber()
    scrubbed = scrubber.text(text)
    assert secret not in scrubbed
    assert PLACEHOLDER.search(scrubbed)
    assert scrubber.text(scrubbed) == scrubbed
    assert secret not in json.dumps(scrub({"deep": [{text: text}]}))


@pytest.mark.parametrize(
    "text",
    [
        "The bearer of bad news. The bearer stood there.",
        "Token has been used too many times",
        "This is a project with 12 keys: C, D, E. The key is under the mat.",
        "Your project has been denied access. Please contact support.",
        "API key not valid. Please pass a valid API key.",
        "Meet me @ noon. Key=C major.",
        "",
    ],
)
def test_ordinary_words_stay(text):
    """Talk of keys, tokens and projects is no secret."""
    assert Scrubber().text(text) == text


def test_frames_without_secrets_keep_every_byte():
    """Layout, escapes, order and odd spellings stay as they were sent."""
    for frame in (
        b'{\n  "setupComplete": {}\n}\n',
        b'{"a" : "\\u00e9\\/x", "a":1.50,\t"b":[ ]}',
        json.dumps({"realtimeInput": {"audio": {"data": AUDIO}}}).encode(),
        b"no json at all",
        b"\xff\xfe\x00",
        b'{"cut": "of',
        b'{"a": "\\ud800"}',
        b"]]}",
    ):
        assert Scrubber().frame(frame) is frame


def test_only_the_secret_is_replaced():
    """What stands around a secret keeps its layout and its escapes."""
    frame = b'{ "x": "\\u00e9", "t": "key AIza' + b"0" * 35 + b'"\n}'
    expected = b'{ "x": "\\u00e9", "t": "key SCRUBBED-key-1"\n}'
    assert Scrubber().frame(frame) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_the_key_that_was_sent_goes_from_anywhere(encoding):
    """Any frame that has the key in ASCII loses it, be it JSON or not."""
    scrubber = Scrubber()
    scrubber.add("open-sesame-1")
    frame = "é: open-sesame-1!".encode(encoding)
    scrubbed = scrubber.frame(frame)
    assert b"open-sesame-1" not in scrubbed
    assert (scrubbed == frame) == (encoding == "utf-16")


def test_a_key_is_found_in_any_spelling():
    """Escapes, percent signs and the data of a blob hide no key."""
    secret = "open/sesame-1"
    scrubber = Scrubber()
    scrubber.add(secret)
    escaped = "".join(f"\\u{ord(one):04x}" for one in secret)
    frames = (
        b'{"text": "%s"}' % escaped.encode(),
        b'{"text": "open\\/sesame-1"}',
        b'{"text": "open%2Fsesame-1"}',
        b'{"data": "%s"}' % (AUDIO + secret + AUDIO).encode(),
        b'{"data": "open/sesame-1"}',
        f'{{"data": "é{AUDIO}open/sesame-1"}}'.encode(),
        b'{"open/sesame-1": 1}',
    )
    for frame in frames:
        assert b"sesame" not in scrubber.frame(frame)
        assert b"u0073" not in scrubber.frame(frame)


def test_what_stands_for_a_key_is_no_secret():
    """The word emulator, and what is shorter than any key, may stay."""
    scrubber = Scrubber()
    for harmless in ("emulator", "YOUR-API-KEY", "k", "", "SCRUBBED-key-1"):
        scrubber.add(harmless)
    scrubber.add_project("")
    scrubber.add_project("scrubbed-project")
    text = "emulator YOUR-API-KEY k SCRUBBED-key-1 scrubbed-project"
    assert scrubber.text(text) == text


def test_a_longer_secret_goes_before_one_inside_of_it():
    """Of two secrets that share text nothing remains of either."""
    scrubber = Scrubber()
    scrubber.add("abcdefgh")
    scrubber.add("auth_tokens/abcdefgh-more")
    scrubber.add("abcdefgh")
    scrubbed = scrubber.text("auth_tokens/abcdefgh-more abcdefgh")
    assert "more" not in scrubbed and "abcdefgh" not in scrubbed


def test_handles_are_replaced_everywhere_by_the_same():
    """A handle that the server gave is the same one when the client comes back."""
    scrubber = Scrubber()
    handle = "58836b26-2e71-4453-912b-6e73a4a0e8ef"
    given_out = scrubber.frame(
        json.dumps({"sessionResumptionUpdate": {"newHandle": handle}}).encode()
    )
    for spelling in ("sessionResumption", "session_resumption"):
        setup = {"setup": {spelling: {"handle": handle}}}
        assert b'"SCRUBBED-handle-1"' in scrubber.frame(json.dumps(setup).encode())
    assert b'"SCRUBBED-handle-1"' in given_out
    assert scrubber.text(f"no session {handle}") == "no session SCRUBBED-handle-1"
    other = scrub({"new_handle": "short", "handle": "@ada", "newHandle": ""})
    assert other["new_handle"] == "SCRUBBED-handle-1"
    assert (other["handle"], other["newHandle"]) == ("@ada", "")


def test_labels_are_replaced_in_the_setup_alone():
    """Labels may name accounts; a schema that has labels keeps its words."""
    setup = {
        "setup": {
            "labels": {"team": "acme-team-9", "other": "x"},
            "systemInstruction": {"parts": [{"text": "of acme-team-9, not x"}]},
            "tools": [{"labels": {"type": "OBJECT"}}],
        }
    }
    scrubbed = scrub(setup)["setup"]
    assert scrubbed["labels"] == {
        "team": "SCRUBBED-label-1",
        "other": "SCRUBBED-label-2",
    }
    [part] = scrubbed["systemInstruction"]["parts"]
    assert part["text"] == "of SCRUBBED-label-1, not x"
    assert scrubbed["tools"] == setup["setup"]["tools"]


def test_a_project_of_a_model_goes_from_everywhere():
    """The name of a project is replaced as a word, wherever it comes up later."""
    scrubber = Scrubber()
    model = "projects/weather-prod/locations/l/publishers/google/models/m"
    assert scrubber.frame(json.dumps({"setup": {"model": model}}).encode()) == (
        b'{"setup": {"model": "projects/SCRUBBED-project-1/locations/l/'
        b'publishers/google/models/m"}}'
    )
    assert scrubber.text("weather-prod or weather-production") == (
        "SCRUBBED-project-1 or weather-production"
    )
    scrubber.add_project("weather-prod")
    assert scrubber.text("weather-prod") == "SCRUBBED-project-1"


def test_fields_named_like_keys_lose_their_values():
    """A key in the arguments of a function goes, and is remembered."""
    args = {"apiKey": "correct horse", "client_secret": "", "note": "correct horse"}
    assert scrub({"args": args})["args"] == {
        "apiKey": "SCRUBBED-key-1",
        "client_secret": "",
        "note": "SCRUBBED-key-1",
    }
    found = {"a": "?key=hunter2-or-3", "password": "hunter2-or-3", "b": "hunter2-or-3"}
    assert "hunter2" not in json.dumps(scrub(found))
    assert scrub({"password": "emulator"}) == {"password": "SCRUBBED-key-1"}


letters = st.sampled_from(string.ascii_letters + string.digits)
words = st.text(letters, min_size=10, max_size=30)
secrets = st.one_of(
    words.map(lambda word: ("add", f"{word}", word)),
    words.map(lambda word: ("add", f"auth_tokens/{word}", word)),
    words.map(lambda word: ("", f"auth_tokens/{word}", word)),
    st.text(letters, min_size=35, max_size=35).map(lambda one: ("", f"AIza{one}", one)),
    words.map(lambda word: ("", f"ya29.{word}", word)),
    words.map(lambda word: ("", f"Bearer {word}0", word)),
    words.map(lambda word: ("", f"projects/{word}/locations/global", word)),
    words.map(lambda word: ("", f"{word}@example.com", word)),
    words.map(lambda word: ("", f"wss://h/p?key={word}&a=b", word)),
    words.map(lambda word: ("", f"wss://h/p?access_token={word}", word)),
)
places = st.sampled_from(
    [
        lambda s: {"setup": {"systemInstruction": {"parts": [{"text": s}]}}},
        lambda s: {"setup": {"labels": {"team": s}, "model": s}},
        lambda s: {"setup": {"tools": [{s: {"description": s}}]}},
        lambda s: {"toolResponse": {"functionResponses": [{"response": {s: [s]}}]}},
        lambda s: {"serverContent": {"outputTranscription": {"text": s}}},
        lambda s: {"realtimeInput": {"audio": {"data": AUDIO, "mimeType": s}}},
        lambda s: {"token": json.dumps({"api_key": s})},
        lambda s: s,
    ]
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(secrets, places, st.text(), st.text()), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from([lambda text: text, lambda text: text[:-1], lambda t: "~" + t]),
)
def test_no_planted_secret_survives(planted, ascii_alone, damage):
    """Wherever a secret is planted, in JSON or in what is none, it is gone."""
    scrubber = Scrubber()
    for (how, secret, _), _, _, _ in planted:
        if how:
            scrubber.add(secret)
    for (_, secret, word), place, before, after in planted:
        assume(word not in before + after)
        message = place(f"{before} {secret} {after}")
        text = damage(json.dumps(message, ensure_ascii=ascii_alone))
        frame = text.encode(errors="ignore")
        scrubbed = scrubber.frame(frame)
        assert word.encode() not in scrubbed
        assert word not in scrubber.text(f"{before} {secret} {after}")
        assert scrubber.frame(scrubbed) == scrubbed


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=20))
def test_what_is_json_stays_json(value):
    """A scrubbed frame can be read as before."""
    frame = json.dumps({"a": value, "t": f"x {KEY}"}).encode()
    read = json.loads(Scrubber().frame(frame))
    assert read["t"] == "x SCRUBBED-key-1" or PLACEHOLDER.search(read["t"])


@given(st.binary())
def test_any_bytes_can_be_scrubbed(frame):
    """No frame is too odd; what has no `@`, `=` or known word stays the same."""
    scrubbed = Scrubber().frame(frame)
    assert Scrubber().frame(scrubbed) == scrubbed


def test_what_was_scrubbed_may_have_been_anything():
    """A scrubbed text fits whatever stood in the place of its placeholders."""
    pattern = pattern_of("projects/SCRUBBED-project-12/x SCRUBBED-email-1")
    assert pattern is not None
    assert pattern.fullmatch("projects/a.b\n/x c")
    assert not pattern.fullmatch("projects/a/y c")
    assert pattern_of("nothing to see") is None


@given(st.text(), secrets)
def test_a_recorded_text_fits_what_it_was_made_of(around, secret):
    """The text that was scrubbed is one that fits."""
    text = f"{around} {secret[1]} {around}"
    scrubber = Scrubber()
    scrubber.add(secret[1])
    pattern = pattern_of(scrubber.text(text))
    assume(pattern is not None)
    assert pattern is not None and pattern.fullmatch(text)
