#include "services/sync/domain/pdu_text.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "common/json/canonical.h"

namespace plexus::sync {
namespace {

// After the string that begins at `at`, which is a quote.
size_t SkipString(std::string_view json, size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return json.size();
}

// After the value that begins at `at`.
size_t SkipValue(std::string_view json, size_t at) {
  int depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = SkipString(json, at);
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if ((c == '}' || c == ']') && --depth == 0) return at + 1;
    ++at;
  }
  return at;
}

constexpr std::array<std::string_view, 5> kMembers = {"content", "origin_server_ts", "sender", "state_key", "type"};

void AppendMember(std::string& out, std::string_view key, std::string_view value) {
  absl::StrAppend(&out, out.size() > 1 ? ",\"" : "\"", key, "\":", value);
}

// The content with `redacts` in it, where the room version has it on top only.
std::string WithRedacts(std::string_view content, std::string_view redacts) {
  std::string out = absl::StrCat("{\"redacts\":", redacts);
  ForEachMember(content, [&](std::string_view key, std::string_view value) {
    if (key != "redacts") AppendMember(out, key, value);
  });
  return out + "}";
}

}  // namespace

void ForEachMember(std::string_view json, absl::FunctionRef<void(std::string_view, std::string_view)> visit) {
  size_t at = 1;
  while (at < json.size() && json[at] == '"') {
    const size_t key_end = SkipString(json, at);
    if (key_end + 1 >= json.size() || json[key_end] != ':') return;
    const size_t value_end = SkipValue(json, key_end + 1);
    visit(json.substr(at + 1, key_end - at - 2), json.substr(key_end + 1, value_end - key_end - 1));
    at = value_end + 1;
  }
}

std::string_view FindMember(std::string_view json, std::string_view key) {
  std::string_view found;
  ForEachMember(json, [&](std::string_view name, std::string_view value) {
    if (name == key) found = value;
  });
  return found;
}

std::string ClientText(std::string_view pdu, std::string_view event_id) {
  std::string out = "{";
  out.reserve(pdu.size());
  std::string_view content = "{}", type, redacts;
  ForEachMember(pdu, [&](std::string_view key, std::string_view value) {
    if (key == "content") {
      content = value;
    } else if (key == "redacts") {
      redacts = value;
    } else {
      if (key == "type") type = value;
      for (std::string_view member : kMembers) {
        if (key == member) AppendMember(out, key, value);
      }
    }
  });
  const bool redaction = type == "\"m.room.redaction\"";
  if (redaction && !redacts.empty()) {
    AppendMember(out, "content", WithRedacts(content, redacts));
  } else {
    AppendMember(out, "content", content);
    if (redaction) redacts = FindMember(content, "redacts");
  }
  if (redaction && !redacts.empty()) AppendMember(out, "redacts", redacts);
  out += ",\"event_id\":";
  json::AppendString(out, event_id);
  return out;
}

}  // namespace plexus::sync
