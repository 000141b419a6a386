"""The page in Chromium: what the model does in the kitchen, and what it may not do."""

import json
import re

import pytest

from tests.chapter_07.conftest import PATIENCE_MS, responses, sent
from tests.legibility import TEXT_COLOURS, contrast

pytestmark = pytest.mark.timeout(180)

SPY = """() => {
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
        constructor(...address) { super(...address); window.socket = this; }
    };
}"""
"""Lets a test hand the page a message that the emulator would not send."""


def receive(page, message):
    """Let the page receive a message of the service."""
    page.evaluate(
        "text => socket.dispatchEvent(new MessageEvent('message', { data: text }))",
        json.dumps(message),
    )


def spy_on_sockets(page):
    """Keep the page's socket for `receive`."""
    page.add_init_script(f"({SPY})()")


def test_a_timer_is_set_and_a_chart_drawn_by_voice(visit, live):
    """Each call has a card, and the model says what the function answered."""
    chat = visit()
    chat.begin()
    chat.say("pasta-timer")
    chat.card("Set timer", "running")
    assert "8:00" in chat.page.locator("#timers").inner_text() or (
        "7:5" in chat.page.locator("#timers").inner_text()
    )
    assert "set for eight minutes" in chat.hears("set for").replace("8", "eight")
    chat.reaches("listening")
    chat.say("chart-of-the-oven")
    card = chat.card("Show temperature chart", "answered")
    assert "20 degrees" in card.inner_text()
    assert chat.page.evaluate("scrollY") == 0, "the kitchen stays in view"
    drawn = chat.page.locator("#chart-drawing path.course")
    assert re.match(r"M52 [\d.]+ L", drawn.get_attribute("d"))
    chat.page.get_by_text("The figures").click()
    assert chat.page.locator("#chart-rows tr").first.inner_text() == "0 s\t20 °C"
    assert "20 degrees" in chat.hears("The oven has")
    assert "role" not in chat.page.locator("#chart-rows").inner_html()


def test_a_background_call_goes_on_beside_the_talk_and_is_stopped_by_voice(visit, live):
    """The oven heats while something else is asked; "turn off the oven" ends it."""
    chat = visit()
    chat.begin()
    chat.say("heat-the-oven")
    dialog = chat.page.get_by_role("alertdialog")
    dialog.get_by_text("Heat the oven to 200 °C?").wait_for(timeout=PATIENCE_MS)
    dialog.get_by_role("button", name="Heat the oven").click()
    heating = chat.card("Heat oven", "running")
    heating.get_by_text("degrees: ").wait_for(timeout=PATIENCE_MS)
    assert heating.get_by_role("progressbar").is_visible()
    chat.reaches("listening")
    chat.say("twelve-times-seven")
    chat.hears("eighty-four")
    assert heating.get_attribute("data-state") == "running"
    chat.say("turn-off-the-oven")
    chat.card("Heat oven", "answered").get_by_text("The heating was stopped").wait_for()
    chat.hears("The oven is off")
    assert chat.page.locator("#oven-state").inner_text() == "off"
    told = [one for one in responses(live) if one["name"] == "heat_oven"]
    assert all(one["scheduling"] == "SILENT" for one in told)
    assert [one.get("willContinue", False) for one in told][-2:] == [True, False]


def test_a_barge_in_stops_the_work_of_a_call_that_the_model_waits_for(visit, live):
    """The cancelled look-up never asks the cookbook, and is never answered."""
    chat = visit()
    asked = []
    chat.page.on("request", lambda one: asked.append(one.url))
    chat.sets(slow="wait", lookUp="10000")
    chat.begin()
    chat.say("look-up-pancakes")
    chat.card("Find recipe", "running")
    chat.say("never-mind")
    chat.card("Find recipe", "cancelled")
    chat.hears("All right")
    assert chat.page.get_by_text("The cookbook is closed").is_visible()
    assert not [url for url in asked if "recipes.json" in url]
    assert responses(live) == []
    chat.sets(lookUp="0")
    chat.types("Look up a recipe for pancakes.")
    chat.card("Find recipe", "answered")
    assert chat.page.get_by_role("heading", name="Pancakes").is_visible()
    chat.types("What is the next step?")
    chat.page.locator("#steps [aria-current=step]").get_by_text("Whisk").wait_for()


