"""Speech for the tests: said by the emulator's own voice that plays the user."""

from live_emulator.voice import SpeechWorker, SphinxRecogniser, resample
from live_emulator.voice.types import (
    INPUT_RATE_HZ,
    OUTPUT_RATE_HZ,
    Hearing,
    SpeechPiece,
    Vocabulary,
)

LEAD_MS = 300
TAIL_MS = 500

NUMBERS = """
<digit> = one | two | three | four | five | six | seven | eight | nine;
<teen> = ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen
       | eighteen | nineteen;
<tens> = twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety;
<small> = <digit> | <teen> | <tens> [<digit>];
<number> = zero | <small> | ( a | one | <digit> ) hundred [[and] <small>];
"""

GRAMMAR = f"""#JSGF V1.0;
grammar conversation;
public <said> = [please] ( <sum> | <count> | <remember> | <recall> | <story> | <again>
              | <light> | <ask> ) [please];
<sum> = ( what is | what's | how much is ) <number>
        ( plus | minus | times | divided by ) <number>;
<count> = count [from <number>] to <number>;
<remember> = remember that my favourite <thing> is <value>;
<recall> = what is my favourite <thing>;
<thing> = colour | number | animal | food;
<value> = blue | red | green | yellow | seven | cats | dogs | pizza | chocolate;
<story> = tell me a [long | short] story [about ( a dragon | a robot | the sea )];
<again> = ( say | repeat ) after me ...;
<light> = turn ( on | off ) [the] [kitchen | bedroom | office] ( light | lights );
<ask> = hello | how are you | what time is it | tell me a joke | stop | yes | no
      | what is the weather like [today] | open the websocket | call zephyr;
{NUMBERS}"""

VOCABULARY = Vocabulary(GRAMMAR)


async def pieces(
    speaker: SpeechWorker, text: str, voice: str = "user", language: str = "en-us"
) -> list[SpeechPiece]:
    return [p async for p in speaker.speak(text, voice=voice, language=language)]


async def speech(speaker: SpeechWorker, text: str, voice: str = "user") -> bytes:
    """Return a spoken text as a microphone would send it, with silence around it."""
    said = b"".join(piece.pcm for piece in await pieces(speaker, text, voice))
    sound = resample(said, OUTPUT_RATE_HZ, INPUT_RATE_HZ)
    return silence(LEAD_MS) + sound + silence(TAIL_MS)


def silence(ms: int) -> bytes:
    return bytes(INPUT_RATE_HZ * ms // 1000 * 2)


async def hear(
    recogniser: SphinxRecogniser,
    pcm: bytes,
    vocabulary: Vocabulary = VOCABULARY,
    cut_bytes: int = 3200,
) -> Hearing:
    listener = recogniser.listen(vocabulary)
    for start in range(0, len(pcm), cut_bytes):
        listener.feed(pcm[start : start + cut_bytes])
    try:
        return await listener.finish()
    finally:
        listener.drop()
