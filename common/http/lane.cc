#include "common/http/lane.h"

#include <unistd.h>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

#include "common/http/acceptor.h"
#include "common/http/connection.h"

namespace plexus::http {

bool ServerCore::Admit() {
  if (connections.fetch_add(1, std::memory_order_relaxed) < options.limits.max_connections) return true;
  connections.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

AcceptedSocket::AcceptedSocket(AcceptedSocket&& other) noexcept
    : fd_(other.Take()), peer_(std::move(other.peer_)), tls_(std::move(other.tls_)) {}

AcceptedSocket::~AcceptedSocket() {
  if (fd_ >= 0) ::close(fd_);
}

std::unique_ptr<Transport> AcceptedSocket::MakeTransport() const {
  return tls_ ? MakeTlsTransport(fd_, tls_) : MakePlainTransport(fd_);
}

Lane::Lane(boost::asio::io_context& io, std::shared_ptr<ServerCore> core)
    : io_(io), core_(std::move(core)), timer_(io) {
  RefreshDate();
}

Lane::~Lane() = default;

void Lane::AddAcceptor(std::unique_ptr<Acceptor> acceptor) { acceptors_.push_back(std::move(acceptor)); }

void Lane::Start() {
  for (const auto& acceptor : acceptors_) acceptor->Start();
  ArmTick();
}

void Lane::Adopt(AcceptedSocket socket) {
  try {
    if (!stopping_) {
      const auto connection = std::make_shared<Connection>(*this, socket);
      return connection->Start(connections_.insert(connections_.end(), connection.get()));
    }
  } catch (const boost::system::system_error&) {
    // The system has no room for one more in its epoll set; `socket` closes.
  }
  core_->connections.fetch_sub(1, std::memory_order_relaxed);
}

void Lane::Remove(std::list<Connection*>::iterator position) {
  connections_.erase(position);
  if (finished()) timer_.cancel();  // OnTick finishes
}

void Lane::StopAccepting() {
  stopping_ = true;
  for (const auto& acceptor : acceptors_) acceptor->Stop();
}

void Lane::Drain(std::chrono::steady_clock::time_point deadline, std::function<void()> done) {
  stop_deadline_ = deadline;
  done_ = std::move(done);
  for (Connection* connection : connections_) connection->CloseIfIdle();
  timer_.cancel();
}

void Lane::ArmTick() {
  auto next = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limits().tick);
  if (done_ && !aborted_) next = std::min(next, stop_deadline_);
  timer_.expires_at(next);
  timer_.async_wait([this](const boost::system::error_code&) { OnTick(); });
}

void Lane::OnTick() {
  if (finished()) {
    const auto done = std::move(done_);
    return done();  // this lane may be gone now
  }
  RefreshDate();
  const int64_t now = NowNanos();
  for (Connection* connection : connections_) connection->CheckDeadline(now);
  for (const auto& acceptor : acceptors_) acceptor->OnTick();
  if (done_ && !aborted_ && std::chrono::steady_clock::now() >= stop_deadline_) {
    aborted_ = true;
    for (Connection* connection : connections_) connection->Abort();
  }
  ArmTick();
}

void Lane::RefreshDate() {
  date_ = absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", core_->options.clock->Now(), absl::UTCTimeZone());
}

}  // namespace plexus::http
