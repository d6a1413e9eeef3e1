#include "common/platform/routing/remote_directory.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/platform/routing/directory_proto.h"
#include "common/rpc/call.h"
#include "plexus/platform/v1/platform_service.rpc.h"

namespace plexus::platform {
namespace {

// A long poll short enough that Stop() and a wish for news are soon heard.
constexpr int64_t kLongPollMs = 250;
constexpr auto kPauseAfterFailure = std::chrono::milliseconds(50);

}  // namespace

RemoteDirectory::RemoteDirectory(std::string own_process_id, std::vector<std::string> seeds, rpc::ChannelPool& pool,
                                 const Clock& clock)
    : own_process_id_(std::move(own_process_id)), seeds_(std::move(seeds)), pool_(pool), clock_(clock) {}

std::vector<std::string> RemoteDirectory::Addresses() {
  std::vector<std::string> out;
  for (const auto& [id, process] : Current()->processes) {
    if (!process.address.empty()) out.push_back(process.address);
  }
  out.insert(out.end(), seeds_.begin(), seeds_.end());
  return out;
}

Task<absl::Status> RemoteDirectory::AskOne(std::string address, int64_t wait_ms) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<rpc::Channel> channel, pool_.Get(address));
  v1::GetDirectoryRequest request;
  *request.mutable_observer() = self_;
  if (address == answered_by_) {
    request.set_known_version(answered_version_);
    request.set_wait_ms(wait_ms);
  }
  rpc::Context context;
  context = context.WithTimeout(clock_, absl::Milliseconds(wait_ms) + absl::Seconds(1));
  auto answer = co_await rpc::Call(*channel, context, v1::DirectoryService::GetDirectory, std::move(request));
  if (!answer.ok()) co_return answer.status();
  const bool is_news = address != answered_by_ || answer->version() != answered_version_;
  answered_by_ = address;
  answered_version_ = answer->version();
  if (is_news) {
    ApplyTenants(TenantsFromProto(*answer));
    Apply(DirectoryFromProto(*answer, own_process_id_));
  }
  co_return absl::OkStatus();
}

// Whoever answered last; after a failure, the next in turn.
Task<absl::Status> RemoteDirectory::AskNext() {
  const std::vector<std::string> addresses = Addresses();
  const std::string address =
      answered_by_.empty() && !addresses.empty() ? addresses[next_++ % addresses.size()] : answered_by_;
  const int64_t wait = wanted_.exchange(false) ? 0 : kLongPollMs;
  if (address.empty()) co_return absl::NotFoundError("nobody to ask");
  co_return co_await AskOne(address, wait);
}

Task<void> RemoteDirectory::Run(v1::Process self) {
  self_ = std::move(self);
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer pause(executor);
  while (!stopping_) {
    const absl::Status answered = co_await Shielded("background.remote_directory", AskNext());
    if (answered.ok()) continue;
    answered_by_.clear();
    pause.expires_after(kPauseAfterFailure);
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
}

}  // namespace plexus::platform
