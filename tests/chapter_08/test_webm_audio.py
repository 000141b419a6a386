"""WebM that comes piece by piece: nothing held back, and a loss costs only itself."""

import contextlib
import io
import itertools
import random
import struct
import tracemalloc

import av
import numpy as np
import pytest

from chapter_08.limits import Limits
from chapter_08.mp4_audio import Mp4Reader
from chapter_08.piece_decoder import LONGEST_SILENCE_MS, PieceDecoder, format_of
from chapter_08.webm_audio import NotForStreaming, WebmReader, opus_ms
from guide.audio_files import decode_speech
from tests.chapter_08.conftest import speech


def decoded(pieces, format="webm"):
    """Return the sound of each piece, and the decoder."""
    decoder = PieceDecoder(format)
    return [b"".join(decoder.feed(piece)) for piece in pieces], decoder


def signal_to_noise_db(pcm, original):
    """Compare two recordings of the same, whatever their delay and loudness."""
    ours, theirs = (np.frombuffer(one, "<i2").astype(float) for one in (pcm, original))
    size = 1 << 17
    spectrum = np.fft.rfft(ours, size) * np.conj(np.fft.rfft(theirs, size))
    shift = int(np.argmax(np.fft.irfft(spectrum)))
    shift = shift if shift < size // 2 else shift - size
    ours, theirs = ours[max(0, shift) :], theirs[max(0, -shift) :]
    count = min(len(ours), len(theirs))
    ours, theirs = ours[:count], theirs[:count]
    ours = ours * (ours @ theirs) / (ours @ ours)
    return 10 * np.log10((theirs @ theirs) / np.square(theirs - ours).sum())


