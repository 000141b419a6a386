"""Be the HTTPS proxy of a client, and Vertex AI at the other end of its tunnels.

google-genai takes no address for Vertex AI from the environment: it connects to
`LOCATION-aiplatform.googleapis.com` whatever is set. But it obeys `HTTPS_PROXY`. With
the emulator as that proxy it asks for a tunnel to this name (`CONNECT`), and the
emulator answers in its place. Other hosts get no tunnel: nothing leaves this machine.
"""

import asyncio
import socket

from live_emulator.protocol.endpoints import LOCATIONS, vertex_host

__all__ = ["FIRST_BYTE", "GOOGLE_HOSTS", "accept_tunnel"]

FIRST_BYTE = b"C"
"""`CONNECT` begins with it; of other methods only WebDAV's `COPY` and `CHECKOUT` do,
which nobody here answers."""

GOOGLE_HOSTS = frozenset(vertex_host(location) for location in LOCATIONS) | {
    # google-auth takes the `token_uri` of service accounts, but not that of users.
    "oauth2.googleapis.com"
}
"""What the emulator stands in for."""

_LONGEST_HEAD = 16_384
_END = b"\r\n\r\n"


async def accept_tunnel(client: socket.socket) -> bool:
    """Read a request for a tunnel and answer it; return whether there is one.

    Raises:
        OSError: The client is gone.

    """
    loop = asyncio.get_running_loop()
    head = b""
    while _END not in head and len(head) < _LONGEST_HEAD:
        more = await loop.sock_recv(client, 4096)
        if not more:
            return False
        head += more
    method, _, rest = head.partition(b" ")
    target = rest.partition(b" ")[0].decode("latin-1").lower()
    if method == b"CONNECT" and target.removesuffix(":443") in GOOGLE_HOSTS:
        await loop.sock_sendall(client, b"HTTP/1.1 200 Connection established" + _END)
        return True
    sentence = (
        f"The emulator stands in for Vertex AI alone; it has no way to {target[:200]}. "
        "Unset HTTPS_PROXY to leave this machine.\n"
    ).encode("ascii", "replace")
    await loop.sock_sendall(
        client,
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n"
        + b"Content-Length: %d" % len(sentence)
        + _END
        + sentence,
    )
    return False
