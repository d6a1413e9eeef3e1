#include "common/json/parse.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"

namespace plexus::json {

// Boost's parser keeps a stack of its own: it stops at max_depth without ever recursing, checks UTF-8 and surrogates,
// and joins the members of a large object by hash, so that duplicates cost no more than others.
absl::StatusOr<Value> Parse(std::string_view text, const ParseLimits& limits, Storage storage) {
  boost::json::parse_options options;
  options.max_depth = std::min(limits.max_depth, kMaxDepth);
  boost::json::error_code error;
  Value value = boost::json::parse({text.data(), text.size()}, error, std::move(storage), options);
  if (error) return errors::NotJson(absl::StrCat("Not JSON: ", error.message()));
  return value;
}

absl::StatusOr<Object> ParseObject(std::string_view text, const ParseLimits& limits, Storage storage) {
  PLEXUS_ASSIGN_OR_RETURN(Value value, Parse(text, limits, std::move(storage)));
  if (!value.is_object()) return errors::BadJson("Not a JSON object");
  return std::move(value.get_object());
}

absl::StatusOr<Object> ParseObjectOrEmpty(std::string_view text, const ParseLimits& limits, Storage storage) {
  if (absl::StripAsciiWhitespace(text).empty()) return Object(std::move(storage));
  return ParseObject(text, limits, std::move(storage));
}

}  // namespace plexus::json
