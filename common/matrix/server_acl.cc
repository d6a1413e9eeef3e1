#include "common/matrix/server_acl.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "common/json/access.h"
#include "common/matrix/event.h"
#include "common/matrix/glob.h"
#include "common/matrix/ids.h"

namespace plexus::matrix {
namespace {

std::vector<std::string> Patterns(const json::Object& content, std::string_view key) {
  std::vector<std::string> patterns;
  const json::Array* listed = json::GetArray(content, key);
  if (listed == nullptr) return patterns;
  for (const json::Value& pattern : *listed) {
    if (std::optional<std::string_view> text = json::AsString(pattern))
      patterns.push_back(absl::AsciiStrToLower(*text));
  }
  return patterns;
}

bool MatchesAny(const GlobSubject& host, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& one) { return host.Matches(one); });
}

}  // namespace

ServerAcl::ServerAcl(const json::Object& content)
    : allow_(Patterns(content, "allow")),
      deny_(Patterns(content, "deny")),
      allow_ip_literals_(json::GetBool(content, "allow_ip_literals").value_or(true)) {}

bool ServerAcl::Allows(std::string_view server_name) const {
  if (!IsValidServerName(server_name)) return false;
  const std::string host = absl::AsciiStrToLower(HostOf(server_name));
  if (!allow_ip_literals_ && IsIpLiteral(host)) return false;
  const GlobSubject subject(host);
  return !MatchesAny(subject, deny_) && MatchesAny(subject, allow_);
}

bool ServerMayTakePart(const Event* acl, std::string_view server_name) {
  return acl == nullptr || ServerAcl(acl->content()).Allows(server_name);
}

}  // namespace plexus::matrix
