#include "exposure/network_table.h"

#include <gtest/gtest.h>

namespace afterpatch::exposure {
namespace {

TEST(NetworkTable, FindsTheRangeOfAnAddress) {
  const auto table = NetworkTable::parse(
      "# comment\n192.0.2.0\t192.0.2.255\t64500\tNO\tEXAMPLE-AS "
      "Example\n198.51.100.0\t198.51.100.9\t0\tNone\tNot routed\n"
      "2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64501\tDE\tSIX\n",
      "table.tsv");
  ASSERT_TRUE(table) << to_string(table.error());
  const auto* entry = table->find(*parse_address("192.0.2.7"));
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->country, "NO");
  EXPECT_EQ(entry->network, "AS64500 EXAMPLE-AS Example");
  EXPECT_EQ(table->find(*parse_address("192.0.3.0")), nullptr);
  EXPECT_EQ(table->find(*parse_address("198.51.100.1")), nullptr);
  EXPECT_EQ(table->find(*parse_address("2001:db8:1::1"))->number, 64501U);
}

TEST(NetworkTable, NamesTheFirstBrokenLine) {
  const auto table = NetworkTable::parse("192.0.2.0\t192.0.2.255\t1\tNO\tA\nnonsense\n", "table.tsv");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().where, "table.tsv:2");
}

}  // namespace
}  // namespace afterpatch::exposure
