#include "common/json/parse.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"

namespace plexus::json {
namespace {

using Text = boost::json::string_view;
using Error = boost::json::error_code;

// Builds what Boost's parser reads as Boost does, but for doubles, of which it looks at the text.
class ExactBuilder {
 public:
  static constexpr size_t max_object_size = Object::max_size();
  static constexpr size_t max_array_size = Array::max_size();
  static constexpr size_t max_key_size = String::max_size();
  static constexpr size_t max_string_size = String::max_size();

  explicit ExactBuilder(Storage storage) { stack_.reset(std::move(storage)); }
  Value Release() { return stack_.release(); }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return true; }
  bool on_object_end(size_t size, Error&) { return stack_.push_object(size), true; }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(size_t size, Error&) { return stack_.push_array(size), true; }
  bool on_key_part(Text text, size_t, Error&) { return stack_.push_chars(text), true; }
  bool on_key(Text text, size_t, Error&) { return stack_.push_key(text), true; }
  bool on_string_part(Text text, size_t, Error&) { return stack_.push_chars(text), true; }
  bool on_string(Text text, size_t, Error&) { return stack_.push_string(text), true; }
  bool on_number_part(Text text, Error&) { return number_.append(text.data(), text.size()), true; }
  bool on_int64(int64_t number, Text, Error&) { return number_.clear(), stack_.push_int64(number), true; }
  bool on_uint64(uint64_t number, Text, Error&) { return number_.clear(), stack_.push_uint64(number), true; }
  bool on_double(double number, Text text, Error&) {
    number_.append(text.data(), text.size());
    // Leaves `number` alone if it is beyond a double's range.
    std::from_chars(number_.data(), number_.data() + number_.size(), number);
    number_.clear();
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool value, Error&) { return stack_.push_bool(value), true; }
  bool on_null(Error&) { return stack_.push_null(), true; }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  boost::json::value_stack stack_;
  std::string number_;
};

Value ParseExactly(std::string_view text, Error& error, Storage storage, const boost::json::parse_options& options) {
  boost::json::basic_parser<ExactBuilder> parser(options, std::move(storage));
  const size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  return error ? Value() : parser.handler().Release();
}

}  // namespace

// Boost's parser keeps a stack of its own: it stops at max_depth without ever recursing, checks UTF-8 and surrogates,
// and joins the members of a large object by hash, so that duplicates cost no more than others.
absl::StatusOr<Value> Parse(std::string_view text, const ParseLimits& limits, Storage storage) {
  boost::json::parse_options options;
  options.max_depth = std::min(limits.max_depth, kMaxDepth);
  boost::json::error_code error;
  Value value = limits.exact_doubles
                    ? ParseExactly(text, error, std::move(storage), options)
                    : boost::json::parse({text.data(), text.size()}, error, std::move(storage), options);
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
