"""Courtesy: greetings, who am I, how are you, thanks, goodbye, help."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.identity import who
from live_emulator.brain.words.speech import sentence

__all__ = ["courtesy", "is_greeting", "opening_greeting"]

_NAME = (
    r"(?: (?:there|again|everyone|emulator|gemini|computer|assistant|my friend"
    r"|friend))*"
)

_GREETING = re.compile(
    r"(?:hello|good (?:morning|afternoon|evening|day)|greetings|howdy|ahoy|welcome|yo"
    r"|bonjour|hola|nice to (?:meet|see|hear) you(?: too)?|pleased to meet you"
    r"|hello hello|good (?:morning|afternoon|evening) to you|what is up|sup"
    rf"|hello (?:\w+)){_NAME}(?: how nice to hear you)?"
)

_HOW = re.compile(
    r"(?:(?:and )?(?:how are you(?: doing| feeling| today)*|how do you do"
    r"|how is it going|how goes it|how have you been|are you (?:well|okay|fine"
    r"|all right|good)|how are things|how do you feel|how is your day"
    r"|what is new)(?: today| now| then)*)"
)

_I_AM_WELL = re.compile(
    r"(?:i am |i feel |we are |i am doing )?(?:very |quite |pretty |really |just "
    r"|doing )*(?:fine|well|good|great|okay|all right|not bad|wonderful|excellent"
    r"|happy)(?: thanks| thank you| too| today| as well| and you| how are you"
    r"| how about you)*|(?:me too|same here|so am i)"
)

_I_FEEL = re.compile(
    r"i (?:am|feel) (?:so |very |a bit |a little |really |quite |just )*(?P<how>tired"
    r"|sad|bored|hungry|thirsty|sick|ill|lonely|angry|cold|hot|nervous|afraid|scared"
    r"|busy|excited|curious|confused|stressed|lost|back|here|ready|sleepy)(?: now"
    r"| today| again)*"
)

_THANKS = re.compile(
    r"(?:(?:no |okay |great |good |perfect |wonderful |yes )*(?:thank you|thanks"
    r"|many thanks|thank you so|i thank you|cheers|much appreciated)(?: you)?(?: very"
    r"| so)?(?: much)?(?: a lot| indeed| again| for .+| (?:my )?friend| gemini"
    r"| emulator| (?:that|this|it) (?:is|was) .+)*|that (?:is|was) (?:very )?(?:kind"
    r"|helpful|nice)(?: of you)?)"
)

_BYE = re.compile(
    r"(?:okay |well |thank you |thanks |and )*(?:goodbye|bye|bye bye|good bye"
    r"|see you(?: later| soon| tomorrow| again| around| next time)?|farewell|ciao"
    r"|good night|so long|take care|i have to go|i must go|talk to you later"
    r"|until (?:tomorrow|later|next time)|have a (?:nice|good) (?:day|evening|night"
    r"|time|weekend)|that is all(?: for (?:now|today))?|sleep well"
    r"|i am leaving)(?: now| then| for now| gemini| emulator| my friend)*"
)

_STOP = re.compile(
    r"(?:please )?(?:stop(?: it| that| talking| please| now| reading| counting)*"
    r"|be quiet|quiet|silence|shut up|hush|enough|that is enough|wait(?: a (?:moment"
    r"|minute|second))?|hold on|hang on|one moment|just a (?:moment|minute|second)"
    r"|pause|cancel(?: that)?|never mind|forget it|not now|stop stop|stop stop stop"
    r"|you can stop|that will do|nothing|wait stop|no stop)(?: please| now| there)*"
)

_MAY_I = re.compile(
    r"i have (?:a|another|one more|some) questions?(?: for you)?|(?:can|may"
    r"|could) i ask(?: you)?(?: something| a question| anything| you something)?"
    r"|i want to ask(?: you)?(?: something| a question)?|listen(?: to me)?|attention"
)
_SORRY = re.compile(
    r"(?:i am |i am so |oh |so |very )*(?:sorry|apologies|i apologize|my apologies"
    r"|excuse me|forgive me|my mistake|oops)(?: about that| for .+| about .+)?"
)

_YES = re.compile(
    r"(?:yes|yeah|yep|sure|of course|okay|all right|fine|correct|right|exactly|indeed"
    r"|absolutely|certainly|very well|good|great|perfect|nice|cool|wow|wonderful|super"
    r"|awesome|amazing|excellent|brilliant|fantastic|interesting|very good|very nice"
    r"|well done|good job|not bad|i see|i understand|got it|aha|that is (?:right"
    r"|correct|true|good|great|nice|funny|interesting|cool|amazing|wonderful|better"
    r"|fine|okay)|you are right|it is (?:good|nice|fine|right|okay)|how nice|uh huh"
    r"|hmm|hm|mm|ah|oh)(?: (?:please|indeed|yes|okay|you are|i do|it is|that is|do"
    r"|very much|sure|thing))*"
)

_NO = re.compile(
    r"(?:no|nope|nah|not really|no way|that is (?:wrong|not right|not true|not correct|"
    r"false|not what i (?:said|meant|asked|wanted))|wrong|incorrect|you are wrong"
    r"|not at all|i do not think so|never|maybe not|no no|no no no|i did not say that"
    r"|rather not)(?: (?:thanks|thank you|not|it is not|i do not|i am not))*"
)

_MAYBE = re.compile(
    r"(?:maybe|perhaps|i do not know|i am not sure|who knows|possibly|it depends"
    r"|whatever|i guess|i think so|i hope so|no idea|let me think|i suppose"
    r"|we will see)"
)

_TEST = re.compile(
    r"(?:is this )?(?:(?:this is )?(?:just )?(?:a |only a )?test(?:ing)?(?: test"
    r"(?:ing)?)*(?: (?:one two(?: three)?|1 2(?: 3)?|123|message))?"
    r"|one two(?: three)?(?: four)?|1 2(?: 3)?|check(?: one two| check)?|mic (?:check"
    r"|test)|microphone (?:check|test))(?: one two(?: three)?)?(?: is this (?:on"
    r"|working))?|is this (?:thing )?(?:on|working)|does (?:this|it) work(?: now)?"
    r"|does the microphone work"
)

_HEAR = re.compile(
    r"(?:can|do|did|could) you (?:hear|understand) (?:me|this|that|us)(?: now| well"
    r"| clearly| all right)*|are you (?:there|listening|awake|still there|alive|ready"
    r"|working|online|with me)|is (?:anybody|anyone|somebody) (?:there|home|listening)"
    r"|are you listening to me|hello are you there|do you copy|how do i sound"
)

_LOVE = re.compile(
    r"i (?:really )?(?:like|love|adore) (?:you|it|that|this|your (?:voice|name|jokes?"
    r"|story|stories|poems?)|the (?:story|joke|poem))(?: (?:very much|so much|too"
    r"|a lot))*|you are (?:so |very |really )?(?:nice|kind|funny|great|smart|clever"
    r"|good|sweet|cute|amazing|wonderful|the best|helpful|polite|my friend|beautiful)"
    r"|that was (?:a )?(?:\w+ )?(?:good|nice|funny|great|beautiful|lovely"
    r"|wonderful)(?: (?:one|story|joke|poem))?|i enjoyed that|you made me laugh|ha ha"
    r"|haha|ha ha ha|lol"
)

_RUDE = re.compile(
    r"you are (?:so |very |really )?(?:stupid|dumb|bad|useless|boring|silly|slow|rude"
    r"|annoying|an idiot|ugly|terrible|not (?:funny|smart|nice|helpful))"
    r"|i (?:hate|do not like) (?:you|this|it|that)|that was (?:not (?:good|funny)|bad"
    r"|boring|terrible|too long|silly)|this is (?:stupid|boring|silly|annoying|bad)"
)


def is_greeting(text: str) -> bool:
    """Tell whether some canonical words are a greeting and nothing else."""
    return _GREETING.fullmatch(text) is not None


def opening_greeting(ctx: Context) -> str:
    """Return a greeting that fits the words and the time."""
    text = ctx.said.text
    for part in ("morning", "afternoon", "evening"):
        if part in text:
            return f"Good {part}{ctx.said_to}."
    return f"Hello{ctx.said_to}."


def courtesy(ctx: Context) -> Reply | None:
    """Answer what people say to each other."""
    said = ctx.said
    if said.match(_GREETING):
        return _greeted(ctx)
    if said.match(_HOW):
        return say(
            ctx.pick(
                (
                    "I am well, thank you. How are you?",
                    "Very well, thank you. And you?",
                    "All my parts are working, thank you for asking. How are you?",
                ),
                "how",
            )
        )
    if said.match(_THANKS):
        return say(
            ctx.pick(
                (
                    f"You are welcome{ctx.said_to}.",
                    "My pleasure.",
                    f"Gladly{ctx.said_to}.",
                ),
                "thanks",
            )
        )
    if said.match(_BYE):
        night = "night" in said.text or "sleep" in said.text
        return say(f"{'Good night' if night else 'Goodbye'}{ctx.said_to}.")
    if said.match(_STOP):
        return _stopped(ctx)
    if said.match(_TEST):
        return say("I can hear you. The way in and the way out both work.")
    if said.match(_HEAR):
        heard = "I can hear you" if ctx.turn.spoken else "I can read you"
        return say(f"Yes, {heard}.")
    return _feelings(ctx)


def _greeted(ctx: Context) -> Reply:
    if ctx.persona.greeting:
        return say(sentence(ctx.persona.greeting))
    first = not any(turn.role == "model" for turn in ctx.before)
    hello = opening_greeting(ctx)
    if ctx.said.text.startswith(("nice", "pleased")):
        return say(f"It is nice to meet you too{ctx.said_to}.")
    if first:
        start = hello.removesuffix(".") + ", " if not ctx.said_to else f"{hello} "
        return say(f"{start}{who(ctx)} What can I do for you?")
    return say(
        ctx.pick(
            (
                f"{hello} What can I do for you?",
                f"{hello} It is good to hear from you again.",
                f"{hello} I am still here.",
            ),
            "hello",
        )
    )


def _stopped(ctx: Context) -> Reply:
    last = ctx.last_reply
    if last is not None and last.interrupted:
        return say("All right, I have stopped. Say go on, and I will continue.")
    return say("All right.")


_COMFORT = {
    "bored": "Shall I tell you a joke? Just say: tell me a joke.",
    "sad": "I am sorry to hear that. A story may help a little: say, tell me a story.",
    "lonely": "Then it is good that we are talking.",
    "hungry": "I can not cook, but I hope that something good is near you.",
    "thirsty": "A glass of water would be a good idea.",
    "tired": "Then do not let me keep you from resting.",
    "sleepy": "Then do not let me keep you from resting.",
    "confused": "Say help, and I will tell you what I can do.",
    "lost": "Say help, and I will tell you what I can do.",
    "curious": "That is a good way to be. Ask me for a fact.",
    "back": "Welcome back.",
    "here": "So am I.",
    "ready": "So am I. What shall we do?",
    "excited": "I am glad to hear that.",
}


def _feelings(ctx: Context) -> Reply | None:
    said = ctx.said
    if said.match(_MAY_I):
        return say("Please go ahead. I am listening.")
    if found := said.match(_I_FEEL):
        how = found.text("how")
        return say(_COMFORT.get(how, "I am sorry to hear that. I hope it gets better."))
    if said.match(_SORRY):
        return say("No harm done.")
    if said.match(_LOVE):
        return say(ctx.pick(("You are very kind.", "Thank you, I am glad."), "love"))
    if said.match(_RUDE):
        return say("I am sorry. I am a small emulator, and I do what I can.")
    if said.match(_I_AM_WELL) and said.words[0] in (
        "i",
        "we",
        "me",
        "same",
        "so",
        "fine",
    ):
        return say("I am glad to hear that.")
    if said.match(_YES):
        return _agreed(ctx)
    if said.match(_NO):
        return say("All right. Tell me if you would like something else.")
    if said.match(_MAYBE):
        return say("Take your time.")
    if said.text == "please":
        return say("Gladly. What would you like?")
    return None


_OFFERS = {
    "another story?": "tell me another story",
    "a story?": "tell me a story",
    "a joke?": "tell me a joke",
}


def _agreed(ctx: Context) -> Reply | None:
    """Take "yes" as the answer to an offer the brain has made."""
    last = ctx.before[-1] if ctx.before else None
    if last is not None and last.role == "model":
        for end, wish in _OFFERS.items():
            if last.text.endswith(end) or (end in last.text and "Shall" in last.text):
                return ctx.answer(wish)
        if last.text.endswith(("How are you?", "And you?")):
            return say("I am glad to hear that.")
    return say(
        ctx.pick(
            ("Good. What would you like next?", "Very well. I am listening.", "Good."),
            "yes",
        )
    )