def test_a_dangerous_action_is_refused(visit, live):
    """Escape is a no: the list stays, and the model hears of it."""
    chat = visit()
    page = chat.page
    chat.begin()
    chat.types("Add milk and eggs to the shopping list.")
    chat.card("Add to shopping list", "answered")
    chat.reaches("listening")
    chat.say("delete-the-list")
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_text("Nothing brings it back: milk, eggs").wait_for()
    assert page.evaluate("document.activeElement.className") == "no"
    page.keyboard.press("Escape")
    chat.card("Clear shopping list", "failed")
    assert page.locator("#shopping li span").all_inner_texts() == ["milk", "eggs"]
    assert "does not want that" in chat.hears("does not want that")
    chat.reaches("listening")
    chat.types("Delete the shopping list.")
    dialog.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chat.card("Clear shopping list", "answered")
    assert page.get_by_text("Nothing is on it.").is_visible()
    last = [one["response"] for one in responses(live)][-2:]
    assert "error" in last[0]
    assert last[1] == {"result": "The shopping list is empty now."}


def test_a_question_is_withdrawn_with_its_call(visit, live):
    """Who speaks instead of answering has said no."""
    chat = visit()
    chat.begin()
    chat.types("Delete the shopping list.")
    dialog = chat.page.get_by_role("alertdialog")
    dialog.wait_for()
    chat.say("never-mind")
    chat.card("Clear shopping list", "cancelled")
    dialog.wait_for(state="hidden")
    chat.hears("All right")
    assert responses(live) == []


def test_what_was_not_heard_is_told_to_the_model(visit, live):
    """Before it answers again, and without an answer of its own."""
    chat = visit()
    chat.begin()
    chat.say("tell-me-a-story")
    chat.reaches("speaking")
    chat.page.locator(".by-model .delay").first.wait_for(state="attached")
    chat.say("capital-of-france")
    chat.hears("Paris")
    (told,) = sent(live, "clientContent")
    (turn,) = told["turns"]
    assert told["turnComplete"] is False
    assert turn["role"] == "user"
    unheard = chat.page.locator(".unheard").first.inner_text()
    assert f'I did not hear: "{unheard}' in turn["parts"][0]["text"]


def test_what_is_typed_into_an_answer_is_answered_first(visit, live):
    """What was not heard of it is told with the turn after that."""
    chat = visit()
    chat.begin()
    chat.types("Tell me a story.")
    chat.page.locator(".by-model .delay").first.wait_for(state="attached")
    chat.types("What is twelve times seven?")
    chat.hears("eighty-four")
    chat.page.locator(".unheard").first.wait_for()
    assert sent(live, "clientContent") == []
    chat.types("What is the capital of France?")
    chat.hears("Paris")
    assert len(sent(live, "clientContent")) >= 1
    told = sent(live, "clientContent")[0]["turns"][0]["parts"][0]["text"]
    assert "I did not hear: " in told


def test_a_timer_that_rings_is_spoken_about(visit, live):
    """Its call ends when it rings, minutes after it began."""
    chat = visit()
    chat.begin()
    chat.types("Set a tea timer for two seconds.")
    chat.card("Set timer", "running")
    chat.card("Set timer", "answered")
    assert chat.page.locator("#timers .left").inner_text() == "rings"
    chat.hears("The tea timer is ringing")
    chat.page.get_by_role("button", name="Silence").click()
    assert chat.page.get_by_text("No timer is set.").is_visible()
    assert chat.page.evaluate("document.activeElement.id") == "timers-heading"


