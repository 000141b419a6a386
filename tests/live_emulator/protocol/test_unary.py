"""Errors of the calls beside the live ones, as the service words them."""

from live_emulator.protocol.unary import (
    error_body,
    invalid_key,
    missing_key,
    no_such_model,
)


def test_a_wrong_key_is_told_with_details():
    """SDKs read the reason from them."""
    error = error_body(invalid_key())["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_an_error_without_details_has_no_empty_list_of_them():
    """As the service leaves them out."""
    error = error_body(missing_key())["error"]
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert "details" not in error


def test_an_unknown_model_is_named_with_the_method():
    """And with where to look for those that there are."""
    error = error_body(no_such_model("gone", "v1beta", "countTokens"))["error"]
    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    assert error["message"].startswith(
        "models/gone is not found for API version v1beta, or is not supported for "
        "countTokens. Call ListModels"
    )
