"""Writes a C++ source with every migration: embed.py <output.cc> <NNNN_name.sql>…"""

import pathlib
import re
import sys

HEADER = """// Generated from common/storage/migrations by embed.py.
#include "common/storage/migration.h"

namespace plexus::storage {

std::span<const MigrationFile> EmbeddedMigrations() {
  static const MigrationFile kFiles[] = {
"""
FOOTER = """  };
  return kFiles;
}

}  // namespace plexus::storage
"""
# The longest string literal that every compiler takes is 64 KiB.
CHUNK = 16000


def literal(sql: str) -> str:
    parts = [sql[i : i + CHUNK] for i in range(0, len(sql), CHUNK)] or [""]
    return "\n".join(f'R"plexus_sql({part})plexus_sql"' for part in parts)


def main() -> None:
    output, *files = (pathlib.Path(argument) for argument in sys.argv[1:])
    entries = []
    for expected, file in enumerate(sorted(files), start=1):
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", file.name)
        if not match or int(match[1]) != expected:
            sys.exit(f"{file}: expected a name of the form {expected:04}_name.sql, numbers without gaps")
        entries.append(f'    {{{expected}, "{match[2]}", {literal(file.read_text(encoding="utf-8"))}}},\n')
    output.write_text(HEADER + "".join(entries) + FOOTER, encoding="utf-8")


if __name__ == "__main__":
    main()
