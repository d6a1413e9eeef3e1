#include "common/http/server.h"

#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <latch>
#include <utility>

#include "common/base/status_macros.h"
#include "common/http/acceptor.h"
#include "common/http/lane.h"

namespace plexus::http {
namespace {

Response PlainError(int status, std::string_view reason) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain; charset=utf-8");
  response.body = reason;
  return response;
}

// A socket file that the server has made.
struct SocketFile {
  std::string path;
  ino_t inode = 0;

  // Unless somebody has put another in its place.
  void Remove() const {
    struct stat info = {};
    if (::lstat(path.c_str(), &info) == 0 && info.st_ino == inode) ::unlink(path.c_str());
  }
};

SocketFile Remember(const std::string& path) {
  struct stat info = {};
  ::lstat(path.c_str(), &info);
  return {path, info.st_ino};
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<ServerCore> core = std::make_shared<ServerCore>();
  std::vector<std::unique_ptr<Lane>> lanes;
  std::vector<SocketFile> files;
  bool started = false;
  bool stopped = false;

  // Runs `step` on every lane's thread and returns when all have counted the latch down.
  template <typename Step>
  void OnEveryLane(Step step) {
    const auto latch = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(lanes.size()));
    for (const auto& lane : lanes) {
      boost::asio::post(lane->io(), [step, latch, target = lane.get()] { step(*target, latch); });
    }
    latch->wait();
  }
};

Server::Server(std::vector<boost::asio::io_context*> io_contexts, Handler handler, ServerOptions options)
    : impl_(std::make_unique<Impl>()) {
  impl_->core->handler = std::move(handler);
  impl_->core->options = std::move(options);
  if (!impl_->core->options.render_error) impl_->core->options.render_error = PlainError;
  for (boost::asio::io_context* io : io_contexts) impl_->lanes.push_back(std::make_unique<Lane>(*io, impl_->core));
}

Server::~Server() { Stop(absl::ZeroDuration()); }

absl::StatusOr<uint16_t> Server::ListenTcp(std::string_view address, uint16_t port,
                                           std::shared_ptr<const TlsCertificates> tls) {
  std::vector<ListeningSocket> sockets;
  for (size_t i = 0; i < impl_->lanes.size(); ++i) {
    PLEXUS_ASSIGN_OR_RETURN(ListeningSocket socket, BindTcp(address, port));
    port = BoundPort(socket.fd());  // the first decides for the others
    sockets.push_back(std::move(socket));
  }
  for (size_t i = 0; i < impl_->lanes.size(); ++i) {
    Lane& lane = *impl_->lanes[i];
    lane.AddAcceptor(std::make_unique<Acceptor>(lane, std::move(sockets[i]), std::vector<Lane*>{&lane}, tls));
  }
  return port;
}

absl::Status Server::ListenUnix(const std::string& path, uint32_t mode, std::string_view group) {
  PLEXUS_ASSIGN_OR_RETURN(ListeningSocket socket, BindUnix(path, mode, group));
  impl_->files.push_back(Remember(path));
  std::vector<Lane*> targets;
  for (const auto& lane : impl_->lanes) targets.push_back(lane.get());
  Lane& home = *impl_->lanes.front();
  home.AddAcceptor(std::make_unique<Acceptor>(home, std::move(socket), std::move(targets), nullptr));
  return absl::OkStatus();
}

void Server::Start() {
  impl_->started = true;
  for (const auto& lane : impl_->lanes) {
    boost::asio::post(lane->io(), [target = lane.get()] { target->Start(); });
  }
}

void Server::Stop(absl::Duration grace) {
  if (std::exchange(impl_->stopped, true)) return;
  for (const SocketFile& file : impl_->files) file.Remove();
  if (impl_->started) {
    const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(grace);
    impl_->OnEveryLane([](Lane& lane, const std::shared_ptr<std::latch>& latch) {
      lane.StopAccepting();
      latch->count_down();
    });
    impl_->OnEveryLane([deadline](Lane& lane, const std::shared_ptr<std::latch>& latch) {
      lane.Drain(deadline, [latch] { latch->count_down(); });
    });
  }
  impl_->lanes.clear();
}

size_t Server::open_connections() const { return impl_->core->connections.load(std::memory_order_relaxed); }

}  // namespace plexus::http
