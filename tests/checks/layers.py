#!/usr/bin/env python3
"""Holds the source tree to the layers of the design: who may include and who may link what.

    layers.py [ROOT]    prints each violation as FILE:LINE: message and exits with 1 if there is one

Read are the #include lines of every source file and the link edges (plexus_library, plexus_test,
target_link_libraries) of every CMakeLists.txt. Edges are checked one by one; as every layer may use only layers below
it, what holds for each edge holds for chains of them.
"""
import os
import re
import sys
from typing import Iterator, NamedTuple

CODE = ("common", "services", "gateway", "plexus", "tests")
SOURCE_SUFFIXES = (".cc", ".h", ".inc")

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
GENERATED = re.compile(r"^plexus/.*\.(pb|rpc)\.h$")
DRIVERS = r"^(pqxx/|libpq-fe\.h|postgresql/|hiredis/|grpc|curl/|boost/beast|google/protobuf/)"
DRIVER_TARGETS = r"(?i)pqxx|libpq|postgresql|hiredis|grpc|curl|protobuf|^plexus_proto_"


class Layer(NamedTuple):
    """What the files under `path` may use. The first layer of LAYERS whose path matches holds for a file."""
    path: str                      # a regular expression; its first group, if any, replaces {role} in `uses`
    uses: tuple[str, ...]          # directories of this project; everything else of it is forbidden
    without: tuple[str, ...] = ()  # exceptions to `uses`: directories and files
    no_headers: str = "$^"         # headers from outside, and generated ones, that are forbidden
    no_targets: str = "$^"         # the same for CMake targets


PURE = ("common/base", "common/json", "common/matrix")
LAYERS = (
    Layer("common/base/", PURE[:1], (), DRIVERS + r"|^plexus/", DRIVER_TARGETS),
    Layer("common/json/", PURE[:2], ("common/base/task.h",), DRIVERS + r"|^plexus/|^boost/asio", DRIVER_TARGETS),
    Layer("common/matrix/", PURE, ("common/base/task.h",), DRIVERS + r"|^plexus/|^boost/asio", DRIVER_TARGETS),
    Layer("common/", ("common",)),
    Layer(r"services/([^/]+)/", ("common", "services/{role}")),
    Layer("services/", ("common", "services")),
    Layer("gateway/", ("common", "gateway"), ("common/storage",), r"^(pqxx/|libpq-fe\.h)", r"(?i)pqxx|libpq|postgresql"),
    Layer("plexus/", ("common", "services", "gateway", "plexus")),
    Layer("tests/", CODE),
)


class Rules(NamedTuple):
    """A layer as it applies to one file."""
    layer: Layer
    uses: tuple[str, ...]

    @classmethod
    def of(cls, path: str, is_test: bool) -> "Rules":
        for layer in LAYERS:
            if found := re.match(layer.path, path):
                role = found.group(1) if found.groups() else ""
                uses = tuple(directory.format(role=role) for directory in layer.uses)
                return cls(layer, uses + (("tests",) if is_test else ()))
        raise ValueError(f"no layer for {path}")

    def allows(self, used: str) -> bool:
        return within(used, self.uses) and not within(used, self.layer.without)


def within(path: str, directories: tuple[str, ...]) -> bool:
    return any(path == directory or path.startswith(directory + "/") for directory in directories)


def is_test(path: str) -> bool:
    return path.endswith(("_test.cc", "_bench.cc", "_fuzz.cc")) or "/testing/" in path


def files_under(root: str) -> Iterator[str]:
    """Paths relative to root, in order."""
    for top in CODE:
        for directory, names, files in os.walk(os.path.join(root, top)):
            names[:] = sorted(name for name in names if name != "node_modules")
            for name in sorted(files):
                yield os.path.relpath(os.path.join(directory, name), root)


def include_violations(root: str, path: str) -> Iterator[str]:
    rules = Rules.of(path, is_test(path))
    with open(os.path.join(root, path), encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            if not (found := INCLUDE.match(line)):
                continue
            header = found.group(1)
            if used := project_file(root, path, header):
                forbidden = not rules.allows(used)
            else:
                forbidden = bool(re.search(rules.layer.no_headers, header))
            if forbidden:
                yield f'{path}:{number}: {rules.layer.path} may not include "{header}"'


def project_file(root: str, includer: str, header: str) -> str | None:
    """The path of an included file of this project, relative to root; None for system and generated headers."""
    if GENERATED.match(header):
        return None
    beside = os.path.normpath(os.path.join(os.path.dirname(includer), header))
    if os.path.exists(os.path.join(root, beside)):
        return beside
    return os.path.normpath(header) if header.split("/")[0] in CODE else None


CALL = re.compile(r"^\s*(plexus_library|plexus_test|add_library|add_executable|target_link_libraries)\s*\(([^)]*)\)", re.M)
KEYWORDS = {"DIRS", "DEPS", "TEST_DEPS", "SOURCES", "LABELS"}


class Edge(NamedTuple):
    path: str
    line: int
    target: str
    dependency: str
    of_test: bool


def link_edges(path: str, text: str) -> Iterator[Edge]:
    text = re.sub(r"#[^\n]*", "", text)
    for call in CALL.finditer(text):
        line = text.count("\n", 0, call.start(1)) + 1
        target, *words = call.group(2).split() or [""]
        keyword = "DEPS" if call.group(1) == "target_link_libraries" else ""
        for word in words:
            if word in KEYWORDS:
                keyword = word
            elif keyword in ("DEPS", "TEST_DEPS") and word not in ("PUBLIC", "PRIVATE", "INTERFACE"):
                yield Edge(path, line, target, word, keyword == "TEST_DEPS" or call.group(1) == "plexus_test")


def targets_in(path: str, text: str) -> Iterator[tuple[str, str]]:
    """(target, its directory) for each target that a CMakeLists.txt defines."""
    for call in CALL.finditer(re.sub(r"#[^\n]*", "", text)):
        if call.group(1) != "target_link_libraries" and call.group(2).split():
            yield call.group(2).split()[0], os.path.dirname(path)


def link_violations(lists: dict[str, str]) -> Iterator[str]:
    homes = dict(pair for path, text in lists.items() for pair in targets_in(path, text))
    for path, text in lists.items():
        for edge in link_edges(path, text):
            rules = Rules.of(path, edge.of_test or is_test(path))
            home = homes.get(edge.dependency)
            forbidden = not rules.allows(home) if home else re.search(rules.layer.no_targets, edge.dependency)
            if forbidden and not (edge.of_test and home is None):
                yield f"{path}:{edge.line}: {rules.layer.path} may not link {edge.dependency} ({edge.target})"


def violations(root: str) -> list[str]:
    found, lists = [], {}
    for path in files_under(root):
        if path.endswith(SOURCE_SUFFIXES):
            found += include_violations(root, path)
        elif os.path.basename(path) == "CMakeLists.txt":
            with open(os.path.join(root, path), encoding="utf-8") as text:
                lists[path] = text.read()
    return found + list(link_violations(lists))


def main() -> int:
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    found = violations(os.path.abspath(root))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
