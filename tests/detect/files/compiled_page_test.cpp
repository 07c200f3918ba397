#include "detect/files/compiled_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}

void put(std::string& image, std::size_t at, const std::string& bytes) {
  if (image.size() < at + bytes.size()) image.resize(at + bytes.size(), '\0');
  image.replace(at, bytes.size(), bytes);
}

// The least that ECMA-335 calls a library: headers, one section, metadata with two heaps; no code at all.
std::string library(const std::vector<std::string>& names, const std::vector<std::string>& texts) {
  std::string strings(1, '\0');
  for (const std::string& name : names) strings += name + std::string(1, '\0');
  std::string user(1, '\0');
  for (const std::string& text : texts) {
    const std::size_t length = text.size() * 2 + 1;
    user += length < 0x80
                ? le(length, 1)
                : std::string({static_cast<char>(0x80U | length >> 8U), static_cast<char>(length & 0xffU)});
    user += to_utf16le(text).substr(2) + std::string(1, '\0');
  }
  const std::string version("v4.0.30319\0\0", 12);
  const std::size_t heaps = 16 + version.size() + 4 + (8 + 12) + (8 + 4);
  std::string root = le(0x424a5342, 4) + le(1, 2) + le(1, 2) + le(0, 4) + le(version.size(), 4) + version +
                     le(0, 2) + le(2, 2);
  root += le(heaps, 4) + le(strings.size(), 4) + std::string("#Strings\0\0\0\0", 12);
  root += le(heaps + strings.size(), 4) + le(user.size(), 4) + std::string("#US\0", 4) + strings + user;
  std::string image = "MZ";
  put(image, 0x3c, le(0x80, 4));
  put(image, 0x80, std::string("PE\0\0", 4) + le(0x14c, 2) + le(1, 2));
  put(image, 0x80 + 20, le(224, 2));
  put(image, 0x80 + 24, le(0x10b, 2));
  put(image, 0x80 + 24 + 96 + 14 * 8, le(0x2000, 4) + le(72, 4));
  const std::size_t section = 0x80 + 24 + 224;
  put(image, section,
      std::string(".text\0\0\0", 8) + le(0x2000, 4) + le(0x2000, 4) + le(0x8000, 4) + le(0x400, 4));
  put(image, 0x400, le(72, 4) + le(0x50002, 4) + le(0x2048, 4) + le(root.size(), 4));
  put(image, 0x448, root);
  return image;
}

constexpr const char* kPlace =
    "\\windows\\microsoft.net\\framework64\\v4.0.30319\\temporary asp.net "
    "files\\root\\e22c2559\\92c7e946\\app_web_x1.dll";
constexpr const char* kOwaPlace =
    "\\windows\\microsoft.net\\framework64\\v4.0.30319\\temporary asp.net "
    "files\\owa\\8e05b027\\e164d61b\\app_web_x2.dll";

TEST(CompiledPage, KnowsItsPlace) {
  EXPECT_TRUE(is_compiled_page(kPlace));
  EXPECT_FALSE(is_compiled_page("\\inetpub\\wwwroot\\bin\\app_web_x1.dll"));
}

TEST(CompiledPage, AShellIsKnownThoughItsPageIsGone) {
  const std::string bytes =
      library({"JScriptEvaluate", "Page"}, {"text", "~/aspnet_client/x.aspx", std::string(100, 'a')});
  const CompiledPage read = read_compiled_page(bytes, exchange().web_extensions);
  EXPECT_THAT(read.pages, ElementsAre("~/aspnet_client/x.aspx"));
  EXPECT_TRUE(read.evaluates);
  EXPECT_FALSE(read.starts_process);
  const auto claims = judge_compiled_page(exchange(), kPlace, bytes);
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].step, Step::backdoor_trace);
  EXPECT_EQ(claims[0].confidence, Confidence::likely);
  EXPECT_THAT(claims[0].facts, ElementsAre(testing::Pair("path", "/aspnet_client/x.aspx")));
}

TEST(CompiledPage, PagesOfTheProductAreSilentAndTheirApplicationCounts) {
  EXPECT_THAT(judge_compiled_page(exchange(), kOwaPlace,
                                  library({"Page"}, {"~/auth/logon.aspx", "~/auth/errorFE.aspx"})),
              IsEmpty());
  const auto added = judge_compiled_page(exchange(), kOwaPlace,
                                         library({"Page"}, {"~/auth/logon.aspx", "~/auth/helper.aspx"}));
  ASSERT_THAT(added, SizeIs(1));
  EXPECT_THAT(added[0].facts, ElementsAre(testing::Pair("path", "/owa/auth/helper.aspx")));
}

TEST(CompiledPage, APageUnderAShippedNameThatEvaluatesIsNamed) {
  const auto claims =
      judge_compiled_page(exchange(), kOwaPlace, library({"JScriptEvaluate"}, {"~/auth/logon.aspx"}));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, "compiled-page-evaluates");
}

TEST(CompiledPage, AnyBytesAreHarmless) {
  const std::string whole = library({"Process", "Start"}, {"~/a.aspx"});
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = whole.substr(0, random() % (whole.size() + 1));
    for (int changes = 0; changes < 6 && !bytes.empty(); ++changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const CompiledPage read = read_compiled_page(bytes, exchange().web_extensions);
    EXPECT_LE(read.pages.size(), 1U);
  }
  EXPECT_TRUE(read_compiled_page(whole, exchange().web_extensions).starts_process);
}

}  // namespace
}  // namespace afterpatch::detect::files
