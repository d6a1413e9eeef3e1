#include "common/platform/appservice.h"

#include <re2/re2.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/matrix/ids.h"
#include "common/platform/yaml_reader.h"

namespace plexus::platform {
namespace {

constexpr int64_t kMaxRegexBytes = 8 << 20;  // what RE2 may use for one compiled expression

void RequireText(YamlReader& in, const char* key, std::string* out, std::string_view allowed,
                 const std::function<bool(const std::string&)>& ok) {
  if (!in.Has(key)) return in.Fail(key, "missing", allowed);
  in.Text(key, out, allowed, ok);
}

void RequireToken(YamlReader& in, const char* key, std::string* out) {
  RequireText(in, key, out, "a text that is not empty", [](const std::string& text) { return !text.empty(); });
}

bool IsUrl(const std::string& text) {
  for (std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) return text.size() > scheme.size() && text[scheme.size()] != '/';
  }
  return false;
}

// Null and "" both mean that nothing is pushed.
void ReadUrl(YamlReader& in, std::string* out) {
  constexpr char kAllowed[] = "a URL that starts with https:// or http://, or null";
  if (!in.Has("url")) return in.Fail("url", "missing", kAllowed);
  if (in.IsNull("url")) return;
  in.Text("url", out, kAllowed, [](const std::string& text) { return text.empty() || IsUrl(text); });
  *out = std::string(absl::StripSuffix(*out, "/"));
}

void ReadRegex(YamlReader& in, std::shared_ptr<const re2::RE2>* out) {
  std::string pattern;
  RequireToken(in, "regex", &pattern);
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kMaxRegexBytes);
  auto regex = std::make_shared<const re2::RE2>(pattern, options);
  if (!regex->ok()) {
    return in.Fail("regex", absl::StrCat("\"", pattern, "\" (", regex->error(), ")"),
                   "a regular expression of the RE2 library");
  }
  *out = std::move(regex);
}

void ReadNamespaces(YamlReader& in, const char* kind, std::vector<AppserviceNamespace>* out) {
  in.List(kind, [out](YamlReader& entry) {
    if (out->size() == kMaxAppserviceNamespaces) {
      return entry.Fail("regex", "one too many", absl::StrCat("at most ", kMaxAppserviceNamespaces, " of a kind"));
    }
    AppserviceNamespace& added = out->emplace_back();
    if (!entry.Has("exclusive")) entry.Fail("exclusive", "missing", "true or false");
    entry.Boolean("exclusive", &added.exclusive);
    ReadRegex(entry, &added.regex);
  });
}

void ReadRegistration(YamlReader& in, Appservice* out) {
  RequireToken(in, "id", &out->id);
  ReadUrl(in, &out->url);
  RequireToken(in, "as_token", &out->as_token);
  RequireToken(in, "hs_token", &out->hs_token);
  RequireText(in, "sender_localpart", &out->sender_localpart, "the part of a user id before the colon",
              [](const std::string& name) {
                return !name.empty() && !name.starts_with('@') && matrix::IsValidUserId(absl::StrCat("@", name, ":a"));
              });
  if (!in.Has("namespaces")) in.Fail("namespaces", "missing", "a mapping with users, aliases, rooms");
  in.Mapping("namespaces", [out](YamlReader& namespaces) {
    ReadNamespaces(namespaces, "users", &out->users);
    ReadNamespaces(namespaces, "aliases", &out->aliases);
    ReadNamespaces(namespaces, "rooms", &out->rooms);
  });
  in.Boolean("rate_limited", &out->rate_limited);
  in.Boolean("receive_ephemeral", &out->receive_ephemeral);
  in.Texts("protocols", &out->protocols);
}

}  // namespace

bool AppserviceNamespace::Matches(std::string_view id) const {
  return re2::RE2::FullMatch(re2::StringPiece(id.data(), id.size()), *regex);
}

absl::StatusOr<Appservice> ParseAppservice(const std::string& yaml, const std::string& name_for_errors) {
  absl::Status status;
  Appservice out;
  out.file = name_for_errors;
  try {
    const YAML::Node root = YAML::Load(yaml);
    YamlReader reader(root.IsNull() ? YAML::Node(YAML::NodeType::Map) : root, name_for_errors, &status);
    reader.AllowUnknownKeys();
    if (status.ok()) ReadRegistration(reader, &out);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(name_for_errors, ": not valid YAML: ", error.what()));
  }
  if (!status.ok()) return status;
  return out;
}

}  // namespace plexus::platform
