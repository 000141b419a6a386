"""Declared functions are called when the words ask for it, and only then."""

import pytest

from live_emulator.brain import Call, Question, Result, Think, Turn
from tests.live_emulator.brain.conversation import (
    BRAIN,
    Conversation,
    calls_of,
    question,
    tool,
    words_of,
)

PLACE = {"type": "string", "description": "The city, e.g. Paris"}
ITEMS = {"type": "array", "items": {"type": "string"}}

TOOLS = (
    tool(
        "get_weather",
        "Get the current weather for a location.",
        ["location"],
        location=PLACE,
        unit={"type": "string", "enum": ["celsius", "fahrenheit"]},
    ),
    tool("turn_on_the_lights", "Turns on the lights in a room", room="string"),
    tool("turn_off_the_lights", "Turns off the lights in a room", room="string"),
    tool(
        "setLightValues",
        "Set the brightness and color temperature of a light.",
        ["brightness", "color_temp"],
        brightness={"type": "integer", "minimum": 0, "maximum": 100},
        color_temp={"type": "string", "enum": ["daylight", "cool", "warm"]},
    ),
    tool(
        "set_timer",
        "Start a countdown timer",
        ["duration"],
        duration={"type": "integer", "description": "Duration in seconds"},
    ),
    tool(
        "schedule_meeting",
        "Schedules a meeting with attendees at a given time and date.",
        ["attendees", "date", "time", "topic"],
        attendees=ITEMS,
        date={"type": "string", "description": "Date (e.g., '2024-07-29')"},
        time={"type": "string", "description": "Time (e.g., '15:00')"},
        topic="string",
    ),
    tool("add_to_shopping_list", "Adds items to the shopping list", ["items"],
         items=ITEMS),
    tool("send_message", "Send a text message to a contact", ["recipient", "message"],
         recipient="string", message="string"),
    tool("play_music", "Play some music", genre="string", loud="boolean"),
    tool("power_disco_ball", "Powers the spinning disco ball.", ["power"],
         power="boolean"),
    tool("get_stock_price", "Gets the current price of a stock", ["symbol"],
         symbol="string"),
    tool("book_flight", "Book a flight", ["origin", "destination"], origin="string",
         destination="string", date="string", passengers="integer"),
    tool(
        "order_pizza",
        "Order a pizza for delivery",
        ["size"],
        size={"type": "string", "enum": ["small", "medium", "large"]},
        toppings=ITEMS,
        quantity="integer",
    ),
    tool(
        "set_thermostat",
        "Set the temperature of the heating",
        ["temperature"],
        temperature="number",
    ),
    tool("create_reminder", "Create a reminder", ["text"], text="string",
         when="string"),
    tool("translate_text", "Translate a text", ["text", "target_language"],
         text="string", target_language="string"),
    tool("open_door", "Open the front door"),
    tool("lock_door", "Lock the front door"),
    tool("search_restaurants", "Find restaurants", ["query"], query="string",
         location="string"),
    tool("calculate", "Evaluate an arithmetic expression", ["expression"],
         expression="string"),
    tool(
        "set_volume",
        "Change the volume of the speakers",
        ["level"],
        level={"type": "integer", "minimum": 0, "maximum": 10},
    ),
    tool(
        "create_event",
        "Create a calendar event",
        ["event"],
        event={
            "type": "object",
            "properties": {"title": {"type": "string"}, "date": {"type": "string"}},
            "required": ["title"],
        },
    ),
    tool("get_news", "Read the latest news headlines", topic="string"),
    tool("find_movies", "Find movies in theaters", location="string"),
    tool(
        "changeColor",
        "Change the color of the lamp",
        ["color"],
        color={"type": "string", "enum": ["red", "green", "blue"]},
    ),
)  # fmt: skip

