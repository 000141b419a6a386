"""The table of close codes, as readers see it."""

import shutil

from chapter_03.close_codes import EXPLANATIONS
from guide.chapters import REPOSITORY
from guide.close_tables import FILES, TABLE, changed
from guide.pages.markdown import render

DOCUMENT = REPOSITORY / "chapter_03" / "close-codes.md"


def test_every_copy_is_the_table():
    """`python -m guide.close_tables` has been run after the last change."""
    assert [path.name for path in changed()] == []


def test_a_copy_that_differs_is_noticed(tmp_path):
    """One row changed in the table is missing in all three files."""
    for name in (TABLE, *FILES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    assert not changed(tmp_path)
    table = tmp_path / TABLE
    text = table.read_text("utf-8").replace("went away", "has gone away")
    table.write_text(text, "utf-8", newline="\n")
    files = changed(tmp_path)
    assert sorted(files) == sorted(tmp_path / name for name in FILES)
    assert all("has gone away" in text for text in files.values())


def test_every_code_has_a_heading_to_link_to():
    """The page links to `close-codes.md#1007`."""
    html = render(DOCUMENT.read_text("utf-8")).html
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
