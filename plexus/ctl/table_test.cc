#include "plexus/ctl/table.h"

#include <gtest/gtest.h>

namespace plexus {
namespace {

Table Sample() {
  Table table({"SERVER NAME", "ROLES", "READY", "HEAD"});
  table.Add({"a.example", json::Array{"room", "sync"}, true, 7});
  table.Add({"längerer.example", json::Array(), false, nullptr});
  return table;
}

TEST(TableTest, AlignsColumnsForPeople) {
  EXPECT_EQ(Sample().Text(),
            "SERVER NAME       ROLES      READY  HEAD\n"
            "a.example         room,sync  yes    7\n"
            "längerer.example  -          no     -\n");
}

TEST(TableTest, IsAListOfObjectsForPrograms) {
  EXPECT_EQ(Sample().Json(), R"([{"server_name":"a.example","roles":["room","sync"],"ready":true,"head":7},)"
                             R"({"server_name":"längerer.example","roles":[],"ready":false,"head":null}])"
                             "\n");
  EXPECT_EQ(Table({"A"}).Json(), "[]\n");
}

TEST(TableTest, KeepsARowOnItsLine) {
  Table table({"A", "B"});
  table.Add({"one\ntwo", "three\tfour"});
  EXPECT_EQ(table.Lines(), "one\\ntwo\tthree\\tfour\n");
}

}  // namespace
}  // namespace plexus
