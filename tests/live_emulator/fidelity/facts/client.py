"""What clients may send, and what the service makes of it."""

from live_emulator.protocol.sources import documented, guessed, observed
from tests.live_emulator.fidelity.facts.types import Section, known, missing

__all__ = ["SECTIONS"]

FRAMES = Section(
    "Client frames",
    (
        known(
            "A frame is one JSON object with one of setup, clientContent, "
            "realtimeInput, toolResponse and contextUpdate.",
            "closing.two_messages_in_one_frame closing.malformed_frames",
        ),
        known(
            "Names are camelCase or snake_case, at every depth, mixed in one frame.",
            "wire_types.both_spellings_mean_the_same "
            "setup.a_rich_setup_of_the_python_sdk",
        ),
        known(
            "Bytes are base64 in either alphabet: Python's is URL-safe, "
            "JavaScript's standard.",
            "wire_types.both_base64_alphabets",
        ),
        known("Enum values are taken in any case.", "wire_types.enums_in_any_case"),
        known(
            "Values that end in UNSPECIFIED stand for the default.",
            "wire_types.unspecified_is_absent",
        ),
        known(
            "Integers may come as floats or as strings.",
            "wire_types.integers_in_every_form",
        ),
        known("A null field is absent.", "wire_types.null_means_absent"),
        known(
            "One object may stand where a list is expected.",
            "wire_types.one_object_in_the_place_of_a_list",
        ),
        known(
            "An unknown name closes the session and is named with its place.",
            "closing.unknown_setup_fields",
        ),
        known(
            "Client frames are text; binary ones are taken as well.",
            "sockets.binary_client_frames",
        ),
    ),
)

