#include "detect/files/indicators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Indicator indicator(IndicatorType type, std::string value, bool strong = true) {
  return {.type = type,
          .value = std::move(value),
          .note = "",
          .origin = "list.csv",
          .campaign = "",
          .strong = strong};
}

IndicatorSet set_of(std::initializer_list<Indicator> list) {
  IndicatorSet set;
  for (const Indicator& one : list) EXPECT_EQ(set.add(one), std::nullopt) << one.value;
  set.finish();
  return set;
}

// Whether the one literal of this indicator is found anywhere in the row, as the log passes would.
bool found_in(IndicatorType type, std::string value, std::string_view row) {
  const IndicatorSet set = set_of({indicator(type, std::move(value))});
  const LogLiteral& literal = set.literals().at(0);
  for (auto at = row.find(literal.witness); at != std::string_view::npos;
       at = row.find(literal.witness, at + 1)) {
    if (matches_in(literal, row, at)) return true;
  }
  return false;
}

TEST(Indicators, DigestsAreFoundWhateverTheirCase) {
  const auto set = set_of({indicator(IndicatorType::md5, std::string(32, 'A'))});
  EXPECT_NE(set.with_digest(std::string(32, 'a')), nullptr);
  EXPECT_EQ(set.with_digest(std::string(32, 'b')), nullptr);
  EXPECT_TRUE(set.has_old_digests());
  EXPECT_THAT(set.literals(), IsEmpty());
}

TEST(Indicators, WhatCantBeUsedSaysWhy) {
  IndicatorSet set;
  EXPECT_THAT(*set.add(indicator(IndicatorType::sha256, "abc")), testing::HasSubstr("64 hexadecimal"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::md5, "d41d8cd98f00b204e9800998ecf8427e")),
              testing::HasSubstr("empty file"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::ip, "10.0.0.0/8")), testing::HasSubstr("range"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::ip, "10.0.0.256")), testing::HasSubstr("no IP"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::domain, "localhost")), testing::HasSubstr("no domain"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::path, "C:\\temp\\*.aspx")), testing::HasSubstr("wildcards"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::file_name, "a.b")), testing::HasSubstr("short"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::url_path, "/")), testing::HasSubstr("short"));
  EXPECT_THAT(*set.add(indicator(IndicatorType::user_agent, "")), testing::HasSubstr("empty"));
  EXPECT_EQ(set.size(), 0U);
}

TEST(Indicators, EqualOnesAreKeptOnceAndTheStrongerCounts) {
  const auto set = set_of({indicator(IndicatorType::ip, "203.0.113.9", false),
                           indicator(IndicatorType::ip, "203.0.113[.]9", true)});
  ASSERT_EQ(set.size(), 1U);
  EXPECT_TRUE(set.indicators()[0].strong);
}

TEST(Indicators, PathsMatchAsWholePartsAtTheEnd) {
  const auto set = set_of({indicator(IndicatorType::path, "C:/inetpub/wwwroot/aspnet_client/Shell.aspx"),
                           indicator(IndicatorType::file_name, "shell.aspx")});
  EXPECT_THAT(set.with_path("\\inetpub\\wwwroot\\aspnet_client\\shell.aspx"), SizeIs(2));
  EXPECT_THAT(set.with_path("\\evidence\\inetpub\\wwwroot\\aspnet_client\\SHELL.aspx"), SizeIs(2));
  EXPECT_THAT(set.with_path("\\xinetpub\\wwwroot\\aspnet_client\\shell.aspx"), SizeIs(1));
  EXPECT_THAT(set.with_path("\\x\\myshell.aspx"), IsEmpty());
}

TEST(Indicators, AddressesMatchWhole) {
  EXPECT_TRUE(found_in(IndicatorType::ip, "10.0.0.1", "GET / 10.0.0.1 200"));
  EXPECT_TRUE(found_in(IndicatorType::ip, "10.0.0.1", "x,10.0.0.1:443,y"));
  EXPECT_TRUE(found_in(IndicatorType::ip, "10.0.0.1", "https://10.0.0.1/x"));
  EXPECT_TRUE(found_in(IndicatorType::ip, "10.0.0.1", "seen 10.0.0.1."));
  EXPECT_FALSE(found_in(IndicatorType::ip, "10.0.0.1", "110.0.0.1"));
  EXPECT_FALSE(found_in(IndicatorType::ip, "10.0.0.1", "10.0.0.12"));
  EXPECT_FALSE(found_in(IndicatorType::ip, "10.0.0.1", "10.0.0.1.5"));
  EXPECT_FALSE(found_in(IndicatorType::ip, "10.0.0.1", "1.10.0.0.1"));
  EXPECT_FALSE(found_in(IndicatorType::ip, "10.0.0.1", "Chrome/10.0.0.1 Safari"));
}

