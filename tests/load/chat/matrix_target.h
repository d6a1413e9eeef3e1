// A Matrix homeserver as users see it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/json/value.h"
#include "tests/load/chat/connection.h"
#include "tests/load/chat/target.h"

namespace plexus::load {

class MatrixTarget final : public Target {
 public:
  // `run` makes the users' names new ones.
  MatrixTarget(const ServerUrl& url, const Options& options, std::string run);

  absl::Status Prepare(boost::asio::io_context& context) override;
  std::string SendRequest(int sender, int64_t event, const std::string& text) override;
  std::string SyncRequest(int reader, const std::string& since, std::chrono::milliseconds timeout) override;
  std::optional<std::string> NextToken(std::string_view answer) const override;

  // Requests under way at a time while preparing.
  static constexpr int kParallel = 8;
  // How often a request is made that the server asks to repeat later (429, 503), and the longest pause before.
  static constexpr int kAttempts = 20;

 private:
  struct User {
    std::string access_token;
    std::string filter_id;   // of readers
    std::vector<int> rooms;  // that the user sends to
  };
  using Step = std::function<Task<absl::Status>(Connection&, int)>;

  // Runs step(i) for 0 <= i < count, several at a time; the first error ends it.
  absl::Status ForEach(boost::asio::io_context& context, int count, const Step& step);
  Task<absl::Status> Register(Connection& connection, int user);
  Task<absl::StatusOr<json::Object>> RegisterOpenly(Connection& connection, std::string name);
  Task<absl::StatusOr<json::Object>> RegisterWithSecret(Connection& connection, std::string name);
  Task<absl::Status> MakeRoom(Connection& connection, int room);
  // Join number i of those that are needed.
  Task<absl::Status> Join(Connection& connection, int i);
  Task<absl::Status> MakeFilter(Connection& connection, int reader);
  Task<absl::StatusOr<json::Object>> Ask(Connection& connection, std::string method, std::string target,
                                         std::string access_token, std::string body, bool may_be_401 = false);
  User& reader(int i) { return users_[static_cast<size_t>(options_.senders + i)]; }

  const ServerUrl& url_;
  const Options& options_;
  const std::string run_;
  std::vector<User> users_;  // senders, then readers
  std::vector<std::string> rooms_;
  struct Membership {
    int user, room;
  };
  std::vector<Membership> joins_;
};

}  // namespace plexus::load
