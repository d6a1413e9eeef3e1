// docs/endpoints.md: what is supported of the specification, generated from the table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/endpoint.h"

namespace plexus::gateway {

// One row of tests/vectors/endpoints.csv, the list of the specification's endpoints.
struct SpecifiedEndpoint {
  std::string api;     // "client-server"
  std::string method;  // "GET"
  std::string path;    // "/_matrix/client/v3/rooms/{roomId}/state"
  std::string auth;    // "access token", "none", "optional"
  std::string guests;  // "yes", "no"
};

// Reads the CSV file's text (RFC 4180), its header included.
std::vector<SpecifiedEndpoint> ParseSpecifiedEndpoints(std::string_view csv);

// What two spellings of an endpoint have in common: the method, and the path with its variables' names removed.
std::string EndpointKey(std::string_view method, std::string_view path);

// The page, in Markdown.
std::string EndpointsPage(const EndpointList& served, const std::vector<SpecifiedEndpoint>& specified);

}  // namespace plexus::gateway
