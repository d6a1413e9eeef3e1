// Table uia_session: user-interactive authentication in progress, so that any copy of the role can continue it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

struct UiaSession {
  std::string session_id;
  std::string operation;               // UiaOperation
  std::vector<std::string> completed;  // stages
  std::string result_user;             // of a finished registration
  int64_t expires_ts = 0;              // milliseconds
};

absl::Status InsertUiaSession(storage::Source source, const UiaSession& session);

// Nothing if it does not exist or has expired.
absl::StatusOr<std::optional<UiaSession>> FindUiaSession(storage::Source source, const std::string& session_id,
                                                         int64_t now_ms);

// Adds a completed stage, with the registration token that it has reserved ("" for none). False if the stage was
// completed before: nothing is changed.
absl::StatusOr<bool> CompleteUiaStage(storage::Source source, const std::string& session_id, const std::string& stage,
                                      const std::string& registration_token);

// The session has registered its one user. Answers the registration token that it held, "" for none; nothing if the
// session is gone or has registered somebody already.
absl::StatusOr<std::optional<std::string>> FinishUiaRegistration(storage::Source source, const std::string& session_id,
                                                                 const std::string& user_id);

absl::Status DeleteUiaSession(storage::Source source, const std::string& session_id);

// Deletes at most `limit` expired sessions and gives back the uses of registration tokens that they held. Answers how
// many.
absl::StatusOr<int64_t> SweepUiaSessions(storage::Source source, int64_t now_ms, int limit);

}  // namespace plexus::account
