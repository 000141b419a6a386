"""The table of close codes, as readers see it."""

from chapter_03.close_codes import EXPLANATIONS, as_markdown
from guide.chapters import REPOSITORY
from guide.pages.markdown import render


def test_the_document_is_the_table():
    """`python -m chapter_03.close_codes` prints what stands in close-codes.md."""
    document = (REPOSITORY / "chapter_03" / "close-codes.md").read_text("utf-8")
    assert document.endswith("\n" + as_markdown() + "\n")


def test_every_code_has_a_heading_to_link_to():
    """The page links to `close-codes.md#1007`."""
    html = render(as_markdown()).html
    for code in {row.code for row in EXPLANATIONS}:
        assert f'<h2 id="{code}">' in html


def test_no_row_is_hidden_by_an_earlier_one():
    """A row for a part of the reasons stands before the one for all of them."""
    for place, row in enumerate(EXPLANATIONS):
        for earlier in EXPLANATIONS[:place]:
            hides = earlier.reason.lower() in row.reason.lower()
            assert not (earlier.code == row.code and hides), (earlier, row)


def test_every_row_says_what_to_do():
    """Three sentences each, and no two rows for the same."""
    for row in EXPLANATIONS:
        for sentence in (row.happened, row.why, row.next):
            assert sentence.endswith(".") and len(sentence) < 200
    assert len({(row.code, row.reason) for row in EXPLANATIONS}) == len(EXPLANATIONS)
