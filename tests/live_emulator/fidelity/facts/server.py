"""What the service sends, in which order, and when it hears somebody speak."""

from live_emulator.protocol.sources import documented, guessed, observed
from tests.live_emulator.fidelity.facts.types import Section, known, missing

__all__ = ["SECTIONS"]

FRAMES = Section(
    "Server frames",
    (
        known(
            "Frames are binary, ASCII JSON, indented by two, with a newline behind.",
            "sockets.server_frames_are_binary_ascii "
            "wire_types.frames_are_indented_and_end_in_a_newline "
            "wire_types.frames_are_ascii",
        ),
        known(
            "A frame holds one message of the union, and usage beside it.",
            "server_fields.messages_are_held_to_the_table",
        ),
        known(
            "Booleans are there only when true.",
            "server_fields.messages_are_held_to_the_table",
        ),
        known(
            "No frame has only keys that the Python SDK does not know.",
            "server_fields.messages_are_held_to_the_table",
        ),
        known("Empty messages are sent now and then.", "turns.heartbeats"),
        known(
            "Audio comes in chunks of 9,600 and 11,520 bytes, the first ones shorter.",
            "turns.chunks_grow_to_the_size_of_the_recordings",
        ),
        known("Pings are answered.", "sockets.pings_are_answered"),
        known("Compression may be declined.", "sockets.no_compression"),
    ),
)

MESSAGES = Section(
    "Server messages",
    (
        known(
            "setupComplete is empty on the Gemini API.",
            "turns.setup_is_acknowledged",
        ),
        known(
            "toolCall holds calls with id, name and args.",
            "tools.a_blocking_call_is_one_turn tools.parallel_calls",
        ),
        known(
            "toolCallCancellation holds ids.",
            "tools.interruption_cancels_blocking_calls",
        ),
        known("goAway says how much time is left.", "closing.go_away_and_the_cut"),
        known(
            "sessionResumptionUpdate holds a new handle, or is empty when the session "
            "can't be resumed just now.",
            "sessions.handles_are_offered "
            "sessions.no_resumption_in_the_middle_of_something",
        ),
        known(
            "With transparent resumption it says which message was consumed last.",
            "sessions.transparent_resumption",
        ),
        known(
            "voiceActivity comes beside an empty serverContent, with a position in "
            "the audio.",
            "activity.voice_activity_tells_where_speech_was",
        ),
        missing(
            "voiceActivityDetectionSignal.",
            documented("google-genai 3.4 types"),
            "for callers on Google's allow-list",
        ),
        known(
            "serverContent: modelTurn with audio, text and thoughts.",
            "turns.turn_complete_is_held_until_the_audio_would_be_over "
            "turns.text_models_answer_in_text_pieces "
            "turns.thoughts_are_sent_if_asked_for",
        ),
        known(
            "serverContent: transcripts of both sides; only Vertex AI marks the end.",
            "turns.output_transcription_is_complete_before_generation_complete "
            "turns.speech_in_and_speech_out vertex.finished_transcripts",
        ),
        missing(
            "Transcripts with a language, speaker, words and times.",
            documented("google-genai 3.4 types"),
            "the recogniser hears English, and tells neither speakers nor times",
        ),
        known(
            "serverContent: groundingMetadata.",
            "tools.search_grounding_in_shape",
        ),
        known(
            "serverContent: interactionStatus, for extended thinking.",
            "sessions.extended_thinking tools.status_of_background_calls",
        ),
        missing(
            "interactionStatus IDLE beside every turnComplete of plain 3.8.",
            guessed("a comment on the field, against the documentation of 3.8"),
            "the documentation says that nothing changed for 3.8",
        ),
        missing(
            "urlContextMetadata, codeExecutionResult.",
            documented("generative_service.proto"),
            "no page is fetched and no code is run",
        ),
        missing(
            "waitingForInput, turnCompleteReason.",
            documented("google-genai 3.4 types"),
            "no source says when the service sends them; nothing is filtered here",
        ),
        missing(
            "speechState on Vertex AI.",
            documented("Vertex AI Live reference"),
            "deprecated in favour of voiceActivity",
        ),
        known(
            "usageMetadata counts prompt, response, thoughts and total, by modality.",
            "turns.usage_counts_audio_at_25_tokens_a_second "
            "turns.thoughts_are_sent_if_asked_for turns.usage_of_a_turn_in_text",
        ),
        missing(
            "usageMetadata in messages of its own.",
            observed("2026; clients rely on the one at turnComplete alone"),
            "it comes with turnComplete, once a turn",
        ),
    ),
)

