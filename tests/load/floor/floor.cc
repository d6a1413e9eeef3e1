#include "tests/load/floor/floor.h"

#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/bus/log_batch.h"
#include "common/http/uri.h"
#include "common/rpc/call.h"
#include "plexus/floor/v1/floor_service.rpc.h"

namespace plexus::floor {
namespace {

using v1::AppendRequest;
using v1::AppendResponse;
using v1::FloorService;

constexpr char kChannel[] = "floor";
constexpr char kMakeTableSql[] = R"sql(
  DROP SCHEMA IF EXISTS floor CASCADE;
  CREATE SCHEMA floor;
  CREATE TABLE floor.event (position bigint PRIMARY KEY, txn_id text NOT NULL, content text NOT NULL);
)sql";
constexpr absl::Duration kStopWithin = absl::Seconds(1);

http::Response Json(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

// The number that the query gives `name`, or 0.
uint64_t NumberOf(const http::QueryParameters& query, std::string_view name) {
  uint64_t number = 0;
  const auto text = query.Get(name);
  return text && absl::SimpleAtoi(*text, &number) ? number : 0;
}

Task<absl::StatusOr<AppendResponse>> Append(Committer* committer, AppendRequest request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(uint64_t position, co_await committer->Append(std::move(*request.mutable_txn_id()),
                                                                           std::move(*request.mutable_content_json())));
  AppendResponse response;
  response.set_position(static_cast<int64_t>(position));
  co_return response;
}

bus::BusConfig BusFor(const std::string& redis_socket) {
  bus::BusConfig config;
  config.redis.socket = redis_socket;
  config.prefix = absl::StrCat("floor-", getpid(), ":");
  return config;
}

std::unique_ptr<bus::Bus> StartBus(const std::string& redis_socket, Executor executor) {
  auto bus = std::make_unique<bus::Bus>(BusFor(redis_socket), std::move(executor));
  bus->Start();
  return bus;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Floor>> Floor::Start(FloorOptions options) {
  std::unique_ptr<Floor> floor(new Floor(std::move(options)));
  PLEXUS_RETURN_IF_ERROR(floor->MakeTable());
  PLEXUS_RETURN_IF_ERROR(floor->StartWriting());
  floor->StartReading();
  PLEXUS_RETURN_IF_ERROR(floor->Listen());
  return floor;
}

Floor::Floor(FloorOptions options) : options_(std::move(options)), threads_(options_.threads) {}

absl::Status Floor::MakeTable() {
  storage::DatabaseOptions options;
  options.connection_string = options_.postgres;
  options.max_connections = 1;  // one statement is in flight
  PLEXUS_ASSIGN_OR_RETURN(database_, storage::Database::Create(std::move(options)));
  auto make = [](storage::Session& session) { return session.Execute(kMakeTableSql).status(); };
  return database_->RunBlocking(storage::SchemaName::Shared(), make);
}

absl::Status Floor::StartWriting() {
  PLEXUS_ASSIGN_OR_RETURN(storage::SchemaName schema, storage::SchemaName::Parse("floor"));
  publishing_ = StartBus(options_.redis_socket, threads_.Any());
  committer_ = std::make_unique<Committer>(*database_, std::move(schema), *publishing_, kChannel);

  std::vector<Executor> executors;
  for (auto* context : threads_.contexts()) executors.emplace_back(context->get_executor());
  registry_ = std::make_unique<rpc::Registry>(std::move(executors), std::vector<std::shared_ptr<rpc::Interceptor>>());
  PLEXUS_RETURN_IF_ERROR(registry_->Handle(
      FloorService::Append, [committer = committer_.get()](const rpc::Context&, const AppendRequest& request) {
        return Append(committer, request);
      }));
  if (!options_.hops) {
    channel_ = std::make_shared<rpc::InProcessChannel>(*registry_);
    return absl::OkStatus();
  }
  rpc::GrpcServerOptions server;
  server.address = absl::StrCat("unix:/tmp/plexus-floor-", getpid(), ".sock");
  PLEXUS_ASSIGN_OR_RETURN(rpc_server_, rpc::GrpcServer::Start(*registry_, std::move(server)));
  PLEXUS_ASSIGN_OR_RETURN(channel_, rpc::GrpcChannel::Create(rpc_server_->address(), {}));
  return absl::OkStatus();
}

void Floor::StartReading() {
  if (options_.hops) receiving_ = StartBus(options_.redis_socket, threads_.Any());
  bus::Bus& bus = receiving_ ? *receiving_ : *publishing_;
  subscription_ = bus.Subscribe(kChannel, threads_.Any(), [this](const bus::Payload& message) {
    if (auto batch = bus::DecodeLogBatch(*message); batch.ok()) timeline_.Add(*std::move(batch));
  });
}

absl::Status Floor::Listen() {
  http_ = std::make_unique<http::Server>(
      threads_.contexts(),
      [this](http::Request request, http::RequestContext context) { return Handle(std::move(request), context); },
      http::ServerOptions());
  PLEXUS_ASSIGN_OR_RETURN(port_, http_->ListenTcp("127.0.0.1", options_.port));
  http_->Start();
  return absl::OkStatus();
}

Floor::~Floor() {
  if (http_) http_->Stop(kStopWithin);
  if (rpc_server_) rpc_server_->Shutdown(kStopWithin);
  subscription_ = {};
  if (receiving_) AwaitStop(*receiving_);
  if (publishing_) AwaitStop(*publishing_);
  if (database_) database_->Stop();
  threads_.Join();
}

void Floor::AwaitStop(bus::Bus& bus) {
  boost::asio::co_spawn(threads_.Any(), bus.Stop(), boost::asio::use_future).wait();
}

Task<http::Response> Floor::Handle(http::Request request, http::RequestContext context) {
  if (request.method == "PUT" && request.path().starts_with("/send/")) return Send(std::move(request));
  return Sync(std::move(request));
}

Task<http::Response> Floor::Send(http::Request request) {
  AppendRequest append;
  append.set_txn_id(std::string(absl::StripPrefix(request.path(), "/send/")));
  append.set_content_json(std::move(request.body));
  auto answer = co_await rpc::Call(*channel_, rpc::Context(), FloorService::Append, std::move(append));
  if (!answer.ok()) co_return Json(503, answer.status().ToString());
  co_return Json(200, absl::StrCat(R"({"position":)", answer->position(), "}"));
}

Task<http::Response> Floor::Sync(http::Request request) {
  auto query = http::ParseQuery(request.query());
  if (!query.ok() || request.path() != "/sync") co_return Json(404, "{}");
  const std::chrono::milliseconds timeout(NumberOf(*query, "timeout"));
  co_return Json(200, co_await timeline_.After(NumberOf(*query, "since"), timeout));
}

}  // namespace plexus::floor
