#include "common/matrix/event_hash.h"

#include <openssl/evp.h>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/base64.h"
#include "common/matrix/canonical_members.h"
#include "common/matrix/event_data.h"

namespace plexus::matrix {
namespace {

std::string Digest(std::string_view bytes, const EVP_MD* algorithm) {
  std::string hash(static_cast<size_t>(EVP_MD_get_size(algorithm)), '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr, algorithm, nullptr);
  return hash;
}

}  // namespace

// Algorithms are fetched once: OpenSSL 3 looks implementations up anew in each one-shot call, which takes longer than
// the hash.
std::string Sha256(std::string_view bytes) {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return Digest(bytes, algorithm);
}

std::string Sha1(std::string_view bytes) {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return Digest(bytes, algorithm);
}

bool IsContentHashed(std::string_view key) { return key != "unsigned" && key != "signatures" && key != "hashes"; }

absl::StatusOr<std::string> ContentHash(const json::Object& pdu, const RoomVersion& version) {
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(pdu, FloatsOf(version)));
  return Sha256(members.Join(IsContentHashed));
}

absl::StatusOr<std::string> ReferenceHash(const json::Object& pdu, const RoomVersion& version) {
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(pdu, FloatsOf(version)));
  PLEXUS_ASSIGN_OR_RETURN(std::string essential, EventAssembly::EssentialText(pdu, members, version));
  return Sha256(essential);
}

absl::Status HashAndSign(json::Object& pdu, const RoomVersion& version, std::string_view name, const SigningKey& key) {
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(pdu, FloatsOf(version)));
  json::Object hashes;
  hashes["sha256"] = Base64Encode(Sha256(members.Join(IsContentHashed)));
  pdu["hashes"] = std::move(hashes);
  PLEXUS_RETURN_IF_ERROR(members.Set("hashes", pdu["hashes"]));
  PLEXUS_ASSIGN_OR_RETURN(std::string essential, EventAssembly::EssentialText(pdu, members, version));
  PutSignature(pdu, name, key.key_id(), key.Sign(essential));
  return absl::OkStatus();
}

bool ContentHashMatches(const Event& event) {
  std::optional<std::string_view> claimed = json::GetString(event.hashes(), "sha256");
  absl::StatusOr<std::string> actual = ContentHash(event.json(), event.version());
  return claimed && actual.ok() && Base64Decode(*claimed) == *actual;
}

absl::StatusOr<std::string> SignedEventText(const Event& event) {
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(event.json(), FloatsOf(event.version())));
  return EventAssembly::EssentialText(event.json(), members, event.version());
}

absl::Status VerifyEventSignature(const Event& event, std::string_view name, std::string_view key_id,
                                  std::string_view public_key) {
  std::optional<std::string> signature = FindSignature(event.json(), name, key_id);
  if (!signature) return errors::Forbidden("The event is not signed with this key");
  PLEXUS_ASSIGN_OR_RETURN(std::string text, SignedEventText(event));
  if (!VerifySignature(text, *signature, public_key)) return errors::Forbidden("The event's signature is wrong");
  return absl::OkStatus();
}

}  // namespace plexus::matrix