SETUP = Section(
    "Setup",
    (
        known(
            "The setup is the first frame.",
            "closing.setup_must_come_first",
        ),
        known("The setup comes once.", "closing.setup_comes_once"),
        known("The model is required.", "setup.a_setup_without_a_model"),
        known(
            "The model is named with or without `models/`; on Vertex AI by a "
            "publisher's or a project's path.",
            "setup.names_of_models vertex.names_of_models_on_vertex",
        ),
        known(
            "A setup with nothing but a model is complete; the answers are AUDIO.",
            "setup.default_modality turns.setup_is_acknowledged",
        ),
        known(
            "Temperature, topP, topK, candidateCount and the penalties are accepted.",
            "setup.fields_without_effect",
        ),
        known(
            "maxOutputTokens limits an answer.",
            "turns.max_output_tokens_become_words",
        ),
        known("A seed makes answers repeatable.", "setup.the_seed_reaches_the_brain"),
        known(
            "mediaResolution decides what an image costs.",
            "sessions.tokens_of_an_image",
        ),
        known(
            "A prebuilt voice is chosen by name; one of another service is refused.",
            "refused_setups.voices_of_other_services setup.voices",
        ),
        known(
            "languageCode is the language of the voice.",
            "setup.the_language_of_the_voice",
        ),
        known(
            "2.5 native audio refuses languages that are not on its list; es-ES and "
            "ar-XA, which the API reference lists, were refused too. Others take any.",
            "refused_setups.languages_that_2_5_does_not_take "
            "refused_setups.languages_that_are_taken "
            "refused_setups.languages_on_vertex",
        ),
        known(
            "Several speakers are not for live sessions.",
            "setup.one_speaker_is_enough",
        ),
        missing(
            "replicatedVoiceConfig speaks with a copied voice and is answered by a "
            "voiceConsentSignature.",
            documented("google-genai 3.4 types"),
            "no voice is copied; the default voice speaks",
        ),
        known(
            "includeThoughts asks for thoughts.",
            "turns.thoughts_are_sent_if_asked_for",
        ),
        known(
            "thinkingLevel must be one of the model's levels, and extended thinking "
            "has to be told one; 3.8 takes no thinkingConfig at all.",
            "refused_setups.thinking_that_a_model_does_not_do setup.thinking_levels "
            "closing.combinations_that_are_refused",
        ),
        known(
            "thinkingBudget is accepted, but not beside a level; nothing here thinks "
            "longer for it.",
            "setup.fields_without_effect "
            "refused_setups.thinking_that_a_model_does_not_do",
        ),
        known(
            "proactivity and enableAffectiveDialog exist on v1alpha alone.",
            "wire_types.fields_of_one_version closing.unknown_setup_fields",
        ),
        known(
            "enableAffectiveDialog is a switch of 2.5 models and an error on 3.x.",
            "setup.proactive_and_affective closing.combinations_that_are_refused",
        ),
        known(
            "On 3.8 proactive audio is always on: `false` is refused.",
            "closing.combinations_that_are_refused setup.proactive_and_affective",
        ),
        known(
            "A model with proactive audio may stay silent at speech that is not meant "
            "for it. Which it takes for such is not known: here it answers all speech, "
            "or with `--proactive NAME` what holds its name.",
            "streams.speech_that_is_not_meant_for_the_model "
            "streams.a_proactive_model_answers_what_is_typed",
        ),
        known(
            "translationConfig names the target language, and whether what is in it "
            "already is repeated.",
            "sessions.translation_in_shape "
            "setup.what_is_in_the_target_language_already "
            "streams.what_is_translated_by_default",
        ),
        known(
            "The text parts of systemInstruction instruct the model.",
            "turns.instruction_reaches_the_brain",
        ),
        known(
            "A function is declared with its schema in parameters or in "
            "parametersJsonSchema.",
            "tools.schemas_reach_the_brain_in_json_schema "
            "setup.a_whole_declaration_reaches_the_brain",
        ),
        known(
            "parameters and response are of the type Schema, which has fields of its "
            "own: other words of JSON Schema, such as additionalProperties, are "
            "unknown names there, at every depth. They belong in "
            "parametersJsonSchema.",
            "refused_setups.words_of_json_schema "
            "refused_setups.json_schema_has_fields_of_its_own "
            "refused_setups.vertex_knows_three_words_more",
        ),
        known(
            "A property is named by its number: `parameters.properties[0].value`.",
            "refused_setups.types_that_are_none refused_setups.values_of_a_schema",
        ),
        known(
            "Extended thinking refuses functions that are declared BLOCKING.",
            "refused_setups.behaviours_that_a_model_does_not_have",
        ),
        missing(
            "Extended thinking waited for a function whose declaration names no "
            "behavior.",
            observed("one probe, 2026-09-29, against the documentation"),
            "its functions are NON_BLOCKING, as documented",
        ),
        known(
            "googleSearch grounds answers.",
            "tools.search_grounding_in_shape",
        ),
        known(
            "Code execution, URL context, Maps and file search are refused by current "
            "live models.",
            "setup.fields_that_are_refused closing.combinations_that_are_refused",
        ),
        known(
            "Transcribe and translate models take no tools.",
            "setup.models_without_tools",
        ),
        known(
            "Structured output, log probabilities, stop sequences and the like are not "
            "for live sessions.",
            "setup.fields_that_are_refused",
        ),
        known(
            "responseModalities, thinkingConfig, mediaResolution, speechConfig and "
            "temperature directly under setup are unknown names.",
            "closing.unknown_setup_fields",
        ),
        known(
            "TEXT on an audio model is refused, AUDIO on a transcribe model too.",
            "closing.text_modality_on_an_audio_model setup.modalities_that_do_not_fit",
        ),
        known(
            "inputAudioTranscription asks for transcripts of the user.",
            "turns.no_input_transcript_without_asking turns.speech_in_and_speech_out",
        ),
        known(
            "outputAudioTranscription asks for transcripts of the model.",
            "turns.no_transcript_without_asking",
        ),
        known(
            "customVocabulary and adaptationPhrases help the recognition.",
            "setup.vocabulary_reaches_the_ears",
        ),
        missing(
            "wordTimestamp, diarization and mode shape the transcripts of transcribe "
            "models.",
            documented("google-genai 3.4 types"),
            "the fields are accepted; the built-in recogniser tells neither times nor "
            "speakers",
        ),
        known(
            "initialHistoryInClientContent: content up to turnComplete is history and "
            "is not answered.",
            "sessions.initial_history",
        ),
        missing(
            "avatarConfig adds a video of a speaking face.",
            documented("google-genai 3.4 types"),
            "no avatar is shown; the field is accepted",
        ),
        missing(
            "safetySettings block answers.",
            documented("generative_service.proto"),
            "nothing is filtered; the field is accepted",
        ),
        known(
            "labels are accepted on the Gemini API.",
            "setup.fields_without_effect wire_types.fields_of_one_dialect",
        ),
        known(
            "explicitVadSignal is for Vertex AI.",
            "vertex.activity_is_reported_if_asked_for closing.unknown_setup_fields",
        ),
        known(
            "transparent resumption is for Vertex AI.",
            "sessions.transparent_resumption closing.unknown_setup_fields",
        ),
    ),
)

