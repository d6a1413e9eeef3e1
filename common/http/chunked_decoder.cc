#include "common/http/chunked_decoder.h"

#include <algorithm>

#include "common/http/ascii.h"

namespace plexus::http {
namespace {

constexpr int kMaxSizeDigits = 15;
constexpr Failure kBadChunk = {400, "Malformed chunk"};

}  // namespace

size_t ChunkedDecoder::Feed(std::string_view input, std::string* body) {
  size_t used = 0;
  while (used < input.size() && !done() && !failure_.failed()) {
    if (state_ != State::kData) {
      OnFramingByte(input[used++]);
      continue;
    }
    const size_t take = std::min<uint64_t>(chunk_left_, input.size() - used);
    body->append(input.substr(used, take));
    used += take;
    chunk_left_ -= take;
    if (chunk_left_ == 0) state_ = State::kDataCr;
  }
  return used;
}

void ChunkedDecoder::OnFramingByte(char c) {
  if (++line_ > max_line_) return Fail({400, "Chunk header or trailer too large"});
  switch (state_) {
    case State::kSize: return OnSizeByte(c);
    case State::kExtension:
      if (c == '\n' || c == '\0') return Fail(kBadChunk);
      if (c == '\r') state_ = State::kSizeLf;
      return;
    case State::kSizeLf: return c == '\n' ? EndSizeLine() : Fail(kBadChunk);
    case State::kDataCr: return Expect(c, '\r', State::kDataLf);
    case State::kDataLf:
      Expect(c, '\n', State::kSize);
      line_ = 0;
      return;
    case State::kTrailerStart:
      if (c == '\n' || c == '\0') return Fail(kBadChunk);
      state_ = c == '\r' ? State::kLastLf : State::kTrailer;
      return;
    case State::kTrailer:
      if (c == '\n' || c == '\0') return Fail(kBadChunk);
      if (c == '\r') state_ = State::kTrailerLf;
      return;
    case State::kTrailerLf: return Expect(c, '\n', State::kTrailerStart);
    case State::kLastLf: return Expect(c, '\n', State::kDone);
    case State::kData:
    case State::kDone: return;  // not framing
  }
}

void ChunkedDecoder::OnSizeByte(char c) {
  if (const int digit = HexDigit(c); digit >= 0) {
    if (++digits_ > kMaxSizeDigits) return Fail(kBadChunk);
    chunk_left_ = chunk_left_ * 16 + static_cast<uint64_t>(digit);
    return;
  }
  if (digits_ == 0) return Fail(kBadChunk);
  if (c == '\r') {
    state_ = State::kSizeLf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    state_ = State::kExtension;
  } else {
    Fail(kBadChunk);
  }
}

void ChunkedDecoder::EndSizeLine() {
  if (chunk_left_ > max_body_ - total_) return Fail({413, "Request body too large"});
  total_ += chunk_left_;
  digits_ = 0;
  line_ = 0;
  state_ = chunk_left_ == 0 ? State::kTrailerStart : State::kData;
}

void ChunkedDecoder::Expect(char c, char expected, State next) {
  if (c != expected) return Fail(kBadChunk);
  state_ = next;
}

}  // namespace plexus::http
