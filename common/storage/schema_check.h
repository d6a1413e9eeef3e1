// Whether this binary can serve what is in a database.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/schema_name.h"
#include "common/storage/session.h"

namespace plexus::storage {

// FailedPrecondition unless the database's encoding is UTF8 and its collation C: ids are compared byte by byte, and an
// index ordered by a language breaks when the system's C library changes its mind.
absl::Status CheckDatabase(Session& session);

struct SchemaVersion {
  int applied = 0;          // newest migration that is complete; 0: none
  int requires_binary = 0;  // newest migration that a binary has to know
};

// Zeroes if the schema or its table is missing.
absl::StatusOr<SchemaVersion> ReadSchemaVersion(Session& session, const SchemaName& schema);

// Oldest version that this build can serve without migrating, and newest that it knows.
struct ServableVersions {
  int minimum = 0;
  int newest = 0;
};
ServableVersions BinaryVersions();

// FailedPrecondition with what to do.
absl::Status CheckNotTooNew(const SchemaVersion& version, const SchemaName& schema, const ServableVersions& binary);
absl::Status CheckNotTooOld(const SchemaVersion& version, const SchemaName& schema, const ServableVersions& binary);

}  // namespace plexus::storage
