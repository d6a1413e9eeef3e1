// Which endpoint a path and a method mean.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace plexus::gateway {

// A trie of path segments. Immutable once filled; thread-safe then.
class Router {
 public:
  static constexpr size_t kMaxSegments = 16;

  struct Match {
    enum class Kind { kFound, kUnknownPath, kOtherMethod };
    Kind kind = Kind::kUnknownPath;
    size_t endpoint = 0;              // kFound
    std::vector<std::string> values;  // kFound: of the pattern's variables, in order, decoded
    std::string allow;                // kOtherMethod: for the Allow header
  };

  Router();
  ~Router();

  // The endpoint number `endpoint` answers `method` on `pattern` (see Endpoint). AlreadyExists if another does.
  absl::Status Add(std::string_view method, std::string_view pattern, size_t endpoint);

  // `path` as it came, percent-encoded: it is decoded after having been split, so that %2F is no separator. Fixed
  // segments win over variables. HEAD is looked up as GET. Fails with 400 M_INVALID_PARAM as http::PercentDecode.
  absl::StatusOr<Match> Find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  using Segments = std::vector<std::string>;

  absl::Status AddAt(std::string_view method, std::string_view pattern, size_t endpoint);
  const Node* Walk(const Node& node, const Segments& segments, size_t next, std::vector<std::string>& values) const;

  std::unique_ptr<Node> root_;
  absl::flat_hash_map<std::string, const Node*> fixed_;  // patterns without variables, whole: the quick way
};

}  // namespace plexus::gateway
