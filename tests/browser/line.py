"""A line between browser and server that can be slow, hang, or be cut: a relay of bytes on this machine."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Final

PIECE: Final = 1024  # bytes


class Line:
    """Relays a free port to another one.

    Attributes
    ----------
    delay : float
        Seconds that every byte is under way, one way.
    rate : float
        Bytes a second, each way, over all connections.
    """

    def __init__(self, to: int, delay: float = 0.0, rate: float = float("inf")) -> None:
        self.to, self.delay, self.rate = to, delay, rate
        self.free = [0.0, 0.0]  # when the line has room again, each way
        self.lock = threading.Lock()
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.sockets: set[socket.socket] = set()  # both ends of each web socket
        self.hung: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.taking = threading.Thread(target=self._accept, daemon=True)
        self.taking.start()

    def hang(self) -> None:
        """From now on the web sockets that there are carry nothing, and do not end; new ones do."""
        self.hung |= self.sockets

    def end(self) -> None:
        """No connection is left, and none is taken."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for the next one
        self.taking.join()
        self.listener.close()
        for end in (end for pair in self.pairs for end in pair):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            self.pairs.append((near, far))
            for way, (one, other) in enumerate(((near, far), (far, near))):
                threading.Thread(target=self._relay, args=(one, other, way), daemon=True).start()

    def _relay(self, one: socket.socket, other: socket.socket, way: int) -> None:
        waiting: list[tuple[float, bytes]] = []
        filled = threading.Condition()

        def deliver() -> None:
            with contextlib.suppress(OSError):
                for at, piece in self._due(waiting, filled):
                    time.sleep(max(0.0, at - time.monotonic()))
                    if one not in self.hung:
                        other.sendall(piece)
            with contextlib.suppress(OSError):
                if one not in self.hung:
                    other.shutdown(socket.SHUT_WR)

        threading.Thread(target=deliver, daemon=True).start()
        piece = b"-"
        while piece:
            try:
                piece = one.recv(PIECE)
            except OSError:
                piece = b""
            if b"upgrade: websocket" in piece.lower():
                self.sockets |= {one, other}
            with self.lock:
                sent = self.free[way] = max(self.free[way], time.monotonic()) + len(piece) / self.rate
            with filled:
                waiting.append((sent + self.delay, piece))
                filled.notify()

    @staticmethod
    def _due(waiting: list[tuple[float, bytes]], filled: threading.Condition) -> Iterator[tuple[float, bytes]]:
        while True:
            with filled:
                filled.wait_for(lambda: waiting)
                at, piece = waiting.pop(0)
            if not piece:
                return
            yield at, piece
