#!/usr/bin/env python3
"""Plants what layers.py forbids into a small tree and sees that it is found, and that what is allowed is not."""
import os
import tempfile
import unittest

import layers

LIBRARIES = {
    "common/base/CMakeLists.txt": "plexus_library(plexus_base DEPS dep_absl)\n",
    "common/matrix/CMakeLists.txt": "plexus_library(plexus_matrix DEPS plexus_base)\n",
    "common/storage/CMakeLists.txt": "plexus_library(plexus_storage DEPS plexus_base PkgConfig::PC_PQXX)\n",
    "services/room/CMakeLists.txt": "plexus_library(plexus_room DEPS plexus_storage plexus_matrix)\n",
    "services/sync/CMakeLists.txt": "plexus_library(plexus_sync DEPS plexus_storage)\n",
    "gateway/CMakeLists.txt": "plexus_library(plexus_gateway DEPS plexus_proto_room gRPC::grpc++)\n",
}


def violations(files: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**LIBRARIES, **files}.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as out:
                out.write(text)
        return layers.violations(root)


class Includes(unittest.TestCase):
    FORBIDDEN = (
        ("common/base/x.h", '#include "common/json/value.h"'),
        ("common/json/x.h", '#include "common/matrix/event.h"'),
        ("common/matrix/x.cc", "#include <pqxx/pqxx>"),
        ("common/matrix/x.cc", "#include <grpcpp/grpcpp.h>"),
        ("common/matrix/x.cc", "#include <hiredis/async.h>"),
        ("common/matrix/x.cc", "#include <boost/beast/http.hpp>"),
        ("common/matrix/x.cc", "#include <boost/asio/ip/tcp.hpp>"),
        ("common/matrix/x.cc", '#include "plexus/room/v1/room_service.pb.h"'),
        ("common/matrix/x.cc", '#include "common/base/task.h"'),
        ("common/matrix/x_test.cc", '#include "common/storage/pool.h"'),
        ("common/storage/x.cc", '#include "services/room/service.h"'),
        ("common/http/x.cc", '#include "gateway/router.h"'),
        ("common/platform/x.cc", '# include  "plexus/main.h"'),
        ("services/room/x.cc", '#include "services/sync/service.h"'),
        ("services/room/domain/x.cc", '#include "../../sync/CMakeLists.txt"'),
        ("services/room/x_test.cc", '#include "services/sync/service.h"'),
        ("services/room/x.cc", '#include "tests/fakes/clock.h"'),
        ("gateway/x.cc", '#include "common/storage/pool.h"'),
        ("gateway/x.cc", '#include "services/room/service.h"'),
        ("gateway/x.cc", "#include <pqxx/pqxx>"),
        ("plexus/x.cc", '#include "tests/fakes/clock.h"'),
    )
    ALLOWED = (
        ("common/base/x.h", "#include <boost/asio/awaitable.hpp>"),
        ("common/matrix/x.cc", '#include "common/json/value.h"'),
        ("common/matrix/x.cc", "#include <sodium.h>"),
        ("common/storage/x.cc", "#include <pqxx/pqxx>"),
        ("services/room/x.cc", '#include "services/room/domain/y.h"'),
        ("services/room/x.cc", '#include "plexus/sync/v1/sync_service.pb.h"'),
        ("services/room/x_test.cc", '#include "tests/fakes/clock.h"'),
        ("gateway/x.cc", '#include "common/http/server.h"'),
        ("plexus/x.cc", '#include "services/room/service.h"'),
        ("tests/integration/x.cc", '#include "services/room/service.h"'),
        ("gateway/x.cc", '// #include "services/room/service.h"'),
    )

    def test_finds_each_forbidden_include_and_nothing_else(self):
        for path, line in self.FORBIDDEN:
            with self.subTest(path=path, line=line):
                found = violations({path: "#pragma once\n" + line + "\n"})
                self.assertEqual([text.split(": ")[0] for text in found], [f"{path}:2"])

    def test_accepts_each_allowed_include(self):
        for path, line in self.ALLOWED:
            with self.subTest(path=path, line=line):
                self.assertEqual(violations({path: line + "\n"}), [])


class Links(unittest.TestCase):
    FORBIDDEN = (
        ("common/base/CMakeLists.txt", "plexus_library(plexus_base DEPS plexus_matrix)"),
        ("common/matrix/CMakeLists.txt", "plexus_library(plexus_matrix\n  DEPS plexus_base PkgConfig::PC_PQXX)"),
        ("common/matrix/CMakeLists.txt", "plexus_library(plexus_matrix DEPS plexus_proto_common)"),
        ("common/matrix/CMakeLists.txt", "add_library(m m.cc)\ntarget_link_libraries(m PUBLIC gRPC::grpc++)"),
        ("common/storage/CMakeLists.txt", "plexus_library(plexus_storage DEPS plexus_room)"),
        ("services/room/CMakeLists.txt", "plexus_library(plexus_room DIRS domain DEPS plexus_sync)"),
        ("services/room/CMakeLists.txt", "plexus_library(plexus_room DEPS plexus_gateway)"),
        ("gateway/CMakeLists.txt", "plexus_library(plexus_gateway DEPS plexus_storage)"),
        ("gateway/CMakeLists.txt", "plexus_library(plexus_gateway DEPS plexus_room)"),
        ("gateway/CMakeLists.txt", "plexus_library(plexus_gateway TEST_DEPS plexus_room)"),
    )
    ALLOWED = (
        ("plexus/CMakeLists.txt", "add_executable(plexus m.cc)\ntarget_link_libraries(plexus PRIVATE plexus_room)"),
        ("services/room/CMakeLists.txt", "plexus_library(plexus_room DEPS plexus_storage) # not plexus_sync"),
        ("tests/fakes/CMakeLists.txt", "plexus_library(plexus_fakes DEPS plexus_room plexus_sync plexus_gateway)"),
    )

    def test_finds_each_forbidden_link(self):
        for path, text in self.FORBIDDEN:
            with self.subTest(path=path, text=text):
                found = violations({path: text + "\n"})
                self.assertEqual([line.split(":")[0] for line in found], [path])

    def test_accepts_each_allowed_link(self):
        for path, text in self.ALLOWED:
            with self.subTest(path=path, text=text):
                self.assertEqual(violations({path: text + "\n"}), [])


if __name__ == "__main__":
    unittest.main()
