#include "common/storage/connection_string.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace plexus::storage {
namespace {

using Setting = std::pair<std::string, std::string>;

std::vector<Setting> Settings(const DatabaseOptions& options) {
  std::string application = options.application_name;
  if (application != "plexus") application = absl::StrCat("plexus/", application);
  int64_t connect_seconds = std::max<int64_t>(2, absl::ToInt64Seconds(options.connect_timeout));  // libpq's minimum
  return {{"application_name", std::move(application)},
          {"connect_timeout", absl::StrCat(connect_seconds)},
          {"client_encoding", "UTF8"},
          {"keepalives", "1"},
          {"keepalives_idle", "10"},
          {"keepalives_interval", "5"},
          {"keepalives_count", "3"},
          {"tcp_user_timeout", "20000"}};  // milliseconds
}

void AppendKeyword(std::string* out, const Setting& setting) {
  std::string escaped = absl::StrReplaceAll(setting.second, {{"\\", "\\\\"}, {"'", "\\'"}});
  absl::StrAppend(out, setting.first, "='", escaped, "'");
}

void AppendUriParameter(std::string* out, const Setting& setting) {
  absl::StrAppend(out, setting.first, "=", absl::StrReplaceAll(setting.second, {{"/", "%2F"}, {" ", "%20"}}));
}

}  // namespace

std::string FullConnectionString(const DatabaseOptions& options) {
  const std::string& given = options.connection_string;
  std::vector<Setting> settings = Settings(options);
  bool is_uri = absl::StartsWith(given, "postgresql://") || absl::StartsWith(given, "postgres://");
  if (!is_uri) return absl::StrCat(given, " ", absl::StrJoin(settings, " ", AppendKeyword));
  return absl::StrCat(given, absl::StrContains(given, '?') ? "&" : "?",
                      absl::StrJoin(settings, "&", AppendUriParameter));
}

}  // namespace plexus::storage
