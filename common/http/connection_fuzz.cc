// libFuzzer entry: arbitrary bytes from a client, through the very code that serves connections.
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "common/http/acceptor.h"
#include "common/http/connection.h"
#include "common/http/uri.h"

namespace plexus::http {
namespace {

constexpr size_t kMaxInput = 64 * 1024;  // fits into a socket's buffer, so that nobody waits

Task<Response> Decode(Request request, RequestContext) {
  Response response;
  response.body = PercentDecode(request.path()).value_or("");
  if (const auto query = ParseQuery(request.query()); query.ok())
    response.headers.Add("X", query->Get("a").value_or(""));
  co_return response;
}

std::shared_ptr<ServerCore> NewCore() {
  auto core = std::make_shared<ServerCore>();
  core->handler = Decode;
  core->options.limits.max_header_bytes = 2048;
  core->options.limits.max_body_bytes = 4096;
  core->options.render_error = [](int status, std::string_view reason) {
    Response response;
    response.status = status;
    response.body = reason;
    return response;
  };
  return core;
}

// Drops the answers, so that the server never waits for room to write.
void ReadAway(int fd) {
  char sink[16 * 1024];
  while (::recv(fd, sink, sizeof(sink), MSG_DONTWAIT) > 0) {
  }
}

void Serve(const char* data, size_t size) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  boost::asio::io_context io(1);
  const auto core = NewCore();
  Lane lane(io, core);
  if (!core->Admit()) std::abort();
  lane.Adopt(AcceptedSocket(ends[0], "fuzz", nullptr));
  ::send(ends[1], data, size, MSG_NOSIGNAL);
  ::shutdown(ends[1], SHUT_WR);
  while (core->connections > 0) {
    if (io.run_one_for(std::chrono::seconds(5)) == 0) std::abort();  // a connection that never ends
    ReadAway(ends[1]);
  }
  ::close(ends[1]);
}

}  // namespace
}  // namespace plexus::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size <= plexus::http::kMaxInput) plexus::http::Serve(reinterpret_cast<const char*>(data), size);
  return 0;
}
