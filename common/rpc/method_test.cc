#include "common/rpc/method.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include "plexus/test/v1/test_service.rpc.h"

namespace plexus::rpc {
namespace {

using namespace plexus::test::v1;  // NOLINT

TEST(MethodTest, DescribesAnUnroutedMethod) {
  const MethodInfo& info = InfoOf(TestService::Echo);
  EXPECT_EQ(info.full_name, "plexus.test.v1.TestService.Echo");
  EXPECT_EQ(info.service, TestService::kName);
  EXPECT_EQ(info.grpc_path, "/plexus.test.v1.TestService/Echo");
  EXPECT_EQ(info.role, "test");
  EXPECT_EQ(info.route, std::nullopt);
  EXPECT_EQ(info.key_field, nullptr);
  EXPECT_FALSE(info.streams);
  EXPECT_FALSE(info.affinity);
  EXPECT_TRUE(info.retry_safe);
  EXPECT_EQ(info.request_prototype->GetTypeName(), "plexus.test.v1.EchoRequest");
  EXPECT_EQ(info.response_prototype->GetTypeName(), "plexus.test.v1.EchoResponse");
}

TEST(MethodTest, DescribesRoutesAndStreams) {
  EXPECT_EQ(InfoOf(TestService::Append).route, ShardKind::kRoom);
  EXPECT_EQ(InfoOf(TestService::Append).key_field->name(), "room_id");
  EXPECT_FALSE(InfoOf(TestService::Append).retry_safe);
  EXPECT_EQ(InfoOf(TestService::Lookup).route, ShardKind::kUser);
  EXPECT_EQ(InfoOf(TestService::Lookup).key_field->name(), "user_id");
  EXPECT_TRUE(InfoOf(TestService::Stick).affinity);
  EXPECT_TRUE(InfoOf(TestService::Download).streams);
  EXPECT_EQ(InfoOf(TestService::Download).body_field->name(), kBodyField);
}

TEST(MethodTest, FindsAMethodByItsPathOnTheWire) {
  EXPECT_EQ(*FindMethodByPath("/plexus.test.v1.TestService/Echo"), &InfoOf(TestService::Echo));
  for (const char* path : {"", "/", "plexus.test.v1.TestService/Echo", "/plexus.test.v1.TestService/Nothing", "/x/y"}) {
    EXPECT_TRUE(absl::IsNotFound(FindMethodByPath(path).status())) << path;
  }
}

TEST(MethodTest, ReadsTheRoutingKey) {
  AppendRequest request;
  EXPECT_TRUE(absl::IsInvalidArgument(RoutingKey(InfoOf(TestService::Append), request).status()));
  request.set_room_id("!room");
  EXPECT_EQ(*RoutingKey(InfoOf(TestService::Append), request), "!room");
}

}  // namespace
}  // namespace plexus::rpc
