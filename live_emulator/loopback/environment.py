"""Point clients at an emulator by environment variables alone."""

from live_emulator.loopback.certificates import Authority, write_bundle

__all__ = ["EMULATOR_KEY", "client_environment", "format_exports"]

EMULATOR_KEY = "emulator"
"""Any other key would do as well."""


def client_environment(url: str) -> dict[str, str]:
    """Return the variables for the Python and JavaScript SDKs.

    `SSL_CERT_FILE` names a bundle in the user's cache folder that holds
    certifi's roots too, so the same process can reach the service.
    """
    return {
        "GOOGLE_GEMINI_BASE_URL": url,
        "GEMINI_API_KEY": EMULATOR_KEY,
        "SSL_CERT_FILE": str(write_bundle(Authority.open())),
    }


def format_exports(variables: dict[str, str], shell: str) -> str:
    """Return the lines that set the variables in a shell.

    Args:
        variables: What to set.
        shell: "sh", "powershell" or "cmd".

    """
    form = {
        "sh": "export {name}='{value}'",
        "powershell": "$env:{name} = '{value}'",
        "cmd": 'set "{name}={value}"',
    }[shell]
    return "\n".join(
        form.format(name=name, value=value) for name, value in variables.items()
    )
