// The RPCs of EventPersisterService, one file each. They run on the executor of their room's shard.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "plexus/event_persister/v1/event_persister_service.pb.h"
#include "services/event_persister/tenant_persister.h"

namespace plexus::event_persister {

struct Call {
  std::shared_ptr<TenantPersister> tenant;
  rpc::Context context;
};

template <typename Response>
using Answer = Task<absl::StatusOr<Response>>;

Answer<v1::SendEventResponse> SendEvent(Call call, v1::SendEventRequest request);
Answer<v1::BuildCreateEventResponse> BuildCreateEvent(Call call, v1::BuildCreateEventRequest request);
Answer<v1::CreateRoomResponse> CreateRoom(Call call, v1::CreateRoomRequest request);
Answer<v1::ForgetRoomResponse> ForgetRoom(Call call, v1::ForgetRoomRequest request);
Answer<v1::SendReceiptResponse> SendReceipt(Call call, v1::SendReceiptRequest request);
Answer<v1::SetTypingResponse> SetTyping(Call call, v1::SetTypingRequest request);
Answer<v1::PutAliasResponse> PutAlias(Call call, v1::PutAliasRequest request);
Answer<v1::DeleteAliasResponse> DeleteAlias(Call call, v1::DeleteAliasRequest request);
Answer<v1::SetRoomVisibilityResponse> SetRoomVisibility(Call call, v1::SetRoomVisibilityRequest request);

}  // namespace plexus::event_persister