CONTENT = Section(
    "clientContent",
    (
        known(
            "turns are added to the history; turnComplete has them answered.",
            "turns.turn_complete_is_held_until_the_audio_would_be_over "
            "turns.the_model_remembers_both_sides",
        ),
        known(
            "turnComplete: true interrupts a running answer.",
            "turns.complete_content_interrupts",
        ),
        known(
            "turnComplete: false, or none, adds, waits, and interrupts nothing.",
            "turns.content_that_is_not_complete_only_adds",
        ),
        missing(
            "A comment in the proto says that any clientContent interrupts.",
            documented("generative_service.proto, against a measurement on 3.8"),
            "the measurement decides; old clients rely on it as well",
        ),
        known(
            "turnComplete without turns starts an answer.",
            "turns.turn_complete_alone_starts_generation",
        ),
        known(
            "Old clients send turns without parts after every chunk of audio.",
            "turns.content_without_parts_changes_nothing",
        ),
        known(
            "Content without a role is a note for 2.5 models and refused by 3.x.",
            "sessions.content_without_a_role",
        ),
        known(
            "Content without a role that asks for an answer is the user's; 3.8 refuses "
            "it, as one source has it.",
            "sessions.a_question_without_a_role",
        ),
        known(
            "The role system is refused by the Gemini API.",
            "sessions.roles_that_do_not_exist",
        ),
        known(
            "The role system on Vertex AI: sources disagree; it is taken as a note.",
            "vertex.system_content_on_vertex",
        ),
        known(
            "Content holds audio and images.",
            "sessions.speech_and_images_in_content",
        ),
        known(
            "Content holds earlier calls and their results, with their ids.",
            "sessions.calls_and_results_in_content sessions.ids_of_calls_in_content",
        ),
        known(
            "Parts of other kinds are accepted.",
            "setup.parts_without_effect",
        ),
        missing(
            "fileData refers to a file that the service holds.",
            documented("generative_service.proto"),
            "there are no files to refer to; the part is skipped",
        ),
        missing(
            "2.5 models want the last turn of a seeded history to be the user's.",
            documented("Live API guide, 2025"),
            "deprecated models; any order is taken",
        ),
        known(
            "3.1 takes content during the whole session, though it is documented for "
            "seeding alone.",
            "sessions.content_all_session",
        ),
        missing(
            "On 3.8 a first clientContent went unanswered for one developer.",
            observed("one report, 2026-10"),
            "it is documented to work, and works here",
        ),
        known(
            "Realtime input ends the seeding of a history.",
            "sessions.realtime_input_ends_an_incomplete_history",
        ),
        known(
            "A blank or full stop after seeded history has it answered.",
            "sessions.a_nudge_has_seeded_history_answered",
        ),
    ),
)

REALTIME = Section(
    "realtimeInput",
    (
        known(
            "audio is PCM16, little endian, mono, of the rate its MIME type names.",
            "activity.any_rate_of_input",
        ),
        known("Without a rate it has 16 kHz.", "activity.default_rate"),
        known(
            "Half a sample is invalid.",
            "closing.half_a_sample closing.audio_of_impossible_rates",
        ),
        known(
            "A page of Firebase lists mp3, WAV, WebP and more: here whole WAV files "
            "and WebP images are taken, and of others the close says that the "
            "emulator, not the service, refuses them.",
            "refused_setups.media_that_only_the_emulator_refuses "
            "activity.a_wav_file_in_realtime_input",
        ),
        known(
            "Chunks have any size, down to a few milliseconds, up to a whole file, "
            "at any speed.",
            "turns.a_whole_recording_in_one_frame activity.chunk_size_does_not_matter",
        ),
        known(
            "video is a JPEG or PNG image.",
            "sessions.images_of_a_turn activity.an_image_during_the_activity",
        ),
        missing(
            "More than one image a second is not used.",
            documented("Live API guide"),
            "every image is looked at",
        ),
        known(
            "text counts as activity and is answered at once.",
            "turns.realtime_text_is_answered_at_once",
        ),
        known(
            "With manual activity, audio before activityStart is discarded, as pipecat "
            "has it; another report saw 1007.",
            "variants.audio_before_activity_start",
        ),
        known(
            "activityStart and activityEnd are for manual activity.",
            "activity.manual_activity "
            "closing.explicit_activity_needs_automatic_detection_off",
        ),
        missing(
            "With automatic activity, extended thinking ignored activityStart.",
            observed("one probe, 2026-09-19; 1007 on other models, 2026-09-10"),
            "it closes the session on all models",
        ),
        known(
            "audioStreamEnd is for automatic activity. It is documented to end the "
            "turn; one measurement on 3.8 got no answer.",
            "variants.the_end_of_the_stream "
            "activity.stream_end_finishes_the_turn_at_once "
            "activity.stream_end_in_manual_mode",
        ),
        known(
            "mediaChunks is refused by 3.x.",
            "closing.media_chunks_are_refused_by_3x",
        ),
        known(
            "Older models take the first of mediaChunks.",
            "activity.media_chunks_of_older_models",
        ),
        known(
            "Several fields of one message are all taken.",
            "activity.several_fields_in_one_message",
        ),
    ),
)

