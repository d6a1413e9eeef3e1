// Spreads new display names and avatars to the member events of the users' rooms.
// Client-Server API, "Events on Change of Profile Information".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/platform/data/tenant_data.h"
#include "common/rpc/channel.h"
#include "services/account/domain/profile.h"
#include "services/account/jobs/periodic_job.h"
#include "services/account/shards/user_shards.h"
#include "services/account/storage/profile_jobs.h"

namespace plexus::account {

// Works on the rows of profile_job whose users' shards are owned here. Resumes where an earlier owner stopped; a
// profile that changes again begins anew. What fails for a passing reason is tried again after kInterval; rooms that
// refuse the event are passed over.
class ProfileSpreader final : public PeriodicJob {
 public:
  static constexpr std::chrono::seconds kInterval{30};
  static constexpr int kUsersAtOnce = 64;  // of a round's list
  static constexpr int kRoomsAtOnce = 20;  // between two notes of the progress
  static constexpr absl::Duration kSendTimeout = absl::Seconds(30);

  ProfileSpreader(std::string server_name, std::shared_ptr<platform::TenantData> data,
                  std::shared_ptr<UserShards> shards, rpc::Channel& rpc, const Clock& clock);

 private:
  Task<bool> RunOnce() override;
  // Takes users off the end of the list until it is empty.
  Task<void> WorkOff(std::shared_ptr<std::vector<std::string>> users);
  // Until every room of the user has the newest profile.
  Task<absl::Status> Spread(std::string user_id);
  // The next few rooms. True when the user is done.
  Task<absl::StatusOr<bool>> SpreadSome(std::string user_id);
  Task<absl::Status> SendMemberEvent(std::string user_id, JoinedRoom room, const Profile& profile);
  Task<absl::Status> Note(ProfileJob job, std::string last_room);
  rpc::Context NewContext() const;

  const std::string server_name_;
  const std::shared_ptr<platform::TenantData> data_;
  const std::shared_ptr<UserShards> shards_;
  rpc::Channel& rpc_;
  const Clock& clock_;
};

}  // namespace plexus::account
