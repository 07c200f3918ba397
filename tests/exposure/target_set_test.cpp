#include "exposure/target_set.h"

#include <gtest/gtest.h>

#include <set>

namespace afterpatch::exposure {
namespace {

void add(TargetSet& targets, std::string_view range) {
  ASSERT_TRUE(targets.add(*parse_range(range)));
}

std::vector<std::string> all(const TargetSet& targets) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < targets.size(); ++i) {
    const Target target = targets.at(i);
    texts.push_back((target.address ? to_string(*target.address) : "") +
                    (target.name.empty() ? "" : " " + target.name));
  }
  return texts;
}

TEST(TargetSet, GivesEachAddressOnce) {
  TargetSet targets;
  for (const auto* range : {"127.0.0.0/30", "127.0.0.2-127.0.0.5", "127.0.0.9", "127.0.0.9", "::1"})
    add(targets, range);
  targets.seal();
  EXPECT_EQ(all(targets), (std::vector<std::string>{"127.0.0.0", "127.0.0.1", "127.0.0.2", "127.0.0.3",
                                                    "127.0.0.4", "127.0.0.5", "127.0.0.9", "::1"}));
}

TEST(TargetSet, FindsEveryAddressOfManyRanges) {
  TargetSet targets;
  std::set<std::string> expected;
  for (unsigned i = 0; i < 1000; ++i) {
    const std::string first = "127." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".";
    add(targets, first + "3-" + first + std::to_string(3 + i % 7));
    for (unsigned k = 3; k <= 3 + i % 7; ++k) expected.insert(first + std::to_string(k));
  }
  targets.seal();
  const auto found = all(targets);
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), expected);
  EXPECT_EQ(found.size(), expected.size());
}

TEST(TargetSet, LeavesOutSpecialRanges) {
  TargetSet targets;
  add(targets, "0.0.0.0/0");
  targets.seal();
  EXPECT_GT(targets.size(), 3'600'000'000U);
  EXPECT_LT(targets.size(), 3'750'000'000U);
  EXPECT_EQ(targets.size() + targets.left_out(), 1ULL << 32U);
  EXPECT_FALSE(targets.may_send_to(*parse_address("127.0.0.1")));
  EXPECT_FALSE(targets.only_loopback());
}

TEST(TargetSet, ScansLoopbackOnlyWhenThatIsWhatWasAsked) {
  TargetSet targets;
  add(targets, "127.1.0.0/16");
  targets.seal();
  EXPECT_EQ(targets.size(), 65536U);
  EXPECT_TRUE(targets.only_loopback());
  EXPECT_TRUE(targets.may_send_to(*parse_address("127.1.2.3")));
  EXPECT_FALSE(targets.may_send_to(*parse_address("127.2.0.1")))
      << "a name must not lead to other loopback addresses";
}

TEST(TargetSet, ScansInsideNetworksOnlyWhenNamed) {
  TargetSet targets;
  targets.allow_special(*parse_range("10.1.0.0/16"));
  add(targets, "10.1.2.0/23");
  add(targets, "10.2.0.0/24");
  targets.seal();
  EXPECT_EQ(targets.size(), 512U);
  EXPECT_EQ(targets.left_out(), 256U);
  EXPECT_FALSE(targets.only_loopback());
}

TEST(TargetSet, RefusesWideIpv6Ranges) {
  TargetSet targets;
  EXPECT_FALSE(targets.add(*parse_range("2a00::/64")));
  EXPECT_TRUE(targets.add(*parse_range("2a00::/96")));
}

TEST(TargetSet, KeepsNamesAndTheirAddresses) {
  TargetSet targets;
  targets.add(Target{std::nullopt, "mail.example.org"});
  targets.add(Target{std::nullopt, "mail.example.org"});
  targets.add(Target{parse_address("127.0.0.9"), "b.example.org"});
  targets.add(Target{parse_address("10.0.0.9"), "inside.example.org"});
  targets.seal();
  EXPECT_EQ(all(targets), (std::vector<std::string>{" mail.example.org", "127.0.0.9 b.example.org"}));
  EXPECT_EQ(targets.left_out(), 1U);
}

TEST(TargetSet, DigestNamesTheContentNotTheOrder) {
  TargetSet a;
  TargetSet b;
  TargetSet c;
  add(a, "127.0.0.1"), add(a, "127.0.0.2");
  add(b, "127.0.0.2"), add(b, "127.0.0.1");
  add(c, "127.0.0.1"), add(c, "127.0.0.3");
  a.seal(), b.seal(), c.seal();
  EXPECT_EQ(a.digest(), b.digest());
  EXPECT_NE(a.digest(), c.digest());
}

TEST(HostName, TakesNamesOfServersOnly) {
  EXPECT_EQ(host_name("Mail.Example.ORG."), "mail.example.org");
  EXPECT_EQ(host_name("_dmarc.a-b.example"), "_dmarc.a-b.example");
  for (const std::string text :
       {"", "localhost", "1.2.3.4", "a..b", "-a.example", "a b.example", "a.example/owa", "*.example.org",
        "mail.example.org\r\nX: y", "m\xc3\xa4il.example"}) {
    EXPECT_FALSE(host_name(text)) << text;
  }
  EXPECT_FALSE(host_name(std::string_view("mail.example\0.evil.org", 22)));
  EXPECT_FALSE(host_name(std::string(64, 'a') + ".example"));
}

}  // namespace
}  // namespace afterpatch::exposure
