#include "common/storage/schema_name.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace plexus::storage {
namespace {

constexpr size_t kMaxIdentifier = 63;  // NAMEDATALEN - 1

bool IsIdentifier(std::string_view name) {
  if (name.empty() || name.size() > kMaxIdentifier || absl::ascii_isdigit(name[0])) return false;
  for (unsigned char c : name) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return true;
}

bool IsReserved(std::string_view name) {
  return name.starts_with("pg_") || name == "plexus" || name == "public" || name == "information_schema";
}

}  // namespace

absl::StatusOr<SchemaName> SchemaName::Parse(std::string_view name) {
  if (!IsIdentifier(name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "schema \"", name, "\" is not allowed: use 1 to 63 of a-z, 0-9 and _, not beginning with a digit"));
  }
  if (IsReserved(name)) return absl::InvalidArgumentError(absl::StrCat("schema \"", name, "\" is reserved"));
  return SchemaName(std::string(name));
}

const SchemaName& SchemaName::Shared() {
  static const SchemaName* const kShared = new SchemaName("plexus");
  return *kShared;
}

}  // namespace plexus::storage
