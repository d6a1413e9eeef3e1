#include "common/matrix/signing.h"

#include <sodium.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/base64.h"
#include "common/matrix/canonical_members.h"

namespace plexus::matrix {
namespace {

constexpr std::string_view kAlgorithm = "ed25519";

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Lets libsodium choose the fastest code for this processor.
void InitialiseSodium() {
  static const int initialised = sodium_init();
  (void)initialised;
}

bool IsKeyVersion(std::string_view version) {
  return !version.empty() && std::all_of(version.begin(), version.end(),
                                         [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

absl::Status NotSigned(std::string_view name, std::string_view key_id) {
  return errors::Forbidden(absl::StrCat("Not validly signed by ", name, " with ", key_id));
}

}  // namespace

SigningKey::SigningKey(std::string_view version, std::string_view seed)
    : key_id_(absl::StrCat(kAlgorithm, ":", version)) {
  InitialiseSodium();
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  static_assert(std::tuple_size_v<decltype(secret_)> == crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(public_key, secret_.data(), Bytes(seed));
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

SigningKey SigningKey::Generate() {
  return SigningKey(absl::StrCat("a_", RandomAlphanumeric(4)), RandomBytes(kEd25519SeedBytes));
}

absl::StatusOr<SigningKey> SigningKey::FromSeed(std::string_view version, std::string_view seed) {
  if (!IsKeyVersion(version)) {
    return absl::InvalidArgumentError("a signing key's version consists of letters, digits and '_'");
  }
  if (seed.size() != kEd25519SeedBytes) return absl::InvalidArgumentError("a signing key's seed has 32 bytes");
  return SigningKey(version, seed);
}

absl::StatusOr<SigningKey> SigningKey::Parse(std::string_view text) {
  std::vector<std::string_view> words = absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  if (words.size() != 3 || words[0] != kAlgorithm) {
    return absl::InvalidArgumentError("a signing key reads 'ed25519 <version> <base64 seed>'");
  }
  std::optional<std::string> seed = Base64Decode(words[2]);
  if (!seed) return absl::InvalidArgumentError("a signing key's seed is not base64");
  return FromSeed(words[1], *seed);
}

std::string SigningKey::Print() const {
  std::string_view seed(reinterpret_cast<const char*>(secret_.data()), kEd25519SeedBytes);
  return absl::StrCat(kAlgorithm, " ", version(), " ", Base64Encode(seed), "\n");
}

std::string_view SigningKey::version() const { return std::string_view(key_id_).substr(kAlgorithm.size() + 1); }

std::string_view SigningKey::public_key() const {
  return {reinterpret_cast<const char*>(secret_.data()) + kEd25519SeedBytes, kEd25519PublicKeyBytes};
}

std::string SigningKey::public_key_base64() const { return Base64Encode(public_key()); }

std::string SigningKey::Sign(std::string_view message) const {
  std::string signature(kEd25519SignatureBytes, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, Bytes(message), message.size(),
                       secret_.data());
  return signature;
}

bool VerifySignature(std::string_view message, std::string_view signature, std::string_view public_key) {
  InitialiseSodium();
  return signature.size() == kEd25519SignatureBytes && public_key.size() == kEd25519PublicKeyBytes &&
         crypto_sign_verify_detached(Bytes(signature), Bytes(message), message.size(), Bytes(public_key)) == 0;
}

absl::StatusOr<std::string> SignedText(const json::Object& object) {
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(object, json::Floats::kWholeAsInteger));
  return members.Join([](std::string_view key) { return key != "signatures" && key != "unsigned"; });
}

void PutSignature(json::Object& object, std::string_view name, std::string_view key_id, std::string_view signature) {
  json::Value& signatures = object["signatures"];
  if (!signatures.is_object()) signatures.emplace_object();
  json::Value& by_name = signatures.get_object()[name];
  if (!by_name.is_object()) by_name.emplace_object();
  by_name.get_object()[key_id] = Base64Encode(signature);
}

absl::Status SignJson(json::Object& object, std::string_view name, const SigningKey& key) {
  PLEXUS_ASSIGN_OR_RETURN(std::string text, SignedText(object));
  PutSignature(object, name, key.key_id(), key.Sign(text));
  return absl::OkStatus();
}

std::optional<std::string> FindSignature(const json::Object& object, std::string_view name, std::string_view key_id) {
  const json::Object* signatures = json::GetObject(object, "signatures");
  const json::Object* by_name = signatures == nullptr ? nullptr : json::GetObject(*signatures, name);
  if (by_name == nullptr || !absl::StartsWith(key_id, "ed25519:")) return std::nullopt;
  std::optional<std::string_view> signature = json::GetString(*by_name, key_id);
  return signature ? Base64Decode(*signature) : std::nullopt;
}

absl::Status VerifyJson(const json::Object& object, std::string_view name, std::string_view key_id,
                        std::string_view public_key) {
  std::optional<std::string> signature = FindSignature(object, name, key_id);
  if (!signature) return NotSigned(name, key_id);
  absl::StatusOr<std::string> text = SignedText(object);
  if (!text.ok() || !VerifySignature(*text, *signature, public_key)) return NotSigned(name, key_id);
  return absl::OkStatus();
}

}  // namespace plexus::matrix