CALLS = [
    ("What is the weather in Paris?", [("get_weather", {"location": "Paris"})]),
    ("what is the weather in paris", [("get_weather", {"location": "Paris"})]),
    (
        "what's the weather like in New York today in fahrenheit",
        [("get_weather", {"location": "New York", "unit": "fahrenheit"})],
    ),
    ("will it rain in hamburg", [("get_weather", {"location": "Hamburg"})]),
    (
        "What is the temperature in Paris? Use the function.",
        [("get_weather", {"location": "Paris"})],
    ),
    ("tell me the temperature in rome", [("get_weather", {"location": "Rome"})]),
    ("how warm is it in Paris?", [("get_weather", {"location": "Paris"})]),
    ("is it cold in oslo today", [("get_weather", {"location": "Oslo"})]),
    ("do i need an umbrella in oslo", [("get_weather", {"location": "Oslo"})]),
    ("tell me the weather for tokyo please", [("get_weather", {"location": "Tokyo"})]),
    (
        "what is the weather in Paris and in Rome",
        [("get_weather", {"location": "Paris"}), ("get_weather", {"location": "Rome"})],
    ),
    (
        "What's the weather in London and Berlin?",
        [
            ("get_weather", {"location": "London"}),
            ("get_weather", {"location": "Berlin"}),
        ],
    ),
    ("turn on the lights", [("turn_on_the_lights", {})]),
    ("turn on the kitchen light", [("turn_on_the_lights", {"room": "kitchen"})]),
    ("kitchen light on", [("turn_on_the_lights", {"room": "kitchen"})]),
    (
        "please turn the lights off in the bedroom",
        [("turn_off_the_lights", {"room": "bedroom"})],
    ),
    ("lights off please", [("turn_off_the_lights", {})]),
    (
        "turn on the kitchen light and the bedroom light",
        [
            ("turn_on_the_lights", {"room": "kitchen"}),
            ("turn_on_the_lights", {"room": "bedroom"}),
        ],
    ),
    (
        "Turn off the lights in the living room and set a timer for five minutes.",
        [
            ("turn_off_the_lights", {"room": "living room"}),
            ("set_timer", {"duration": 300}),
        ],
    ),
    ("set a timer for five minutes", [("set_timer", {"duration": 300})]),
    (
        "could you set a timer for an hour and a half",
        [("set_timer", {"duration": 5400})],
    ),
    ("Start a timer for 90 seconds", [("set_timer", {"duration": 90})]),
    (
        "set the light to fifty percent and warm",
        [("setLightValues", {"brightness": 50, "color_temp": "warm"})],
    ),
    (
        "Dim the lights to 20% and cool",
        [("setLightValues", {"brightness": 20, "color_temp": "cool"})],
    ),
    ("make the lamp blue", [("changeColor", {"color": "blue"})]),
    (
        "Schedule a meeting with Bob and Alice tomorrow at 10am about the budget",
        [
            (
                "schedule_meeting",
                {
                    "attendees": ["Bob", "Alice"],
                    "date": "2026-11-22",
                    "time": "10:00",
                    "topic": "budget",
                },
            )
        ],
    ),
    (
        "add milk, eggs and bread to my shopping list",
        [("add_to_shopping_list", {"items": ["milk", "eggs", "bread"]})],
    ),
    (
        "add milk eggs and bread to the shopping list",
        [("add_to_shopping_list", {"items": ["milk", "eggs", "bread"]})],
    ),
    (
        "put tomatoes, onions and garlic on my shopping list please",
        [("add_to_shopping_list", {"items": ["tomatoes", "onions", "garlic"]})],
    ),
    ("turn the disco ball off, please", [("power_disco_ball", {"power": False})]),
    (
        "text bob that dinner is ready",
        [("send_message", {"recipient": "Bob", "message": "dinner is ready"})],
    ),
    (
        'Send Grandma a message saying "Happy birthday"',
        [("send_message", {"recipient": "Grandma", "message": "Happy birthday"})],
    ),
    ("play some jazz music", [("play_music", {"genre": "jazz"})]),
    ("play some loud music", [("play_music", {"loud": True})]),
    ("turn on the disco ball", [("power_disco_ball", {"power": True})]),
    ("stop the disco ball", [("power_disco_ball", {"power": False})]),
    ("what is the stock price of google", [("get_stock_price", {"symbol": "Google"})]),
    (
        "book a flight from berlin to new york next monday for two people",
        [
            (
                "book_flight",
                {
                    "origin": "Berlin",
                    "destination": "New York",
                    "date": "next Monday",
                    "passengers": 2,
                },
            )
        ],
    ),
    (
        "I'd like a large pizza with mushrooms and onions",
        [("order_pizza", {"size": "large", "toppings": ["mushrooms", "onions"]})],
    ),
    ("two large pizzas please", [("order_pizza", {"size": "large", "quantity": 2})]),
    ("set the thermostat to 21.5 degrees", [("set_thermostat", {"temperature": 21.5})]),
    ("set the heating to twenty degrees", [("set_thermostat", {"temperature": 20})]),
    (
        "remind me to buy milk tomorrow",
        [("create_reminder", {"text": "buy milk", "when": "tomorrow"})],
    ),
    (
        "translate good morning to french",
        [("translate_text", {"text": "good morning", "target_language": "French"})],
    ),
    ("open the door", [("open_door", {})]),
    ("lock the door", [("lock_door", {})]),
    (
        "find italian restaurants in paris",
        [
            (
                "search_restaurants",
                {"query": "Italian restaurants", "location": "Paris"},
            )
        ],
    ),
    ("What is 12 times 13?", [("calculate", {"expression": "12 * 13"})]),
    ("turn the volume up to seven", [("set_volume", {"level": 7})]),
    ("set the volume to maximum", [("set_volume", {"level": 10})]),
    ("set the volume to half", [("set_volume", {"level": 5})]),
    (
        "create an event called birthday party on friday",
        [("create_event", {"event": {"title": "birthday party", "date": "Friday"}})],
    ),
    ("read me the news about sports", [("get_news", {"topic": "sports"})]),
    (
        "what movies are playing in mountain view",
        [("find_movies", {"location": "Mountain View"})],
    ),
]


