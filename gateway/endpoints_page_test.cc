#include "gateway/endpoints_page.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "gateway/endpoint_table.h"
#include "gateway/routes/routes.h"
#include "gtest/gtest.h"

namespace plexus::gateway {
namespace {

constexpr char kSpecification[] = "tests/vectors/endpoints.csv";
constexpr char kPage[] = "docs/endpoints.md";

// Served although no version of the specification lists them.
const std::set<std::string> kExtras = {
    "GET /_synapse/admin/v1/register", "POST /_synapse/admin/v1/register",
    "GET /_matrix/client/v3/pushrules/global/{}/",  // the rules of one kind, as clients of old versions ask
};

std::string ReadFile(const char* path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::map<std::string, SpecifiedEndpoint> Specified() {
  std::map<std::string, SpecifiedEndpoint> by_key;
  for (SpecifiedEndpoint& endpoint : ParseSpecifiedEndpoints(ReadFile(kSpecification))) {
    by_key[EndpointKey(endpoint.method, endpoint.path)] = std::move(endpoint);
  }
  return by_key;
}

TEST(EndpointsPageTest, EveryRowFitsItsRpc) {
  const auto table = EndpointTable::Compile(AllRoutes());
  EXPECT_TRUE(table.ok()) << table.status();
}

TEST(EndpointsPageTest, ServesWhatTheSpecificationListsAndAFewExtras) {
  const auto specified = Specified();
  ASSERT_GT(specified.size(), 200u);
  for (const Endpoint& endpoint : AllRoutes()) {
    const std::string key = EndpointKey(endpoint.method, endpoint.path);
    EXPECT_NE(specified.contains(key), kExtras.contains(key)) << key;
  }
}

TEST(EndpointsPageTest, AsksForTokensWhereTheSpecificationDoes) {
  const auto specified = Specified();
  for (const Endpoint& endpoint : AllRoutes()) {
    const auto it = specified.find(EndpointKey(endpoint.method, endpoint.path));
    if (it == specified.end()) continue;
    EXPECT_EQ(endpoint.auth != Auth::kNone, it->second.auth == "access token") << it->first;
    if (it->second.auth != "access token") continue;
    EXPECT_EQ(endpoint.auth == Auth::kGuest, it->second.guests == "yes") << it->first;
  }
}

TEST(EndpointsPageTest, PageIsFresh) {
  const std::string page = EndpointsPage(AllRoutes(), ParseSpecifiedEndpoints(ReadFile(kSpecification)));
  if (std::getenv("PLEXUS_UPDATE") != nullptr) std::ofstream(kPage) << page;
  EXPECT_EQ(ReadFile(kPage), page) << kPage << " is stale: run this test with PLEXUS_UPDATE=1";
}

TEST(EndpointsPageTest, ReadsQuotedFields) {
  const auto endpoints =
      ParseSpecifiedEndpoints("header\nclient-server,GET,/a/{b},op,\"one, two\",none,no,yes,,no,f\n");
  ASSERT_EQ(endpoints.size(), 1u);
  EXPECT_EQ(endpoints[0].auth, "none");
  EXPECT_EQ(endpoints[0].guests, "yes");
  EXPECT_EQ(EndpointKey("GET", endpoints[0].path), "GET /a/{}");
}

}  // namespace
}  // namespace plexus::gateway
