"""The sentences that the page suggests make the emulated model call its functions."""

import json
import os
import subprocess

import pytest

from guide.chapters import REPOSITORY
from guide.commands.system_packages import find_node
from live_emulator.brain import Call, Question, RulesBrain, Search, Tool, Turn

DECLARED = """
import { EXAMPLES, kitchenTools } from "./chapter_07/kitchen-tools.js";
import { KitchenClock } from "./chapter_07/kitchen-clock.js";
import { Tools } from "./chapter_07/tools.js";
import { validManner } from "./chapter_07/manner.js";
const tools = new Tools(...kitchenTools(new KitchenClock(), validManner({})));
console.log(JSON.stringify({ examples: EXAMPLES, ...tools.message }));
"""


@pytest.fixture(scope="module")
def page():
    """Return what the page declares and suggests."""
    node, sentence = find_node()
    if node is None and os.environ.get("CI"):
        pytest.fail(sentence)
    if node is None:
        pytest.skip(sentence)
    done = subprocess.run(
        [str(node), "--input-type=module", "--eval", DECLARED],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def reply(page, text):
    """Return what the emulated model does when it hears a sentence."""
    tools = tuple(
        Tool(one["name"], one["description"], one.get("parametersJsonSchema", {}))
        for one in page["functionDeclarations"]
    )
    question = Question((Turn("user", text),), tools=tools, search=True)
    return RulesBrain().parts(question)


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        (
            "Set a pasta timer for eight minutes.",
            "set_timer",
            {"minutes": 8, "kind": "pasta"},
        ),
        ("Set a timer for half a minute.", "set_timer", {"minutes": 0.5}),
        ("Stop the pasta timer.", "stop_timer", {"kind": "pasta"}),
        ("Cancel the timer, please.", "stop_timer", {}),
        (
            "Add milk and eggs to the shopping list.",
            "add_to_shopping_list",
            {"items": ["milk", "eggs"]},
        ),
        (
            "Put olive oil on my shopping list.",
            "add_to_shopping_list",
            {"items": ["olive oil"]},
        ),
        ("What is on the shopping list?", "read_shopping_list", {}),
        ("Empty the shopping list.", "clear_shopping_list", {}),
        ("Delete the shopping list.", "clear_shopping_list", {}),
        ("Show me the recipe for bread.", "find_recipe", {"dish": "bread"}),
        ("Look up a recipe for tomato soup.", "find_recipe", {"dish": "tomato soup"}),
        ("What is the next step?", "next_step", {}),
        ("Go back one step.", "previous_step", {}),
        ("Preheat the oven to 200 degrees.", "heat_oven", {"temperature": 200}),
        ("Turn the oven off.", "turn_off_oven", {}),
        ("Switch off the oven, please.", "turn_off_oven", {}),
        ("How hot is the oven?", "show_temperature_chart", {}),
        ("Draw a chart of the oven temperature.", "show_temperature_chart", {}),
    ],
)
def test_what_is_said_becomes_a_call(page, text, name, args):
    """With the arguments that were said."""
    called = [part for part in reply(page, text) if isinstance(part, Call)]
    assert [(one.name, dict(one.args)) for one in called] == [(name, args)]


def test_each_suggestion_does_something(page):
    """All functions that it can't do without are among them, and a search."""
    parts = [part for text in page["examples"] for part in reply(page, text)]
    called = {part.name for part in parts if isinstance(part, Call)}
    assert called == {
        "set_timer",
        "add_to_shopping_list",
        "heat_oven",
        "show_temperature_chart",
        "find_recipe",
        "next_step",
        "clear_shopping_list",
    }
    assert sum(isinstance(part, Search) for part in parts) == 1
