// Tenants that share a database have one schema each.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace plexus::storage {

// A validated name of a schema: lower-case letters, digits and '_', not beginning with a digit or "pg_", at most
// 63 bytes. Safe to stand in SQL as quoted(). Immutable.
class SchemaName {
 public:
  // InvalidArgument, naming what is allowed. "plexus", "public" and "information_schema" are not for tenants.
  static absl::StatusOr<SchemaName> Parse(std::string_view name);
  // The schema "plexus" of each database, with the table of processes.
  static const SchemaName& Shared();

  const std::string& name() const { return name_; }
  std::string quoted() const { return '"' + name_ + '"'; }

  friend bool operator==(const SchemaName&, const SchemaName&) = default;
  friend auto operator<=>(const SchemaName&, const SchemaName&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const SchemaName& schema) {
    return H::combine(std::move(state), schema.name_);
  }

 private:
  explicit SchemaName(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace plexus::storage
