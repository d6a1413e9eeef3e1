#include "common/rpc/status.h"

#include <gtest/gtest.h>

#include "absl/strings/cord.h"
#include "common/base/matrix_error.h"

namespace plexus::rpc {
namespace {

absl::Status RoundTrip(const absl::Status& status) {
  return DecodeStatus(status.code(), status.message(), EncodeStatusDetails(status));
}

TEST(StatusTest, LosesNothingOnTheWay) {
  absl::Status other = absl::DataLossError("lost");
  other.SetPayload("plexus/other", absl::Cord("anything"));
  absl::Status both = NotExecuted(errors::LimitExceeded(absl::Milliseconds(1500)));
  both.SetPayload("plexus/other", absl::Cord("more"));
  for (const absl::Status& status :
       {absl::NotFoundError("plain"), errors::UnknownToken(true), errors::Matrix(418, "ORG.X", "häh", R"({"a":[1]})"),
        WrongOwnerStatus({ShardKind::kRoom, 15, "p1", "host:1"}), NotExecuted(absl::UnavailableError("x")), other,
        both}) {
    EXPECT_EQ(RoundTrip(status), status) << status;
  }
}

TEST(StatusTest, NeedsNoDetailsForAPlainError) { EXPECT_EQ(EncodeStatusDetails(absl::NotFoundError("x")), ""); }

TEST(StatusTest, KeepsCodeAndMessageOfMalformedDetails) {
  EXPECT_EQ(DecodeStatus(absl::StatusCode::kAborted, "why", "\xff\xff garbage"), absl::AbortedError("why"));
}

TEST(StatusTest, KnowsWhatWasNotExecuted) {
  EXPECT_FALSE(WasNotExecuted(absl::UnavailableError("x")));
  EXPECT_TRUE(WasNotExecuted(NotExecuted(absl::UnavailableError("x"))));
  EXPECT_TRUE(WasNotExecuted(WrongOwnerStatus({})));
  EXPECT_FALSE(GetWrongOwner(absl::FailedPreconditionError("x")).has_value());
}

}  // namespace
}  // namespace plexus::rpc
