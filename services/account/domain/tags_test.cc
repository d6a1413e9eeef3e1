#include "services/account/domain/tags.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::account {
namespace {

std::string Errcode(const absl::Status& status) { return status.ok() ? "" : FromStatus(status).errcode; }

TEST(Tags, ArePutAndRemoved) {
  json::Object content;
  ASSERT_TRUE(PutTagInto(content, "m.favourite", {{"order", 0.5}}).ok());
  ASSERT_TRUE(PutTagInto(content, "u.Work", {}).ok());
  ASSERT_TRUE(PutTagInto(content, "m.favourite", {{"order", 1}}).ok());
  EXPECT_EQ(json::Serialize(content), R"({"tags":{"m.favourite":{"order":1},"u.Work":{}}})");
  EXPECT_TRUE(RemoveTagFrom(content, "u.Work"));
  EXPECT_FALSE(RemoveTagFrom(content, "u.Work"));
  EXPECT_EQ(json::Serialize(content), R"({"tags":{"m.favourite":{"order":1}}})");
}

TEST(Tags, OrderIsANumberFromZeroToOne) {
  json::Object content;
  for (std::string_view good : {"0", "1", "0.25", "1.0", "null"}) {
    auto tag = json::ParseObject("{\"order\":" + std::string(good) + "}");
    EXPECT_EQ(Errcode(PutTagInto(content, "u.x", *tag)), "") << good;
  }
  for (std::string_view bad : {"-0.1", "1.1", "2", "1e999"}) {
    auto tag = json::ParseObject("{\"order\":" + std::string(bad) + "}");
    EXPECT_EQ(Errcode(PutTagInto(content, "u.x", *tag)), "M_INVALID_PARAM") << bad;
  }
  EXPECT_EQ(Errcode(PutTagInto(content, "u.x", {{"order", "0.5"}})), "M_BAD_JSON");
}

TEST(Tags, NamesAndNumberAreBounded) {
  json::Object content;
  EXPECT_EQ(Errcode(PutTagInto(content, std::string(256, 'x'), {})), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(PutTagInto(content, "", {})), "M_INVALID_PARAM");
  for (size_t i = 0; i < kMaxTagsOfRoom; ++i) ASSERT_TRUE(PutTagInto(content, "u." + std::to_string(i), {}).ok());
  EXPECT_EQ(Errcode(PutTagInto(content, "u.more", {})), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(PutTagInto(content, "u.1", {})), "");
}

}  // namespace
}  // namespace plexus::account
