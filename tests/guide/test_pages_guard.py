import pytest

from guide.pages.guard import refusal, same_place, security_headers

PORT = 8080
HERE = {"host": "localhost:8080"}

CASES = [
    # method, path, headers, status or None for pass
    ("GET", "/", HERE, None),
    ("GET", "/", {"host": "127.0.0.1:8080"}, None),
    ("GET", "/", {"host": "[::1]:8080"}, None),
    ("GET", "/", {"host": "LOCALHOST:8080"}, None),
    ("HEAD", "/", HERE, None),
    # DNS rebinding: the browser believes it talks to another name
    ("GET", "/", {"host": "evil.example:8080"}, 421),
    ("GET", "/", {"host": "evil.example"}, 421),
    ("GET", "/", {"host": "localhost:8081"}, 421),
    ("GET", "/", {"host": "localhost"}, 421),
    ("GET", "/", {"host": "localhost.evil.example:8080"}, 421),
    ("GET", "/", {"host": "localhost:8080.evil.example"}, 421),
    ("GET", "/", {"host": "127.0.0.2:8080"}, 421),
    ("GET", "/", {"host": ""}, 421),
    ("GET", "/", {}, 421),
    # plain pages may be linked to from anywhere
    ("GET", "/", HERE | {"origin": "https://evil.example"}, None),
    ("GET", "/", HERE | {"sec-fetch-site": "cross-site"}, None),
    # the API answers to our own pages alone
    ("GET", "/api/status", HERE, None),
    ("GET", "/api/status", HERE | {"origin": "http://localhost:8080"}, None),
    ("GET", "/api/status", HERE | {"origin": "http://127.0.0.1:8080"}, None),
    ("GET", "/api/status", HERE | {"sec-fetch-site": "same-origin"}, None),
    ("GET", "/api/status", HERE | {"sec-fetch-site": "none"}, None),
    ("GET", "/api/status", HERE | {"origin": "https://evil.example"}, 403),
    ("GET", "/api/status", HERE | {"origin": "null"}, 403),
    ("GET", "/api/status", HERE | {"origin": "http://localhost:9999"}, 403),
    ("GET", "/api/status", HERE | {"origin": "https://localhost:8080"}, 403),
    ("GET", "/api/status", HERE | {"sec-fetch-site": "cross-site"}, 403),
    ("GET", "/api/status", HERE | {"sec-fetch-site": "same-site"}, 403),
    ("GET", "/notebook/", HERE | {"sec-fetch-site": "cross-site"}, 403),
    # so does everything that is more than looking at a page
    ("POST", "/", HERE | {"origin": "https://evil.example"}, 403),
    ("POST", "/", HERE | {"origin": "http://localhost:8080"}, None),
    (
        "GET",
        "/chapter_05/",
        HERE | {"upgrade": "websocket", "origin": "https://evil.example"},
        403,
    ),
    ("OPTIONS", "/api/status", HERE | {"origin": "https://evil.example"}, 403),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), CASES)
def test_only_what_is_meant_for_this_server_passes(method, path, headers, status):
    """Foreign hosts get 421, foreign websites 403 where they could do harm."""
    refused = refusal(method, path, headers, PORT)
    assert (refused.status if refused else None) == status


def test_pages_load_nothing_from_elsewhere_and_nothing_inline():
    """The content policy allows neither inline scripts nor other hosts."""
    policy = security_headers()["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "https:" not in policy
    assert "http:" not in policy


def test_chapters_may_reach_emulator_and_service_and_play_what_they_make():
    """WebSockets to this machine and to Google are allowed, and audio from memory."""
    policy = security_headers()["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert "ws://localhost:*" in rules["connect-src"]
    assert "wss://generativelanguage.googleapis.com" in rules["connect-src"]
    assert "blob:" in rules["media-src"]


def test_only_our_jupyterlab_may_show_pages_in_a_frame():
    """A page in a foreign frame could be clicked without being seen."""
    alone = security_headers()["Content-Security-Policy"]
    assert alone.endswith("frame-ancestors 'self'")
    with_notebooks = security_headers("http://localhost:8888")
    assert with_notebooks["Content-Security-Policy"].endswith(
        "frame-ancestors 'self' http://localhost:8888"
    )


def test_pages_may_reach_the_servers_of_chapters_and_no_other_port():
    """By exact origin, under each name of this machine, and with WebSockets."""
    policy = security_headers(None, ["http://localhost:8008"])
    rules = dict(
        rule.split(" ", 1) for rule in policy["Content-Security-Policy"].split("; ")
    )
    for host in ("localhost:8008", "127.0.0.1:8008"):
        assert f" http://{host} ws://{host}" in rules["connect-src"]
    assert "[" not in rules["connect-src"]  # browsers complain about IPv6 there
    assert "http://localhost:*" not in rules["connect-src"]
    assert "8008" not in rules["script-src"] + rules["frame-ancestors"]


def test_pages_of_a_server_that_is_named_may_ask_another():
    """But those of other ports may not, nor may it do without its origin."""
    origins = same_place("http://localhost:8080")
    asking = {"host": "localhost:8008", "sec-fetch-site": "same-site"}

    def may(origin):
        headers = asking | ({"origin": origin} if origin else {})
        return refusal("POST", "/api/x", headers, 8008, origins) is None

    assert may("http://localhost:8080")
    assert may("http://127.0.0.1:8080")
    assert not may("http://localhost:8081")
    assert not may("https://localhost:8080")
    assert not may("null")
    assert not may(None)
