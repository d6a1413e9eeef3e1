// libFuzzer entry: arbitrary paths, queries and bodies, bound to every RPC as the gateway does.
// Input: a method's number, then the target up to a line feed, then the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/auth/access_token.h"
#include "gateway/binding/body.h"
#include "gateway/binding/client_address.h"
#include "gateway/endpoint_table.h"
#include "gateway/routes/routes.h"

namespace plexus::gateway {
namespace {

constexpr std::string_view kMethods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};

const EndpointTable& Table() {
  static const auto* const table = EndpointTable::Compile(AllRoutes())->release();
  return *table;
}

// Answers are of no interest: nothing may crash, hang or trip a sanitizer.
void Bind(std::string_view method, std::string_view target, std::string_view body) {
  Inputs inputs;
  inputs.request.method = method;
  inputs.request.target = target;
  inputs.request.body = body;
  inputs.request.peer_address = "unix";
  inputs.request.headers.Add("X-Forwarded-For", body);
  inputs.request.headers.Add("Authorization", body);
  auto match = Table().router().Find(method, inputs.request.path());
  if (!match.ok() || match->kind != Router::Match::Kind::kFound) return;
  if (Table().MaxBody(method, target) == 0) std::abort();
  auto query = http::ParseQuery(inputs.request.query());
  if (!query.ok()) return;
  inputs.query = *std::move(query);
  inputs.path_values = std::move(match->values);
  inputs.client.set_ip(ClientAddress(inputs.request));
  (void)FindAccessToken(inputs.request, inputs.query).status();
  const CompiledEndpoint& endpoint = Table()[match->endpoint];
  if (!ReadBody(endpoint.row.traits.body, endpoint.row.traits.max_body, inputs).ok()) return;
  inputs.requester.emplace().set_user_id("@fuzz:example.org");
  if (endpoint.plan) (void)endpoint.plan->Bind(inputs).status();
}

}  // namespace
}  // namespace plexus::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view method = plexus::gateway::kMethods[data[0] % std::size(plexus::gateway::kMethods)];
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t end = rest.find('\n');
  plexus::gateway::Bind(method, rest.substr(0, end), end == rest.npos ? std::string_view() : rest.substr(end + 1));
  return 0;
}
