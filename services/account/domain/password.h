// Passwords and their argon2id hashes. Hashing takes milliseconds of a core on purpose: see PasswordPool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace plexus::account {

inline constexpr size_t kMaxPasswordBytes = 512;

struct PasswordCost {
  uint32_t kibibytes = 19 * 1024;
  uint32_t passes = 2;
};
inline constexpr PasswordCost kNormalCost{};
inline constexpr PasswordCost kCheapCost{8, 1};  // TenantConfig::cheap_password_hashes

// Whether somebody may choose this password. 400 M_WEAK_PASSWORD if it is empty, M_INVALID_PARAM if longer than
// kMaxPasswordBytes.
absl::Status CheckNewPassword(std::string_view password);

// "$argon2id$v=19$m=…" with a random salt. Blocks. ResourceExhausted if there is no memory.
absl::StatusOr<std::string> HashPassword(std::string_view password, PasswordCost cost);

// Whether `hash` is one of `password`. Blocks as long as the making of the hash did; for anything that is not a hash
// (a user without a password, no user) as long as for one of `cost`.
bool VerifyPassword(std::string_view password, std::string_view hash, PasswordCost cost);

}  // namespace plexus::account
