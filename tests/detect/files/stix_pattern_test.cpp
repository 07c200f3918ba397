#include "detect/files/stix_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

std::vector<std::string> values_of(std::string_view pattern) {
  const auto parsed = parse_stix_pattern(pattern);
  if (!parsed) return {"refused: " + parsed.error().what};
  std::vector<std::string> values;
  for (const StixTerm& term : parsed->terms) {
    values.push_back(std::string(to_string(term.type)) + " " + term.value + (term.partial ? " partial" : ""));
  }
  return values;
}

using testing::ElementsAre;

TEST(StixPattern, SingleComparisons) {
  EXPECT_THAT(values_of("[file:hashes.'SHA-256' = 'ab']"), ElementsAre("sha256 ab"));
  EXPECT_THAT(values_of("[file:hashes.MD5='cd']"), ElementsAre("md5 cd"));
  EXPECT_THAT(values_of("[ipv4-addr:value = '203.0.113.1']"), ElementsAre("ip 203.0.113.1"));
  EXPECT_THAT(values_of("[ipv6-addr:value = '2001:db8::1']"), ElementsAre("ip 2001:db8::1"));
  EXPECT_THAT(values_of("[domain-name:value = 'evil.example']"), ElementsAre("domain evil.example"));
  EXPECT_THAT(values_of("[url:value = 'https://evil.example/a']"), ElementsAre("url https://evil.example/a"));
  EXPECT_THAT(values_of("[file:name = 'it\\'s.aspx']"), ElementsAre("filename it's.aspx"));
  EXPECT_THAT(
      values_of("[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Tool/1']"),
      ElementsAre("useragent Tool/1"));
}

TEST(StixPattern, AlternativesAreAllTaken) {
  EXPECT_THAT(
      values_of("[file:hashes.MD5 = 'a' OR file:hashes.'SHA-1' = 'b'] OR [domain-name:value = 'c.d']"),
      ElementsAre("md5 a", "sha1 b", "domain c.d"));
  EXPECT_THAT(values_of("[ipv4-addr:value IN ('203.0.113.1', '203.0.113.2')]"),
              ElementsAre("ip 203.0.113.1", "ip 203.0.113.2"));
}

TEST(StixPattern, OfAConjunctionTheMostTellingPartIsTaken) {
  EXPECT_THAT(values_of("[file:name = 'x.aspx' AND file:hashes.'SHA-256' = 'ab']"),
              ElementsAre("sha256 ab partial"));
  EXPECT_THAT(values_of("[ipv4-addr:value = '203.0.113.1' AND network-traffic:dst_port = 443]"),
              ElementsAre("ip 203.0.113.1 partial"));
  EXPECT_THAT(values_of("[(domain-name:value = 'a.b' OR domain-name:value = 'c.d') AND file:name = 'x']"),
              ElementsAre("domain a.b partial", "domain c.d partial"));
}

TEST(StixPattern, APartThatCantBeLookedForIsNamed) {
  EXPECT_EQ(parse_stix_pattern("[mutex:name = 'x' OR domain-name:value = 'a.b']")->ignored, "mutex:name");
}

TEST(StixPattern, WhatCantBeUsedIsRefused) {
  for (const char* pattern :
       {"", "[", "[]", "[file:name]", "[file:name = 'x'", "[file:name LIKE 'x%']", "[file:name != 'x']",
        "[NOT file:name = 'x']", "[mutex:name = 'x']", "[file:name = 'x'] FOLLOWEDBY [file:name = 'y']",
        "[file:name = 'x'] AND [file:name = 'y']", "[file:name = 'x'] WITHIN 5 SECONDS",
        "[file:name = 'unclosed]", "[file:size = 5]", "[file:name MATCHES 'a.*']"}) {
    EXPECT_FALSE(parse_stix_pattern(pattern)) << pattern;
  }
}

TEST(StixPattern, DepthAndLengthAreBounded) {
  EXPECT_FALSE(parse_stix_pattern("[" + std::string(50'000, '(')));
  EXPECT_FALSE(parse_stix_pattern(std::string(50'000, '(')));
  EXPECT_FALSE(parse_stix_pattern("[file:name = '" + std::string(70'000, 'a') + "']"));
}

}  // namespace
}  // namespace afterpatch::detect::files
