// What a client's request brings, before it becomes the request of an RPC.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/http/request.h"
#include "common/http/uri.h"
#include "common/json/value.h"
#include "plexus/common/v1/requester.pb.h"

namespace plexus::gateway {

struct Inputs {
  http::Request request;
  std::vector<std::string> path_values;  // of the pattern's variables, in order
  http::QueryParameters query;
  std::optional<common::v1::Requester> requester;  // who the access token belongs to
  common::v1::ClientInfo client;
  json::Object body;  // of endpoints that take one; request.body is its text
};

}  // namespace plexus::gateway
