// A client's connection: cheap, kept alive, one request at a time.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "tests/load/chat/answer_reader.h"
#include "tests/load/chat/server_url.h"

namespace plexus::load {

// Not thread-safe. Certificates are not checked: the server under test is one's own.
class Connection {
 public:
  // `url` must outlive the connection.
  Connection(Executor executor, const ServerUrl& url);
  ~Connection();

  // Sends a whole request (Request below) and returns the answer; connects first if that is needed. Unavailable if the
  // connection is lost on the way, which is not tried again: whether the request took effect is unknown.
  Task<absl::StatusOr<Answer>> Exchange(std::string request);
  // Ends it, with the exchange that is under way.
  void Close();

  // An HTTP request with a JSON body (none if empty) and, unless it is empty, an access token.
  static std::string Request(std::string_view method, std::string_view target, const ServerUrl& url,
                             std::string_view access_token, std::string_view body);

 private:
  struct Stream;
  Task<absl::Status> Connect();
  Task<absl::Status> Write(const std::string& request);
  Task<absl::Status> ReadAnswer();

  const Executor executor_;
  const ServerUrl& url_;
  std::unique_ptr<Stream> stream_;
  bool closed_ = false;  // for good
  std::array<char, 16 << 10> buffer_;
};

}  // namespace plexus::load
