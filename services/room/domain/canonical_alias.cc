#include "services/room/domain/canonical_alias.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/ids.h"

namespace plexus::room {
namespace {

absl::StatusOr<std::set<std::string>> AliasesIn(const json::Object& content) {
  std::set<std::string> aliases;
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> alias, json::OptionalString(content, "alias"));
  // An empty `alias` is how clients take it away.
  if (alias && !alias->empty()) aliases.insert(*alias);
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> alternatives,
                          json::OptionalStrings(content, "alt_aliases"));
  if (alternatives) aliases.insert(alternatives->begin(), alternatives->end());
  return aliases;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> AddedAliases(const json::Object& content, const json::Object* previous) {
  PLEXUS_ASSIGN_OR_RETURN(std::set<std::string> wanted, AliasesIn(content));
  if (wanted.size() > kMaxCanonicalAliases) return errors::InvalidParam("Too many aliases.");
  for (const std::string& alias : wanted) {
    if (!matrix::IsValidRoomAlias(alias)) return errors::InvalidParam(absl::StrCat("Not a room alias: ", alias));
  }
  std::set<std::string> before;
  // What was sent by others may be malformed: then all is new.
  if (previous != nullptr) before = AliasesIn(*previous).value_or(std::set<std::string>());
  std::vector<std::string> added;
  std::set_difference(wanted.begin(), wanted.end(), before.begin(), before.end(), std::back_inserter(added));
  return added;
}

}  // namespace plexus::room
