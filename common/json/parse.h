// Parsing JSON that strangers sent.
#pragma once

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::json {

struct ParseLimits {
  // Objects and arrays nested deeper than this are refused as soon as they are seen. At most kMaxDepth.
  size_t max_depth = 100;
  // Whether doubles are read to their last bit, so that the shortest text of each reads back as the same one. Slower.
  bool exact_doubles = false;
};

// The deepest document that can be asked for: everything that walks a document recurses at most this far.
inline constexpr size_t kMaxDepth = 500;

// The value that `text` (UTF-8, one JSON value, whitespace around it allowed) holds, in `storage`.
//
// - Of members with the same key the last one counts; any number of them costs linear time.
// - Numbers: an integer that fits is int64 or uint64; everything else (fractions, exponents, larger integers) is a
//   double, infinite if beyond a double's range. Its last bit may be off (Boost.JSON reads doubles quickly rather than
//   exactly) unless exact_doubles. The canonical encoding refuses what is not an integer, see canonical.h.
// - `\u0000` is a character like any other.
//
// Errors: 400 M_NOT_JSON for what is not JSON, bad UTF-8, surrogates without their partner and too deep nesting.
absl::StatusOr<Value> Parse(std::string_view text, const ParseLimits& limits = {}, Storage storage = {});

// As Parse; 400 M_BAD_JSON if the value is not an object.
absl::StatusOr<Object> ParseObject(std::string_view text, const ParseLimits& limits = {}, Storage storage = {});

// As ParseObject; text of nothing but whitespace is taken for `{}` (clients omit empty bodies).
absl::StatusOr<Object> ParseObjectOrEmpty(std::string_view text, const ParseLimits& limits = {}, Storage storage = {});

}  // namespace plexus::json