TEST(Indicators, Ipv6IsNormalisedAndMatchesWhole) {
  EXPECT_TRUE(found_in(IndicatorType::ip, "2001:0DB8::0001", "x 2001:db8::1 y"));
  EXPECT_FALSE(found_in(IndicatorType::ip, "2001:db8::1", "x 2001:db8::12 y"));
  EXPECT_FALSE(found_in(IndicatorType::ip, "2001:db8::1", "x 1:2001:db8::1 y"));
}

TEST(Indicators, DomainsMatchAsWholeLabels) {
  EXPECT_TRUE(found_in(IndicatorType::domain, "evil.example", "https://evil.example/x"));
  EXPECT_TRUE(found_in(IndicatorType::domain, "evil.example", "a.evil.example:443"));
  EXPECT_TRUE(found_in(IndicatorType::domain, "evil.example", "u=https%3A%2F%2Fevil.example%2Fx"));
  EXPECT_FALSE(found_in(IndicatorType::domain, "evil.example", "notevil.example"));
  EXPECT_FALSE(found_in(IndicatorType::domain, "evil.example", "x-evil.example"));
  EXPECT_FALSE(found_in(IndicatorType::domain, "evil.example", "evil.example.org"));
  EXPECT_FALSE(found_in(IndicatorType::domain, "evil.example", "evil.examples"));
}

TEST(Indicators, UrlPathsStartAFieldOrFollowAHost) {
  EXPECT_TRUE(found_in(IndicatorType::url_path, "/owa/auth/x.aspx", "GET /owa/auth/x.aspx p=1"));
  EXPECT_TRUE(found_in(IndicatorType::url_path, "/owa/auth/x.aspx", ",/owa/auth/x.aspx?p=1,"));
  EXPECT_TRUE(
      found_in(IndicatorType::url_path, "/owa/auth/x.aspx", "https://mail.example:443/owa/auth/x.aspx"));
  EXPECT_FALSE(found_in(IndicatorType::url_path, "/owa/auth/x.aspx", "GET /y/owa/auth/x.aspx -"));
  EXPECT_FALSE(found_in(IndicatorType::url_path, "/owa/auth/x.aspx", "GET /owa/auth/x.aspxy -"));
  EXPECT_FALSE(found_in(IndicatorType::url_path, "/owa/auth/x.aspx", "GET /owa/auth/x.aspx/z -"));
}

TEST(Indicators, UserAgentsMatchWithPlusOrSpace) {
  const std::string agent = "Example Tool/1.5 (+http://example.org)";
  EXPECT_TRUE(found_in(IndicatorType::user_agent, agent, "- Example+Tool/1.5+(+http://example.org) 200"));
  EXPECT_TRUE(found_in(IndicatorType::user_agent, agent, ",Example Tool/1.5 (+http://example.org),"));
  EXPECT_TRUE(found_in(IndicatorType::user_agent, "python-requests/2.19.1", " python-requests/2.19.1 "));
  EXPECT_FALSE(found_in(IndicatorType::user_agent, "python-requests/2.19.1", " python-requests/2.19.12 "));
}

TEST(Indicators, AHitOffsetThatFitsNothingIsSurvived) {
  const IndicatorSet set = set_of({indicator(IndicatorType::user_agent, "a Example")});
  EXPECT_FALSE(matches_in(set.literals()[0], "Example", 0));
  EXPECT_FALSE(matches_in(set.literals()[0], "", 100));
}

TEST(Indicators, OnlyADigestOfAWebShellIsADoor) {
  Indicator shell = indicator(IndicatorType::sha256, std::string(64, 'a'));
  shell.web_shell = true;
  EXPECT_EQ(indicator_claim(shell).step, Step::backdoor_file);
  EXPECT_EQ(indicator_claim(shell).confidence, Confidence::likely);
  shell.type = IndicatorType::file_name;
  shell.strong = false;
  EXPECT_EQ(indicator_claim(shell).step, Step::context);
  EXPECT_EQ(indicator_claim(shell).confidence, Confidence::possible);
}

}  // namespace
}  // namespace afterpatch::detect::files
