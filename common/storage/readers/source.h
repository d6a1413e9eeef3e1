// Where readers read: a session (each statement sees the newest commits) or an open transaction (for several statements
// in one snapshot, with Isolation::kRepeatableRead).
#pragma once

#include "common/storage/session.h"

namespace plexus::storage {

// Every function of readers/ blocks on one statement (unless it says more), takes whole arrays, and answers what is
// committed. To be called on a thread of the pool:
//
//   auto read = [nids](storage::Session& session) { return storage::EventsByNid(session, nids); };
//   PLEXUS_CO_ASSIGN_OR_RETURN(auto events, co_await database.Run(schema, std::move(read)));
class Source {
 public:
  Source(Session& session) : session_(&session) {}
  Source(Transaction& transaction) : transaction_(&transaction) {}

  template <typename... Args>
  absl::StatusOr<pqxx::result> Query(std::string_view sql, const Args&... args) const {
    return session_ ? session_->Query(sql, args...) : transaction_->Query(sql, args...);
  }

 private:
  Session* session_ = nullptr;
  Transaction* transaction_ = nullptr;
};

}  // namespace plexus::storage
