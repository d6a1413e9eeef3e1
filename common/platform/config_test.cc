#include "common/platform/config.h"

#include <gtest/gtest.h>

#include "gmock/gmock.h"

namespace plexus::platform {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::string& yaml) {
  absl::StatusOr<Config> config = ParseConfig(yaml, "plexus.yaml");
  return config.ok() ? "accepted" : std::string(config.status().message());
}

TEST(ConfigTest, ReadsAWholeFile) {
  absl::StatusOr<Config> config = ParseConfig(R"(
process: {roles: [gateway, room], threads: 2, seeds: ["unix:/run/a"]}
database: {uri: "host=/tmp dbname=plexus", max_connections: 3}
redis: {socket: /tmp/redis.sock}
listeners:
  http: [{bind: "127.0.0.1:0"}, {unix: /tmp/h.sock, mode: "0600"}]
  rpc: [{bind: "[::1]:9000"}]
tenants:
  - server_name: example.org
    registration: {enabled: true, shared_secret: s3cret}
    limits: {login: {per_second: 1, burst: 5}}
)",
                                              "plexus.yaml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->process.roles, (std::vector<std::string>{"gateway", "room"}));
  EXPECT_EQ(config->database.max_connections, 3);
  ASSERT_EQ(config->http.size(), 2u);
  EXPECT_EQ(config->http[1].mode, 0600);
  ASSERT_EQ(config->tenants.size(), 1u);
  EXPECT_EQ(config->tenants[0].registration.shared_secret, "s3cret");
  EXPECT_EQ(config->tenants[0].limits.login.burst, 5);
  EXPECT_EQ(config->tenants[0].room_shards, 16);
}

TEST(ConfigTest, NamesFileKeyValueAndWhatIsAllowed) {
  EXPECT_EQ(ErrorOf("process: {threads: many}"),
            "plexus.yaml: process: threads is \"many\"; allowed: a whole number from 0 to 1024");
  EXPECT_THAT(ErrorOf("process: {roles: [gatway]}"), HasSubstr("roles is \"gatway\"; allowed: account, "));
  EXPECT_THAT(ErrorOf("databse: {}"), HasSubstr("unknown key \"databse\"; allowed: database, "));
  EXPECT_THAT(ErrorOf("tenants: [{server_name: 'a b'}]"), HasSubstr("tenants[0]: server_name is \"a b\""));
  EXPECT_THAT(ErrorOf("listeners: {http: [{bind: nowhere}]}"), HasSubstr("listeners: http[0]: bind is \"nowhere\""));
  EXPECT_THAT(ErrorOf("listeners: {http: [{}]}"), HasSubstr("exactly one of bind, unix"));
  EXPECT_THAT(ErrorOf("listeners: {http: [{unix: /a, mode: '999'}]}"), HasSubstr("octal"));
  EXPECT_THAT(ErrorOf("tenants: [{server_name: a.b, registration: {shared_secret_file: /nonexistent}}]"),
              HasSubstr("shared_secret_file is \"/nonexistent\""));
}

TEST(ConfigTest, RefusesWhatIsNotYaml) { EXPECT_THAT(ErrorOf("a: [b"), HasSubstr("not valid YAML")); }

TEST(ConfigTest, RefusesATenantGivenTwice) {
  EXPECT_THAT(ErrorOf("tenants: [{server_name: a.b}, {server_name: a.b}]"), HasSubstr("given twice"));
}

TEST(ConfigTest, SchemasOfLikeNamesDiffer) {
  EXPECT_NE(SchemaFor("a.b"), SchemaFor("a-b"));
  EXPECT_NE(SchemaFor("a.b:8448"), SchemaFor("a.b"));
  EXPECT_EQ(SchemaFor("localhost"), "t_localhost");
  EXPECT_LE(SchemaFor(std::string(230, 'x')).size(), 48u);
}

}  // namespace
}  // namespace plexus::platform
