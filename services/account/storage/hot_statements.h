// Statements that run often or over large tables, for the test of their plans.
#pragma once

#include <string_view>

namespace plexus::account {

extern const std::string_view kAccountsAfter;       // accounts.cc: operators' lists
extern const std::string_view kFindTokenOwner;      // access_tokens.cc: each check of a token
extern const std::string_view kDeletePredecessor;   // refresh_tokens.cc: each first use of one
extern const std::string_view kSweepUiaSessions;    // uia_sessions.cc
extern const std::string_view kSweepOneTimeTokens;  // one_time_tokens.cc
extern const std::string_view kJoinedRoomsAfter;    // profile_jobs.cc
extern const std::string_view kJobsOfShards;        // profile_jobs.cc: whenever a shard comes

}  // namespace plexus::account