TOOL_RESPONSE = Section(
    "toolResponse",
    (
        known(
            "A result names its call by id; the name may be missing.",
            "tools.a_blocking_call_is_one_turn",
        ),
        known(
            "Without an id the name decides, as on Vertex AI.",
            "tools.answer_by_name",
        ),
        known(
            "The response is any object; a bare value counts as output.",
            "tools.a_response_that_is_no_object",
        ),
        known(
            "scheduling stands beside the response, or, in older documents, in it.",
            "tools.scheduling_while_the_model_speaks",
        ),
        known(
            "Extended thinking refuses scheduling. A fork of livekit says so of 3.8 as "
            "well, where a probe had it accepted.",
            "tools.extended_thinking_takes_no_scheduling",
        ),
        known(
            "Blocking calls may be answered in messages of their own: the model waits "
            "for all of them.",
            "tools.results_in_messages_of_their_own",
        ),
        known(
            "An empty result is spoken of, unless it is SILENT.",
            "tools.an_empty_result_is_a_result",
        ),
        known(
            "willContinue announces more results of the same call, if the model does "
            "not wait for it.",
            "tools.a_result_in_several_parts tools.a_blocking_call_has_one_result",
        ),
        known(
            "Extended thinking never speaks of a result that comes after an interim "
            "one; documented is that it does.",
            "tools.extended_thinking_drops_a_call_after_its_interim_result",
        ),
        known(
            "willContinue does not exist on Vertex AI.",
            "tools.will_continue_is_unknown_to_vertex",
        ),
        missing(
            "parts of a result hold media.",
            documented("google-genai 3.4 types"),
            "the built-in model makes nothing of them; the field is accepted",
        ),
        known(
            "A result for a call that was never made is ignored. Older reports saw the "
            "session closed with 1008 now and then.",
            "closing.answer_to_a_call_that_was_never_made",
        ),
    ),
)

CONTEXT_UPDATE = Section(
    "contextUpdate",
    (
        known(
            "It changes the instruction for what follows; an empty list of tools "
            "removes them all; there is no answer.",
            "turns.context_update_changes_the_instruction",
        ),
        known(
            "Tools that come with it can be called.",
            "turns.context_update_adds_tools",
        ),
    ),
)

VERTEX = Section(
    "Vertex AI",
    (
        known(
            "setupComplete holds a sessionId.",
            "vertex.the_session_has_a_name",
        ),
        known(
            "Usage counts candidates instead of a response, and has a trafficType.",
            "vertex.usage_in_the_spelling_of_vertex",
        ),
        known(
            "Audio is audio/pcm without a rate, in a turn of the role model.",
            "vertex.audio_on_vertex",
        ),
        known("Ids of calls are UUIDs.", "tools.call_ids"),
        known(
            "transparent and explicitVadSignal are known here alone; labels, "
            "willContinue and fileSearch on the Gemini API alone.",
            "wire_types.fields_of_one_dialect",
        ),
        known(
            "Input transcripts say when they are finished.",
            "vertex.finished_transcripts",
        ),
        known(
            "The transcript of an answer begins empty and runs ahead of the audio.",
            "vertex.the_transcript_runs_ahead",
        ),
        known(
            "generationComplete follows a call; a result begins another generation.",
            "vertex.a_blocking_call_on_vertex",
        ),
        known(
            "A result the model says nothing about has an empty transcript and no "
            "audio.",
            "vertex.a_silent_result_on_vertex",
        ),
        known(
            "Sensitivities are LOW unless set.",
            "vertex.default_sensitivities",
        ),
        known(
            "A model that is not there is named with its path.",
            "vertex.a_model_that_vertex_does_not_have",
        ),
        missing(
            "The scheduling of a result is dropped.",
            observed("livekit/agents"),
            "one framework says so, no document; scheduling works on both",
        ),
        missing(
            "A bearer token that is not good gets HTTP 401 or 403 at the upgrade.",
            guessed("general knowledge of Google's APIs"),
            "there is nobody to ask about tokens; every bearer is let in",
        ),
        missing(
            "Handles live for 24 hours.",
            guessed("from memory"),
            "two hours, as on the Gemini API",
        ),
    ),
)

SECTIONS = (FRAMES, SETUP, CONTENT, REALTIME, TOOL_RESPONSE, CONTEXT_UPDATE, VERTEX)
