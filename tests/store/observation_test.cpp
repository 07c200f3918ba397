#include "store/observation.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "store/hand_made.h"

namespace afterpatch::store {
namespace {

TEST(ScanLine, IsReadWhole) {
  const auto read = read_scan_line(
      R"({"time":"2021-03-05T10:00:00Z","address":"127.1.2.3","port":8443,"name":"Mail.Example.org","reached":true,)"
      R"("product":"exchange-hybrid","builds":["15.1.2176.2","15.1.2176.9"],"exposure":"unpatched",)"
      R"("confidence":"likely","country":"DE","network":"AS3320","sector":"health"})",
      "x:1");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_iso8601(read->time), "2021-03-05T10:00:00Z");
  EXPECT_EQ(read->address, "127.1.2.3");
  EXPECT_EQ(read->port, 8443);
  EXPECT_EQ(read->name, "mail.example.org");
  EXPECT_EQ(read->product, "exchange-hybrid");
  EXPECT_EQ(read->builds, "15.1.2176.2,15.1.2176.9");
  EXPECT_EQ(read->exposure, "unpatched");
  EXPECT_EQ(read->country + read->network + read->sector, "DEAS3320health");
}

TEST(ScanLine, ContentLeavesOutTimeAndPlaceAndTheOrderOfKeys) {
  const auto one = read_scan_line(
      R"({"time":"2021-03-05T10:00:00Z","address":"127.1.2.3","port":1,"b":[1],"a":{"x":1}})", "x");
  const auto two =
      read_scan_line(R"({"a":{"x":1},"port":2,"b":[1],"address":"::1","time":"2022-03-05"})", "x");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->content, R"({"a":{"x":1},"b":[1]})");
  EXPECT_EQ(two->content, one->content);
}

TEST(ScanLine, EvidenceAndErrorsArePartOfTheContentButNotOfTheFinding) {
  const std::string place = R"({"time":"2021-03-05","address":"127.1.2.3","port":1,"builds":[],)";
  const auto one = read_scan_line(place + R"("evidence":[{"probe":"owa"}],"errors":[]})", "x");
  const auto two =
      read_scan_line(place + R"("evidence":[],"errors":[{"probe":"owa","kind":"timeout"}]})", "x");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->digest, sha256("127.1.2.3\n1\n\n{\"builds\":[]}"));
  EXPECT_EQ(one->digest, two->digest);
  EXPECT_NE(one->content, two->content);
}

TEST(ScanLine, AddressesAreWrittenInOneWay) {
  EXPECT_EQ(canonical_address("2001:DB8:0:0::1"), "2001:db8::1");
  EXPECT_EQ(canonical_address("127.1.2.3"), "127.1.2.3");
  for (const char* none : {"", "127.1", "mail.example", "1.2.3.4.5", "::1%lo", "999.1.1.1"})
    EXPECT_EQ(canonical_address(none), "") << none;
}

TEST(ScanLine, BrokenOnesAreRefusedWithTheirPlace) {
  const std::string good = scan_line(0, "127.1.2.3", "patched");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"port\":443", "\"port\":0"},
                                                        {"\"port\":443", "\"port\":\"443\""},
                                                        {"127.1.2.3", "127.1.2"},
                                                        {"\"patched\"", "\"fine\""},
                                                        {"2021-03-05T", "2021-13-05T"},
                                                        {"[\"15.1.2176.2\"]", "15"},
                                                        {"}", ""}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    const auto read = read_scan_line(bad, "day1.jsonl:7");
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().where, "day1.jsonl:7");
  }
  EXPECT_FALSE(read_scan_line(std::string(kMaxObservationBytes + 1, ' '), "x"));
  EXPECT_FALSE(read_scan_line(std::string(10'000, '['), "x"));
}

}  // namespace
}  // namespace afterpatch::store