def test_each_piece_gives_its_sound_at_once(pieces):
    """Nothing waits for the next one: 120 ms in, 120 ms out."""
    sounds, decoder = decoded(pieces)
    assert [len(sound) // 32 for sound in sounds[1:]] == [120] * (len(pieces) - 1)
    assert decoder.damaged == 0 and decoder.silence_ms == 0


def test_it_sounds_as_good_as_the_whole_file(pieces):
    """Signal to noise is that of PyAV reading everything at once, to 0.1 dB."""
    original = speech("capital-of-france")
    ours = b"".join(decoded(pieces)[0])
    whole = decode_speech(b"".join(pieces))
    assert abs(len(ours) - len(whole)) <= 64
    best = signal_to_noise_db(whole, original)
    assert best > 15
    assert signal_to_noise_db(ours, original) > best - 0.1


@pytest.mark.parametrize("size", [1, 7, 64, 1_000, 100_000])
def test_it_does_not_matter_where_the_stream_is_cut(pieces, size):
    """The same sound for portions of any size."""
    data = b"".join(pieces)
    portions = [data[at : at + size] for at in range(0, len(data), size)]
    assert b"".join(decoded(portions)[0]) == b"".join(decoded(pieces)[0])


@pytest.mark.parametrize("lost", [3, 7, 13])
def test_a_lost_piece_becomes_silence_of_its_length(pieces, lost):
    """So offsets in the audio stay true, to the jitter of the browser's clock."""
    whole = sum(map(len, decoded(pieces)[0]))
    sounds, decoder = decoded(pieces[:lost] + pieces[lost + 1 :])
    assert abs(sum(map(len, sounds)) - whole) <= 20 * 32
    assert abs(decoder.silence_ms - 120) <= 20


def test_a_lost_first_piece_costs_only_itself(pieces):
    """Although the header is in it; and the packet that begins with its last byte."""
    sounds, _ = decoded(pieces)
    without, decoder = decoded(pieces[1:])
    assert pieces[0][-1] == 0xA3
    assert sum(map(len, without)) >= sum(map(len, sounds[1:])) - 61 * 32
    assert decoder.silence_ms == 0


@pytest.mark.parametrize("start", [100, 1_000, 3_000, 20_001])
def test_a_recording_may_begin_in_the_middle(pieces, start):
    """It is heard from the next block on."""
    data = b"".join(pieces)[start:]
    sounds, _ = decoded([data])
    expected = len(data) / sum(map(len, pieces)) * sum(map(len, decoded(pieces)[0]))
    assert sum(map(len, sounds)) > expected - 250 * 32


def test_silence_for_a_loss_is_bounded(pieces):
    """A damaged time does not make hours of it."""
    data = bytearray(b"".join(pieces))
    cluster = bytes.fromhex("1f43b675 01ffffffffffffff e784 7fffffff")
    at = data.find(bytes.fromhex("1f43b675"), 400)
    sounds, decoder = decoded([bytes(data[:at]), cluster + bytes(data[at + 14 :])])
    assert decoder.silence_ms <= LONGEST_SILENCE_MS
    assert LONGEST_SILENCE_MS / 1000 < Limits().burst_s, "a gap is no flood"
    assert sum(map(len, sounds)) < 15_000 * 32


def test_noise_raises_nothing_and_is_not_kept():
    """Whatever comes, the reader holds no more than an element."""
    reader, chance = WebmReader(), random.Random(8)
    for _ in range(200):
        for _packet in reader.feed(chance.randbytes(4_000)):
            pass
        assert len(reader._rest) < 20_000


def test_numbers_that_are_too_large_break_nothing(pieces):
    """A time, a track and a codec of thousands of bytes are only damage."""
    head = pieces[0][:200]
    for id in ("e7", "d7", "86"):
        strange = bytes.fromhex(id) + bytes.fromhex("5f40") + b"\xff" * 8_000
        for data in (strange, head + strange):
            decoder = PieceDecoder("webm")
            with contextlib.suppress(NotForStreaming):
                for one in (data, *pieces[1:]):
                    for _pcm in decoder.feed(one):
                        pass
            assert len(decoder._reader._rest) < 20_000


def test_names_of_codecs_are_not_collected():
    """A recording that goes on naming them takes no more memory."""
    reader = WebmReader()
    for _ in range(100):
        assert list(reader.feed(b"\x86\x81A" * 100)) == []
    assert len(reader._codecs) < 10
    with pytest.raises(NotForStreaming, match="A and A"):
        list(reader.feed(bytes.fromhex("a3 85 81 0000 80 ff")))


def test_what_looks_like_blocks_is_searched_once():
    """Ids of blocks without one are passed over, and the block after them is found."""
    reader = WebmReader()
    assert list(reader.feed(b"\xff" + b"\xa3" * 60_000)) == []
    block = bytes.fromhex("a3 86 81 0007 80 ff fe")
    (packet,) = reader.feed(b"\xa3\x82\x81\0\0\0" * 10 + block)
    assert (packet.at_ms, packet.data) == (7, b"\xff\xfe")


def test_damage_in_the_middle_costs_only_what_it_hits(pieces):
    """A byte that is wrong, anywhere, never ends the rest."""
    whole = sum(map(len, decoded(pieces)[0]))
    data, chance = b"".join(pieces), random.Random(8)
    for _ in range(60):
        broken = bytearray(data)
        broken[chance.randrange(300, len(data))] ^= 1 << chance.randrange(8)
        sounds, _ = decoded([bytes(broken)])
        assert sum(map(len, sounds)) > whole - 500 * 32


def test_video_alone_is_refused_in_words():
    """With what to do instead."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=10, width=32, height=32)
        stream.pix_fmt = "yuv420p"
        for _ in range(4):
            container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode())
    with pytest.raises(NotForStreaming, match="V_VP8, and no Opus"):
        decoded([file.getvalue()])


def fragmented_mp4(pcm, codec="aac"):
    """Return what Safari's recorder makes, as PyAV makes it: head, then fragments."""
    file = io.BytesIO()
    options = {"movflags": "frag_every_frame+empty_moov+default_base_moof"}
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        resampler = av.AudioResampler(
            "fltp" if codec == "aac" else "s16", "mono", 48_000
        )
        samples = np.frombuffer(pcm, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate = 16_000
        for one in itertools.chain(resampler.resample(frame), resampler.resample(None)):
            container.mux(stream.encode(one))
        container.mux(stream.encode())
    return file.getvalue()


def in_fragments(data):
    """Cut an MP4 where Safari would: the head, then each table with its sound."""
    cuts, at, name = [], 0, b""
    while at < len(data):
        size, before = int.from_bytes(data[at : at + 4]), name
        name = data[at + 4 : at + 8]
        if name == b"moof" or before == b"moov":
            cuts.append(at)
        at += size
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@pytest.mark.parametrize("codec", ["aac", "libopus"])
def test_fragmented_mp4_is_heard_as_it_comes(codec):
    """Safari's container: each fragment gives its sound, as good as the whole file."""
    original = speech("capital-of-france")
    data = fragmented_mp4(original, codec)
    sounds, decoder = decoded(in_fragments(data), "mp4")
    assert decoder.damaged == 0
    assert all(sounds[2:-2])
    best = signal_to_noise_db(decode_speech(data), original)
    assert signal_to_noise_db(b"".join(sounds), original) > best - 0.5


@pytest.mark.parametrize("size", [1, 13, 500])
def test_mp4_may_be_cut_anywhere(size):
    """The same sound for portions of any size."""
    data = fragmented_mp4(speech("my-name-is-ada"))
    portions = [data[at : at + size] for at in range(0, len(data), size)]
    assert b"".join(decoded(portions, "mp4")[0]) == b"".join(decoded([data], "mp4")[0])


def whole_mp4(pcm, *, index_first):
    file = io.BytesIO()
    options = {"movflags": "faststart"} if index_first else {}
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream("aac", rate=16_000)
        stream.layout = "mono"
        samples = np.frombuffer(pcm, "<i2").astype(np.float32).reshape(1, -1) / 32_768
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def test_mp4_that_can_not_be_streamed_is_refused_in_words():
    """An index at the end, a lost head, and what is no MP4 at all."""
    data = fragmented_mp4(speech("my-name-is-ada"))
    index_last = whole_mp4(speech("my-name-is-ada"), index_first=False)
    for bad, words in (
        (index_last, "index is at the end"),
        (b"".join(in_fragments(data)[1:]), "first piece is missing"),
        (b"\0\0\0\x05nonsense", "no MP4"),
        (bytes(40), "no MP4"),
    ):
        with pytest.raises(NotForStreaming, match=words):
            decoded([bad], "mp4")


def test_damaged_mp4_is_refused_or_costs_little():
    """A wrong byte never raises anything else, and never asks for much memory."""
    data, chance = fragmented_mp4(speech("my-name-is-ada")), random.Random(8)
    for _ in range(300):
        broken = bytearray(data)
        broken[chance.randrange(len(data))] = chance.randrange(256)
        try:
            decoded([bytes(broken)], "mp4")
        except NotForStreaming:
            continue


def box(name, *inner):
    """Return a box of MP4."""
    body = b"".join(inner)
    return struct.pack(">I4s", len(body) + 8, name) + body


def mp4_bombs():
    """Yield small pieces that would unpack to much."""
    nest = b""
    for _ in range(5_000):
        nest = box(b"traf", nest)
    yield box(b"moof", nest)
    announced = box(b"trun", struct.pack(">II", 0, 10_000))
    yield box(b"moof", box(b"traf", announced * 3_000))
    yield box(b"moof", *[box(b"traf")] * 8_000)
    yield box(b"moov", *[box(b"trak")] * 8_000)


@pytest.mark.parametrize("number", range(4))
def test_mp4_that_unpacks_to_much_is_refused(number):
    """Tables in tables, samples that are only announced, thousands of tracks."""
    bomb = list(mp4_bombs())[number]
    assert len(bomb) <= 65_536
    head, *_ = in_fragments(fragmented_mp4(speech("my-name-is-ada")))
    reader = Mp4Reader()
    assert list(reader.feed(head)) == []
    tracemalloc.start()
    with contextlib.suppress(NotForStreaming):
        for _ in range(5):
            assert list(reader.feed(bomb)) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
    assert len(reader._runs) < 20 and len(reader._tracks) < 20


def test_pcm_of_other_rates_becomes_that_of_the_service():
    """Half a sample that is left waits for the next piece."""
    tone = (np.sin(np.arange(48_000) * 0.05) * 9_000).astype("<i2").tobytes()
    decoder = PieceDecoder("pcm", 48_000)
    portions = [tone[at : at + 961] for at in range(0, len(tone), 961)]
    sound = b"".join(b"".join(decoder.feed(one)) for one in portions)
    assert abs(len(sound) // 2 - 16_000) < 40
    assert np.abs(np.frombuffer(sound, "<i2").astype(int)).max() > 8_000


def test_an_opus_packet_says_how_long_it_is():
    """By the table of RFC 6716, all 32 kinds."""
    lengths = [opus_ms(bytes([kind << 3, 0])) for kind in range(32)]
    assert lengths[:16] == [10, 20, 40, 60] * 3 + [10, 20, 10, 20]
    assert lengths[16:] == [2.5, 5, 10, 20] * 4
    assert opus_ms(bytes([0b11111_001, 0])) == 40
    assert opus_ms(bytes([0b11111_011, 3])) == 60
    assert opus_ms(bytes([0b00011_011, 63])) == 120
    assert opus_ms(bytes([0b00011_011])) == 0


def test_mime_types_of_browsers_are_known():
    """With codecs or without, in any case."""
    assert format_of("audio/webm;codecs=opus") == "webm"
    assert format_of("Audio/MP4") == "mp4"
    assert format_of("audio/pcm;rate=16000") == "pcm"
    assert format_of("audio/ogg") is None
