// Builds an answer from memory: what most woken polls get, without a word to Postgres.
#pragma once

#include <optional>

#include "services/sync/domain/delta.h"
#include "services/sync/feed/tenant_feed.h"
#include "services/sync/storage/delta_loader.h"

namespace plexus::sync {

// The answer for `request` (with a `since`, no full_state) to `news` of the same user, but for typing. Nothing if that
// takes more than the news tell: memberships or device lists that changed, more events than fit into a timeline,
// events that were redacted since, senders whose member event the client has yet to see.
std::optional<SyncDelta> DeltaFromMemory(const News& news, const LoadRequest& request);

}  // namespace plexus::sync
