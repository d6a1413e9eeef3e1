// The service on a test's database, without a network: handlers are called directly.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/testing/fake_tenant_data.h"

namespace plexus::event_persister::testing {

inline constexpr char kAlice[] = "@alice:example.org";
inline constexpr char kBob[] = "@bob:example.org";

class PersisterFixture {
 public:
  // `database` may lead through a proxy. Owns all `shards` shards of it when constructed. `clock` outlives it.
  PersisterFixture(storage::Database& database, storage::SchemaName schema, int shards = 4,
                   const Clock& clock = RealClock());
  ~PersisterFixture();

  FakeTenantData& data() { return *data_; }
  TenantPersister& persister() { return *persister_; }
  Call call() const { return {persister_, {}}; }

  // Runs a task on the shards' executor and waits for it.
  template <typename T>
  T Run(Task<T> task) {
    return boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future).get();
  }
  // Starts all of them before any can suspend, and waits for all.
  template <typename T>
  std::vector<T> RunTogether(std::vector<Task<T>> tasks) {
    std::vector<std::future<T>> futures;
    for (Task<T>& task : tasks) {
      futures.push_back(boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future));
    }
    std::vector<T> results;
    for (std::future<T>& future : futures) results.push_back(future.get());
    return results;
  }

  // A public room of Alice's; `alias` may be empty. The status is the first failure of the two steps.
  absl::StatusOr<v1::CreateRoomResponse> CreateRoom(const std::string& version = "12", const std::string& alias = "");
  v1::CreateRoomRequest BuildRoom(const std::string& version, const std::string& alias = "");
  // The same, which must succeed.
  std::string NewRoom(const std::string& version = "12");

  static v1::SendEventRequest Message(const std::string& room_id, const std::string& user_id, const std::string& body,
                                      const std::string& txn_id = "");
  static v1::SendEventRequest State(const std::string& room_id, const std::string& user_id, const std::string& type,
                                    const std::string& state_key, const std::string& content);
  static v1::SendEventRequest Member(const std::string& room_id, const std::string& sender, const std::string& target,
                                     const std::string& membership);
  absl::StatusOr<v1::SendEventResponse> Send(v1::SendEventRequest request) {
    return Run(SendEvent(call(), std::move(request)));
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::shared_ptr<FakeTenantData> data_;
  std::shared_ptr<TenantPersister> persister_;
  std::thread thread_;
};

}  // namespace plexus::event_persister::testing
