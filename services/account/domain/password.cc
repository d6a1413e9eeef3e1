#include "services/account/domain/password.h"

#include <argon2.h>

#include "absl/strings/match.h"
#include "common/base/matrix_error.h"
#include "common/base/random.h"

namespace plexus::account {
namespace {

constexpr uint32_t kLanes = 1;
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;

}  // namespace

absl::Status CheckNewPassword(std::string_view password) {
  if (password.empty()) return errors::WeakPassword("The password must not be empty");
  if (password.size() > kMaxPasswordBytes) return errors::InvalidParam("The password is longer than 512 bytes");
  return absl::OkStatus();
}

absl::StatusOr<std::string> HashPassword(std::string_view password, PasswordCost cost) {
  const std::string salt = RandomBytes(kSaltBytes);
  std::string hash(argon2_encodedlen(cost.passes, cost.kibibytes, kLanes, kSaltBytes, kHashBytes, Argon2_id), '\0');
  const int error = argon2id_hash_encoded(cost.passes, cost.kibibytes, kLanes, password.data(), password.size(),
                                          salt.data(), salt.size(), kHashBytes, hash.data(), hash.size());
  if (error != ARGON2_OK) return absl::ResourceExhaustedError(argon2_error_message(error));
  hash.resize(hash.find('\0') == std::string::npos ? hash.size() : hash.find('\0'));
  return hash;
}

bool VerifyPassword(std::string_view password, std::string_view hash, PasswordCost cost) {
  if (!absl::StartsWith(hash, "$argon2id$")) {
    // Whoever measures the answer's time must not learn that there is nothing to verify.
    (void)HashPassword(password, cost);
    return false;
  }
  return argon2id_verify(std::string(hash).c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace plexus::account
