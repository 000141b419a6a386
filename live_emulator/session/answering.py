"""The model's side of a session: ask, think, call, speak, end the turn.

A turn runs from the question to `turnComplete`. Calls that the model waits for
are made and answered inside one turn; an interruption ends the turn with
`interrupted` and a `turnComplete` of its own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from live_emulator.brain.types import (
    Call,
    Question,
    ReplyPart,
    Result,
    Say,
    Search,
    Think,
)
from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.closing import close_for
from live_emulator.protocol.models import Behaviour, Task
from live_emulator.protocol.usage import text_tokens, usage_metadata
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session import actions as do
from live_emulator.session.delivery import Delivery
from live_emulator.session.grounding import grounding_metadata
from live_emulator.session.history import Entry
from live_emulator.session.model_turn import ModelTurn
from live_emulator.session.settings import response_text
from live_emulator.session.spoken_reply import SpokenReply
from live_emulator.session.state import SessionState
from live_emulator.session.tool_calls import Scheduling, ToolCalls
from live_emulator.session.written_reply import WrittenReply
from live_emulator.voice.types import SpeechPiece

__all__ = ["Answering"]

FILLER = "Let me think about that for a moment."
"""Said by a model that reasons in the background before it answers."""

_NOBODY_ASKED = (
    "A functionResponse was ignored: its id belongs to no call of this connection. The "
    "service was seen to ignore such, and at times to close with 1008."
)

_SPOKEN_WORDS_PER_TOKEN = 165 / 60 / 25
_WRITTEN_WORDS_PER_TOKEN = 0.75


class Answering:
    """Runs the model's turns, one after another."""

    def __init__(
        self,
        state: SessionState,
        on_turn_begin: Callable[[], None],
        on_turn_end: Callable[[], None],
    ) -> None:
        self._state = state
        self._on_turn_begin = on_turn_begin
        self._on_turn_end = on_turn_end
        self._delivery = Delivery(state)
        self._turn: ModelTurn | None = None
        self._wanted_at: float | None = None
        self.calls = ToolCalls(state.model.several_results)
        self._untranslated: deque[Entry] = deque()
        """What a model that translates has heard and not begun to say."""
        self.user_speaks = False
        """Set by the listening side; a new turn waits for the user's end."""
        self._held: list[Result] = []
        """Results that came while the user had the floor, and are to be spoken of."""

    # --- asking

    @property
    def busy(self) -> bool:
        """A turn is running, or held open until its audio would be over."""
        return self._turn is not None

    def ask(self) -> None:
        """Answer what is in the history, as soon as all of it is there."""
        entries = self._state.history.entries
        if self._translates and entries:
            self._untranslated.append(entries[-1])
        self._wanted_at = self._state.now + self._state.shared.pace.thinking_s
        self._try_to_ask()

    @property
    def _translates(self) -> bool:
        """The answers are one stream without turns, which nothing interrupts."""
        return self._state.model.task is Task.TRANSLATE

    def _translate_next(self) -> None:
        """Say the next utterance in the other language, when the last one is said."""
        state = self._state
        if self._turn is not None or not self._untranslated:
            return
        if self._untranslated[0].waiting or state.now < (self._wanted_at or 0.0):
            return
        state.keep_within_window()
        heard = self._untranslated.popleft().text
        settings = state.settings
        turn = self._begin_turn()
        said = state.shared.translate(
            heard, settings.target_language, settings.echo_target_language
        )
        self._say_all_of(turn, said)

    def _try_to_ask(self) -> None:
        if self._translates:
            self._translate_next()
            return
        state = self._state
        if self._wanted_at is None or self._turn is not None or self.user_speaks:
            return
        if state.history.waiting or state.now < self._wanted_at:
            return
        self._wanted_at = None
        state.keep_within_window()
        turn = self._begin_turn()
        if state.is_not_addressed():
            self._say_all_of(turn, ())
        else:
            state.act(do.Ask(turn.number, self._question()))

    def _begin_turn(self) -> ModelTurn:
        state = self._state
        written = state.settings.text_only
        out = WrittenReply() if written else SpokenReply(state.shared.pace)
        self._turn = ModelTurn(state.next_number(), out, state.prompt_tokens())
        self._delivery.begin()
        self._on_turn_begin()
        return self._turn

    def _say_all_of(self, turn: ModelTurn, parts: Iterable[ReplyPart]) -> None:
        """Let a turn consist of parts that are known already."""
        for part in parts:
            self.said(turn.number, part)
        self.said_all(turn.number)

    def _question(self) -> Question:
        state = self._state
        settings = state.settings
        max_words = None
        if settings.max_output_tokens:
            per_token = (
                _WRITTEN_WORDS_PER_TOKEN
                if settings.text_only
                else _SPOKEN_WORDS_PER_TOKEN
            )
            max_words = max(1, int(settings.max_output_tokens * per_token))
        return Question(
            turns=state.history.turns(),
            instruction=settings.instruction,
            tools=settings.tools.declarations,
            search=settings.tools.search,
            now=state.shared.wall_time(state.now),
            seed=state.seed if settings.seed is None else settings.seed,
            pending=self.calls.pending,
            max_words=max_words,
            conversation=state.session,
        )

    # --- what the brain says

    def said(self, number: int, part: ReplyPart) -> None:
        """Take one part of a reply."""
        turn = self._current(number)
        if turn is None:
            return
        if turn.deferred is not None:
            turn.deferred.append(part)
            return
        if not isinstance(part, Call):
            self._send_calls(turn)
        match part:
            case Say(text):
                turn.out.add_text(text)
                self._speak_on(turn)
            case Think(text):
                turn.thought_tokens += text_tokens(text)
                if self._state.settings.include_thoughts:
                    self._delivery.thought(text)
                if self._state.model.interaction_status and not turn.continued:
                    # Documented: a spoken filler in a turn of its own, and the
                    # answer in the next, while the status is IN_PROGRESS.
                    turn.deferred = []
                    turn.out.add_text(FILLER)
                    self._speak_on(turn)
            case Call():
                turn.new_calls.append(part)
            case Search(queries):
                turn.grounding = grounding_metadata(queries)
            case _:
                pass  # waiting and failing is the shell's
        self._flow(turn)

    def pause(self, number: int) -> None:
        """Note that the brain goes on only when everything so far was sent."""
        turn = self._current(number)
        if turn is not None:
            self._send_calls(turn)
            turn.out.pause()
            self._flow(turn)

    def has_sent(self, number: int) -> bool:
        """Return whether everything that was said in a reply was sent."""
        turn = self._current(number)
        return turn is None or turn.out.idle

    def said_all(self, number: int) -> None:
        """Note that the brain has nothing to add to its reply."""
        turn = self._current(number)
        if turn is None:
            return
        made_calls = bool(turn.new_calls)
        self._send_calls(turn)
        if self.calls.blocking:
            return
        if made_calls:
            # The turn goes on without the results; the brain fills the gap.
            self._ask_again(turn)
            return
        turn.out.complete()
        self._flow(turn)

    def _continue(self, parts: Iterable[ReplyPart]) -> None:
        """Say what was held back for a filler."""
        turn = self._begin_turn()
        turn.continued = True
        self._say_all_of(turn, parts)

    def _ask_again(self, turn: ModelTurn) -> None:
        turn.number = self._state.next_number()
        turn.prompt = self._state.prompt_tokens()
        self._delivery.begin()
        self._state.act(do.Ask(turn.number, self._question()))

    def _current(self, number: int) -> ModelTurn | None:
        turn = self._turn
        if turn is None or turn.number != number or turn.interrupted:
            return None
        return turn

    # --- calls

    def _send_calls(self, turn: ModelTurn) -> None:
        if not turn.new_calls:
            return
        state = self._state
        made: list[Call] = []
        for call in turn.new_calls:
            call = Call(call.name, call.args, state.new_call_id())
            declared = state.settings.tools.functions.get(call.name)
            behaviour = declared.behaviour if declared else Behaviour.BLOCKING
            self.calls.open(call, behaviour)
            made.append(call)
        turn.new_calls.clear()
        self._delivery.calls(made)
        if self.calls.blocking and state.dialect is Dialect.VERTEX:
            # Recordings: Vertex AI ends the generation with the call; what
            # follows its result is another one. Not while audio is under way.
            if turn.out.idle:
                state.send(messages.generation_complete())
        entry = Entry("model", calls=tuple(made))
        entry.tokens.add("TEXT", sum(text_tokens(repr(call)) for call in made))
        state.history.append(entry)

    def tool_response(self, responses: Sequence[Mapping[str, Any]]) -> None:
        """Take the client's answers to calls.

        Raises:
            Rejected: If one says when to speak of it and the model takes no such word.

        """
        model = self._state.model
        variants = self._state.shared.variants
        takes_none = not model.scheduling or "no-scheduling" in variants
        if takes_none and any(one.get("scheduling") for one in responses):
            raise close_for("tool.scheduling")
        blocking: list[Result] = []
        background: list[Result] = []
        scheduling = Scheduling.SILENT
        nobody_asked = False
        for response in responses:
            if not self.calls.knows(response):
                if "unknown-result-closes" in variants:
                    raise close_for("tool.unknown")
                nobody_asked = True
            answer = self.calls.answer(response)
            if answer is None:
                continue
            if answer.blocking:
                blocking.append(answer.result)
                continue
            background.append(answer.result)
            asked = answer.scheduling if model.scheduling else Scheduling.WHEN_IDLE
            if asked is Scheduling.INTERRUPT:
                scheduling = Scheduling.INTERRUPT
            elif scheduling is Scheduling.SILENT:
                scheduling = asked
        if nobody_asked:
            self._state.note(_NOBODY_ASKED)
        self._remember(blocking)
        if scheduling is not Scheduling.SILENT and self._is_asked:
            # Behind the user's question they would be taken for its answer, and
            # before it they would be forgotten.
            self._held += background
            background = []
        self._remember_after_speech(background)
        turn = self._turn
        if blocking and turn is not None and not self.calls.blocking:
            self._ask_again(turn)
        if background and scheduling is not Scheduling.SILENT:
            if scheduling is Scheduling.INTERRUPT:
                self.interrupt()
            self.ask()

    @property
    def _is_asked(self) -> bool:
        """The user is asking something, or waits for the answer to begin."""
        return self.user_speaks or self._wanted_at is not None

    def _speak_of_held(self) -> None:
        """Speak of results that waited until the user was answered."""
        if self._held and not self._is_asked:
            self._remember(self._held)
            self._held = []
            self.ask()

    def _status(self) -> str:
        """Return whether work goes on behind the turns."""
        return "IN_PROGRESS" if self.calls.pending else "IDLE"

    def _remember(self, results: Sequence[Result]) -> None:
        if results:
            entry = Entry("tool", results=tuple(results))
            size = sum(text_tokens(response_text(one.response)) for one in results)
            entry.tokens.add("TEXT", size)
            self._state.history.append(entry)

    def _remember_after_speech(self, results: Sequence[Result]) -> None:
        """Put results behind what the model says without them.

        They belong to what comes next: a result that overtook the words of the
        running turn would seem to be answered by them.
        """
        turn = self._turn
        if turn is None or turn.interrupted or turn.generation_complete:
            self._remember(results)
        else:
            turn.late_results.extend(results)

    # --- speech

    def spoke(self, speech: int, piece: SpeechPiece) -> None:
        """Take some audio of a speech."""
        turn = self._speaking(speech)
        if turn is not None:
            turn.out.add_piece(piece)
            self._flow(turn)

    def spoke_all(self, speech: int) -> None:
        """Note that a speech is complete."""
        turn = self._speaking(speech)
        if turn is not None:
            turn.out.piece_end()
            turn.speech = None
            self._speak_on(turn)
            self._flow(turn)

    def _speaking(self, speech: int) -> ModelTurn | None:
        turn = self._turn
        if turn is None or turn.speech != speech or turn.interrupted:
            return None
        return turn

    def _speak_on(self, turn: ModelTurn) -> None:
        text = turn.out.next_text()
        if text is not None:
            turn.speech = self._state.next_number()
            settings = self._state.settings
            self._state.act(
                do.Speak(turn.speech, text, settings.voice, settings.language)
            )

    # --- the wire

    def _flow(self, turn: ModelTurn) -> None:
        """Send what is due, and end the turn when everything was sent."""
        while chunk := turn.out.take_chunk(self._state.now):
            self._delivery.chunk(chunk)
        self._speak_on(turn)
        if turn.out.finished and not turn.generation_complete:
            self._complete_generation(turn)

    def _complete_generation(self, turn: ModelTurn) -> None:
        state = self._state
        turn.generation_complete = True
        if turn.out.spoken:
            self._delivery.rest(turn.out.take_rest())
        self._record(turn)
        if turn.grounding is not None:
            state.send(messages.server_content(groundingMetadata=turn.grounding))
        if not self._translates:
            state.send(messages.generation_complete())
        turn.end_at = max(state.now, turn.out.played_at or state.now)
        self.wake()

    def _record(self, turn: ModelTurn) -> None:
        """Put what was said into the history, as far as it was sent."""
        text = turn.out.sent_text
        if text:
            entry = Entry("model", spoken=turn.out.spoken)
            entry.interrupted = turn.interrupted
            entry.add_text(text)
            entry.tokens.include(turn.out.tokens())
            turn.entry = entry
            self._state.history.append(entry)
        self._remember(turn.late_results)
        turn.late_results.clear()

    # --- the end of a turn

    def interrupt(self) -> None:
        """Stop the running turn; only what was sent stays in the history."""
        turn = self._turn
        if turn is None or turn.interrupted or self._translates:
            return
        state = self._state
        turn.interrupted = True
        state.act(do.StopAsking(turn.number))
        if turn.speech is not None:
            state.act(do.StopSpeaking(turn.speech))
        if turn.entry is None:
            self._record(turn)
        else:
            turn.entry.interrupted = True
        state.send(messages.interrupted())
        given_up = self.calls.blocking
        self.calls.cancel(given_up)
        if given_up:
            state.send(messages.tool_call_cancellation([call.id for call in given_up]))
        turn.end_at = state.now + state.shared.pace.interruption_s

    def wake(self) -> None:
        """Do what has become due."""
        turn = self._turn
        if turn is not None and not turn.interrupted and not turn.generation_complete:
            self._flow(turn)
        turn = self._turn
        if turn is not None and turn.end_at is not None:
            if self._state.now >= turn.end_at:
                self._end(turn)
        self._try_to_ask()

    @property
    def next_wake(self) -> float | None:
        """When `wake` is to be called, if nothing else happens."""
        turn = self._turn
        if turn is None:
            waits = self._wanted_at is not None and self._state.now < self._wanted_at
            return self._wanted_at if waits else None
        if turn.end_at is not None:
            return turn.end_at
        return turn.out.next_due

    def _end(self, turn: ModelTurn) -> None:
        state = self._state
        self._turn = None
        if self._translates:
            self._on_turn_end()
            return
        usage = usage_metadata(
            turn.prompt, turn.out.tokens(), turn.thought_tokens, state.dialect
        )
        deferred = None if turn.interrupted else turn.deferred
        extra = {}
        if state.model.interaction_status:
            extra["interactionStatus"] = "IN_PROGRESS" if deferred else self._status()
        state.send(messages.turn_complete(usage, **extra))
        self._on_turn_end()
        if deferred:
            self._continue(deferred)
        else:
            self._speak_of_held()