@pytest.mark.parametrize(("message", "expected"), CALLS)
def test_calls(message, expected):
    """The right function is called, its arguments taken from the words."""
    assert calls_of(BRAIN.parts(question(message, tools=TOOLS))) == expected


NO_CALLS = """
hello how are you
i like music
i love pizza
my favorite color is red
the weather is nice today
the light is too bright
tell me a story about the weather
tell me a joke about pizza
what did i say about the weather
what is a light
what time is it
what is your name
how far is the moon
count from one to ten
spell weather
say play music
cancel the meeting
turn on the radio
is the door open
what's the price of milk
thank you
stop
remember that the meeting is at ten
who are you
my dog plays in the kitchen
i was in paris
what is the temperature of the sun
what is the temperature in the oven
what is the color temperature
how many degrees are in a circle
how cold is space
is it hot in here
is my coffee cold in paris
what is cold fusion
i am cold
""".strip().splitlines()


@pytest.mark.parametrize("message", NO_CALLS)
def test_does_not_call(message):
    """Chit-chat, statements, and wishes for something else call nothing."""
    assert calls_of(BRAIN.parts(question(message, tools=TOOLS))) == []


def test_a_function_for_just_this_is_better():
    """The temperature is asked of the weather only if nothing else knows it."""
    tools = tuple(tool(f"get_{one}", "", ["city"], city="string")
                  for one in ("weather", "temperature"))  # fmt: skip
    for message in ("What is the temperature in Paris?", "how warm is it in Paris"):
        [(name, args)] = calls_of(BRAIN.parts(question(message, tools=tools)))
        assert args == {"city": "Paris"}
        assert name == ("get_temperature" if "temp" in message else "get_weather")


def test_a_product_has_nothing_to_do_with_the_time():
    """Times are counted, and not told, between two numbers."""
    tools = (tool("tell_time", "Tell the time and the date."),
             tool("calculate", "Calculate an expression.", ["expression"],
                  expression="string"))  # fmt: skip
    for message in ("What is twelve times seven?", "What is 12 times 7?"):
        calls = calls_of(BRAIN.parts(question(message, tools=tools)))
        assert calls == [("calculate", {"expression": "12 * 7"})]
    assert calls_of(BRAIN.parts(question("what time is it", tools=tools)))


def test_a_contraction_is_no_name():
    """The capital of "What's" makes no city of it."""
    only = (tool("get_weather", "", ["city"], city="string"),)
    for message in ("What's the weather like?", "What's the temperature outside?"):
        parts = BRAIN.parts(question(message, tools=only))
        assert "I still need the city" in words_of(parts)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("turn_on_the_lights", "turn off the lights"),
        ("open_door", "close the door"),
        ("lock_door", "unlock the door"),
        ("create_event", "delete the event"),
    ],
)
def test_does_not_do_the_opposite(name, message):
    """A function for one thing is not called for its opposite."""
    only = tuple(one for one in TOOLS if one.name == name)
    assert calls_of(BRAIN.parts(question(message, tools=only))) == []


def test_a_description_is_enough():
    """A name that says nothing is made up for by the description."""
    tools = (tool("fn_17", "Water the plants in the greenhouse"),)
    parts = BRAIN.parts(question("please water the plants", tools=tools))
    assert calls_of(parts) == [("fn_17", {})]


def test_says_why_it_calls_as_a_thought():
    """The choice of a function is a thought, before the call."""
    parts = BRAIN.parts(question("turn on the light", tools=TOOLS))
    assert parts[0] == Think("I call turn on the lights because of light.")


