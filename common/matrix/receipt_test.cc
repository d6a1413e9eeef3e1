#include "common/matrix/receipt.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/matrix/every_room_version.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

bool NobodySigned(const Event&, std::string_view) { return false; }

class ReceiptTest : public testing::TestWithParam<std::string> {
 protected:
  ReceiptTest() : room_(GetParam()) {
    room_.SetMember("@creator:one", "join");
    room_.SetMember("@b:two", "join");
  }
  static Receipt Check(const Event& event, const TestRoom& before, const TestRoom& current) {
    return CheckByStates(
        event, [&](std::string_view type, std::string_view key) { return before.Find(type, key); },
        [&](std::string_view type, std::string_view key) { return current.Find(type, key); }, NobodySigned);
  }
  Event Message() { return room_.Make(kRoomMessage, std::nullopt, "@b:two", "{}"); }

  TestRoom room_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(ReceiptTest);

TEST_P(ReceiptTest, AcceptsWhatBothStatesAllow) {
  const Receipt receipt = Check(Message(), room_, room_);
  EXPECT_EQ(receipt.fate, Fate::kAccepted);
  EXPECT_EQ(receipt.reason, "");
}

TEST_P(ReceiptTest, SoftFailsWhatOnlyTheCurrentStateForbids) {
  TestRoom current = room_;
  current.SetMember("@b:two", "ban");
  const Receipt receipt = Check(Message(), room_, current);
  EXPECT_EQ(receipt.fate, Fate::kSoftFailed);
  EXPECT_EQ(receipt.reason, "User @b:two is not in the room");
}

TEST_P(ReceiptTest, RejectsWhatTheStateBeforeItForbids) {
  TestRoom before = room_;
  before.RemoveState(kRoomMember, "@b:two");
  EXPECT_EQ(Check(Message(), before, room_).fate, Fate::kRejected);
  EXPECT_EQ(Check(Message(), before, before).fate, Fate::kRejected);
}

TEST_P(ReceiptTest, OutliersAreCheckedByWhatTheyCite) {
  const Event& create = room_.create();
  const CitedEvent member{room_.Find(kRoomMember, "@b:two"), false};
  const bool is_v12 = IsSince(12, GetParam());
  auto verdict = [&](std::vector<CitedEvent> cited, const Event* create_event) {
    if (!is_v12) cited.push_back({&create, false});
    return std::string(CheckByAuthEvents(Message(), cited, create_event, NobodySigned).message());
  };
  EXPECT_EQ(verdict({member}, &create), "");
  EXPECT_EQ(verdict({}, &create), "User @b:two is not in the room");
  EXPECT_EQ(verdict({member}, nullptr), is_v12 ? "The room has no create event" : "");
  EXPECT_EQ(verdict({{member.event, true}}, &create), "auth_events has an event that was rejected");
}

}  // namespace
}  // namespace plexus::matrix
