"""What a session does for faults: pause until all is sent, and announce its end."""

from live_emulator.brain.types import Say, Wait
from live_emulator.session import actions as do
from live_emulator.session.spoken_reply import Pace, SpokenReply
from live_emulator.voice.types import SpeechPiece
from tests.live_emulator.session.bench import Bench, user_text

MS = 48  # bytes


def test_a_pause_lets_a_short_rest_go():
    """What is less than a chunk waits for more words, unless none come soon."""
    reply = SpokenReply(Pace())
    reply.add_text("Hello.")
    reply.next_text()
    reply.add_piece(SpeechPiece(bytes(90 * MS)))
    assert len(reply.take_chunk(0.0).pcm) == 40 * MS
    reply.pause()
    assert reply.take_chunk(9.0) is None  # it is still being spoken
    reply.piece_end()
    assert not reply.idle
    assert len(reply.take_chunk(9.0).pcm) == 50 * MS
    assert reply.idle
    assert not reply.finished


def test_words_end_a_pause():
    """More words fill up the chunk again."""
    reply = SpokenReply(Pace())
    for text in ("Hello.", "There."):
        reply.add_text(text)
        reply.next_text()
        reply.add_piece(SpeechPiece(bytes(50 * MS)))
        reply.piece_end()
        if text == "Hello.":
            reply.take_chunk(0.0)
            reply.pause()
    assert reply.take_chunk(9.0) is None
    reply.complete()
    assert len(reply.take_chunk(9.0).pcm) == 60 * MS


def test_everything_is_sent_of_a_reply_that_is_none():
    """Who waits for a reply that is over, or for one before the setup, goes on."""
    bench = Bench()
    assert bench.session.has_sent(1)
    bench.setup().send(user_text("hello")).run(10)
    assert bench.session.has_sent(1)
    sent = len(bench.sent)
    assert bench.session.pause(1, bench.now) == []
    assert len(bench.sent) == sent


def test_text_is_sent_before_a_pause():
    """What a TEXT model has written so far doesn't wait; the wait is not its own."""
    all_sent: list[bool] = []

    def answer(question):
        yield Say("one two three")
        asked = [one for one in bench.actions if isinstance(one, do.Ask)][-1]
        bench._perform(bench.session.pause(asked.reply, bench.now))
        all_sent.append(bench.session.has_sent(asked.reply))
        yield Wait(60.0)
        yield Say(" four five")

    bench = Bench(answer).setup("gemini-robotics-er-2-streaming-preview").forget()
    bench.send(user_text("x"))
    texts = [
        part["text"]
        for _, message in bench.find("text")
        for part in message["serverContent"]["modelTurn"]["parts"]
    ]
    assert "".join(texts) == "one two three four five"
    assert all_sent == [True]
    assert bench.now == 0.0


def test_go_away_on_command():
    """The announcement comes at once, and the cut when the time left is over."""
    bench = Bench()
    assert bench.session.go_away(5.0, bench.now) == []
    bench.setup().run(100)
    [action] = bench.session.go_away(5.0, bench.now)
    assert action.message == {"goAway": {"timeLeft": "5s"}}
    bench.run(4.9)
    assert bench.closed is None
    bench.run(0.1)
    assert bench.closed.code == 1008
    assert "GoAway" in bench.closed.reason