def test_a_timer_outlives_the_conversation(visit, live):
    """The oven doesn't: nobody would be told that it is hot."""
    chat = visit()
    chat.begin()
    chat.types("Set a timer for eight minutes.")
    chat.card("Set timer", "running")
    chat.types("Heat the oven to 200 degrees.")
    chat.page.locator("#consent .yes").click()
    chat.card("Heat oven", "running")
    chat.presses("End")
    chat.reaches("closed")
    chat.card("Set timer", "unsent")
    chat.card("Heat oven", "unsent")
    assert chat.page.locator("#timers li").count() == 1
    chat.page.locator("#oven-state").get_by_text("off").wait_for()


def test_searches_are_shown_with_their_sources(visit, live):
    """As links, and as Google wants them shown."""
    chat = visit()
    chat.begin()
    chat.types("Who grows the most tomatoes?")
    search = chat.page.locator("#sources > li")
    search.wait_for(timeout=PATIENCE_MS)
    link = search.locator("ol a")
    assert link.get_attribute("href").startswith("https://example.com/")
    assert link.get_attribute("rel") == "noopener noreferrer"
    chip = search.locator(".search-entry a.chip")
    assert chip.get_attribute("href").startswith("https://www.google.com/search?q=")
    assert chip.get_attribute("target") == "_blank"


ENTRY = """<style>.container { color: rgb(1, 2, 3); position: fixed; inset: 0 }
body, :host, .lead { color: rgb(9, 9, 9) }</style>
<div class="container" onclick="window.hit = 1" style="padding-left: 7px">
<svg width="8" height="8" viewBox="0 0 8 8" onload="window.hit = 1">
<path d="M0 0h8v8z" fill="#4285F4"/></svg>
<a class="chip" href="https://www.google.com/search?q=x" onmouseover="hit()">chip</a>
<a class="bad" href="java&#115;cript:window.hit=1">bad</a>
<img src="https://example.com/track.gif" onerror="window.hit = 1">
<script>window.hit = 1</script><iframe src="https://example.com"></iframe>
<form action="https://example.com"><input name="a"></form></div>"""


def test_search_suggestions_look_as_they_come_and_do_nothing_else(visit, live):
    """Styles hold within their frame; scripts, handlers and loads are left out."""
    chat = visit()
    seen = chat.page.evaluate(
        """async (html) => {
            const { showSources } = await import("./search-sources.js");
            document.querySelector("#sources-section").hidden = false;
            showSources(document.querySelector("#sources"),
                        { queries: ["x"], links: [], entry: html });
            const frame = document.querySelector(".search-entry");
            const root = frame.firstElementChild.shadowRoot;
            const box = root.querySelector(".container");
            const { color, paddingLeft } = getComputedStyle(box);
            const [one, other] = [box, frame].map((it) => it.getBoundingClientRect());
            root.querySelector(".bad").click();
            return {
                color, paddingLeft, html: root.innerHTML, hit: window.hit,
                isInside: one.left >= other.left && one.bottom <= other.bottom + 1,
                lead: getComputedStyle(document.querySelector(".lead")).color,
                path: root.querySelector("path") instanceof SVGPathElement,
            };
        }""",
        ENTRY,
    )
    assert seen["color"] == "rgb(1, 2, 3)" and seen["paddingLeft"] == "7px"
    assert seen["path"] and seen["isInside"]
    assert seen["hit"] is None
    assert seen["lead"] != "rgb(9, 9, 9)"
    for word in ("script", "onclick", "onload", "onerror", "iframe", "form", "example"):
        assert word not in seen["html"], word
    assert chat.page.locator(".search-entry .chip").is_visible()


def calls(*each):
    """Return a message with calls: id, name, arguments."""
    return {
        "toolCall": {
            "functionCalls": [
                {"id": call_id, "name": name, "args": args}
                for call_id, name, args in each
            ]
        }
    }


