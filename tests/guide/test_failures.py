"""What ends a session becomes a sentence with a remedy."""

import pytest
from google.auth.exceptions import DefaultCredentialsError
from google.genai.errors import APIError
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.http11 import Response

from guide import backend, models
from guide.failures import FAILURES, in_words


def closed(code, reason):
    return APIError(code, reason, None)


def refused(status):
    return InvalidStatus(Response(status, "", Headers()))


SENTENCES = {
    "bad key": (
        closed(1007, "API key not valid. Please pass a valid API key."),
        "The session was closed with code 1007: API key not valid. Please pass a "
        "valid API key. Put a valid key into .env, or none to use the emulator.",
    ),
    "retired model": (
        closed(1008, "models/old is not found for API version v1."),
        "The session was closed with code 1008: models/old is not found for API "
        "version v1. Take a current id; guide/models.py lists those of today.",
    ),
    "text modality": (
        closed(1007, "The response modalities (TEXT) is not supported"),
        "The session was closed with code 1007: The response modalities (TEXT) is "
        "not supported. Ask for AUDIO, and for a written answer set "
        "outputAudioTranscription.",
    ),
    "reason that was cut": (
        closed(1011, "x" * 123),
        f"The session was closed with code 1011: {'x' * 123}...",
    ),
    "unknown reason": (
        closed(1011, "Something new.\nOn two lines."),
        "The session was closed with code 1011: Something new. On two lines.",
    ),
    "quota, over HTTP": (
        closed(429, "You exceeded your current quota."),
        "The session was closed with code 429: You exceeded your current quota. "
        "Close old sessions, wait, or raise the limits of your project.",
    ),
    "too many": (
        refused(429),
        "The connection was refused with HTTP status 429. Close sessions that "
        "you no longer use, wait, and try again.",
    ),
    "no rights": (
        refused(403),
        "The connection was refused with HTTP status 403. Check the rights of key "
        "and project; call a relay only from its own pages.",
    ),
    "out of order": (
        refused(503),
        "The connection was refused with HTTP status 503.",
    ),
    "no credentials": (
        DefaultCredentialsError("None were found."),
        "Google Cloud has no credentials of yours: None were found.",
    ),
    "no network": (
        ConnectionRefusedError("[Errno 111] Connect call failed"),
        "There is no connection: [Errno 111] Connect call failed.",
    ),
    "no answer": (
        TimeoutError(),
        "There is no connection: no answer came in time.",
    ),
    "no words": (OSError(), "There is no connection: OSError."),
    "lost": (
        ConnectionClosedError(None, None),
        "There is no connection: no close frame received or sent.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_failure_is_one_line_with_a_remedy_where_one_is_known(name):
    """And scripts that catch FAILURES catch it."""
    error, sentence = SENTENCES[name]
    assert isinstance(error, FAILURES)
    assert in_words(error) == sentence
    assert "\n" not in in_words(error)


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"key": "invalid-key"}, "Put a valid key into .env"),
        ({"model": models.RETIRED}, "guide/models.py lists those of today."),
        ({"modality": "TEXT"}, "Ask for AUDIO"),
    ],
)
async def test_what_the_sdk_raises_for_a_refused_session_is_understood(
    settings, remedy
):
    """The remedies belong to the reasons that are really given."""
    from google import genai

    live = backend.ensure()
    client = genai.Client(api_key=settings.get("key"))
    config = {"response_modalities": [settings.get("modality", "AUDIO")]}
    model = settings.get("model", live.live_model)
    with pytest.raises(FAILURES) as error:
        async with client.aio.live.connect(model=model, config=config):
            pass
    assert remedy in in_words(error.value)
