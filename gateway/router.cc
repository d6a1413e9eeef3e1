#include "gateway/router.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/http/uri.h"

namespace plexus::gateway {

struct Router::Node {
  absl::flat_hash_map<std::string, std::unique_ptr<Node>> fixed;
  std::unique_ptr<Node> variable;
  std::vector<std::pair<std::string, size_t>> methods;
};

namespace {

bool IsVariable(std::string_view segment) { return segment.starts_with('{'); }

// "/a/b" -> {"a", "b"}, "/a/" -> {"a", ""}.
std::vector<std::string_view> Split(std::string_view path) { return absl::StrSplit(path.substr(1), '/'); }

Router::Match Choose(const std::vector<std::pair<std::string, size_t>>& methods, std::string_view method) {
  Router::Match match;
  if (method == "HEAD") method = "GET";
  std::vector<std::string_view> allowed;
  for (const auto& [known, endpoint] : methods) {
    if (known == method) {
      match.kind = Router::Match::Kind::kFound;
      match.endpoint = endpoint;
      return match;
    }
    allowed.push_back(known);
    if (known == "GET") allowed.push_back("HEAD");
  }
  match.kind = Router::Match::Kind::kOtherMethod;
  match.allow = absl::StrCat(absl::StrJoin(allowed, ", "), ", OPTIONS");
  return match;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

absl::Status Router::Add(std::string_view method, std::string_view pattern, size_t endpoint) {
  PLEXUS_RETURN_IF_ERROR(AddAt(method, pattern, endpoint));
  if (pattern.ends_with('/')) return AddAt(method, pattern.substr(0, pattern.size() - 1), endpoint);
  if (!pattern.ends_with("?}")) return absl::OkStatus();
  const std::string_view parent = pattern.substr(0, pattern.rfind('/'));
  PLEXUS_RETURN_IF_ERROR(AddAt(method, parent, endpoint));
  return AddAt(method, absl::StrCat(parent, "/"), endpoint);
}

absl::Status Router::AddAt(std::string_view method, std::string_view pattern, size_t endpoint) {
  Node* node = root_.get();
  const std::vector<std::string_view> segments = Split(pattern);
  if (segments.size() > kMaxSegments) return absl::InvalidArgumentError(absl::StrCat(pattern, " is too long"));
  for (std::string_view segment : segments) {
    std::unique_ptr<Node>& next = IsVariable(segment) ? node->variable : node->fixed[segment];
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
  }
  for (const auto& [known, other] : node->methods) {
    if (known == method) return absl::AlreadyExistsError(absl::StrCat("two endpoints answer ", method, " ", pattern));
  }
  node->methods.emplace_back(method, endpoint);
  if (!absl::StrContains(pattern, '{')) fixed_[pattern] = node;
  return absl::OkStatus();
}

const Router::Node* Router::Walk(const Node& node, const Segments& segments, size_t next,
                                 std::vector<std::string>& values) const {
  if (next == segments.size()) return node.methods.empty() ? nullptr : &node;
  const std::string& segment = segments[next];
  if (auto it = node.fixed.find(segment); it != node.fixed.end()) {
    if (const Node* found = Walk(*it->second, segments, next + 1, values)) return found;
  }
  if (node.variable == nullptr || segment.empty()) return nullptr;
  values.push_back(segment);
  if (const Node* found = Walk(*node.variable, segments, next + 1, values)) return found;
  values.pop_back();
  return nullptr;
}

absl::StatusOr<Router::Match> Router::Find(std::string_view method, std::string_view path) const {
  if (auto it = fixed_.find(path); it != fixed_.end()) return Choose(it->second->methods, method);
  if (!path.starts_with('/')) return Match();
  Segments segments;
  for (std::string_view raw : Split(path)) {
    if (segments.size() == kMaxSegments) return Match();
    PLEXUS_ASSIGN_OR_RETURN(std::string segment, http::PercentDecode(raw));
    segments.push_back(std::move(segment));
  }
  std::vector<std::string> values;
  const Node* node = Walk(*root_, segments, 0, values);
  if (node == nullptr) return Match();
  Match match = Choose(node->methods, method);
  match.values = std::move(values);
  return match;
}

}  // namespace plexus::gateway
