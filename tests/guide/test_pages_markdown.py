import pytest

from guide.pages.markdown import anchor, render


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Run it", "run-it"),
        ("When it does not work", "when-it-does-not-work"),
        ("What's `receive()` for?", "whats-receive-for"),
        ("Über 1.2", "über-12"),
        ("a - b", "a---b"),
    ],
)
def test_headings_get_the_anchors_github_gives(heading, expected):
    """A link to a heading works here and there."""
    assert anchor(heading.replace("`", "")) == expected


def test_headings_of_the_same_name_get_different_anchors():
    """The second one is numbered, as on GitHub."""
    html = render("# A\n\n## B\n\n## B\n").html
    assert 'id="b"' in html
    assert 'id="b-1"' in html


def test_the_title_is_the_first_heading():
    """Code in it counts by its words."""
    assert render("text\n\n# Use `ask.py` now\n\n## Later").title == "Use ask.py now"
    assert render("no heading").title == ""


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("sdk-intro.ipynb", "/notebook/chapter_01/sdk-intro.ipynb"),
        ("../chapter_02/a.ipynb#part", "/notebook/chapter_02/a.ipynb"),
        ("README.md", "README.md"),
        ("../README.md#start", "../README.md#start"),
        ("https://example.com/a.ipynb", "https://example.com/a.ipynb"),
    ],
)
def test_notebooks_open_in_jupyterlab_and_other_links_stay(link, expected):
    """Links to other websites pass on nothing of this one."""
    html = render(f"[x]({link})", folder="chapter_01").html
    assert f'href="{expected}"' in html
    assert ("noopener" in html) is link.startswith("https:")


def test_tables_have_classes_and_no_style():
    """Alignment survives a content policy that forbids style attributes."""
    html = render("| a | b |\n|--:|:-:|\n| 1 | 2 |\n").html
    assert 'class="align-right"' in html
    assert 'class="align-center"' in html
    assert "style=" not in html


def test_code_is_marked_up_by_class():
    """Python gets colours, an unknown language stays as it is, markup is escaped."""
    html = render("```python\nimport os\n```\n\n```nosuch\n<b>\n```\n").html
    assert '<span class="kn">import</span>' in html
    assert "&lt;b&gt;" in html
    assert "style=" not in html
