// The HTTP/1.1 server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/task.h"
#include "common/http/limits.h"
#include "common/http/request.h"
#include "common/http/response.h"
#include "common/http/tls.h"

namespace boost::asio {
class io_context;
}

namespace plexus::http {

class Connection;

// What a handler may ask about its request's connection. Valid until the handler has returned; to be used on the
// handler's executor only.
class RequestContext {
 public:
  explicit RequestContext(Connection& connection) : connection_(&connection) {}

  // Stops when the client has gone away, and when Server::Stop runs out of patience. Asking for it starts the watch on
  // the socket, so that only requests which wait pay for it. Callbacks run on the connection's thread:
  //   std::stop_callback on_gone(context.StopToken(), [&timer] { timer.cancel(); });
  // A client that half-closes its side counts as gone; an answer is still sent if the handler returns one.
  std::stop_token StopToken();

 private:
  Connection* connection_;
};

// Runs on the connection's io_context. What it throws is answered with 500. A handler that ignores cancellation
// (asio's terminal cancellation, see Stop) holds up Server::Stop.
using Handler = std::function<Task<Response>(Request, RequestContext)>;

struct ServerOptions {
  Limits limits;
  // Renders what the server answers by itself: 400, 408, 413, 417, 431, 500, 501, 503, 505. `reason` is for people and
  // holds nothing that the client sent. Default: text/plain.
  std::function<Response(int status, std::string_view reason)> render_error;
  // The largest body accepted for a request, asked once its header has arrived; `target` as in Request. Default:
  // limits.max_body_bytes.
  std::function<size_t(std::string_view method, std::string_view target)> max_body;
  const Clock* clock = &RealClock();  // for timeouts and the Date header; must outlive the server
};

// Listens, parses, enforces Limits, calls the handler, writes its answer. Requests of one connection are handled one
// after another, in order. Lifecycle: construct, Listen…, Start, Stop. Not thread-safe, but usable from any one thread.
class Server {
 public:
  // Each io_context must be run by exactly one thread, from Start until Stop has returned. Connections are spread over
  // them and never move.
  Server(std::vector<boost::asio::io_context*> io_contexts, Handler handler, ServerOptions options);
  // Stops without grace, if Stop has not been called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds `address` (an IPv4 or IPv6 literal) and returns the port, which the system chooses if `port` is 0. One
  // listening socket a thread (SO_REUSEPORT). Errors name the address.
  absl::StatusOr<uint16_t> ListenTcp(std::string_view address, uint16_t port,
                                     std::shared_ptr<const TlsCertificates> tls = nullptr);

  // Binds a UNIX socket with permissions `mode` (0660), owned by `group` if not empty (a name). A socket file on which
  // nobody answers is replaced; anything else at `path` is an error. The file is removed by Stop.
  absl::Status ListenUnix(const std::string& path, uint32_t mode, std::string_view group = "");

  // Begins to accept on everything that has been bound.
  void Start();

  // Stops accepting, closes idle connections, lets running requests finish for `grace`, then stops their tokens and
  // cancels their coroutines (asio terminal cancellation). Returns when no connection, descriptor, timer or coroutine
  // of this server is left. Blocks: not to be called on a thread of the io_contexts. A second call does nothing.
  void Stop(absl::Duration grace);

  // Connections open now. Thread-safe.
  size_t open_connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plexus::http
