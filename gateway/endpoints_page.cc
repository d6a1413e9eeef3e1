#include "gateway/endpoints_page.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace plexus::gateway {
namespace {

constexpr std::string_view kHeader =
    "# Endpoints\n\n"
    "Generated from the gateway's table and the specification's list (`tests/vectors/endpoints.csv`) by\n"
    "`PLEXUS_UPDATE=1 plexus_gateway_test --gtest_filter=EndpointsPageTest.*`, run in the root of the tree. Do not "
    "edit.\n\n"
    "Paths under `/_matrix/client/v3/` are also served under `r0`. Every other path answers 404 `M_UNRECOGNIZED`, a "
    "known path with\nanother method 405 `M_UNRECOGNIZED`.\n";

// The fields of one line; quoted ones may hold commas.
std::vector<std::string> Fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::set<std::string> KeysOf(const EndpointList& served) {
  std::set<std::string> keys;
  for (const Endpoint& endpoint : served) keys.insert(EndpointKey(endpoint.method, endpoint.path));
  return keys;
}

std::string Section(std::string_view api, std::string_view title, const std::set<std::string>& served,
                    const std::vector<SpecifiedEndpoint>& specified) {
  std::string rows;
  int total = 0;
  int supported = 0;
  for (const SpecifiedEndpoint& endpoint : specified) {
    if (endpoint.api != api) continue;
    const bool is_served = served.contains(EndpointKey(endpoint.method, endpoint.path));
    ++total;
    supported += is_served ? 1 : 0;
    absl::StrAppend(&rows, "| ", is_served ? "yes" : "not yet", " | ", endpoint.method, " | `", endpoint.path, "` |\n");
  }
  return absl::StrCat("\n## ", title, "\n\n", supported, " of ", total, " are supported.\n\n",
                      "| supported | method | path |\n|---|---|---|\n", rows);
}

}  // namespace

std::vector<SpecifiedEndpoint> ParseSpecifiedEndpoints(std::string_view csv) {
  std::vector<SpecifiedEndpoint> endpoints;
  bool is_header = true;
  for (std::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    std::vector<std::string> fields = Fields(line);
    if (std::exchange(is_header, false) || fields.size() < 8) continue;
    endpoints.push_back({fields[0], fields[1], fields[2], fields[5], fields[7]});
  }
  return endpoints;
}

std::string EndpointKey(std::string_view method, std::string_view path) {
  std::string key = absl::StrCat(method, " ");
  bool in_variable = false;
  for (const char c : path) {
    if (c == '{') in_variable = true;
    if (!in_variable) key += c;
    if (c == '}') {
      in_variable = false;
      key += "{}";
    }
  }
  return key;
}

std::string EndpointsPage(const EndpointList& served, const std::vector<SpecifiedEndpoint>& specified) {
  const std::set<std::string> keys = KeysOf(served);
  std::set<std::string> known;
  for (const SpecifiedEndpoint& endpoint : specified) known.insert(EndpointKey(endpoint.method, endpoint.path));
  std::string page = absl::StrCat(kHeader, Section("client-server", "Client-server API", keys, specified),
                                  Section("server-server", "Server-server API", keys, specified),
                                  "\n## Beyond the specification\n\n| method | path |\n|---|---|\n");
  for (const Endpoint& endpoint : served) {
    if (known.contains(EndpointKey(endpoint.method, endpoint.path))) continue;
    absl::StrAppend(&page, "| ", endpoint.method, " | `", endpoint.path, "` |\n");
  }
  return page;
}

}  // namespace plexus::gateway
