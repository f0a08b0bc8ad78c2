"""Runs LiteLLM's proxy on a free port of the loopback until standard input ends."""

import os
import socket
import sys
import threading


def end_with_the_test():
    while os.read(0, 4096):
        pass
    os._exit(0)


threading.Thread(target=end_with_the_test, daemon=True).start()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
# The test waits for the line in which the server names its address.
sys.argv = ["litellm", "--config", sys.argv[1], "--host", "127.0.0.1", "--port", str(port)]
from litellm import run_server  # noqa: E402

run_server()