def test_asks_for_what_is_missing_and_understands_the_answer():
    """One thing at a time is asked for, until the call can be made."""
    talk = Conversation(tools=TOOLS, spoken=True)
    assert "the attendees" in talk.say("schedule a meeting")
    assert "the date" in talk.say("bob and alice")
    assert "the time" in talk.say("tomorrow")
    assert "the topic" in talk.say("at ten")
    assert talk.say("the budget") == repr(
        [
            (
                "schedule_meeting",
                {
                    "attendees": ["Bob", "Alice"],
                    "date": "2026-11-22",
                    "time": "10:00",
                    "topic": "budget",
                },
            )
        ]
    )


def test_names_the_choices():
    """Asked for one of a few values, the user hears which."""
    talk = Conversation(tools=TOOLS)
    assert talk.say("order a pizza") == (
        "To order the pizza I still need the size. It can be small, medium or large."
    )
    assert "did not understand" in talk.say("tiny")
    assert "'size': 'medium'" in talk.say("a medium one please")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("never mind", "All right, I have left it."),
        ("What time is it?", "ten oh five"),
        ("turn on the lights", "turn_on_the_lights"),
    ],
)
def test_a_question_need_not_be_answered(answer, expected):
    """The user may give up, or say something else instead."""
    talk = Conversation(tools=TOOLS)
    talk.say("set a timer")
    assert expected in talk.say(answer)


def test_what_is_missing_is_asked_for_after_the_other_calls():
    """Of two wishes the complete one is carried out first."""
    talk = Conversation(tools=TOOLS)
    said = talk.say("turn on the light and set a timer", {})
    assert said == (
        "I have turned on the lights. To set the timer I still need the duration."
    )
    assert "'duration': 10" in talk.say("ten seconds")


def test_follow_ups():
    """Saying "And in Rome" repeats the last call, "it" means what was last switched."""
    talk = Conversation(tools=TOOLS)
    talk.say("what is the weather in paris", {})
    assert talk.say("and in rome", {"get_weather": {"sky": "blue"}}).startswith(
        "In Rome"
    )
    assert "'location': 'London'" in talk.say("what about london")
    talk = Conversation(tools=TOOLS)
    talk.say("turn on the kitchen light", {})
    assert talk.say("turn it off") == repr(
        [("turn_off_the_lights", {"room": "kitchen"})]
    )


RESULTS = [
    (
        "get_weather",
        {"temperature": 21, "condition": "sunny"},
        "The temperature is twenty-one and the condition is sunny.",
    ),
    (
        "get_weather",
        {"temperature_c": 21.5, "humidity_percent": 40},
        "The temperature is twenty-one point five degrees Celsius and the humidity is "
        "forty percent.",
    ),
    ("f", {"result": "All is well"}, "All is well."),
    ("f", {"output": 42}, "The result is forty-two."),
    (
        "f",
        {"result": ["red", "green", "blue"]},
        "There are three: red, green and blue.",
    ),
    (
        "f",
        {"items": [{"name": "Tea", "price": 2}, {"name": "Cake", "price": 3.5}]},
        "Items: name Tea and price two; name Cake and price three point five.",
    ),
    (
        "f",
        {"place": {"city": "Oslo", "street": "Main"}},
        "Place: city Oslo and street Main.",
    ),
    ("f", {"output": "{'temperature': 21}"}, "The temperature is twenty-one."),
    ("f", {"result": '{"ok": true, "n": 2}'}, "The n is two."),
    ("f", {"output": "{'error': 'no such city'}"}, "f failed: no such city."),
    ("f", {"output": "{'a', 'b'}"}, "'a', 'b'."),
    ("f", {"output": "{" * 9_000}, "Nothing."),
    ("get_list", {"result": []}, "Get list gave no result."),
    ("turn_on_the_lights", {"result": "ok"}, "I have turned on the lights."),
    ("turn_on_the_lights", {"success": True}, "I have turned on the lights."),
    ("send_message", {"status": "sent"}, "I have sent the message."),
    ("set_timer", {}, "I have set the timer."),
    ("f", {"error": "no such city"}, "I am sorry, f failed: no such city."),
    (
        "f",
        {"error": {"code": 404, "message": "not found"}},
        "I am sorry, f failed: not found.",
    ),
    ("f", {"success": False, "message": "no"}, "I am sorry, f did not work: no."),
    (
        "f",
        {"result": "**21\u00b0C**, see https://example.com/x"},
        "21 degrees Celsius, see a link.",
    ),
    (
        "f",
        {"date": "2026-12-24"},
        "The date is Thursday, the twenty-fourth of December, twenty twenty-six.",
    ),
    ("f", {"open": True}, "The open is yes."),
    (
        "f",
        {"at": "2026-12-24T15:30:00Z"},
        "The at is Thursday, the twenty-fourth of December, twenty twenty-six, three "
        "thirty in the afternoon.",
    ),
    ("f", {"day": "2026-02-31"}, "The day is 2026-02-31."),
    ("f", {"distance_km": 1}, "The distance is one kilometer."),
    (
        "f",
        {"result": list(range(9))},
        "There are nine: zero, one, two, three, four and four more.",
    ),
    (
        "f",
        {"rows": [{"a": 1}] * 7},
        "Rows: a one; a one; a one; a one; a one; and two more.",
    ),
    ("f", {f"k{n}": n for n in range(10)}, "and two more values."),
    ("open_door", {"result": True}, "I have opened the door."),
    ("f", {"result": False}, "The answer is no."),
    ("f", {"result": 1e20}, "The result is a very large number."),
    ("f", {"result": float("inf")}, "The result is no number."),
    ("f", {"error": True}, "I am sorry, f failed."),
    ("f", {"a": {"b": {"c": {"d": {}}}}, "e": 1}, "A: b: c: nothing and the e is one."),
]


