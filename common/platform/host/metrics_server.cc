#include "common/platform/host/metrics_server.h"

#include <boost/asio/io_context.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/http/bind_address.h"
#include "common/json/canonical.h"
#include "common/platform/io_threads.h"
#include "common/platform/log.h"

namespace plexus::platform {
namespace {

constexpr char kTextFormat[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr char kJson[] = "application/json";
constexpr absl::Duration kStopGrace = absl::Seconds(1);
constexpr size_t kMaxConnections = 64;
constexpr size_t kMaxBody = 1024;  // nobody has reason to send one

http::Response MakeResponse(int status, const char* type, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", type);
  response.headers.Add("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

http::ServerOptions Options() {
  http::ServerOptions options;
  options.limits.max_connections = kMaxConnections;
  options.limits.max_body_bytes = kMaxBody;
  return options;
}

}  // namespace

MetricsServer::MetricsServer(IoThreads& io, Sources sources)
    : sources_(std::move(sources)),
      server_(
          {&io.context(0)}, [this](http::Request request, http::RequestContext) { return Answer(std::move(request)); },
          Options()) {}

Task<http::Response> MetricsServer::Answer(http::Request request) const {
  if (request.method != "GET" && request.method != "HEAD") co_return MakeResponse(405, kTextFormat, "GET only\n");
  if (request.path() == "/metrics") co_return MakeResponse(200, kTextFormat, sources_.metrics());
  if (request.path() != "/health") co_return MakeResponse(404, kTextFormat, "there are /metrics and /health\n");
  const bool ready = sources_.ready();
  const json::Object health = {{"ready", ready}, {"process", sources_.process_id}};
  co_return MakeResponse(ready ? 200 : 503, kJson, json::Serialize(health) + "\n");
}

absl::Status MetricsServer::Start(const std::vector<ListenerConfig>& listeners) {
  for (const ListenerConfig& listener : listeners) PLEXUS_RETURN_IF_ERROR(Listen(listener));
  server_.Start();
  for (const std::string& address : addresses_) LogInfo("metrics", {{"address", address}});
  return absl::OkStatus();
}

absl::Status MetricsServer::Listen(const ListenerConfig& listener) {
  if (!listener.unix_path.empty()) {
    addresses_.push_back(absl::StrCat("unix:", listener.unix_path));
    return server_.ListenUnix(listener.unix_path, static_cast<uint32_t>(listener.mode), listener.group);
  }
  PLEXUS_ASSIGN_OR_RETURN(http::BindAddress address, http::ParseBindAddress(listener.bind));
  PLEXUS_ASSIGN_OR_RETURN(address.port, server_.ListenTcp(address.host, address.port));
  addresses_.push_back(http::PrintBindAddress(address));
  return absl::OkStatus();
}

void MetricsServer::Stop() { server_.Stop(kStopGrace); }

}  // namespace plexus::platform
