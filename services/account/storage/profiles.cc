#include "services/account/storage/profiles.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::account {
namespace {

constexpr std::string_view kFind = R"sql(
  SELECT p.displayname, p.avatar_url, p.fields_json
  FROM account a JOIN profile p ON p.user_id = a.user_id
  WHERE a.user_id = $1 AND NOT a.deactivated)sql";

constexpr std::string_view kStore = R"sql(
  INSERT INTO profile (user_id, displayname, avatar_url, fields_json) VALUES ($1, $2, $3, $4)
  ON CONFLICT (user_id) DO UPDATE SET displayname = excluded.displayname, avatar_url = excluded.avatar_url,
    fields_json = excluded.fields_json)sql";

std::optional<std::string> TextOrNull(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

}  // namespace

absl::StatusOr<std::optional<Profile>> FindProfile(storage::Source source, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, user_id));
  if (rows.empty()) return std::nullopt;
  Profile profile;
  profile.displayname = TextOrNull(rows[0]["displayname"]);
  profile.avatar_url = TextOrNull(rows[0]["avatar_url"]);
  PLEXUS_ASSIGN_OR_RETURN(profile.fields, json::ParseObject(rows[0]["fields_json"].c_str(), {json::kMaxDepth}));
  return profile;
}

absl::Status StoreProfile(storage::Source source, const std::string& user_id, const Profile& profile) {
  return source.Query(kStore, user_id, profile.displayname, profile.avatar_url, json::Serialize(profile.fields))
      .status();
}

}  // namespace plexus::account
