// Percent-encoding and query strings (RFC 3986; application/x-www-form-urlencoded for queries).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace plexus::http {

inline constexpr size_t kMaxQueryParameters = 1000;

// `raw` with its %XX sequences replaced. Strict: a truncated or malformed sequence, a NUL, and a result that is not
// UTF-8 are 400 M_INVALID_PARAM. '+' stays '+': this is for path segments.
absl::StatusOr<std::string> PercentDecode(std::string_view raw);

// The inverse, for one path segment or query value: all but RFC 3986's unreserved characters become %XX.
std::string PercentEncode(std::string_view text);

// The decoded parameters of a query, in order; a name may occur several times.
class QueryParameters {
 public:
  using Parameter = std::pair<std::string, std::string>;

  // The first value of `name`.
  std::optional<std::string_view> Get(std::string_view name) const;
  // Every value of `name`, in order.
  std::vector<std::string_view> GetAll(std::string_view name) const;
  bool Has(std::string_view name) const { return Get(name).has_value(); }

  const std::vector<Parameter>& all() const { return parameters_; }
  void Add(std::string name, std::string value) { parameters_.emplace_back(std::move(name), std::move(value)); }

 private:
  std::vector<Parameter> parameters_;
};

// Parses what follows '?'. "a" and "a=" both give an empty value, '+' is a space, empty pieces ("&&") are skipped.
// Fails as PercentDecode does, and beyond kMaxQueryParameters.
absl::StatusOr<QueryParameters> ParseQuery(std::string_view raw);

}  // namespace plexus::http
