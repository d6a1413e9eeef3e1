#include "common/json/canonical.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"

namespace plexus::json {
namespace {

using Member = boost::json::key_value_pair;

// Enough for the events that people send; larger documents grow from here.
constexpr size_t kUsualBytes = 1024;

void AppendEscaped(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '\\';
  switch (c) {
    case '"': out += '"'; return;
    case '\\': out += '\\'; return;
    case '\b': out += 'b'; return;
    case '\t': out += 't'; return;
    case '\n': out += 'n'; return;
    case '\f': out += 'f'; return;
    case '\r': out += 'r'; return;
    default: out.append({'u', '0', '0', kHex[c >> 4], kHex[c & 15]});
  }
}

template <typename Int>
void AppendInt(std::string& out, Int number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void AppendDouble(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += number < 0 ? "-1e999" : "1e999";
    return;
  }
  char digits[40];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// The shortest digits that read back as `number`, with an exponent from 1e16 on and below 1e-4, else with a point.
void AppendPythonFloat(std::string& out, double number) {
  char digits[40];
  const char* end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::scientific).ptr;
  const double size = std::abs(number);
  if (size == 0 || (size >= 1e-4 && size < 1e16)) {
    end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed).ptr;
  }
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

// Members in the order of their keys' code points, which is that of UTF-8's bytes.
class CanonicalWriter {
 public:
  CanonicalWriter(std::string& out, Floats floats) : out_(out), floats_(floats) {}

  absl::Status Write(const Value& value, size_t depth) {
    switch (value.kind()) {
      case boost::json::kind::null: out_ += "null"; return absl::OkStatus();
      case boost::json::kind::bool_: out_ += value.get_bool() ? "true" : "false"; return absl::OkStatus();
      case boost::json::kind::string: AppendString(out_, View(value.get_string())); return absl::OkStatus();
      case boost::json::kind::int64: return WriteInt(value.get_int64());
      case boost::json::kind::uint64: return WriteInt(value.get_uint64());
      case boost::json::kind::double_: return WriteDouble(value.get_double());
      case boost::json::kind::array: return WriteArray(value.get_array(), depth);
      case boost::json::kind::object: return WriteObject(value.get_object(), depth);
    }
    return absl::InternalError("unknown kind of JSON value");
  }

  absl::Status WriteObject(const Object& object, size_t depth) {
    if (depth >= kMaxDepth) return errors::BadJson("The JSON is nested too deeply");
    absl::InlinedVector<const Member*, 24> members;
    members.reserve(object.size());
    for (const Member& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const Member* a, const Member* b) { return Key(*a) < Key(*b); });
    out_ += '{';
    bool first = true;
    for (const Member* member : members) {
      if (!std::exchange(first, false)) out_ += ',';
      AppendString(out_, Key(*member));
      out_ += ':';
      PLEXUS_RETURN_IF_ERROR(Write(member->value(), depth + 1));
    }
    out_ += '}';
    return absl::OkStatus();
  }

 private:
  static absl::Status OutOfRange() { return errors::BadJson("An integer is out of the range of canonical JSON"); }

  template <typename Int>
  absl::Status WriteInt(Int number) {
    const bool canonical = std::in_range<int64_t>(number) && static_cast<int64_t>(number) >= kMinCanonicalInt &&
                           static_cast<int64_t>(number) <= kMaxCanonicalInt;
    if (!canonical && floats_ != Floats::kKeep) return OutOfRange();
    AppendInt(out_, number);
    return absl::OkStatus();
  }

  absl::Status WriteDouble(double number) {
    if (floats_ == Floats::kKeep) {
      if (!std::isfinite(number)) return OutOfRange();
      AppendPythonFloat(out_, number);
      return absl::OkStatus();
    }
    if (floats_ == Floats::kRefuse || number != std::trunc(number)) {
      return errors::BadJson("Numbers must be integers, without fractions and exponents");
    }
    if (!(std::abs(number) <= static_cast<double>(kMaxCanonicalInt))) return OutOfRange();
    return WriteInt(static_cast<int64_t>(number));
  }

  absl::Status WriteArray(const Array& array, size_t depth) {
    if (depth >= kMaxDepth) return errors::BadJson("The JSON is nested too deeply");
    out_ += '[';
    bool first = true;
    for (const Value& value : array) {
      if (!std::exchange(first, false)) out_ += ',';
      PLEXUS_RETURN_IF_ERROR(Write(value, depth + 1));
    }
    out_ += ']';
    return absl::OkStatus();
  }

  std::string& out_;
  const Floats floats_;
};

template <typename Document>
absl::StatusOr<std::string> CanonicalOf(const Document& document, Floats floats) {
  std::string out;
  out.reserve(kUsualBytes);
  PLEXUS_RETURN_IF_ERROR(AppendCanonical(out, document, floats));
  return out;
}

}  // namespace

absl::Status AppendCanonical(std::string& out, const Value& value, Floats floats) {
  return CanonicalWriter(out, floats).Write(value, 0);
}

absl::Status AppendCanonical(std::string& out, const Object& object, Floats floats) {
  return CanonicalWriter(out, floats).WriteObject(object, 0);
}

absl::StatusOr<std::string> Canonical(const Value& value, Floats floats) { return CanonicalOf(value, floats); }
absl::StatusOr<std::string> Canonical(const Object& object, Floats floats) { return CanonicalOf(object, floats); }

void AppendString(std::string& out, std::string_view text) {
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, i - copied);
    AppendEscaped(out, c);
    copied = i + 1;
  }
  out.append(text, copied);
  out += '"';
}

void AppendSerialized(std::string& out, const Object& object) {
  out += '{';
  bool first = true;
  for (const Member& member : object) {
    if (!std::exchange(first, false)) out += ',';
    AppendString(out, Key(member));
    out += ':';
    AppendSerialized(out, member.value());
  }
  out += '}';
}

void AppendSerialized(std::string& out, const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: out += "null"; return;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case boost::json::kind::int64: AppendInt(out, value.get_int64()); return;
    case boost::json::kind::uint64: AppendInt(out, value.get_uint64()); return;
    case boost::json::kind::double_: AppendDouble(out, value.get_double()); return;
    case boost::json::kind::string: AppendString(out, View(value.get_string())); return;
    case boost::json::kind::object: AppendSerialized(out, value.get_object()); return;
    case boost::json::kind::array: {
      char separator = '[';
      for (const Value& element : value.get_array()) {
        out += std::exchange(separator, ',');
        AppendSerialized(out, element);
      }
      out += separator == '[' ? "[]" : "]";
    }
  }
}

std::string Serialize(const Value& value) {
  std::string out;
  AppendSerialized(out, value);
  return out;
}

std::string Serialize(const Object& object) {
  std::string out;
  AppendSerialized(out, object);
  return out;
}

}  // namespace plexus::json
