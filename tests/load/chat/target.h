// What is under load: a Matrix homeserver, or the floor.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "tests/load/chat/ledger.h"
#include "tests/load/chat/options.h"
#include "tests/load/chat/server_url.h"

namespace plexus::load {

// Senders and readers are numbered from 0. Not thread-safe.
class Target {
 public:
  virtual ~Target() = default;
  // Makes users and rooms and puts every reader into every room. Runs `context`, and blocks until it is done.
  virtual absl::Status Prepare(boost::asio::io_context& context) = 0;
  // Whole HTTP requests. An empty `since` asks for a first sync.
  virtual std::string SendRequest(int sender, int64_t event, const std::string& text) = 0;
  virtual std::string SyncRequest(int reader, const std::string& since, std::chrono::milliseconds timeout) = 0;
  // The token in a sync's answer from which the next goes on; nullopt if there is none.
  virtual std::optional<std::string> NextToken(std::string_view answer) const = 0;
};

// Both keep a reference to `url` and the options.
class FloorTarget final : public Target {
 public:
  explicit FloorTarget(const ServerUrl& url) : url_(url) {}
  absl::Status Prepare(boost::asio::io_context& context) override { return absl::OkStatus(); }
  std::string SendRequest(int sender, int64_t event, const std::string& text) override;
  std::string SyncRequest(int reader, const std::string& since, std::chrono::milliseconds timeout) override;
  std::optional<std::string> NextToken(std::string_view answer) const override;

 private:
  const ServerUrl& url_;
};

}  // namespace plexus::load
