#include "detect/qgram_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"

namespace afterpatch::detect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Hits = std::vector<std::pair<std::uint32_t, std::size_t>>;

struct Scanned {
  Hits hits;  // sorted
  std::vector<std::uint32_t> left_over;
};

Scanned scan(const std::vector<ScanLiteral>& literals, std::string_view text, std::string_view sample = {}) {
  Scanned scanned;
  const QGramScanner scanner(literals, sample, scanned.left_over);
  scanner.scan(text,
               [&](std::uint32_t literal, std::size_t end) { scanned.hits.emplace_back(literal, end); });
  std::ranges::sort(scanned.hits);
  return scanned;
}

bool same(char in_text, char wanted, bool space_or_plus) {
  return to_lower_ascii(in_text) == to_lower_ascii(wanted) ||
         (space_or_plus && wanted == ' ' && in_text == '+');
}

// The plain meaning of what the scanner takes.
Hits scan_naively(const std::vector<ScanLiteral>& literals, const std::vector<std::uint32_t>& left_over,
                  std::string_view text) {
  Hits hits;
  for (std::uint32_t number = 0; number < literals.size(); ++number) {
    if (std::ranges::find(left_over, number) != left_over.end()) continue;
    const auto& [wanted, space_or_plus] = literals[number];
    for (std::size_t at = 0; at + wanted.size() <= text.size(); ++at) {
      const bool stands_here = std::ranges::equal(text.substr(at, wanted.size()), wanted,
                                                  [&](char a, char b) { return same(a, b, space_or_plus); });
      if (stands_here) hits.emplace_back(number, at + wanted.size());
    }
  }
  return hits;
}

TEST(QGramScanner, FindsALiteralOnceWhereverItStands) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t behind = 0; behind < 40; ++behind) {
      const std::string text = std::string(before, '.') + "FiVes" + std::string(behind, '.');
      EXPECT_THAT(scan({{"fives"}}, text).hits, ElementsAre(std::pair(0U, before + 5)));
    }
  }
}

TEST(QGramScanner, LeavesShortLiteralsAndThoseOfManyWritings) {
  const Scanned scanned =
      scan({{"four"}, {"fives"}, {"a b c d", true}, {"a b c d", false}, {"a longer", true}},
           "four fives a b c d a+longer");
  EXPECT_THAT(scanned.left_over, ElementsAre(0, 2));
  EXPECT_THAT(scanned.hits, ElementsAre(std::pair(1U, 10U), std::pair(3U, 18U), std::pair(4U, 27U)));
}

// However many literals share their bytes, one place of a text leads to a few of them only.
TEST(QGramScanner, LeavesLiteralsWhoseBytesToManyShare) {
  const std::vector<ScanLiteral> alike(QGramScanner::kMaxSharing + 3, {"alike"});
  EXPECT_THAT(scan(alike, "alike").left_over.size(), 3U);
  EXPECT_THAT(scan(alike, "alike").hits.size(), QGramScanner::kMaxSharing);
}

TEST(QGramScanner, ASampleChangesNothingThatIsFound) {
  const std::string text = "GET /owa/auth/logon.aspx GET /owa/auth/x.aspx";
  const std::vector<ScanLiteral> literals = {{"/owa/auth/x.aspx"}, {"/owa/auth/"}};
  EXPECT_EQ(scan(literals, text, text).hits, scan(literals, text).hits);
  EXPECT_THAT(scan(literals, text, text).left_over, IsEmpty());
}

TEST(QGramScanner, AgreesWithAPlainSearchOnRandomText) {
  std::mt19937 random(1);
  const auto text_of = [&](std::size_t size) {
    std::string made;
    for (std::size_t i = 0; i < size; ++i) made.push_back("aAab+ \r"[random() % (size % 2 == 0 ? 4 : 7)]);
    return made;
  };
  std::size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<ScanLiteral> literals;
    for (std::size_t i = 0; i < 1 + random() % 40; ++i)
      literals.push_back({text_of(1 + random() % 9), random() % 2 == 0});
    const std::string text = text_of(random() % 2000);
    const Scanned scanned = scan(literals, text, round % 2 == 0 ? text : std::string());
    ASSERT_EQ(scanned.hits, scan_naively(literals, scanned.left_over, text));
    found += scanned.hits.size();
  }
  EXPECT_GT(found, 1000U);
}

}  // namespace
}  // namespace afterpatch::detect