ORDERS = Section(
    "Orders",
    (
        known(
            "Nothing comes before the setup.", "turns.nothing_is_sent_before_the_setup"
        ),
        known(
            "setup, setupComplete, and a first handle if resumption was asked for.",
            "sessions.handles_are_offered turns.setup_is_acknowledged",
        ),
        known(
            "A text model sends a short piece, longer ones, generationComplete, "
            "turnComplete with usage.",
            "turns.text_models_answer_in_text_pieces",
        ),
        known(
            "A spoken turn: ACTIVITY_START, ACTIVITY_END, the transcript, audio, "
            "generationComplete, turnComplete.",
            "turns.speech_in_and_speech_out",
        ),
        known(
            "A typed turn has no voiceActivity and no transcript of the user.",
            "turns.a_typed_turn_is_not_transcribed",
        ),
        known(
            "3.x sends one transcript of the user a turn, 2.5 word by word.",
            "turns.speech_in_and_speech_out activity.input_transcription_word_by_word",
        ),
        known(
            "3.x puts transcripts beside audio, 2.5 into messages of their own.",
            "turns.3x_bundles_transcript_and_audio",
        ),
        known(
            "The last transcript precedes generationComplete, which precedes "
            "turnComplete.",
            "turns.output_transcription_is_complete_before_generation_complete",
        ),
        known(
            "Audio comes faster than it plays, and generationComplete right behind.",
            "turns.audio_comes_faster_than_it_plays "
            "turns.generation_complete_follows_the_last_chunk",
        ),
        known(
            "turnComplete comes when the audio would have been played.",
            "turns.turn_complete_is_held_until_the_audio_would_be_over",
        ),
        known(
            "The first chunk comes after 0.6 to 1.5 s of thinking; at once here, "
            "unless asked for.",
            "turns.thinking_time_delays_the_first_chunk",
        ),
        known("A handle follows each turn.", "sessions.handles_are_offered"),
        missing(
            "3.1 sends handles about every 1.2 s, also unrequested.",
            observed("2026-08-29"),
            "one measurement; they come after each turn, if asked for",
        ),
        known(
            "Thoughts come whole, before the audio.",
            "turns.thoughts_are_sent_if_asked_for",
        ),
        known(
            "An interruption: ACTIVITY_START, interrupted, no generationComplete, and "
            "60 to 90 ms later turnComplete.",
            "interruption.speech_interrupts",
        ),
        known(
            "What was not sent is forgotten, and not counted.",
            "interruption.history_keeps_what_was_sent "
            "interruption.usage_of_an_interrupted_turn",
        ),
        known(
            "interrupted may come after generationComplete, before turnComplete.",
            "interruption.interruption_while_the_audio_would_still_play",
        ),
        missing(
            "interrupted with no generation under way.",
            observed("livekit/agents"),
            "no source says when; clients have nothing to do with it",
        ),
        known(
            "Every interrupted turn has a turnComplete of its own.",
            "interruption.every_interrupted_turn_has_its_own_end",
        ),
        known(
            "A blocking call: toolCall, nothing, the result, the answer, one "
            "turnComplete.",
            "tools.a_blocking_call_is_one_turn",
        ),
        known(
            "Half-cascade models show the call as code first.",
            "setup.half_cascade_models_announce_a_call",
        ),
        known(
            "Calls come together, or one after the other's result.",
            "tools.parallel_calls tools.compositional_calls",
        ),
        known("Ids of calls are opaque.", "tools.call_ids"),
        known(
            "Input during a blocking call cancels it.",
            "tools.interruption_cancels_blocking_calls "
            "tools.speech_cancels_a_blocking_call",
        ),
        missing(
            "Measured: no toolCallCancellation then, and the same call again with "
            "another id.",
            observed("six of six runs, against the documentation"),
            "the documented cancellation is what clients have to handle",
        ),
        known(
            "A call in the background: toolCall, a filler, turnComplete; the result "
            "opens a turn later.",
            "tools.a_call_in_the_background tools.default_behaviour_of_each_model",
        ),
        known(
            "INTERRUPT, WHEN_IDLE (the default) and SILENT results.",
            "tools.scheduling_while_the_model_speaks "
            "tools.a_silent_result_is_remembered",
        ),
        known(
            "An interrupting result waits while the user speaks.",
            "tools.a_result_does_not_talk_over_the_user",
        ),
        missing(
            "On 2.5 it talks over the user.",
            documented("Vertex AI migration guide"),
            "deprecated models; it waits as on 3.8",
        ),
        known(
            "An interruption leaves background calls alone.",
            "tools.interruption_leaves_background_calls",
        ),
        known(
            "Extended thinking: a filler with turnComplete and IN_PROGRESS, calls, the "
            "answer with IDLE.",
            "sessions.extended_thinking sdk.extended_thinking_is_one_interaction",
        ),
        known(
            "Extended thinking takes no blocking functions.",
            "closing.combinations_that_are_refused",
        ),
        known(
            "Grounding comes late in the turn.",
            "tools.search_grounding_in_shape",
        ),
        missing(
            "2.x shows a search as code and its output.",
            observed("js-genai recordings"),
            "models that are shut down",
        ),
        known(
            "Resuming brings the history back; settings may change, the model not.",
            "sessions.a_resumed_session_remembers sessions.refused_handles",
        ),
        known(
            "A resumed session keeps its instruction, though documented is that it may "
            "change.",
            "variants.the_instruction_of_a_resumed_session",
        ),
        known(
            "There is no handle while the model generates or waits for a result.",
            "sessions.no_resumption_in_the_middle_of_something",
        ),
        known(
            "GoAway, then the cut.",
            "closing.go_away_and_the_cut",
        ),
        known(
            "A transcribe model: ACTIVITY_START, interim texts, the text, "
            "generationComplete, ACTIVITY_END; no turnComplete and no usage.",
            "activity.live_transcription",
        ),
        known(
            "A translate model speaks each utterance in another language: here in "
            "shape, and when the utterance is over.",
            "sessions.translation_in_shape",
        ),
        known(
            "Its answers are one stream: no turnComplete, no generationComplete, no "
            "interrupted.",
            "streams.translation_is_a_stream_without_turns "
            "streams.speech_does_not_interrupt_a_translation",
        ),
    ),
)

