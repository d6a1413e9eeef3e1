// Whose signatures an event needs, and whether it has them. Server-Server API, "Validating hashes and signatures on
// received events".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/matrix/event.h"

namespace plexus::matrix {

struct RequiredSigners {
  // Without each of these the event is dropped. At most two; none for an invite by third-party identifier, which
  // whoever is invited may send and which the authorisation rules check by the identity server's signature.
  std::vector<std::string> to_accept;
  // Without this one the authorisation rules reject the event: the server of who lets a user into a restricted room.
  std::optional<std::string> to_authorise;
};
RequiredSigners RequiredSignersOf(const Event& event);

// A server's signing key, as the server or a notary told. Times are milliseconds since 1970.
struct VerifyKey {
  std::string public_key = "";                       // 32 bytes
  int64_t valid_until_ts = 0;                        // looked at where the room version respects it (5 and later)
  std::optional<int64_t> expired_ts = std::nullopt;  // of a retired key: when it was last in use
};

// The key that `server` calls `key_id`, or nothing if it is not known.
using FindVerifyKey = absl::FunctionRef<std::optional<VerifyKey>(std::string_view server, std::string_view key_id)>;

// NOTSPEC: a server may sign with any number of keys. More signatures of one server than this are refused, so that no
// event costs seconds.
inline constexpr size_t kMaxSignaturesOfServer = 32;

// A key is never believed to be valid for longer than this from now on. Room Version 5, "Signing key validity period".
inline constexpr int64_t kLongestKeyValidityMs = int64_t{7} * 24 * 3600 * 1000;

// Whether each of `servers` has signed `event` with at least one key that is known and valid at the event's time, and
// with none of those wrongly. Signatures by other keys are ignored. OK, or 403 M_FORBIDDEN with the reason.
absl::Status VerifySignatures(const Event& event, absl::Span<const std::string> servers, FindVerifyKey find_key,
                              int64_t now_ms);

}  // namespace plexus::matrix
