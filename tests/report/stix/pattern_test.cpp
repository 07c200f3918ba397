#include "report/stix/pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace afterpatch::report::stix {
namespace {

// What a program that reads the pattern gives to its regular expressions: the quoted text, its escapes
// undone.
std::string expression_in(const std::string& pattern, const std::string& object_path) {
  std::string text = pattern.substr(pattern.find(object_path) + object_path.size());
  text.erase(0, text.find('\'') + 1);
  std::string expression;
  for (std::size_t i = 0; i < text.size() && text[i] != '\''; ++i) {
    if (text[i] == '\\') ++i;
    expression += text[i];
  }
  return expression;
}

TEST(StixPatterns, OfAddressesAndDigestsAreComparisons) {
  EXPECT_EQ(address_pattern("203.0.113.9", false), "[ipv4-addr:value = '203.0.113.9']");
  EXPECT_EQ(address_pattern("2001:db8::1", true), "[ipv6-addr:value = '2001:db8::1']");
  EXPECT_EQ(sha256_pattern("ab"), "[file:hashes.'SHA-256' = 'ab']");
}

TEST(StixPatterns, OfAPathMatchItWhateverItsCaseAndNothingElse) {
  const RE2 expression(expression_in(url_path_pattern("/owa/a.b(1)+[x]'$.aspx"), "request_value MATCHES "));
  ASSERT_TRUE(expression.ok()) << expression.error();
  EXPECT_TRUE(RE2::PartialMatch("/OWA/a.b(1)+[x]'$.aspx", expression));
  EXPECT_FALSE(RE2::PartialMatch("/owa/a.b(1)+[x]'$.aspx2", expression));
  EXPECT_FALSE(RE2::PartialMatch("/owa/aXb(1)+[x]'$.aspx", expression));
}

TEST(StixPatterns, OfAFileMatchItsFolderOnAnyDrive) {
  const std::string pattern = file_pattern("x.aspx", "Program Files\\Microsoft");
  const RE2 name(expression_in(pattern, "file:name MATCHES "));
  const RE2 folder(expression_in(pattern, "parent_directory_ref.path MATCHES "));
  EXPECT_TRUE(RE2::PartialMatch("X.ASPX", name));
  EXPECT_FALSE(RE2::PartialMatch("x.aspx.txt", name));
  for (const char* path : {"C:\\Program Files\\Microsoft", "program files\\microsoft"})
    EXPECT_TRUE(RE2::PartialMatch(path, folder)) << path;
  for (const char* path : {"C:\\Program Files\\Microsoft\\Edge", "C:\\My Program Files\\Microsoft"})
    EXPECT_FALSE(RE2::PartialMatch(path, folder)) << path;
}

}  // namespace
}  // namespace afterpatch::report::stix