def test_bad_calls_are_answered_and_the_conversation_goes_on(visit, live):
    """Unknown functions, odd arguments, an id used twice, fifty calls at once."""
    chat = visit(prepare=spy_on_sockets)
    chat.begin()
    receive(
        chat.page,
        calls(
            ("1", "make_coffee", {}),
            ("2", "set_timer", {"minutes": "many"}),
            ("3", "heat_oven", {"temperature": 900}),
            ("4", "add_to_shopping_list", {"items": ["salt"], "where": "here"}),
            ("5", "next_step", {}),
        ),
    )
    chat.page.wait_for_function(
        "document.querySelectorAll('#calls > [data-state=failed]').length === 5"
    )
    visit.complaints[:] = [one for one in visit.complaints if "used before" not in one]
    receive(chat.page, calls(("1", "next_step", {})))
    receive(
        chat.page, calls(*((f"x{at}", "read_shopping_list", {}) for at in range(50)))
    )
    chat.page.wait_for_function(
        "document.querySelectorAll('#calls > [data-state=answered]').length === 50"
    )
    chat.types("What is twelve times seven?")
    chat.hears("eighty-four")
    errors = {
        one["id"]: one["response"]["error"]
        for one in responses(live)
        if "error" in one["response"]
    }
    assert 'no function "make_coffee"' in errors["1"]
    assert "minutes should be a number" in errors["2"]
    assert "at most 250" in errors["3"]
    assert "no parameter where" in errors["4"]
    assert "No recipe is open" in errors["5"]
    assert len(responses(live)) == 55
    visit.complaints[:] = [one for one in visit.complaints if "used before" not in one]


def test_settings_change_in_the_middle_of_a_conversation(visit, live):
    """The functions are declared anew, and the choices kept."""
    chat = visit()
    chat.begin()
    chat.sets(slow="wait")
    chat.sets(searches="no")
    chat.types("What is twelve times seven?")
    chat.hears("eighty-four")
    first, last = sent(live, "contextUpdate")
    declared = {
        one["name"]: one["behavior"]
        for one in first["tools"]["tools"][0]["functionDeclarations"]
    }
    assert declared["find_recipe"] == declared["heat_oven"] == "BLOCKING"
    assert declared["set_timer"] == "NON_BLOCKING"
    assert {"googleSearch": {}} in first["tools"]["tools"]
    assert {"googleSearch": {}} not in last["tools"]["tools"]
    assert chat.page.locator("#scheduling").is_disabled()
    chat.page.reload()
    assert chat.page.locator("#slow").input_value() == "wait"
    assert chat.page.locator("#searches").input_value() == "no"


def test_all_of_it_is_reached_by_keyboard(visit):
    """In the order of the page, and each place shows where one is."""
    chat = visit()
    page = chat.page
    chat.begin()
    chat.types("Add milk to the shopping list.")
    chat.card("Add to shopping list", "answered")
    page.locator(".skip").focus()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline = page.evaluate("""() => {
            const { id, tagName, textContent } = document.activeElement;
            const style = getComputedStyle(document.activeElement);
            return [id || (tagName === "BODY" ? "" : textContent), style.outlineStyle];
        }""")
        if not name:
            break
        reached.append(name)
        assert outline in ("solid", "auto"), name
    places = [
        "mute",
        "end",
        "text",
        "send",
        "chart-toggle",
        "said",
        "calls",
        "Settings",
    ]
    assert [name for name in reached if name in places] == places
    assert "Remove" in reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width_px", [390, 1000])
def test_text_is_legible_and_nothing_scrolls_sideways(visit, scheme, width_px):
    """Contrast is 4.5 to 1 everywhere, with cards, a chart and the question."""
    chat = visit(color_scheme=scheme, viewport={"width": width_px, "height": 800})
    chat.page.get_by_text("Settings").click()
    chat.begin()
    chat.types("Set a pasta timer for eight minutes.")
    chat.card("Set timer", "running")
    chat.types("Show me the temperature chart.")
    chat.card("Show temperature chart", "answered")
    chat.types("Add a very long thing that nobody needs to the shopping list.")
    chat.card("Add to shopping list", "answered")
    chat.types("Delete the shopping list.")
    chat.page.locator("#consent[open]").wait_for(timeout=PATIENCE_MS)
    for what, foreground, background in chat.page.evaluate(TEXT_COLOURS):
        ratio = contrast(foreground, background)
        assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
    root = "document.documentElement"
    assert chat.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
