"""The home page in a browser."""

from urllib.parse import urlsplit

import pytest

from guide.chapters import CHAPTERS
from guide.pages.settings import RunningServer
from tests.legibility import TEXT_COLOURS, contrast

SCHEMES = ("light", "dark")
WIDTHS_PX = (390, 1200)


@pytest.fixture(scope="module")
def port(serve_pages, repository):
    """Start a page server on the real repository; returns its port."""
    return serve_pages(repository=repository)


@pytest.fixture
def emulator(answer_with, monkeypatch):
    """Let the pages find an emulator with an inspector."""
    url = answer_with(
        {
            "/emulator": {"name": "live_emulator", "version": "1", "seed": 7},
            "/inspector/": {},
        }
    )
    monkeypatch.setenv("LIVE_EMULATOR_URL", url)
    return url


@pytest.fixture
def visit(browser, port):
    """Open the home page; whatever it complains about fails the test."""
    contexts, complaints, hosts = [], [], set()

    def open_page(path="/", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.goto(f"http://localhost:{port}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
    assert hosts == {"localhost"}


def test_the_page_names_the_backend_and_links_to_the_inspector(visit, emulator):
    """What runs is shown without a reload."""
    page = visit()
    backend = page.locator("#backend-status")
    backend.get_by_text("The emulator is listening").wait_for()
    assert backend.get_attribute("data-state") == "ready"
    link = page.get_by_role("link", name="See every frame as it passes")
    assert link.get_attribute("href") == f"{emulator}/inspector/"


def test_a_chapters_server_is_shown_with_its_state(browser, serve_pages, answer_with):
    """It comes, goes and comes again without a reload."""
    answers = {}
    url = answer_with(answers)
    port = serve_pages(servers=(RunningServer(8, url, "/health"),))
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://localhost:{port}/")
    place = page.locator("#server-8-status")
    place.get_by_text("server of chapter 8 does not answer").wait_for()
    assert place.get_by_text(".venv/guide/chapter_08.log").is_visible()
    answers["/health"] = {"name": "chapter_08"}
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    place.get_by_text("is listening").wait_for()
    assert place.get_attribute("data-state") == "ready"
    link = place.get_by_role("link", name="Open its page")
    assert link.get_attribute("href") == f"{url}/chapter_08/"
    assert place.get_by_role("heading", name="A server in the middle").is_visible()
    answers.clear()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    place.get_by_text("server of chapter 8 does not answer").wait_for()
    assert page.locator("#status > li:visible").count() == 3
    context.close()


def test_without_an_emulator_the_page_says_what_to_do(visit, monkeypatch, free_port):
    """The command that starts everything is part of the message."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", f"http://127.0.0.1:{free_port}")
    page = visit()
    page.get_by_text("The emulator does not answer").wait_for()
    assert "python3 guide.py" in page.locator("#backend-status").inner_text()
    assert page.locator("#inspector-status").is_hidden()


def test_when_the_guide_ends_the_page_says_so(visit, emulator):
    """An open page does not go on claiming that all is well."""
    page = visit()
    page.get_by_text("The emulator is listening").wait_for()
    page.route("**/api/status", lambda route: route.fulfill(body="not JSON"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("The guide has stopped").wait_for()


def test_every_chapter_is_listed_in_order(visit, emulator):
    """Chapters that do not exist yet are named, and are no links."""
    page = visit()
    items = page.locator(".chapter")
    assert items.count() == len(CHAPTERS)
    for place, chapter in enumerate(CHAPTERS):
        item = items.nth(place)
        assert chapter.title in item.locator("h3").inner_text()
        assert (item.locator("a").count() > 0) is chapter.exists()
        assert ("to come" in item.inner_text()) is not chapter.exists()


def test_links_of_the_page_lead_somewhere(visit, emulator):
    """Every address on it that is ours answers."""
    page = visit()
    page.locator("#backend-status[data-state=ready]").wait_for()
    addresses = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.href)")
    assert len(addresses) >= 3
    for address in addresses:
        path = urlsplit(address).path
        expected = 503 if path.startswith("/notebook/") else 200
        assert page.request.get(address).status == expected, address


def test_the_keyboard_reaches_everything_visibly(visit, emulator):
    """Tab goes first to the skip link, then through all links, with an outline."""
    page = visit()
    page.locator("#inspector-status a").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = 1
    while page.evaluate("document.activeElement !== document.body") and reached < 99:
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"
        page.keyboard.press("Tab")
        reached += 1
    visible = page.locator("a:visible").count()
    assert reached - 1 == visible
    page.keyboard.press("Tab")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "chapters"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width_px", WIDTHS_PX)
def test_text_is_legible(visit, emulator, scheme, width_px):
    """Every text has a contrast of 4.5 to 1, and nothing scrolls sideways."""
    page = visit(color_scheme=scheme, viewport={"width": width_px, "height": 800})
    page.locator("#backend-status[data-state=ready]").wait_for()
    for what, foreground, background in page.evaluate(TEXT_COLOURS):
        ratio = contrast(foreground, background)
        assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


def test_light_and_dark_differ(visit, emulator):
    """The page follows the system's choice."""
    colours = {
        visit(color_scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in SCHEMES
    }
    assert len(colours) == 2


def test_names_and_structure_are_there_for_screen_readers(visit, emulator):
    """One heading 1, levels without gaps, named links, landmarks, a language."""
    page = visit()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title()
    levels = page.eval_on_selector_all(
        "h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    pairs = zip(levels, levels[1:], strict=False)
    assert all(after - before <= 1 for before, after in pairs)
    names = page.eval_on_selector_all("a", "all => all.map(one => one.textContent)")
    assert all(name.strip() for name in names)
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("img").first.get_attribute("aria-labelledby")
    assert page.locator("[aria-live=polite]").count() == 1
    identifiers = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(identifiers) == len(set(identifiers))


def test_nothing_moves_for_those_who_asked_for_that(visit, emulator):
    """Reduced motion switches every transition off."""
    page = visit(reduced_motion="reduce")
    link = page.locator("a").first
    assert link.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


def test_the_list_of_chapters_needs_no_script(visit):
    """With JavaScript off the chapters are there all the same."""
    page = visit(java_script_enabled=False)
    assert page.locator(".chapter").count() == len(CHAPTERS)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["/README.md", "/guide/backend.py", "/nothing"])
def test_documents_and_sources_are_legible_too(browser, port, path, scheme):
    """READMEs, code with colours and messages have the same contrast."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"http://localhost:{port}{path}")
    texts = page.evaluate(TEXT_COLOURS)
    assert texts
    for what, foreground, background in texts:
        ratio = contrast(foreground, background)
        assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
    context.close()
