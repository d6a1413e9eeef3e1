// The framing of Postgres' protocol (version 3), for the proxy.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace plexus::storage::testing {

// Cuts one direction of a connection into messages. Not thread-safe.
class PgFrames {
 public:
  // Start-up messages of a client have no type byte.
  explicit PgFrames(bool has_startup) : in_startup_(has_startup) {}

  void Add(const char* data, size_t size) { buffer_.append(data, size); }
  // The next whole message with its header, or nothing yet.
  std::optional<std::string> Next();

 private:
  std::string buffer_;
  bool in_startup_;
};

}  // namespace plexus::storage::testing
