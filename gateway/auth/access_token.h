// The access token of a request.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/http/request.h"
#include "common/http/uri.h"

namespace plexus::gateway {

// Longer ones, and ones with other than visible ASCII characters, are nobody's.
inline constexpr size_t kMaxAccessToken = 1024;

// From `Authorization: Bearer …`, else from ?access_token= (Client-Server API, "Using access tokens"); nullopt if
// there is neither. 401 M_UNKNOWN_TOKEN for what cannot be a token.
absl::StatusOr<std::optional<std::string>> FindAccessToken(const http::Request& request,
                                                           const http::QueryParameters& query);

}  // namespace plexus::gateway
