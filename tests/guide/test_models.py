import re
from pathlib import Path

from guide import models

ID = re.compile(r"\bgemini-(?:live-)?\d[\w.]*-[\w.-]*\w")


def test_the_models_the_guide_uses_are_described():
    """Every id that code may name has an entry."""
    for model_id in (
        models.LIVE,
        models.EXTENDED_THINKING,
        models.TRANSCRIBE,
        models.RETIRED,
    ):
        assert models.describe(model_id) is not None


def test_the_guide_talks_to_a_current_model_and_shows_a_retired_one():
    """The default may not be one that is announced to end."""
    live, retired = models.describe(models.LIVE), models.describe(models.RETIRED)
    assert live is not None and live.status == "current" and live.ends is None
    assert retired is not None and retired.status == "retired"
    assert models.describe("models/" + models.LIVE) is live
    assert models.describe("gemini-0") is None


def test_no_end_lies_ahead_of_its_status():
    """What ended or retired has a day for it, and nothing else has one."""
    for model in models.MODELS:
        past = model.status in ("ended", "retired")
        assert (model.ends is not None) == past, model.id


def test_model_ids_stand_in_one_file(repository: Path):
    """No other code of the guide or of a chapter names a model."""
    named = []
    for folder in ("guide", "chapter_*"):
        for path in repository.glob(f"{folder}/**/*"):
            if path.suffix in (".py", ".js", ".html") and path.name != "models.py":
                found = ID.findall(path.read_text("utf-8"))
                named += [f"{path.relative_to(repository)}: {one}" for one in found]
    assert not named


def test_the_search_for_ids_would_find_one():
    """The pattern matches every id in the list."""
    for model in models.MODELS:
        assert ID.fullmatch(model.id), model.id
