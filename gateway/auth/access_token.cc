#include "gateway/auth/access_token.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/base/matrix_error.h"

namespace plexus::gateway {
namespace {

constexpr std::string_view kBearer = "Bearer ";

bool CanBeToken(std::string_view token) {
  return !token.empty() && token.size() <= kMaxAccessToken &&
         std::all_of(token.begin(), token.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
}

}  // namespace

absl::StatusOr<std::optional<std::string>> FindAccessToken(const http::Request& request,
                                                           const http::QueryParameters& query) {
  std::optional<std::string_view> token = query.Get("access_token");
  if (const auto header = request.headers.Get("Authorization");
      header && absl::StartsWithIgnoreCase(*header, kBearer)) {
    token = absl::StripAsciiWhitespace(header->substr(kBearer.size()));
  }
  if (!token) return std::nullopt;
  if (!CanBeToken(*token)) return errors::UnknownToken(/*soft_logout=*/false);
  return std::string(*token);
}

}  // namespace plexus::gateway
