#include "detect/scripts/protector.h"

#include <string>

#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

// The loader's head in our own words; nothing behind it can be run.
std::string head(std::string_view first, std::string_view second) {
  return page(
             "<?ph_p /* an advertisement */error_reporting(0);ini_set(\"display_errors\", 0);if(!defined('") +
         std::string(first) + "')){define('" + std::string(second) + "',__FILE__);";
}

TEST(Protector, IsKnownByTheHeadOfItsLoader) {
  EXPECT_EQ(protector_of(head("abcdefgh", "abcdefgh") + "\xa8\xaa\x8c"), "PHPJiaMi");
  EXPECT_EQ(protector_of(head("abcdefgh", "abcdefgh") + std::string(100'000, '\xa8')), "PHPJiaMi");
}

TEST(Protector, OtherHeadsAreNone) {
  EXPECT_EQ(protector_of(head("abcdefgh", "hgfedcba")), "");
  EXPECT_EQ(protector_of("x" + head("abcdefgh", "abcdefgh")), "");
  EXPECT_EQ(protector_of(page("<?ph_p error_reporting(0); echo 1;")), "");
  EXPECT_EQ(protector_of(""), "");
}

TEST(Protector, APageThatNamesTheRequestWasChangedLater) {
  EXPECT_EQ(protector_of(head("abcdefgh", "abcdefgh") + page("echo $_PO_~ST['x'];")), "");
  EXPECT_EQ(protector_of(head("abcdefgh", "abcdefgh") + page("fopen('php:_~//input', 'r');")), "");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
