// Application services as their registration files describe them. Application Service API, "Registration".
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace re2 {
class RE2;
}

namespace plexus::platform {

// Of one registration file, of one kind of namespaces in it, of a tenant.
inline constexpr size_t kMaxAppserviceFileBytes = 1 << 20;
inline constexpr size_t kMaxAppserviceNamespaces = 1000;
inline constexpr size_t kMaxAppservices = 1000;

// User ids, aliases or room ids that an application service is interested in. Immutable, cheap to copy; thread-safe.
struct AppserviceNamespace {
  bool exclusive = false;  // nobody else may create what matches
  std::shared_ptr<const re2::RE2> regex;

  // Whether the namespace's expression matches the whole of `id`.
  bool Matches(std::string_view id) const;
};

struct Appservice {
  std::string file;              // where it came from
  std::string id;                // unique in a tenant
  std::string url;               // where to push to, without a trailing slash; empty: nowhere
  std::string as_token;          // it sends this; unique in a tenant
  std::string hs_token;          // we send this
  std::string sender_localpart;  // of its own user
  std::vector<AppserviceNamespace> users, aliases, rooms;
  bool rate_limited = true;  // the users that it acts for; never its own
  bool receive_ephemeral = false;
  std::vector<std::string> protocols;
};

// A registration file's contents. Keys that it does not know are allowed, as in the wild. Errors are InvalidArgument
// and name the file, the key, its value (never a token) and what is allowed.
absl::StatusOr<Appservice> ParseAppservice(const std::string& yaml, const std::string& name_for_errors);

// Reads every file that `patterns` name: paths, or glob(7) patterns, which may match nothing. In the order of the
// patterns, by name within one; a file that two patterns name is read once. Errors as above, also for ids and
// tokens that two files share.
absl::StatusOr<std::vector<Appservice>> LoadAppservices(const std::vector<std::string>& patterns);

}  // namespace plexus::platform
