// Table filter.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

// Stores the filter unless it is there: ids are made from the content.
absl::Status StoreFilter(storage::Source source, const std::string& user_id, const std::string& filter_id,
                         const std::string& json);

absl::StatusOr<std::optional<std::string>> FindFilter(storage::Source source, const std::string& user_id,
                                                      const std::string& filter_id);

}  // namespace plexus::account
