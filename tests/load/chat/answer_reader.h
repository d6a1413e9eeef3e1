// Reads one HTTP/1.1 answer from the bytes of a connection.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/http/chunked_decoder.h"

namespace plexus::load {

struct Answer {
  int status = 0;
  std::string body;
  bool closes = false;  // the server ends the connection after it
};

// Bodies are framed by Content-Length or chunks; one that lasts until the connection's end is refused. Pipelining is
// not expected: bytes after the answer are an error.
class AnswerReader {
 public:
  // InvalidArgument for what is not HTTP/1.1 or beyond kMaxBytes. Once done() call Take.
  absl::Status Feed(std::string_view bytes);
  bool done() const { return done_; }
  // The answer; the reader begins anew.
  Answer Take();

  static constexpr size_t kMaxHeadBytes = 64 << 10;
  static constexpr size_t kMaxBytes = 256 << 20;

 private:
  absl::Status ReadHead(std::string_view head);
  absl::Status ReadField(std::string_view name, std::string_view value);
  absl::Status FeedBody(std::string_view bytes);

  std::string head_;
  bool in_body_ = false;
  bool done_ = false;
  size_t length_ = 0;
  std::optional<http::ChunkedDecoder> chunks_;
  Answer answer_;
};

}  // namespace plexus::load
