"""Sixty things a new user would say, written before the rules were made for them.

They measure understanding: no rule is to be written for one of them alone. An
expectation is a pattern of what is said, ``call NAME {...}`` for one call (or several,
in order), or ``unknown`` for the honest answer that this is beyond the emulator.
"""

from typing import Any

from tests.live_emulator.brain.conversation import Conversation, tool

__all__ = ["EXPECTED", "SENTENCES", "understood"]

S, N = "string", "number"


def _string(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


TOOLS = (
    tool("get_current_weather", "Returns the current weather in a given place.",
         ["place"], place=_string("City or town")),
    tool("control_light", "Sets brightness and colour of the lamps in the flat.", [],
         brightness={"type": "integer", "description": "0 to 100 percent"},
         color=_string("Colour of the light", enum=["red", "blue", "green", "white"]),
         room=S),
    tool("get_stock_quote", "Looks up how a company does on the stock market.",
         ["symbol"], symbol=_string("Company or ticker symbol")),
    tool("order_dish", "Orders food from the menu of the restaurant.", ["dish"],
         dish=S, portions={"type": "integer"}),
    tool("create_calendar_entry", "Puts an appointment into the calendar.",
         ["title", "date"], title=S, date=_string("ISO date, YYYY-MM-DD")),
    tool("send_email", "Sends an e-mail to somebody.", ["to", "body"], to=S,
         body=_string("Text of the mail")),
)  # fmt: skip

EXPECTED: list[tuple[list[str], str]] = [
    # Things that were told, and asked for in other words.
    (["Remember the number 42.", "What number did I ask you to remember?"], "42|forty-two"),
    (["The password is swordfish.", "Which password did I give you?"], "swordfish"),
    (["I parked the car on level three.", "Where did I park the car?"], "level three"),
    (["My daughter was born in May.", "When was my daughter born?"], "May"),
    (["We are meeting at the station at 7.30.", "Where are we meeting?"], "station"),
    (["My flight number is A B7492.", "What's my flight number again?"], "B7492"),
    (["I'm allergic to peanuts.", "What am I allergic to?"], "peanuts"),
    (["Our budget is 2 million.", "How big is our budget?"], "2 million|two million"),
    (["My sister works as a nurse in Leeds.", "What does my sister do?"], "nurse"),
    (["I had soup for lunch today.", "What did I have for lunch?"], "soup"),
    (["The meeting was moved to Thursday.", "When is the meeting now?"], "Thursday"),
    (["Hi, Maria here, calling from Madrid.", "Where am I calling from?"], "Madrid"),
    (["My favourite composer is Bach.", "Who do I like best among composers?"], "Bach"),
    (["The bus leaves at ten past nine.", "When does the bus leave?"], "nine"),
    (["I bought twelve apples and three pears.", "How many pears did I buy?"], "three"),
    (["Please note that the key is under the mat.", "Where is the key?"], "mat"),
    (["My dog is called Rex.", "My cat is called Tom.", "What is my dog called?"], "Rex"),
    (["Call me Sam from now on.", "So who am I?"], "Sam"),
    # Sums, numbers and time, as people and Whisper write them.
    (["What is 12 times 7?"], "eighty-four"),
    (["Could you work out 15% of 80 for me?"], "twelve"),
    (["How much is a third of ninety?"], "thirty"),
    (["If I add 17 and 25, what do I get?"], "forty-two"),
    (["What's 1,250 divided by 5?"], "two hundred and fifty"),
    (["Do you happen to know what time it is?"], "ten oh five"),
    (["What date do we have today?"], "twenty-first"),
    (["How many days are left until Christmas?"], "thirty-four"),
    (["Which weekday will the 24th of December be?"], "Thursday"),
    # Functions, by what they do.
    (["Is it going to be cold in Helsinki?"], 'call get_current_weather {"place": "Helsinki"}'),
    (["What's it like outside in Lisbon right now?"], 'call get_current_weather {"place": "Lisbon"}'),
    (["How is Siemens doing on the stock market?"], 'call get_stock_quote {"symbol": "Siemens"}'),
    (["Tell me how the shares of Nokia are doing."], 'call get_stock_quote {"symbol": "Nokia"}'),
    (["Dim the lamps to thirty percent and make them blue."],
     'call control_light {"brightness": 30, "color": "blue"}'),
    (["I'd like the light in the kitchen to be green."],
     'call control_light {"color": "green", "room": "kitchen"}'),
    (["Use the function to get the weather in Oslo, please."],
     'call get_current_weather {"place": "Oslo"}'),
    (["Two portions of lasagne for us, please."],
     'call order_dish {"dish": "lasagne", "portions": 2}'),
    (["I'll have the tomato soup."], 'call order_dish {"dish": "tomato soup"}'),
    (["Put the dentist into my calendar for next Monday."],
     'call create_calendar_entry {"date": "2026-11-23", "title": "dentist"}'),
    (["What's the weather in Rome, and how is Fiat doing on the stock market?"],
     'call get_current_weather {"place": "Rome"} call get_stock_quote {"symbol": "Fiat"}'),
    (["Write an email to Bob saying that I am late."],
     'call send_email {"body": "I am late", "to": "Bob"}'),
    # What sounds like a wish and is none.
    (["Text is cheaper than audio."], "unknown"),
    (["Order matters in a protocol."], "unknown"),
    (["Close the loop in your code."], "unknown"),
    (["Play is important for children."], "unknown"),
    (["Light travels in straight lines."], "unknown"),
    (["Schedule pressure ruins software."], "unknown"),
    (["The stock market was invented in Amsterdam."], "unknown|remember"),
    (["Send buffers can overflow."], "unknown"),
    (["Book prices went up this year."], "unknown"),
    # Small talk, stories, reading, and what is beyond it.
    (["Hey there, how's it going?"], "well|working"),
    (["Right, thanks a lot, that helped!"], "welcome|pleasure|Gladly|Good"),
    (["Okay, that's all for today, bye!"], "Goodbye"),
    (["Who exactly am I talking to?"], "emulator"),
    (["Tell me a little story about a dragon."], "dragon"),
    (["Please say exactly: the line is open."], "^[Tt]he line is open"),
    (["Repeat after me: one small step."], "^[Oo]ne small step"),
    (["Count from seven up to nine."], "Seven, eight, nine"),
    (["What are you able to do?"], "count|calculate"),
    (["Got any good jokes?"], r"\?|\."),
    (["What is the difference between TCP and UDP?"], "unknown"),
    (["Write me a function that sorts a list."], "unknown"),
]  # fmt: skip

SENTENCES = [turns[-1] for turns, _ in EXPECTED]
_UNKNOWN = ("beyond this emulator", "Gemini itself", "I hear you", "I see:", "So ")


def understood(turns: list[str], expected: str) -> bool:
    """Tell whether the last of some turns gets the expected kind of answer."""
    import json
    import re

    talk = Conversation(tools=TOOLS)
    said = ""
    for text in turns:
        said = talk.say(text)
    made = talk.turns[-1].calls
    shown = " ".join(
        f"call {call.name} {json.dumps(dict(sorted(call.args.items())))}"
        for call in made
    )
    if expected.startswith("call "):
        return shown == expected
    if made:
        return False
    if expected.startswith("unknown"):
        words = (*_UNKNOWN, *expected.split("|")[1:])
        return any(word in said for word in words) and "I need a function" not in said
    known = not any(word in said for word in ("beyond this emulator", "Gemini itself"))
    return known and re.search(expected, said) is not None


if __name__ == "__main__":
    passed = 0
    for turns, expected in EXPECTED:
        good = understood(turns, expected)
        passed += good
        if not good:
            talk = Conversation(tools=TOOLS)
            print("-", turns, "=>", [talk.say(one) for one in turns][-1][:140])
    print(passed, "of", len(EXPECTED))
