#include "common/storage/array.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plexus::storage {
namespace {

// Always quoted, so that "", "NULL", spaces, commas and braces need no thought; inside quotes only \ and " are special.
void AppendQuoted(std::string* out, std::string_view text) {
  out->push_back('"');
  for (char c : text) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

template <typename T>
std::string TextLiteral(std::span<const T> values) {
  return absl::StrCat("{", absl::StrJoin(values, ",", AppendQuoted), "}");
}

}  // namespace

std::string BigintArray(std::span<const int64_t> values) { return absl::StrCat("{", absl::StrJoin(values, ","), "}"); }

std::string IntArray(std::span<const int32_t> values) { return absl::StrCat("{", absl::StrJoin(values, ","), "}"); }

std::string BoolArray(const std::vector<bool>& values) {
  auto append = [](std::string* out, bool value) { out->push_back(value ? 't' : 'f'); };
  return absl::StrCat("{", absl::StrJoin(values, ",", append), "}");
}

std::string TextArray(std::span<const std::string> values) { return TextLiteral(values); }

std::string TextArray(std::span<const std::string_view> values) { return TextLiteral(values); }

std::string NullableTextArray(std::span<const std::optional<std::string>> values) {
  auto append = [](std::string* out, const std::optional<std::string>& value) {
    if (value) AppendQuoted(out, *value);
    if (!value) out->append("NULL");
  };
  return absl::StrCat("{", absl::StrJoin(values, ",", append), "}");
}

std::string NullableBigintArray(std::span<const std::optional<int64_t>> values) {
  auto append = [](std::string* out, const std::optional<int64_t>& value) {
    value ? absl::StrAppend(out, *value) : absl::StrAppend(out, "NULL");
  };
  return absl::StrCat("{", absl::StrJoin(values, ",", append), "}");
}

std::string BytesArray(std::span<const std::string> values) {
  auto append = [](std::string* out, const std::string& value) {
    // The backslash of the hex format is itself escaped inside the array's quotes.
    absl::StrAppend(out, "\"\\\\x", absl::BytesToHexString(value), "\"");
  };
  return absl::StrCat("{", absl::StrJoin(values, ",", append), "}");
}

}  // namespace plexus::storage
