import pytest

from guide.backend_choice import (
    DEFAULT_EMULATOR_URL,
    BackendError,
    choose,
    description_of,
    is_loopback_url,
)
from guide.vertex import VertexPlace

HERE = "http://127.0.0.1:9300"
ON_VERTEX = {"GOOGLE_GENAI_USE_VERTEXAI": "True", "GOOGLE_CLOUD_PROJECT": "p"}
VERTEX = {**ON_VERTEX, "GOOGLE_APPLICATION_CREDENTIALS": "key.json"}

DECISIONS = [
    # variables, wanted, provider, name of the key
    ({}, None, "emulator", None),
    ({"GEMINI_API_KEY": "k"}, None, "gemini", "GEMINI_API_KEY"),
    ({"GOOGLE_API_KEY": "k"}, None, "gemini", "GOOGLE_API_KEY"),
    (
        {"GOOGLE_API_KEY": "k", "GEMINI_API_KEY": "l"},
        None,
        "gemini",
        "GOOGLE_API_KEY",
    ),
    ({"GEMINI_API_KEY": "  "}, None, "emulator", None),
    ({"GEMINI_API_KEY": "k", "LIVE_BACKEND": "emulator"}, None, "emulator", None),
    ({"GEMINI_API_KEY": "k"}, "emulator", "emulator", None),
    (
        {"GEMINI_API_KEY": "k", "LIVE_BACKEND": "emulator"},
        "service",
        "gemini",
        "GEMINI_API_KEY",
    ),
    (VERTEX, None, "vertex", None),
    ({**VERTEX, "GEMINI_API_KEY": "k"}, None, "vertex", None),
    (
        {"GOOGLE_GENAI_USE_VERTEXAI": "1", "GOOGLE_API_KEY": "k"},
        None,
        "vertex",
        "GOOGLE_API_KEY",
    ),
    ({"GOOGLE_GENAI_USE_ENTERPRISE": "true"}, None, "emulator", None),
    (ON_VERTEX, None, "emulator", None),
    ({**ON_VERTEX, "GEMINI_API_KEY": "k"}, None, "emulator", None),
    (ON_VERTEX, "service", "vertex", None),
    ({**ON_VERTEX, "K_SERVICE": "relay"}, None, "vertex", None),
    ({**VERTEX, "LIVE_BACKEND": "emulator"}, None, "emulator", None),
    ({**VERTEX, "GOOGLE_GENAI_USE_ENTERPRISE": "false"}, None, "emulator", None),
    (
        {"GOOGLE_GENAI_USE_VERTEXAI": "false", "GEMINI_API_KEY": "k"},
        None,
        "gemini",
        "GEMINI_API_KEY",
    ),
    ({"GOOGLE_CLOUD_PROJECT": "p"}, None, "emulator", None),
    (
        {"GOOGLE_GEMINI_BASE_URL": HERE, "GEMINI_API_KEY": "k"},
        None,
        "emulator",
        None,
    ),
    (
        {"GOOGLE_GEMINI_BASE_URL": "https://gateway.example", "GEMINI_API_KEY": "k"},
        "service",
        "gemini",
        "GEMINI_API_KEY",
    ),
]


@pytest.mark.parametrize(("variables", "wanted", "provider", "key_name"), DECISIONS)
def test_the_variables_decide(variables, wanted, provider, key_name):
    """A wish wins, then an emulator that is pointed at, then a key."""
    choice = choose(variables, wanted)
    assert (choice.provider, choice.key_name) == (provider, key_name)


def test_who_is_logged_in_reaches_the_service():
    """Gcloud's credentials are credentials."""
    assert choose(ON_VERTEX, is_logged_in=True).provider == "vertex"
    assert choose({}, is_logged_in=True).provider == "emulator"


def test_an_emulator_is_of_the_api_that_the_variables_choose():
    """Without credentials, or by wish, it is Vertex AI on this machine."""
    place = {**ON_VERTEX, "GOOGLE_CLOUD_LOCATION": "europe-west4"}
    assert choose(place).vertex == VertexPlace("p", "europe-west4")
    assert choose(VERTEX, "emulator").vertex == VertexPlace("p", "")
    assert choose({"GOOGLE_CLOUD_PROJECT": "p"}).vertex is None
    assert "as Vertex AI" in description_of(choose(ON_VERTEX))


def test_a_proxy_that_is_an_emulator_is_respected():
    """A child of a program that called ensure() talks to the same emulator."""
    choice = choose(VERTEX, emulator_proxy=HERE)
    assert choice.provider == "emulator"
    assert choice.places[0] == HERE
    with pytest.raises(BackendError, match="HTTPS_PROXY"):
        choose(VERTEX, "service", emulator_proxy=HERE)


PLACES = [
    # variables, places to look, must one be there
    ({}, (DEFAULT_EMULATOR_URL,), False),
    ({"GOOGLE_GEMINI_BASE_URL": HERE + "/"}, (HERE, DEFAULT_EMULATOR_URL), False),
    ({"LIVE_EMULATOR_URL": HERE + "/"}, (HERE,), True),
    ({"LIVE_EMULATOR_URL": "none"}, (), False),
    ({"LIVE_EMULATOR_URL": "None", "GOOGLE_GEMINI_BASE_URL": HERE}, (), False),
]


@pytest.mark.parametrize(("variables", "places", "must_be_there"), PLACES)
def test_an_emulator_is_looked_for_where_the_variables_point(
    variables, places, must_be_there
):
    """A named address has to answer; others are tried in order."""
    choice = choose(variables)
    assert (choice.places, choice.must_be_there) == (places, must_be_there)


REFUSALS = [
    ({"LIVE_BACKEND": "cloud"}, None, "must be 'emulator' or 'service'"),
    ({}, "service", "there is no key"),
    ({"GEMINI_API_KEY": ""}, "service", "there is no key"),
    (
        {"GOOGLE_GENAI_USE_VERTEXAI": "true", "LIVE_BACKEND": "service"},
        None,
        "gcloud auth application-default login",
    ),
    (
        {"GOOGLE_GEMINI_BASE_URL": HERE, "GEMINI_API_KEY": "k"},
        "service",
        "Unset GOOGLE_GEMINI_BASE_URL",
    ),
    ({"LIVE_EMULATOR_URL": "https://far.example"}, None, "on this machine"),
]


@pytest.mark.parametrize(("variables", "wanted", "words"), REFUSALS)
def test_a_wish_that_cannot_be_fulfilled_is_explained(variables, wanted, words):
    """The error says what to change."""
    with pytest.raises(BackendError, match=words):
        choose(variables, wanted)


def test_a_description_names_no_key_port_or_project():
    """Notebooks that print it have the same output everywhere."""
    choices = [
        choose({"LIVE_EMULATOR_URL": HERE}),
        choose({"GEMINI_API_KEY": "secret-key"}),
        choose({**VERTEX, "GOOGLE_CLOUD_PROJECT": "secret-project"}),
    ]
    for choice in choices:
        text = description_of(choice)
        assert text.endswith(".")
        assert not any(sign.isdigit() for sign in text)
        assert "secret" not in text


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:9099", True),
        ("https://localhost", True),
        ("http://[::1]:9099/", True),
        ("http://127.0.0.1.example.com", False),
        ("https://localhost.example.com", False),
        ("https://generativelanguage.googleapis.com", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_count_as_such(url, is_here):
    """A name that merely begins like one does not."""
    assert is_loopback_url(url) is is_here
