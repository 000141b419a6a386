"""How clients reach the service, what ends a session, and what surrounds it."""

from live_emulator.protocol.sources import documented, observed
from tests.live_emulator.fidelity.facts.types import Section, known, missing

__all__ = ["SECTIONS"]

ENDPOINTS = Section(
    "Endpoints and credentials",
    (
        known(
            "BidiGenerateContent and BidiGenerateContentConstrained, by v1, v1beta and "
            "v1alpha, also behind a doubled slash.",
            "endpoints.gemini_paths",
        ),
        known(
            "Vertex AI: LlmBidiService/BidiGenerateContent, by v1 and v1beta1.",
            "endpoints.vertex_paths",
        ),
        known(
            "Keys and tokens come in headers (Python) or in the query (JavaScript).",
            "endpoints.credentials sockets.header_and_query_keys",
        ),
        known(
            "An ephemeral token is no caller on the plain method.",
            "closing.refused_callers",
        ),
        known(
            "The upgrade is accepted; refusals are close frames after the setup.",
            "sockets.callers_are_refused_by_a_close_frame",
        ),
        known("An unknown path is not found.", "sockets.unknown_paths_are_not_found"),
        known(
            "A service account's signed assertion, or a user's refresh token, gets a "
            "bearer token that is good for an hour.",
            "vertex_access.a_service_account_gets_a_token "
            "vertex_access.a_user_gets_a_token_for_a_refresh_token",
        ),
        known(
            "A foreign signature and an unknown refresh token are an invalid_grant.",
            "vertex_access.another_key_signs_nothing "
            "vertex_access.requests_that_are_none",
        ),
        known(
            "The metadata server tells project, account and token.",
            "vertex_access.the_metadata_server",
        ),
        known(
            "A bearer token that is unknown or expired is refused at the upgrade, with "
            "HTTP 401; Google's JSON and words.",
            "vertex_access.an_unknown_bearer_is_refused_at_the_upgrade",
        ),
        known(
            "A bearer token of another scope is refused with HTTP 403.",
            "vertex_access.a_token_of_another_scope_is_refused",
        ),
        known(
            "A session outlives the token that it was opened with.",
            "vertex_access.an_open_session_outlives_its_token",
        ),
        missing(
            "Live Music (BidiGenerateMusic).",
            documented("Live Music guide"),
            "another protocol; it is refused with 1008",
        ),
        missing(
            "A quota that is used up rejects the upgrade with HTTP 429.",
            observed("interpretab #13"),
            "the concurrency limit, if set, closes with 1011 as most reports have it",
        ),
        missing(
            "An unsupported region is refused.",
            observed("cookbook #781"),
            "this machine is in every region; the close exists for scripts of faults",
        ),
    ),
)

TOKENS = Section(
    "Ephemeral tokens",
    (
        known(
            "An empty request makes a token with the defaults; only its name is told.",
            "http.a_token_of_defaults",
        ),
        known(
            "A token is good for so many sessions, to be begun and held in its time.",
            "sessions.tokens_run_out",
        ),
        known(
            "Resuming is not another use.",
            "sessions.resuming_is_not_another_use",
        ),
        known(
            "A running session is closed when its token expires.",
            "sessions.a_session_ends_with_its_token",
        ),
        known(
            "Without a mask the token's whole setup replaces the client's; with one, "
            "the fields it names.",
            "sessions.what_a_token_locks sessions.a_mask_two_levels_deep "
            "http.constraints_of_the_python_sdk",
        ),
        known(
            "A mask goes through messages alone, not into a list (tools.0).",
            "http.masks",
        ),
        known(
            "The client's model is ignored if the token names one.",
            "sessions.a_locked_model",
        ),
        known(
            "The client has to send a setup all the same.",
            "sessions.a_locked_setup_has_to_be_sent_all_the_same",
        ),
        known(
            "Times lie at most 20 hours ahead; REST knows no liveConnectConstraints.",
            "http.token_requests_that_are_refused",
        ),
        known("Times come in every form.", "http.times_in_every_form"),
        known("Tokens can't be listed.", "http.tokens_can_not_be_listed"),
        known("Tokens are no keys for other calls.", "http.a_token_is_no_key"),
    ),
)

UNARY = Section(
    "Calls beside the live ones",
    (
        known(
            "generateContent answers with candidates, usage, version and id.",
            "http.a_whole_answer sdk.unary_calls",
        ),
        known(
            "streamGenerateContent answers with events, or with a list.",
            "http.a_stream_of_events http.a_stream_as_a_list",
        ),
        known("countTokens counts.", "http.counting"),
        known(
            "models lists live models and others, none that is shut down.",
            "http.the_list_of_models http.a_model",
        ),
        known("TTS models answer with linear PCM.", "sdk.unary_text_to_speech"),
        known("Vertex AI has paths of its own.", "http.unary_calls_on_vertex"),
        known("Errors have Google's form.", "sockets.http_errors"),
        known("Pages of any origin may call.", "http.what_pages_may_send sockets.cors"),
        missing(
            "Files, caches, embeddings, batches, tuning, images and video.",
            documented("REST reference"),
            "nothing live needs them; 404",
        ),
    ),
)

