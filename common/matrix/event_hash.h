// Hashes of events and the signatures over them. Server-Server API, "Signing Events".
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/matrix/event.h"
#include "common/matrix/room_version.h"
#include "common/matrix/signing.h"

namespace plexus::matrix {

// SHA-256, 32 bytes.
std::string Sha256(std::string_view bytes);
// SHA-1, 20 bytes: for nothing but the order of events in state resolution of room version 1.
std::string Sha1(std::string_view bytes);

// "Calculating the content hash for an event": 32 bytes. Errors: 400 M_BAD_JSON if it has no canonical form.
absl::StatusOr<std::string> ContentHash(const json::Object& pdu, const RoomVersion& version);

// "Calculating the reference hash for an event": 32 bytes. Errors: as above.
absl::StatusOr<std::string> ReferenceHash(const json::Object& pdu, const RoomVersion& version);

// "Adding hashes and signatures to outgoing events": sets `hashes` and adds to `signatures`. BuildEvent does this in
// fewer steps; this is for events that another server asks us to sign. Errors: as above.
absl::Status HashAndSign(json::Object& pdu, const RoomVersion& version, std::string_view name, const SigningKey& key);

// "Validating hashes and signatures on received events".
bool ContentHashMatches(const Event& event);

// What servers sign of `event`: canonical JSON of what redaction leaves of it, without `signatures` and `unsigned`.
// Errors: 400 M_BAD_JSON if it has no canonical form, which no Event lacks.
absl::StatusOr<std::string> SignedEventText(const Event& event);

// Checks the signature of `event` by `name` with the key `key_id`, whose 32 public bytes are given.
// Errors: 403 M_FORBIDDEN if it is missing or wrong.
absl::Status VerifyEventSignature(const Event& event, std::string_view name, std::string_view key_id,
                                  std::string_view public_key);

}  // namespace plexus::matrix
