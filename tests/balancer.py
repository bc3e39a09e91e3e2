"""nginx in front of servers on this machine, with the configuration of deploy/."""

import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Final

from tests import nginx
from tests.browser.conftest import free_port
from tests.conftest import PATIENCE, ROOT

CONF: Final = ROOT / "deploy" / "nginx.conf"


class Balancer:
    """nginx with the configuration of deploy/, on loopback and in a folder of its own."""

    def __init__(self, folder: Path, ports: list[int]) -> None:
        self.port = free_port()
        self.log = folder / "access.log"
        text = CONF.read_text("utf-8")
        for name, port in zip(("app-1:8501", "app-2:8501"), ports, strict=True):
            assert text.count(name) == 1
            text = text.replace(name, f"127.0.0.1:{port}")
        for ours, here in (
            ("listen 80;", f"listen 127.0.0.1:{self.port};"),
            ("/tmp/nginx.pid", str(folder / "pid")),
            ("/dev/stdout", str(self.log)),
            ("/dev/stderr", str(folder / "error.log")),
        ):
            assert text.count(ours) == 1
            text = text.replace(ours, here)
        temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        text = text.replace(
            "http {", "http {\n" + "".join(f"{one}_temp_path {folder}/{one};\n" for one in temporary), 1
        )
        conf = folder / "nginx.conf"
        conf.write_text(text, "utf-8")
        program = nginx.executable()
        assert program is not None
        command = [program, "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log"), "-g", "daemon off;"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Until it hands on."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/ready", timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None, "nginx did not start"
                assert time.monotonic() < end
                time.sleep(0.1)

    def end(self) -> None:
        """Stop this nginx and its workers."""
        self.process.terminate()
        self.process.wait(10)
