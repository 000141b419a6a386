"""JupyterLab as the guide needs it: quick on the wire, and silent about news."""

from typing import Any

from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)

c = get_config()  # type: ignore[name-defined]  # noqa: F821


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends every message at once.

    Otherwise TCP holds small ones back until the one before is acknowledged, which
    browsers do only after 40 ms: too late for audio that goes both ways.
    """

    def connect(self) -> Any:
        """Turn the delay off as soon as the socket is there."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
