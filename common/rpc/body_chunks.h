// A streamed answer: one message cut into several at its body, and put together again.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/rpc/method.h"

namespace plexus::rpc {

// Yields `whole` as messages whose body is at most `chunk_bytes`; the first carries the other fields too.
class BodySplitter {
 public:
  BodySplitter(std::unique_ptr<Message> whole, const MethodInfo& method, size_t chunk_bytes);
  ~BodySplitter();

  // The next message; call it once, and then for as long as !done().
  std::unique_ptr<Message> Next();
  bool done() const { return started_ && offset_ >= body().size(); }

 private:
  const std::string& body() const;

  const std::unique_ptr<Message> whole_;
  const MethodInfo& method_;
  const size_t chunk_bytes_;
  mutable std::string scratch_;
  size_t offset_ = 0;
  bool started_ = false;
};

// The inverse. Of a stream whose messages have no body it takes a single one.
class BodyJoiner {
 public:
  // A body may have `max_bytes`.
  BodyJoiner(const MethodInfo& method, size_t max_bytes);
  ~BodyJoiner();

  // ResourceExhausted if the body becomes too large.
  absl::Status Add(std::unique_ptr<Message> part);
  // The whole, or null if nothing was added. Once.
  std::unique_ptr<Message> Finish();

 private:
  const MethodInfo& method_;
  const size_t max_bytes_;
  std::unique_ptr<Message> first_;
  std::string body_;
};

}  // namespace plexus::rpc
