"""A pytest plugin that gives the SDK's own live tests an address.

Their client is built below the one that reads `GOOGLE_GEMINI_BASE_URL`, so it would go
to Google. For Vertex AI there is nothing to do: that half goes where the proxy leads.
"""

import os
import sys


def pytest_collection_finish():
    """Change the client in every copy of the SDK that the tests have loaded.

    pytest finds no `__init__.py` in `google` and loads the SDK once more, as `genai`.
    """
    for name, module in list(sys.modules.items()):
        if name.endswith("._replay_api_client"):
            give_address(module)


def give_address(module):
    """Let a module's client for tests begin with an address."""
    start = module.ReplayApiClient.__init__

    def start_with_address(self, *arguments, vertexai=False, http_options, **options):
        if not vertexai:
            http_options.base_url = os.environ["LIVE_TESTS_BASE_URL"]
        options |= {"vertexai": vertexai, "http_options": http_options}
        start(self, *arguments, **options)

    module.ReplayApiClient.__init__ = start_with_address
