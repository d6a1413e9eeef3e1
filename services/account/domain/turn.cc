#include "services/account/domain/turn.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/account/domain/digest.h"

namespace plexus::account {

json::Object TurnCredentials(const platform::TurnConfig& config, std::string_view user_id, int64_t now_ms) {
  const std::string username = absl::StrCat(now_ms / 1000 + config.ttl_seconds, ":", user_id);
  json::Array uris;
  for (const std::string& uri : config.uris) uris.emplace_back(uri);
  return {{"username", username},
          {"password", absl::Base64Escape(HmacSha1(config.shared_secret, username))},
          {"uris", std::move(uris)},
          {"ttl", config.ttl_seconds}};
}

}  // namespace plexus::account
