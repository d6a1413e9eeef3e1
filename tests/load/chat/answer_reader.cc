#include "tests/load/chat/answer_reader.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/http/ascii.h"

namespace plexus::load {

absl::Status AnswerReader::Feed(std::string_view bytes) {
  if (in_body_) return FeedBody(bytes);
  head_.append(bytes);
  const size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (head_.size() <= kMaxHeadBytes) return absl::OkStatus();
    return absl::InvalidArgumentError("the head of an answer is too long");
  }
  const std::string whole = std::exchange(head_, std::string());
  PLEXUS_RETURN_IF_ERROR(ReadHead(std::string_view(whole).substr(0, end)));
  if (answer_.status / 100 == 1) {  // an interim answer: the real one follows
    answer_ = {};
    return whole.size() > end + 4 ? Feed(std::string_view(whole).substr(end + 4)) : absl::OkStatus();
  }
  in_body_ = true;
  return FeedBody(std::string_view(whole).substr(end + 4));
}

absl::Status AnswerReader::ReadHead(std::string_view head) {
  const size_t line_end = head.find("\r\n");
  if (!head.starts_with("HTTP/1.1 ") || !absl::SimpleAtoi(head.substr(9, 3), &answer_.status)) {
    return absl::InvalidArgumentError("the answer is not HTTP/1.1");
  }
  length_ = 0;
  chunks_.reset();
  if (line_end == std::string_view::npos) return absl::OkStatus();
  for (std::string_view line : absl::StrSplit(absl::string_view(head.substr(line_end + 2)), "\r\n")) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return absl::InvalidArgumentError("a header field has no colon");
    PLEXUS_RETURN_IF_ERROR(ReadField(line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 1))));
  }
  return absl::OkStatus();
}

absl::Status AnswerReader::ReadField(std::string_view name, std::string_view value) {
  if (http::EqualsIgnoreCase(name, "connection")) answer_.closes = http::EqualsIgnoreCase(value, "close");
  if (http::EqualsIgnoreCase(name, "transfer-encoding")) chunks_.emplace(kMaxBytes, kMaxHeadBytes);
  if (http::EqualsIgnoreCase(name, "content-length") && (!absl::SimpleAtoi(value, &length_) || length_ > kMaxBytes)) {
    return absl::InvalidArgumentError("Content-Length is not a number, or too large");
  }
  return absl::OkStatus();
}

absl::Status AnswerReader::FeedBody(std::string_view bytes) {
  if (chunks_) {
    const size_t taken = chunks_->Feed(bytes, &answer_.body);
    done_ = chunks_->done();
    if (taken != bytes.size()) return absl::InvalidArgumentError("the body's chunks are malformed");
    return absl::OkStatus();
  }
  answer_.body.append(bytes);
  if (answer_.body.size() > length_) return absl::InvalidArgumentError("there are bytes after the answer");
  done_ = answer_.body.size() == length_;
  return absl::OkStatus();
}

Answer AnswerReader::Take() {
  in_body_ = done_ = false;
  return std::exchange(answer_, Answer());
}

}  // namespace plexus::load
