// Writing JSON: the canonical encoding that is hashed and signed, and the ordinary one.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::json {

// The integers of canonical JSON are those that a double holds exactly.
inline constexpr int64_t kMaxCanonicalInt = (int64_t{1} << 53) - 1;
inline constexpr int64_t kMinCanonicalInt = -kMaxCanonicalInt;

// What to make of a number that was written with a fraction or an exponent.
enum class Floats {
  kWholeAsInteger,  // 1e10 is written as 10000000000; 1.5 is refused
  kRefuse,          // every one is refused: for events, whose stored text must read back as what was checked
  // Kept, as Python's json module writes them (1.5, 1e+16), and so are integers beyond the range of canonical JSON: for
  // the events of old room versions, which were hashed and signed so. Only infinite numbers are refused.
  kKeep,
};

// Appendices, "Canonical JSON": the shortest UTF-8 encoding, keys sorted by code point, integers only.
// Errors: 400 M_BAD_JSON for numbers that it does not allow and for documents deeper than kMaxDepth.
absl::StatusOr<std::string> Canonical(const Value& value, Floats floats = Floats::kWholeAsInteger);
absl::StatusOr<std::string> Canonical(const Object& object, Floats floats = Floats::kWholeAsInteger);

// As Canonical, appended to `out`; after an error `out` holds a part.
absl::Status AppendCanonical(std::string& out, const Value& value, Floats floats = Floats::kWholeAsInteger);
absl::Status AppendCanonical(std::string& out, const Object& object, Floats floats = Floats::kWholeAsInteger);

// Ordinary compact JSON, members in the order that they have. Never fails; an infinite number becomes 1e999.
std::string Serialize(const Value& value);
std::string Serialize(const Object& object);
void AppendSerialized(std::string& out, const Value& value);
void AppendSerialized(std::string& out, const Object& object);

// Appends `text` as a JSON string, quotes included. `text` must be UTF-8.
void AppendString(std::string& out, std::string_view text);

}  // namespace plexus::json
