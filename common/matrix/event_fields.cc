#include <string>
#include <vector>

#include "common/json/access.h"
#include "common/matrix/event_filter.h"

namespace plexus::matrix {
namespace {

// "content.m\.relates_to" as its parts. Appendices, "Dot-separated property paths".
std::vector<std::string> PathParts(std::string_view path) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < path.size(); ++i) {
    const bool escapes = path[i] == '\\' && i + 1 < path.size() && (path[i + 1] == '.' || path[i + 1] == '\\');
    if (escapes)
      parts.back() += path[++i];
    else if (path[i] == '.')
      parts.emplace_back();
    else
      parts.back() += path[i];
  }
  return parts;
}

// Copies what `parts` leads to, with the objects around it.
void CopyPath(const json::Object& from, const std::vector<std::string>& parts, json::Object& to) {
  const json::Value* value = nullptr;
  const json::Object* holder = &from;
  for (const std::string& part : parts) {
    value = holder == nullptr ? nullptr : json::Find(*holder, part);
    if (value == nullptr) return;
    holder = value->if_object();
  }
  json::Object* place = &to;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    json::Value& next = (*place)[parts[i]];
    if (!next.is_object()) next.emplace_object();
    place = &next.get_object();
  }
  (*place)[parts.back()] = *value;
}

}  // namespace

json::Object SelectFields(const json::Object& event, const AllowList& event_fields) {
  if (!event_fields) return event;
  json::Object selected;
  for (const std::string& path : *event_fields) CopyPath(event, PathParts(path), selected);
  return selected;
}

}  // namespace plexus::matrix
