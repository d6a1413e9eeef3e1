#!/usr/bin/env python3
"""notify.py PLEXUS: `plexus serve` tells its service manager READY=1 once /health says 200, and STOPPING=1 on SIGTERM.

Reads PLEXUS_TEST_PG and PLEXUS_TEST_REDIS from the environment, as every test does.
"""
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile

READY_WITHIN_S = 60
STOP_WITHIN_S = 30


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the UNIX socket at `path`."""

    def __init__(self, path: str):
        super().__init__("localhost", timeout=5)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


def health(path: str) -> int:
    connection = UnixConnection(path)
    connection.request("GET", "/health")
    return connection.getresponse().status


def sql(uri: str, statement: str) -> None:
    subprocess.run(["psql", uri, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement], check=True)


def write_config(directory: str, plexus: str, database: str, name: str) -> str:
    key = f"{directory}/signing.key"
    subprocess.run([plexus, "keygen", f"--out={key}"], check=True, stdout=subprocess.DEVNULL)
    config = {
        "database": {"uri": database},
        "redis": {"socket": os.environ["PLEXUS_TEST_REDIS"], "prefix": f"{name}:"},
        "listeners": {
            "http": [{"unix": f"{directory}/http.sock"}],
            "rpc": [{"unix": f"{directory}/rpc.sock"}],
            "metrics": [{"unix": f"{directory}/metrics.sock"}],
        },
        "tenants": [{"server_name": "notify.test", "signing_key_file": key}],
    }
    path = f"{directory}/plexus.yaml"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)  # JSON is YAML
    return path


def expect(manager: socket.socket, wanted: bytes, seconds: float) -> None:
    manager.settimeout(seconds)
    told = manager.recv(4096)
    assert told == wanted, f"told {told!r} instead of {wanted!r}"


def check(directory: str, plexus: str, config: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{directory}/notify")
        environment = os.environ | {"NOTIFY_SOCKET": f"{directory}/notify"}
        with subprocess.Popen([plexus, "serve", f"--config={config}"], env=environment) as process:
            try:
                expect(manager, b"READY=1", READY_WITHIN_S)
                assert health(f"{directory}/metrics.sock") == 200, "told to be ready, and is not"
                process.send_signal(signal.SIGTERM)
                expect(manager, b"STOPPING=1", STOP_WITHIN_S)
                assert process.wait(STOP_WITHIN_S) == 0, f"ended with {process.returncode}"
            finally:
                process.kill()


def main() -> None:
    plexus = sys.argv[1]
    admin = os.environ["PLEXUS_TEST_PG"]
    name = f"plexus_notify_{secrets.token_hex(6)}"
    sql(admin, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        with tempfile.TemporaryDirectory(prefix="plexus-notify-") as directory:
            uri = " ".join([word for word in admin.split() if not word.startswith("dbname=")] + [f"dbname={name}"])
            check(directory, plexus, write_config(directory, plexus, uri, name))
    finally:
        sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