CLOSES = Section(
    "Closing",
    (
        known(
            "A reason is cut at 123 bytes.",
            "closing.a_reason_is_never_cut_inside_a_character",
        ),
        known(
            "A wrong, expired or missing key.",
            "closing.refused_callers",
        ),
        known(
            "An unknown, retired or non-live model.",
            "closing.retired_and_unknown_models",
        ),
        known(
            "A model that is missing on Vertex AI.",
            "vertex.a_model_that_vertex_does_not_have",
        ),
        known(
            "TEXT on an audio model.",
            "closing.text_modality_on_an_audio_model",
        ),
        known("An unknown field.", "closing.unknown_setup_fields"),
        known("A bad value.", "closing.malformed_frames"),
        known(
            "A bad combination, with the words for any invalid argument.",
            "closing.combinations_that_are_refused",
        ),
        known(
            "Thinking, behaviours, voices and languages that a model does not have, in "
            "words of their own.",
            "refused_setups.thinking_that_a_model_does_not_do "
            "refused_setups.behaviours_that_a_model_does_not_have "
            "refused_setups.voices_of_other_services",
        ),
        known(
            "A context that is used up.",
            "sessions.a_full_window_ends_the_session",
        ),
        known("A message before the setup.", "closing.setup_must_come_first"),
        known("mediaChunks on 3.x.", "closing.media_chunks_are_refused_by_3x"),
        known(
            "Activity messages with automatic detection.",
            "closing.explicit_activity_needs_automatic_detection_off",
        ),
        known("An empty activity.", "closing.empty_activity"),
        known(
            "A handle that is unknown, malformed, or of a session that is still open.",
            "sessions.refused_handles",
        ),
        known(
            "A feature that is not enabled.",
            "closing.music_is_not_emulated",
        ),
        known(
            "A result for an unknown call; on command alone.",
            "closing.answer_to_a_call_that_was_never_made",
        ),
        known(
            "A connection that outlives its GoAway.",
            "closing.go_away_and_the_cut",
        ),
        known("Too many sessions at a time.", "sessions.sessions_per_key"),
        known(
            "A token that is used up or expired.",
            "sessions.tokens_run_out sessions.a_session_ends_with_its_token",
        ),
        known(
            "Aborts, overload, deadlines: the service's own trouble, here on command.",
            "closing.every_close_on_command",
        ),
        known("A client's close is echoed.", "sockets.a_client_may_close"),
        known(
            "A frame without a mask: 1002.",
            "limits.a_frame_without_a_mask_ends_the_connection",
        ),
        known(
            "A client may close without a code.",
            "sockets.a_close_without_a_code",
        ),
    ),
)

LIMITS = Section(
    "Limits and costs",
    (
        known(
            "A connection lasts ten minutes: GoAway at 540 s, cut at 590 s.",
            "closing.go_away_and_the_cut",
        ),
        known(
            "A session without compression lasts 15 minutes, 2 with video.",
            "sessions.session_limits_without_compression",
        ),
        known(
            "Compression makes the window slide: trigger 80 % of it, target half of "
            "that, cut at a turn of the user.",
            "sessions.compression_defaults sessions.compression_slides",
        ),
        known("A handle lives for two hours.", "sessions.handles_expire"),
        known(
            "Sessions at a time depend on the key.",
            "sessions.sessions_per_key",
        ),
        known(
            "Audio costs 25 tokens a second, again in every later prompt.",
            "turns.usage_counts_audio_at_25_tokens_a_second "
            "turns.speech_of_the_user_is_counted",
        ),
        known(
            "An image costs 256 tokens, 64 at LOW.",
            "sessions.tokens_of_an_image",
        ),
        known(
            "A frame stays below 1 MiB, which the Python SDK takes at most.",
            "turns.frames_stay_small",
        ),
        known(
            "A message of a client has less than 32 MiB; 1009 beyond it.",
            "limits.a_frame_beyond_the_limit_is_not_taken_in",
        ),
        missing(
            "Tokens a minute, requests a day.",
            documented("rate limits"),
            "nobody pays here",
        ),
        missing(
            "Text in other languages than English costs more tokens a letter.",
            documented("tokens guide"),
            "four characters count as a token in every language",
        ),
    ),
)

SECTIONS = (ENDPOINTS, TOKENS, UNARY, CLOSES, LIMITS)
