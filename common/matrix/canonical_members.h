// The members of an object, each in canonical JSON once: what is hashed, what is signed and what is stored are put
// together from the same pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/json/canonical.h"
#include "common/json/value.h"

namespace plexus::matrix {

class CanonicalMembers {
 public:
  // Errors: 400 M_BAD_JSON if the object has no canonical form.
  static absl::StatusOr<CanonicalMembers> Of(const json::Object& object, json::Floats floats);

  // Adds or replaces a member.
  absl::Status Set(std::string_view key, const json::Value& value);

  // The canonical object of the members whose key `keep` likes. Should one be called `replaced_key`, its value is
  // `replacement` (canonical JSON) instead.
  std::string Join(absl::FunctionRef<bool(std::string_view key)> keep, std::string_view replaced_key = {},
                   std::string_view replacement = {}) const;

 private:
  struct Member {
    std::string key;
    size_t begin, end;  // of its value in text_
  };
  explicit CanonicalMembers(json::Floats floats) : floats_(floats) {}
  absl::StatusOr<Member> Write(std::string_view key, const json::Value& value);

  json::Floats floats_;
  std::string text_;
  std::vector<Member> members_;  // sorted by key
};

}  // namespace plexus::matrix
