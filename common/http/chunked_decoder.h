// The chunked transfer coding of a request body (RFC 9112, 7.1), byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/http/request_head.h"

namespace plexus::http {

// Strict: lines end in CRLF, sizes are 1 to 15 hexadecimal digits. Chunk extensions and trailers are skipped.
class ChunkedDecoder {
 public:
  // Bodies beyond `max_body` fail with 413; a chunk's header, or the trailer, beyond `max_line` bytes with 400.
  ChunkedDecoder(size_t max_body, size_t max_line) : max_body_(max_body), max_line_(max_line) {}

  // Appends to `body` what `input` holds of it and returns how many bytes of `input` belonged to this request: all of
  // them unless done() or failure() says that it has ended.
  size_t Feed(std::string_view input, std::string* body);

  bool done() const { return state_ == State::kDone; }
  Failure failure() const { return failure_; }

 private:
  enum class State {
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,
    kTrailer,
    kTrailerLf,
    kLastLf,
    kDone
  };

  void OnFramingByte(char c);
  void OnSizeByte(char c);
  void EndSizeLine();
  void Expect(char c, char expected, State next);
  void Fail(Failure failure) { failure_ = failure; }

  const size_t max_body_;
  const size_t max_line_;
  State state_ = State::kSize;
  uint64_t chunk_left_ = 0;
  size_t total_ = 0;  // bytes of all chunks announced so far
  size_t line_ = 0;   // bytes of the present chunk header, or of the trailer
  int digits_ = 0;
  Failure failure_;
};

}  // namespace plexus::http
