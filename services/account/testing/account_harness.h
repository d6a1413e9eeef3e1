// The account role in process, on a real database, as its callers see it.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/matrix_error.h"
#include "common/json/value.h"
#include "common/platform/config.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/registry.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "plexus/event_persister/v1/event_persister_service.pb.h"
#include "services/account/account_role.h"
#include "services/account/testing/owned_tenant_data.h"

namespace plexus::account::testing {

using S = v1::AccountService;

// A tenant "example.org" with open registration, cheap hashes, a shared secret "secret" and TURN.
platform::TenantConfig TestTenantConfig();

// Who is signed in.
struct SignedIn {
  std::string user_id, access_token, refresh_token, device_id;
  common::v1::Requester requester;
};

class AccountHarness {
 public:
  explicit AccountHarness(storage::testing::TestDatabase& database, platform::TenantConfig config = TestTenantConfig(),
                          int user_shards = 4);
  ~AccountHarness();

  // An answer that is on its way.
  template <typename Res>
  struct Pending {
    std::future<rpc::AnyResponse> any;
    absl::StatusOr<Res> get() {
      rpc::AnyResponse response = any.get();
      if (!response.ok()) return std::move(response).status();
      return std::move(static_cast<Res&>(**response));
    }
  };

  template <typename Req, typename Res>
  Pending<Res> Start(rpc::Method<Req, Res> method, Req request) {
    return {StartAny(rpc::InfoOf(method), std::make_unique<Req>(std::move(request)))};
  }
  // As a client sees it: blocks.
  template <typename Req, typename Res>
  absl::StatusOr<Res> Call(rpc::Method<Req, Res> method, Req request) {
    return Start(method, std::move(request)).get();
  }

  // POST /register, /login, /refresh with these bodies.
  absl::StatusOr<json::Object> Register(const std::string& body);
  absl::StatusOr<json::Object> Login(const std::string& body);
  absl::StatusOr<json::Object> Refresh(const std::string& refresh_token);
  // GET whoami's token check.
  absl::StatusOr<v1::CheckTokenResponse> Check(const std::string& access_token);

  // Registers @name with the password "password of name"; the test fails if that does.
  SignedIn NewUser(const std::string& name, const std::string& more_members = "");
  // Signs in again; empty device id: a new device.
  SignedIn NewSession(const std::string& name, const std::string& more_members = "");

  FakeClock clock;
  OwnedTenantData& data() { return *data_; }
  AccountRole& role() { return role_; }
  storage::testing::TestDatabase& database() { return database_; }

  // What event_persister was asked for; `persister_answer` is what it says, OK unless set.
  std::vector<event_persister::v1::SendEventRequest> SentEvents() const;
  void SetPersisterAnswer(absl::Status status);

 private:
  // Not a template: coroutines are slow to compile.
  std::future<rpc::AnyResponse> StartAny(const rpc::MethodInfo& method, std::unique_ptr<rpc::Message> request);
  SignedIn ToSignedIn(const json::Object& body);
  absl::StatusOr<event_persister::v1::SendEventResponse> Persist(const event_persister::v1::SendEventRequest& request);
  static Task<absl::StatusOr<event_persister::v1::SendEventResponse>> PersistTask(
      AccountHarness* self, const event_persister::v1::SendEventRequest& request);

  storage::testing::TestDatabase& database_;
  platform::IoThreads io_;
  rpc::Registry registry_;
  rpc::InProcessChannel channel_;
  bus::Bus bus_;
  std::shared_ptr<OwnedTenantData> data_;
  AccountRole role_;
  mutable absl::Mutex mutex_;
  absl::Status persister_answer_ ABSL_GUARDED_BY(mutex_);
  std::vector<event_persister::v1::SendEventRequest> sent_ ABSL_GUARDED_BY(mutex_);
};

// The errcode of a failure, "" if it is none, "-" if it carries no Matrix error.
std::string Errcode(const absl::Status& status);
template <typename T>
std::string Errcode(const absl::StatusOr<T>& result) {
  return Errcode(result.status());
}

// The JSON that a 401 of user-interactive authentication carries beside its errcode.
json::Object UiaChallenge(const absl::Status& status);

}  // namespace plexus::account::testing
