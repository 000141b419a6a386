"""What is kept: found again, heard, exported, deleted; and a database with troubles."""

import asyncio
import sqlite3

import av
import numpy as np
import pytest

from chapter_03 import live_events as ev
from chapter_05.turns import Conversation
from chapter_08.history import VERSION, History, HistoryProblem
from chapter_08.keeper import Keeper
from chapter_08.kept_audio import AudioFile, Timeline


def tone(seconds, rate_hz, hz=440):
    """Return a tone as 16-bit PCM."""
    places = np.arange(int(seconds * rate_hz)) / rate_hz
    return (np.sin(2 * np.pi * hz * places) * 9_000).astype("<i2").tobytes()


def said(*words):
    """Return utterances in which both sides take turns."""
    conversation = Conversation()
    conversation.connect()
    for number, text in enumerate(words):
        if number % 2:
            conversation.receive(ev.OutputTranscript(text), number)
            conversation.receive(ev.TurnComplete(), number)
        else:
            conversation.type(text, number)
    return conversation.utterances


@pytest.fixture
async def history(tmp_path):
    kept = History(tmp_path / "kept")
    await kept.open()
    yield kept
    await kept.close()


async def test_a_conversation_is_found_again_after_a_restart(tmp_path):
    """With its words, by those who had it, and by no other."""
    first = History(tmp_path)
    await first.open()
    kept = await first.begin("ada", "stream", "a-model")
    await first.save(kept.id, said("Who are you?", "I am a model."), is_over=True)
    await first.close()
    again = History(tmp_path)
    await again.open()
    (found,) = await again.find("ada")
    assert found.id == kept.id and found.title == "Who are you?" and found.ended_at
    _, lines = await again.read("ada", kept.id)
    assert [(line.who, line.text) for line in lines] == [
        ("user", "Who are you?"),
        ("model", "I am a model."),
    ]
    assert await again.read("bob", kept.id) is None
    assert not await again.delete("bob", kept.id)
    assert await again.find("bob") == []
    await again.close()


async def test_search_takes_all_words_and_no_patterns(history):
    """In any case and order; % and _ are letters like others."""
    for words in (("The price of tea", "Three euros."), ("100 % sure?", "Yes_no.")):
        kept = await history.begin("ada", "stream", "m")
        await history.save(kept.id, said(*words))
    for query, count in {
        "": 2,
        "TEA": 1,
        "euros price": 1,
        "tea sure": 0,
        "%": 1,
        "_": 1,
        "'; DROP TABLE kept": 0,
    }.items():
        assert len(await history.find("ada", query)) == count, query


async def test_deleting_removes_words_and_sound_from_the_disk(history):
    """Once; the second time there is nothing, and saving does not bring it back."""
    kept = await history.begin("ada", "stream", "m")
    await history.save(kept.id, said("An extraordinary secret", "Indeed."))
    history.audio_file(kept.id).write_bytes(b"sound")
    assert await history.delete("ada", kept.id)
    assert not await history.delete("ada", kept.id)
    await history.save(kept.id, said("An extraordinary secret", "Indeed."))
    assert await history.find("ada") == []
    await history.close()
    left = [one for one in history.folder.rglob("*") if one.is_file()]
    assert [one.name for one in left] == ["history.db"]
    assert b"extraordinary" not in left[0].read_bytes()


async def test_what_is_deleted_while_it_is_spoken_is_not_kept_after_all(history):
    """Neither a file that is written already, nor one that would come later."""
    for is_written in (False, True):
        problems = []
        kept = await history.begin("ada", "stream", "m")
        file = history.audio_file(kept.id)
        async with Keeper(history, kept, problems.append) as keeper:
            keeper.typed("An extraordinary secret")
            if is_written:
                await asyncio.to_thread(file.write_bytes, b"sound")
            assert await history.delete("ada", kept.id)
            keeper.spoken(tone(0.5, 16_000))
        assert problems == ["This conversation is no longer kept. You have deleted it."]
        assert await history.find("ada") == [] and not file.exists()


async def test_sound_that_can_not_be_deleted_leaves_the_conversation(history):
    """So that it can be tried again."""
    kept = await history.begin("ada", "stream", "m")
    history.audio_file(kept.id).mkdir()
    with pytest.raises(OSError):
        await history.delete("ada", kept.id)
    assert await history.read("ada", kept.id)
    history.audio_file(kept.id).rmdir()
    assert await history.delete("ada", kept.id)


OLD = """
CREATE TABLE kept (id VARCHAR NOT NULL PRIMARY KEY, user VARCHAR NOT NULL,
  began_at VARCHAR NOT NULL, ended_at VARCHAR NOT NULL, source VARCHAR NOT NULL,
  model VARCHAR NOT NULL, seconds FLOAT NOT NULL, title VARCHAR NOT NULL);
CREATE TABLE line (conversation VARCHAR NOT NULL REFERENCES kept (id),
  number INTEGER NOT NULL, who VARCHAR NOT NULL, text VARCHAR NOT NULL,
  PRIMARY KEY (conversation, number));
INSERT INTO kept VALUES ('k', 'ada', '2026-01-01', '', 'stream', 'm', 1.0, 'Hello');
INSERT INTO line VALUES ('k', 0, 'user', 'Hello');
PRAGMA user_version = 1;
"""


