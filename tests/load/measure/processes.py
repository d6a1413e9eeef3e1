"""The processes that are measured, each started for a `with` block and ended by its own pid."""
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

READY_WITHIN_S = 30
STOP_WITHIN_S = 15
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

POSTGRES = os.environ.get("PLEXUS_TEST_PG", "")
REDIS = os.environ.get("PLEXUS_TEST_REDIS", "")
BUILD = os.environ.get("PLEXUS_BUILD", "")
PLEXUS = os.environ.get("PLEXUS_BIN", "")


def tool(name: str) -> str:
    """The path of one of the load tools."""
    directory = {"plexus_load": "chat", "plexus_floor": "floor", "plexus_probe": "probe"}[name]
    return os.path.join(BUILD, "tests", "load", directory, name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A child process with a directory of its own, its output in the file `log` there."""

    def __init__(self, name: str):
        self.name = name
        self.directory = tempfile.mkdtemp(prefix=f"plexus-load-{name}-")
        self.log_file = os.path.join(self.directory, "log")
        self.child: subprocess.Popen | None = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        raise NotImplementedError

    def run(self, command: list[str], ready: str) -> float:
        """Starts `command` and waits for a line of output that matches `ready`. Answers how long that took, in s."""
        with open(self.log_file, "w", encoding="utf-8") as log:
            began = time.monotonic()
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while not re.search(ready, self.log(), re.M):
            if self.child.poll() is not None or time.monotonic() - began > READY_WITHIN_S:
                raise RuntimeError(f"{self.name} did not become ready:\n{self.log()[-3000:]}")
            time.sleep(0.002)
        return time.monotonic() - began

    def log(self) -> str:
        with open(self.log_file, encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self):
        if self.child is None:
            return
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None

    @property
    def pid(self) -> int:
        assert self.child is not None
        return self.child.pid


class Floor(Server):
    """tests/load/floor. With hops, its one call and its events cross sockets, as between processes."""

    def __init__(self, hops: bool):
        super().__init__("floor")
        self.hops = hops

    def start(self):
        command = [tool("plexus_floor"), f"--postgres={POSTGRES}", f"--redis={REDIS}"]
        self.run(command + (["--hops"] if self.hops else []), r"^ready \d+$")
        self.url = "http://127.0.0.1:" + re.search(r"^ready (\d+)$", self.log(), re.M).group(1)
        self.arguments = ["--target=floor"]


class Plexus(Server):
    """`plexus serve` with every role and one tenant, in a database of its own."""

    def __init__(self):
        super().__init__("plexus")
        self.database = f"plexus_load_{secrets.token_hex(6)}"
        self.arguments = []

    def start(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        sql(f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        key_file = os.path.join(self.directory, "signing.key")
        self.config_file = os.path.join(self.directory, "plexus.yaml")
        with open(self.config_file, "w", encoding="utf-8") as config:
            json.dump(self.config(port, key_file), config, indent=1)  # JSON is YAML
        checked([PLEXUS, "keygen", f"--out={key_file}"])
        checked([PLEXUS, "migrate", f"--config={self.config_file}"])
        self.start_seconds = self.run([PLEXUS, "serve", f"--config={self.config_file}"], r" ready$")

    def config(self, port: int, key_file: str) -> dict:
        no_limits = {limit: {"per_second": 0} for limit in ("registration", "login", "message", "join", "request")}
        tenant = {
            "server_name": "load.test", "signing_key_file": key_file, "registration": {"enabled": True},
            "cheap_password_hashes": True, "limits": no_limits,
        }
        return {
            "process": {"roles": ["gateway", "account", "event_persister", "room", "sync"]},
            "database": {"uri": re.sub(r"dbname=\S+", "", POSTGRES) + f" dbname={self.database}"},
            "redis": {"socket": REDIS, "prefix": f"{self.database}:"},
            "listeners": {
                "http": [{"bind": f"127.0.0.1:{port}"}],
                "rpc": [{"unix": os.path.join(self.directory, "rpc.sock")}],
            },
            "tenants": [tenant],
        }

    def __exit__(self, *details):
        super().__exit__(*details)
        sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


class Nginx(Server):
    """nginx with two workers that serves one file of these bytes at /_matrix/client/versions."""

    def __init__(self, body: bytes):
        super().__init__("nginx")
        self.body = body

    def start(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        os.makedirs(os.path.join(self.directory, "_matrix/client"))
        with open(os.path.join(self.directory, "_matrix/client/versions"), "wb") as file:
            file.write(self.body)
        config = os.path.join(self.directory, "nginx.conf")
        temporary = "".join(f"  {kind}_temp_path {self.directory}/{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"{user}daemon off;\nworker_processes 2;\npid {self.directory}/pid;\n"
                       f"error_log {self.directory}/errors;\n"
                       "events {}\nhttp {\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n"
                       f"  keepalive_requests 1000000000;\n  default_type application/json;\n{temporary}"
                       f"  server {{ listen 127.0.0.1:{port}; root {self.directory}; }}\n}}\n")
        self.run(["nginx", "-e", f"{self.directory}/errors", "-c", config], "")
        deadline = time.monotonic() + READY_WITHIN_S
        while not accepts(port):
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx did not start:\n{self.log()}")
            time.sleep(0.02)


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def sql(statement: str):
    checked(["psql", POSTGRES, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement])


def checked(command: list[str]) -> str:
    """The command's output; its errors if it fails."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit code {run.returncode}\n{run.stderr[-3000:]}")
    return run.stdout


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def resident_bytes(pid: int) -> int:
    with open(f"/proc/{pid}/statm", encoding="utf-8") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def backend_pids() -> dict[str, int]:
    """The pids of Postgres and Redis, as far as they can be found."""
    pids = {}
    if host := re.search(r"host=(/\S+)", POSTGRES):
        try:
            with open(os.path.join(host.group(1), ".s.PGSQL.5432.lock"), encoding="utf-8") as lock:
                pids["postgres"] = int(lock.readline())
        except (OSError, ValueError):
            pass
    info = subprocess.run(["redis-cli", "-s", REDIS, "info", "server"], capture_output=True, text=True, check=False)
    if found := re.search(r"process_id:(\d+)", info.stdout):
        pids["redis"] = int(found.group(1))
    return pids
