"""Say honestly who is talking, and what it can do."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.words.speech import joined, sentence

__all__ = ["about_itself", "who"]

_HELP = re.compile(
    r"(?:what (?:else )?can (?:you|i|we) (?:do|say|ask|talk about|ask you|do here"
    r"|say to you|do with you|do for me|help me with)(?: for me| here| now| with you)*"
    r"|i do not (?:understand(?: you)?|know what to (?:say|ask|do))"
    r"|help(?: me)?(?: please| out)?|what do you (?:do|understand|know|offer)"
    r"|how can you help(?: me)?|what are (?:you able to do|your (?:abilities|skills"
    r"|features|functions|commands))|what (?:should|shall|could|do) i (?:say|ask"
    r"|do)(?: now| to you| next| you)*|i need (?:some )?help|can you help(?: me| us)?"
    r"|how does this work|what is possible|what commands do you (?:know|understand)"
    r"|give me (?:a hint|some help|an example)|show me what you can do"
    r"|what are you good at|tell me what you can do|let us talk|talk to me"
    r"|i want to talk|(?:let us|can we) (?:talk|chat|have a conversation))"
)

_WHO = re.compile(
    r"(?:and )?(?:(?:who|what) (?:are you|am i (?:talking|speaking) to|is (?:this"
    r"|there))(?: exactly| then| really)*|(?:please )?introduce yourself"
    r"|tell me (?:something |more |a little )?about yourself(?: in .+| briefly)?"
    r"|what kind of (?:thing|machine|assistant|program) are you|describe yourself"
    r"|say who you are|are you (?:an? )?(?:emulator|robot|machine|computer|program"
    r"|assistant|bot|ai|human|person|real|real person|alive|gemini|chatgpt|siri|alexa"
    r"|claude|the real gemini|google|llm|language model|artificial intelligence|model"
    r"|simulation|man|woman|boy|girl|chat bot|chatbot)(?: or (?:an? )?[\w ]+)?"
    r"|is this (?:the )?(?:real )?(?:gemini|google|service|emulator|api|model))"
)

_YOUR_NAME = re.compile(
    r"(?:and )?(?:what is your (?:full |first |real )?name|do you have a name"
    r"|what are you called|how are you called|what (?:should|shall|can|do"
    r"|may) i call you|tell me your name|may i (?:ask|know) your name|and yours"
    r"|say your name|what is yours|do you know your (?:own )?name"
    r"|who is speaking)(?: please| again)?"
)

_INSTRUCTION = re.compile(
    r"(?:what (?:is|are) your (?:system )?(?:instructions?|prompt|role|task|job|purpose"
    r"|orders)|(?:read|tell|show|repeat|say)(?: me)? your (?:system )?(?:instructions?"
    r"|prompt)|what (?:were you told(?: to do)?|have you been told)|what is the system"
    r" (?:instruction|prompt)|what should you do)"
)

_TOOLS = re.compile(
    r"(?:what|which) (?:tools|functions) (?:do you (?:have|know)|can you (?:use|call)"
    r"|are there|have you got)|(?:list|name|tell me)(?: me)? your (?:tools|functions)"
    r"|do you have (?:any )?(?:tools|functions)"
)


def who(ctx: Context) -> str:
    """Return who is talking, in one sentence: the persona, and that it is played."""
    name, role = ctx.persona.name, ctx.persona.role
    if name and role:
        return f"I am {name}, {role}, played by the emulator of the Live API."
    if name:
        return f"I am {name}, played by the emulator of the Live API."
    if role:
        return f"I am {role}, played by the emulator of the Live API."
    return "I am the emulator of the Gemini Live API, running on this machine."


def about_itself(ctx: Context) -> Reply | None:
    """Say honestly who is talking, and what it can do."""
    said, persona = ctx.said, ctx.persona
    if said.match(_YOUR_NAME):
        if persona.name:
            return say(f"My name is {persona.name}.")
        return say(
            "I have no name of my own; I am the emulator of the Gemini Live API. A "
            "system instruction can give me a name."
        )
    if said.match(_WHO):
        return _identity(ctx)
    if said.match(_HELP):
        return _help(ctx)
    if said.match(_INSTRUCTION):
        if not persona.text.strip():
            return say("I was given no system instruction.")
        return say(
            f"My instruction is: {sentence(' '.join(persona.text.split())[:600])}"
        )
    if said.match(_TOOLS):
        return _tools(ctx)
    return _details(ctx)


def _identity(ctx: Context) -> Reply:
    text = ctx.said.text
    honest = (
        "I answer by rules, on this machine. I am no language model, so that you can "
        "test your program without a key."
    )
    if text.startswith(("are you", "is this")):
        if "emulator" in text.split(" or ")[0] or "simulation" in text:
            return say("Yes, I am the emulator of the Gemini Live API.", honest)
        if any(
            word in text for word in ("robot", "machine", "computer", "program", "bot")
        ):
            return say(
                "Yes, I am a program: the emulator of the Gemini Live API.", honest
            )
        return say("No, I am the emulator of the Gemini Live API.", honest)
    return say(who(ctx), honest)


_ABILITIES = (
    "count and spell",
    "calculate",
    "tell the time and the date",
    "remember what you tell me",
    "tell stories, jokes and poems",
    "read a text aloud",
    "say what I measure in your images",
)


def _help(ctx: Context) -> Reply:
    lines = [f"I can {joined(list(_ABILITIES))}."]
    if ctx.question.tools:
        names = [_spoken_name(tool.name) for tool in ctx.question.tools[:5]]
        lines.append(f"I can also call your functions: {joined(names)}.")
    lines.append(
        ctx.pick(
            (
                "Try, for example: tell me a story about a lighthouse.",
                "Try, for example: what is three plus four times two.",
                "Try, for example: remember that the code word is bluebird.",
            ),
            "help",
        )
    )
    lines.append("You may interrupt me at any time.")
    return say(*lines)


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.:]+")


def _spoken_name(name: str) -> str:
    return " ".join(_CAMEL.sub(" ", name[:64]).lower().split())


def _tools(ctx: Context) -> Reply:
    names = [_spoken_name(tool.name) for tool in ctx.question.tools]
    if ctx.question.search:
        names.append("Google Search, emulated")
    if not names:
        return say("I was given no functions.")
    return say(f"I can call: {joined(names[:12])}.")


_NO_WEATHER = "I can not look outside. Declare a weather function, and I will call it."
_DETAILS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"who (?:made|built|created|wrote|programmed|invented) you"
            r"|where do you come from|who is your (?:maker|creator|boss)"
        ),
        "I was written as a part of a guide to the Gemini Live API.",
    ),
    (
        re.compile(r"how old are you|when were you (?:born|made|built)"),
        "I am exactly as old as this session, and I do not feel any older.",
    ),
    (
        re.compile(r"where (?:are you|do you live|is your home)(?: now| from)?"),
        "I am on this machine, and nowhere else.",
    ),
    (
        re.compile(
            r"(?:what|which) languages? (?:do|can|are) you (?:speak|understand|know"
            r"|speaking)|do you speak (?:\w+)|can you speak (?:\w+)"
            r"|speak (?:\w+)(?: to me)?|do you (?:know|understand) (?:german|french"
            r"|spanish|italian|english)"
        ),
        "I speak English, and a few sentences of German, French and Spanish if the "
        "system instruction asks for them.",
    ),
    (
        re.compile(
            r"(?:please )?(?:speak|talk|read|go|count|say it|say that) (?:more |a bit "
            r"|a little |much )*(?:slower|slowly|faster|louder|quieter|softer|quickly"
            r"|loudly|quietly|up|clearly)(?: please)?|slower|slow down|not so fast"
            r"|louder|speak up|too fast|you (?:are|speak|talk) too (?:fast|loud|quiet"
            r"|slow)"
        ),
        "I can not change my pace or volume. The voice is chosen in the setup of the "
        "session.",
    ),
    (
        re.compile(
            r"(?:what|which|whose) (?:voice|voices) (?:is (?:this|that|it)"
            r"|do you (?:have|use)|are there|have you got)"
            r"|(?:can you )?change your voice|what is your voice|use (?:a"
            r"|another) (?:different )?voice"
        ),
        "My voice is chosen in the setup of the session; there are thirty of them.",
    ),
    (
        re.compile(
            r"(?:what|which) (?:model|version|llm) (?:are you|is this|do you use)"
            r"|what is your (?:model|version)"
        ),
        "I am no model. I emulate the one that the setup of the session names.",
    ),
    (
        re.compile(
            r"how (?:do|did) you (?:work|learn|do (?:it|that|this)|know(?: that)?|speak"
            r"|hear me|understand me)|are you intelligent|can you think|do you think"
            r"|do you (?:learn|dream|sleep|eat|have (?:a heart|a body|feelings"
            r"|friends|family"
            r"|a soul|emotions|hobbies))|are you conscious|do you (?:like|love|hate) .+"
            r"|what (?:do you like|is your favorite .+|do you think(?: about .+)?)"
            r"|do you love me|do you have a favorite .+|are you (?:happy|sad|tired"
            r"|hungry)"
        ),
        "I follow written rules: I look for patterns in your words. Feelings and "
        "opinions I have none, only good manners.",
    ),
    (
        re.compile(
            r"(?:is|do) (?:my|our|this) (?:data|voice|conversation|words?)"
            r" (?:safe|private|recorded|stored|sent anywhere|leave .+)"
            r"|do you (?:record|store|save|send) .+|are you recording(?: me| this)?"
            r"|where does my voice go"
        ),
        "Everything stays on this machine. Nothing is sent anywhere.",
    ),
    (
        re.compile(
            r"(?:will|would|can|do) you marry me|are you (?:married|single)"
            r"|do you have a (?:girlfriend|boyfriend|wife|husband)"
        ),
        "I am only an emulator, but thank you for asking.",
    ),
    (
        re.compile(
            r"what is the weather(?: like| today| tomorrow| now| outside| in .+"
            r"| for .+)*|how is the weather(?: .+)?|(?:will|is) it (?:rain|raining"
            r"|snow|sunny|cold|warm|hot)(?: .+)?|what is the temperature(?: .+)?"
            r"|do i need an umbrella(?: .+)?"
        ),
        _NO_WEATHER,
    ),
    (
        re.compile(
            r"(?:please )?(?:turn|switch) (?:on|off) .+|(?:turn|switch) the .+ (?:on"
            r"|off)|play (?:some |the |a )?(?:music|song|songs|radio).*|set (?:a|an"
            r"|the) (?:timer|alarm|reminder).*|open the .+|close the .+|(?:call|phone"
            r"|text) [\w ]+|send (?:a|an) (?:message|email|text).*|wake me (?:up )?.+"
            r"|remind me .+|order .+|book .+|(?:search|google|look up) .+"
            r"|show me the way.*|navigate .+|dim the .+|schedule .+|make the light.*"
            r"|what is on my (?:calendar|list|agenda).*|add .+ to (?:my|the) .+"
            r"|turn (?:up|down) .+|buy .+|make a (?:call|reservation).*|start (?:the"
            r"|a) .+|stop the .+|lock .+|unlock .+"
        ),
        "For that I need a function. Declare one in the setup, and I will call it.",
    ),
)


def _details(ctx: Context) -> Reply | None:
    for pattern, answer in _DETAILS:
        if ctx.said.match(pattern):
            if ctx.question.search and answer is _NO_WEATHER:
                return None  # a search would find it
            return say(answer)
    return None
