#include "detect/request_groups.h"

#include <gtest/gtest.h>

namespace afterpatch::detect {
namespace {

records::WebRequest request(std::string path, std::string client, std::string time, std::string query = "") {
  records::WebRequest made;
  made.time = parse_time(time);
  made.path = std::move(path);
  made.client = std::move(client);
  made.query = std::move(query);
  made.method = "GET";
  made.status = 200;
  made.response_bytes = 10;
  return made;
}

TEST(RequestGroups, SumsRequestsOfOneHourThatAreAlike) {
  RequestGroups groups;
  groups.add("iis-w3c", request("/OWA/x.aspx", "192.0.2.1", "2021-03-05T03:40:00Z"), {0, "a.log", 10, 2},
             "row one");
  groups.add("iis-w3c", request("/owa/x.aspx", "192.0.2.1", "2021-03-05T03:10:00Z", "cmd=x"),
             {0, "a.log", 90, 5}, "row two");
  groups.add("iis-w3c", request("/owa/x.aspx", "192.0.2.1", "2021-03-05T09:10:00Z"), {0, "a.log", 190, 6},
             "row three");
  const auto all = groups.take();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].count, 2U);
  EXPECT_EQ(all[0].with_parameters, 1U);
  EXPECT_EQ(all[0].response_bytes, 20);
  EXPECT_EQ(to_iso8601(all[0].first), "2021-03-05T03:10:00Z");
  EXPECT_EQ(to_iso8601(all[0].last), "2021-03-05T03:40:00Z");
  EXPECT_EQ(all[0].first_raw, "row one");
}

TEST(RequestGroups, MergesBlocksAndMovesLineNumbers) {
  RequestGroups first;
  first.add("iis-w3c", request("/a", "192.0.2.1", "2021-03-05T01:00:00Z"), {0, "a.log", 0, 1}, "");
  RequestGroups second;
  second.add("iis-w3c", request("/a", "192.0.2.1", "2021-03-05T01:30:00Z"), {0, "a.log", 0, 1}, "");
  second.add("iis-w3c", request("/b", "192.0.2.1", "2021-03-05T02:00:00Z"), {0, "a.log", 0, 7}, "");
  first.merge(std::move(second), 100);
  const auto all = first.take();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].count, 2U);
  EXPECT_EQ(all[0].first_place.line, 1U);
  EXPECT_EQ(all[1].first_place.line, 107U);
}

TEST(RequestGroups, StaysBoundedAndCountsWhatItLeavesOut) {
  RequestGroups groups(2);
  for (int i = 0; i < 10; ++i)
    groups.add("iis-w3c", request("/" + std::to_string(i), "192.0.2.1", "2021-03-05T01:00:00Z"), {}, "");
  EXPECT_EQ(groups.overflow(), 8U);
  EXPECT_EQ(groups.take().size(), 2U);
}

TEST(OwnParameters, AreOnlyWhatExchangeDidNotAppend) {
  EXPECT_FALSE(has_own_parameters(""));
  EXPECT_FALSE(has_own_parameters("-"));
  EXPECT_FALSE(has_own_parameters(
      "&CorrelationID=<empty>;&cafeReqId=cde28fc4-299e-4179-b3e9-de56f5c1d9ee;&encoding=;"));
  EXPECT_TRUE(has_own_parameters("cmd=whoami&CorrelationID=<empty>;&cafeReqId=x;"));
  EXPECT_TRUE(has_own_parameters("exec"));
}

}  // namespace
}  // namespace afterpatch::detect