async def test_a_database_of_an_older_version_is_brought_up_to_date(tmp_path):
    """Nothing in it is lost."""
    old = sqlite3.connect(tmp_path / "history.db")
    old.executescript(OLD)
    old.close()
    history = History(tmp_path)
    await history.open()
    _, (line,) = await history.read("ada", "k")
    assert (line.text, line.unheard) == ("Hello", "")
    await history.close()
    new = sqlite3.connect(tmp_path / "history.db")
    assert new.execute("PRAGMA user_version").fetchone() == (VERSION,)
    new.close()


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    """In a sentence that says what to do."""
    newer = sqlite3.connect(tmp_path / "history.db")
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    with pytest.raises(HistoryProblem, match="newer version"):
        await History(tmp_path).open()


async def test_a_file_that_is_no_database(tmp_path):
    """It is not overwritten."""
    (tmp_path / "history.db").write_bytes(b"a letter to my aunt" * 100)
    with pytest.raises(HistoryProblem, match="Move it away"):
        await History(tmp_path).open()
    assert (tmp_path / "history.db").read_bytes().startswith(b"a letter")


async def test_a_folder_that_can_not_be_made(tmp_path):
    """A file is where it should be."""
    (tmp_path / "kept").touch()
    with pytest.raises(HistoryProblem, match="can't be made"):
        await History(tmp_path / "kept").open()


async def test_a_database_that_another_program_holds(history):
    """Said after two seconds; when it is free, all goes on."""
    kept = await history.begin("ada", "stream", "m")
    other = sqlite3.connect(history.folder / "history.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(HistoryProblem, match="Another program holds"):
        await history.save(kept.id, said("Hello", "Hello."))
    other.execute("COMMIT")
    other.close()
    await history.save(kept.id, said("Hello", "Hello."))
    assert len((await history.read("ada", kept.id))[1]) == 2


async def test_a_full_disk_ends_keeping_and_not_the_conversation(history):
    """Its user is told once."""
    problems, is_told = [], asyncio.Event()

    def note(problem):
        problems.append(problem)
        is_told.set()

    kept = await history.begin("ada", "stream", "m")
    async with history._engine.begin() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    async with Keeper(history, kept, note) as keeper:
        keeper.typed("x" * 40_000)
        keeper.happened(ev.TurnComplete())
        await is_told.wait()
        keeper.spoken(tone(0.1, 16_000))
    assert len(problems) == 1
    assert "no longer kept. The disk is full" in problems[0]


async def test_a_history_that_is_not_open_says_so(tmp_path):
    """For servers that could not open it."""
    with pytest.raises(HistoryProblem, match="not open"):
        await History(tmp_path).find("ada")


async def test_a_keeper_writes_words_and_sound_while_it_goes_on(history):
    """What was interrupted is cut, and what was not heard is marked."""
    kept = await history.begin("ada", "stream", "m")
    async with Keeper(history, kept) as keeper:
        keeper.happened(ev.SetupComplete())
        keeper.spoken(tone(0.5, 16_000))
        keeper.happened(ev.InputTranscript("Tell me a story."))
        for word in ("Once", " upon", " a", " time"):
            keeper.happened(ev.Audio(tone(1.0, 24_000), 24_000))
            keeper.happened(ev.OutputTranscript(word))
        keeper.happened(ev.Interrupted())
        keeper.heard(1_500.0)
        keeper.happened(ev.TurnComplete())
        while not (await history.find("ada"))[0].title:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    (found,) = await history.find("ada")
    _, lines = await history.read("ada", kept.id)
    assert lines[0].text == "Tell me a story."
    assert (lines[1].text, lines[1].unheard) == ("Once upon", "a time")
    assert 0.4 < found.seconds < 3.9, "three seconds were never heard"
    with av.open(str(history.audio_file(kept.id))) as file:
        assert file.streams.audio[0].codec_context.name in ("opus", "libopus")
        assert abs(float(file.duration) / 1e6 - found.seconds) < 0.1


def test_both_sides_have_their_place_on_the_time_axis(tmp_path):
    """The user is on the left, the model where its answer came."""
    timeline = Timeline()
    for number in range(50):
        timeline.spoken(tone(0.02, 16_000), 0.02 * (number + 1))
    timeline.answered(tone(1.0, 24_000), 2.0)
    timeline.spoken(tone(0.02, 16_000), 4.0)
    first = timeline.take(1.0)
    assert len(first) == 12_000
    rest = timeline.take()
    both = np.concatenate([first, rest]).astype(float)
    loud = np.abs(both.reshape(-1, 480, 2)[: len(both) // 480]).max(axis=1) > 1_000
    user = np.flatnonzero(loud[:, 0]) * 0.02
    model = np.flatnonzero(loud[:, 1]) * 0.02
    assert user[0] < 0.1 and np.any(abs(user - 0.96) < 0.05) and user[-1] > 3.9
    assert abs(model[0] - 2.0) < 0.05 and abs(model[-1] - 2.98) < 0.05
    with AudioFile(tmp_path / "a.ogg") as file:
        file.write(np.concatenate([first, rest]))
        file.write(np.zeros((0, 2), np.int16))
        file.close()
    assert (tmp_path / "a.ogg").stat().st_size < 60_000


def test_what_is_interrupted_is_not_in_the_recording():
    """From the moment of the interruption on."""
    timeline = Timeline()
    timeline.answered(tone(10.0, 24_000), 0.0)
    timeline.take(1.0)
    timeline.interrupted(2.0)
    timeline.answered(tone(0.5, 24_000), 3.0)
    assert abs(len(timeline.take()) / 24_000 + 0.5 - 3.5) < 0.01
