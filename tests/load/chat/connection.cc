#include "tests/load/chat/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::load {
namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

absl::Status Lost(const boost::system::error_code& error) { return absl::UnavailableError(error.message()); }

asio::ssl::context& TlsContext() {
  static auto* const context = new asio::ssl::context(asio::ssl::context::tls_client);
  return *context;
}

}  // namespace

struct Connection::Stream {
  explicit Stream(Executor executor) : socket(std::move(executor)) {}
  Socket socket;
  std::optional<asio::ssl::stream<Socket&>> tls;
  AnswerReader reader;
};

Connection::Connection(Executor executor, const ServerUrl& url) : executor_(std::move(executor)), url_(url) {}
Connection::~Connection() = default;

Task<absl::StatusOr<Answer>> Connection::Exchange(std::string request) {
  if (!stream_) PLEXUS_CO_RETURN_IF_ERROR(co_await Connect());
  absl::Status status = co_await Write(request);
  if (status.ok()) status = co_await ReadAnswer();
  if (!status.ok()) {
    stream_.reset();
    co_return status;
  }
  Answer answer = stream_->reader.Take();
  if (answer.closes) stream_.reset();
  co_return answer;
}

void Connection::Close() {
  closed_ = true;
  boost::system::error_code ignored;
  if (stream_) stream_->socket.close(ignored);
}

Task<absl::Status> Connection::Connect() {
  if (closed_) co_return absl::CancelledError("closed");
  boost::system::error_code error;
  for (const auto& endpoint : url_.endpoints) {
    stream_ = std::make_unique<Stream>(executor_);
    std::tie(error) = co_await stream_->socket.async_connect(endpoint, kAwait);
    if (!error) break;
  }
  boost::system::error_code ignored;  // a UNIX socket has no such option
  if (!error) stream_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!error && url_.tls) {
    stream_->tls.emplace(stream_->socket, TlsContext());
    SSL_set_tlsext_host_name(stream_->tls->native_handle(), url_.host.substr(0, url_.host.find(':')).c_str());
    std::tie(error) = co_await stream_->tls->async_handshake(asio::ssl::stream_base::client, kAwait);
  }
  if (!error) co_return absl::OkStatus();
  stream_.reset();
  co_return Lost(error);
}

Task<absl::Status> Connection::Write(const std::string& request) {
  boost::system::error_code error;
  size_t bytes = 0;
  const auto buffer = asio::buffer(request);
  if (stream_->tls) {
    std::tie(error, bytes) = co_await asio::async_write(*stream_->tls, buffer, kAwait);
  } else {
    std::tie(error, bytes) = co_await asio::async_write(stream_->socket, buffer, kAwait);
  }
  co_return error ? Lost(error) : absl::OkStatus();
}

Task<absl::Status> Connection::ReadAnswer() {
  while (!stream_->reader.done()) {
    boost::system::error_code error;
    size_t bytes = 0;
    const auto buffer = asio::buffer(buffer_);
    if (stream_->tls) {
      std::tie(error, bytes) = co_await stream_->tls->async_read_some(buffer, kAwait);
    } else {
      std::tie(error, bytes) = co_await stream_->socket.async_read_some(buffer, kAwait);
    }
    if (error) co_return Lost(error);
    PLEXUS_CO_RETURN_IF_ERROR(stream_->reader.Feed({buffer_.data(), bytes}));
  }
  co_return absl::OkStatus();
}

std::string Connection::Request(std::string_view method, std::string_view target, const ServerUrl& url,
                                std::string_view access_token, std::string_view body) {
  std::string request = absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: ", url.host, "\r\n");
  if (!access_token.empty()) absl::StrAppend(&request, "Authorization: Bearer ", access_token, "\r\n");
  if (body.empty()) return request.append("\r\n");
  absl::StrAppend(&request, "Content-Type: application/json\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
  return request;
}

}  // namespace plexus::load
