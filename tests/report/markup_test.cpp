#include "report/page/markup.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

TEST(Markup, EscapesTextAndAttributes) {
  EXPECT_EQ(element("p", {{"title", "a\"b"}}, "<i> & \x1b").markup(),
            "<p title=\"a&quot;b\">&lt;i&gt; &amp; \\x1b</p>");
}

TEST(Markup, NestsElements) {
  EXPECT_EQ(element("ul", {element("li", "a"), element("li", "b")}).markup(),
            "<ul><li>a</li><li>b</li></ul>");
}

TEST(Markup, ClosesVoidElements) {
  EXPECT_EQ(void_element("br", {}).markup(), "<br/>");
}

TEST(Markup, WritesNumbersShortly) {
  EXPECT_EQ(void_element("rect", {{"x", 10.0}, {"y", 1.26}}).markup(), "<rect x=\"10\" y=\"1.3\"/>");
}

TEST(Markup, CutsLongText) {
  EXPECT_EQ(text("abcdef", 3).markup(), "abc…");
}

// The guard against unescaped evidence is the type: a string is no markup, and only a constant makes a
// Literal.
static_assert(!std::is_convertible_v<std::string, Html>);
static_assert(!std::is_convertible_v<std::string_view, Html>);
static_assert(!std::is_convertible_v<const char*, Html>);
static_assert(!std::is_convertible_v<std::string, Literal>);
static_assert(!std::is_convertible_v<std::string_view, Literal>);

}  // namespace
}  // namespace afterpatch::report
