// ed25519 keys and signed JSON. Appendices, "Signing JSON".
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::matrix {

inline constexpr size_t kEd25519SeedBytes = 32;
inline constexpr size_t kEd25519PublicKeyBytes = 32;
inline constexpr size_t kEd25519SignatureBytes = 64;

// A server's private key. Copyable; the secret is wiped from memory with the object. Thread-safe.
class SigningKey {
 public:
  // A new key with a random version like "a_Xk2b".
  static SigningKey Generate();
  // `version` is the part after "ed25519:" (letters, digits, '_'); `seed` 32 bytes. Errors: InvalidArgument.
  static absl::StatusOr<SigningKey> FromSeed(std::string_view version, std::string_view seed);
  // One line, "ed25519 <version> <unpadded base64 seed>", as key files hold it. Errors: InvalidArgument, without
  // anything of the key in the message.
  static absl::StatusOr<SigningKey> Parse(std::string_view text);
  // What Parse reads, with a newline at its end. Secret.
  std::string Print() const;

  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  ~SigningKey();

  const std::string& key_id() const { return key_id_; }  // "ed25519:<version>"
  std::string_view version() const;
  std::string_view public_key() const;  // 32 bytes
  std::string public_key_base64() const;
  std::string Sign(std::string_view message) const;  // 64 bytes

 private:
  SigningKey(std::string_view version, std::string_view seed);
  std::string key_id_;
  std::array<unsigned char, 64> secret_;  // seed, then public key, as libsodium wants it
};

// True if `signature` (64 bytes) is that of `message` by the holder of `public_key` (32 bytes).
bool VerifySignature(std::string_view message, std::string_view signature, std::string_view public_key);

// What is signed of `object`: its canonical JSON without `signatures` and `unsigned`.
// Errors: 400 M_BAD_JSON if it has no canonical form.
absl::StatusOr<std::string> SignedText(const json::Object& object);

// Sets signatures.<name>.<key_id> of `object` to `signature` (64 bytes), keeping the others.
void PutSignature(json::Object& object, std::string_view name, std::string_view key_id, std::string_view signature);

// The bytes of the ed25519 signature signatures.<name>.<key_id>, if it is there and base64.
std::optional<std::string> FindSignature(const json::Object& object, std::string_view name, std::string_view key_id);

// Signs `object` without its `signatures` and `unsigned`, and puts the signature under signatures.<name>.<key id>.
// Errors: 400 M_BAD_JSON if it has no canonical form.
absl::Status SignJson(json::Object& object, std::string_view name, const SigningKey& key);

// Checks the signature signatures.<name>.<key_id> of `object` against `public_key` (32 bytes).
// Errors: 403 M_FORBIDDEN if it is missing or wrong.
absl::Status VerifyJson(const json::Object& object, std::string_view name, std::string_view key_id,
                        std::string_view public_key);

}  // namespace plexus::matrix