ACTIVITY = Section(
    "Activity",
    (
        known(
            "Speech is found in the audio, on its own time.",
            "activity.chunk_size_does_not_matter turns.a_whole_recording_in_one_frame",
        ),
        known(
            "A turn ends with 700 ms of silence, or with silenceDurationMs.",
            "activity.default_silence_ends_the_turn "
            "activity.silence_duration_is_obeyed",
        ),
        known(
            "prefixPaddingMs: the speech that is needed, or the audio that is kept; "
            "sources disagree, both are done.",
            "activity.prefix_padding_is_the_speech_that_is_needed "
            "activity.prefix_padding_is_part_of_the_turn",
        ),
        known(
            "Sensitivities are HIGH on the Gemini API unless set.",
            "vertex.default_sensitivities",
        ),
        known(
            "NO_INTERRUPTION lets the answer go on; the new turn follows it.",
            "interruption.no_interruption "
            "interruption.manual_activity_without_interruption",
        ),
        known(
            "turnCoverage: which images and how much silence belong to a turn.",
            "sessions.images_of_a_turn "
            "activity.a_turn_of_all_input_costs_its_silence_too",
        ),
        known(
            "Manual: audio outside of an activity is dropped, silence in it is kept.",
            "activity.manual_activity",
        ),
        known(
            "Manual: activityStart interrupts, activityEnd has the turn answered.",
            "interruption.activity_start_interrupts activity.manual_activity",
        ),
        known(
            "Manual: an empty activity ends the turn, then the session.",
            "closing.empty_activity",
        ),
        known(
            "audioStreamEnd ends the turn at once; the next audio opens the stream "
            "again.",
            "activity.stream_end_finishes_the_turn_at_once",
        ),
        known(
            "3.x reports activity, older models do not, unless asked on Vertex AI.",
            "activity.voice_activity_tells_where_speech_was "
            "activity.older_models_do_not_report_activity "
            "vertex.activity_is_reported_if_asked_for",
        ),
        known(
            "Silence and clicks cause nothing.",
            "activity.silence_and_clicks_are_no_turn",
        ),
        known(
            "A model may stay silent; its turn ends all the same.",
            "turns.a_silent_model_still_ends_its_turn",
        ),
        missing(
            "Proactive audio: the model decides what is not meant for it.",
            documented("Live API guide"),
            "the built-in model answers whatever it understands",
        ),
        missing(
            "Affective dialog: the voice follows the mood.",
            documented("Live API guide"),
            "a synthesiser has no moods",
        ),
    ),
)

SECTIONS = (FRAMES, MESSAGES, ORDERS, ACTIVITY)