@pytest.mark.parametrize(("name", "response", "expected"), RESULTS)
def test_says_results(name, response, expected):
    """Whatever a function answers is put into a sentence."""
    turns = (Turn("user", "do it"), Turn("tool", results=(Result(name, response),)))
    assert words_of(BRAIN.parts(Question(turns))).endswith(expected)


def test_says_all_results_that_came_in_messages_of_their_own():
    """Two calls, and each result in a message: both are in the answer."""
    calls = (
        Call("get_weather", {"location": "Rome"}, "1"),
        Call("get_weather", {"location": "Oslo"}, "2"),
    )
    turns = (
        Turn("user", "what is the weather in Rome and in Oslo"),
        Turn("model", calls=calls),
        Turn("tool", results=(Result("get_weather", {"sky": "blue"}, "1"),)),
        Turn("tool", results=(Result("get_weather", {"sky": "gray"}, "2"),)),
    )
    said = words_of(BRAIN.parts(Question(turns, tools=TOOLS)))
    assert said == "In Rome, the sky is blue. In Oslo, the sky is gray."


def test_does_not_say_what_is_only_to_be_known():
    """A silent result counts, and another one is spoken about."""
    turns = (
        Turn("user", "heat the oven"),
        Turn("tool", results=(Result("heat", {"degrees": 81}, "1", silent=True),)),
        Turn("tool", results=(Result("heat", {"result": "It is hot."}, "1"),)),
    )
    assert words_of(BRAIN.parts(Question(turns))) == "It is hot."


def test_cancelling_is_a_way_of_stopping():
    """And heating is no way of turning off."""
    tools = (tool("stop_timer", "Stop a timer."), tool("turn_off_oven", "Turn off it."))
    asked = question("Cancel the timer.", tools=tools)
    assert calls_of(BRAIN.parts(asked)) == [("stop_timer", {})]
    assert calls_of(BRAIN.parts(question("Heat the oven.", tools=tools))) == []


def test_fills_the_gap_while_functions_run():
    """With calls pending it says so, and does not call the same again."""
    call = Call("set_timer", {"duration": 300}, "id-1")
    asked = Turn("user", "set a timer for five minutes")
    made = Turn("model", calls=(call,))
    gap = Question((asked, made), tools=TOOLS, pending=(call,))
    assert "tell you" in words_of(BRAIN.parts(gap))
    again = Question((asked, made, asked), tools=TOOLS, pending=(call,))
    assert calls_of(BRAIN.parts(again)) == []
    waiting = Question(
        (asked, made, Turn("user", "is it done yet")), tools=TOOLS, pending=(call,)
    )
    assert words_of(BRAIN.parts(waiting)) == (
        "Not yet. I am still waiting for set timer."
    )
    other = Question(
        (asked, made, Turn("user", "what is two plus two")), pending=(call,)
    )
    assert words_of(BRAIN.parts(other)) == "Two plus two is four."


def test_knows_its_functions():
    """Asked for them, it names what was declared."""
    said = words_of(
        BRAIN.parts(question("what functions do you have", tools=TOOLS[:2]))
    )
    assert said == "I can call: get weather and turn on the lights."
