#include "detect/qgram_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"

namespace afterpatch::detect {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;

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

// On a processor without wide registers.
Hits scan_portably(const std::vector<ScanLiteral>& literals, std::string_view text, std::string_view sample) {
  Hits hits;
  std::vector<std::uint32_t> left_over;
  const QGramScanner scanner(literals, sample, left_over);
  scanner.scan_portably(text,
                        [&](std::uint32_t literal, std::size_t end) { hits.emplace_back(literal, end); });
  std::ranges::sort(hits);
  return hits;
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
  const Scanned scanned = scan(alike, "alike");
  EXPECT_THAT(scanned.hits.size(), AllOf(Ge(QGramScanner::kMaxSharing / 2), Le(QGramScanner::kMaxSharing)));
  EXPECT_EQ(scanned.hits.size() + scanned.left_over.size(), alike.size());
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

// The first byte of a q-gram may be what stands before the literal, whatever that is.
TEST(QGramScanner, FindsALiteralBehindAnyByte) {
  for (std::size_t before = 1; before < 40; ++before) {
    for (int byte = 0; byte < 256; ++byte) {
      const std::string text = std::string(before, static_cast<char>(byte)) + "fives" + std::string(40, '.');
      ASSERT_THAT(scan({{"fives"}}, text).hits, ElementsAre(std::pair(0U, before + 5))) << byte;
    }
  }
}

// The text is gone through in pieces of a few KiB.
TEST(QGramScanner, FindsLiteralsOverTheSeamsOfPieces) {
  for (std::size_t before = 4000; before < 4200; ++before) {
    const std::string text = std::string(before, '.') + "some literal" + std::string(9000, '.') + "fives";
    EXPECT_THAT(scan({{"some literal"}, {"fives"}}, text).hits,
                ElementsAre(std::pair(0U, before + 12), std::pair(1U, text.size())));
  }
}

// Everything is a hit: no list of places overflows.
TEST(QGramScanner, FindsEveryPlaceOfATextThatIsAllHits) {
  const std::string text(20000, 'a');
  EXPECT_EQ(scan({{"aaaaa"}, {"aaaaaaaaaaaa"}}, text).hits.size(), (text.size() - 4) + (text.size() - 11));
}

std::string random_bytes(std::mt19937& random, std::size_t size, std::string_view of) {
  std::string made;
  for (std::size_t i = 0; i < size; ++i) made.push_back(of[random() % of.size()]);
  return made;
}

// Texts of several pieces, made of parts of the literals and of what looks alike once bit 5 is set.
TEST(QGramScanner, AgreesWithAPlainSearchWithAndWithoutWideRegisters) {
  std::mt19937 random(2);
  constexpr std::string_view kAlike = "aAqQ1\x11\r-\n* +\xe1\xc1@`";
  std::size_t found = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<ScanLiteral> literals;
    for (int i = 0; i < 60; ++i)
      literals.push_back({random_bytes(random, 5 + random() % 12, kAlike), random() % 4 == 0});
    std::string text;
    while (text.size() < 9000) {
      const std::string& part = literals[random() % literals.size()].text;
      text += random() % 3 == 0 ? part : part.substr(random() % part.size());
      text += random_bytes(random, random() % 4, kAlike);
    }
    const Scanned scanned = scan(literals, text, round % 2 == 0 ? text : std::string());
    ASSERT_EQ(scanned.hits, scan_naively(literals, scanned.left_over, text));
    ASSERT_EQ(scanned.hits, scan_portably(literals, text, round % 2 == 0 ? text : std::string()));
    found += scanned.hits.size();
  }
  EXPECT_GT(found, 10000U);
}

}  // namespace
}  // namespace afterpatch::detect
