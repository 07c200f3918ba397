#include "detect/literal_scanner.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/text.h"

namespace afterpatch::detect {
namespace {

using Hits = std::set<std::pair<std::uint32_t, std::size_t>>;

Hits scan(const std::vector<ScanLiteral>& literals, std::string_view block) {
  const auto scanner = LiteralScanner::compile(literals);
  EXPECT_TRUE(scanner);
  auto scratch = scanner->make_scratch();
  Hits hits;
  scanner->scan(block, scratch, [&](std::uint32_t literal, std::size_t end) { hits.emplace(literal, end); });
  return hits;
}

// The plain meaning: every place where a literal stands, ignoring ASCII case.
Hits scan_naively(const std::vector<ScanLiteral>& literals, std::string_view block) {
  Hits hits;
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    const std::string& text = literals[i].text;
    for (std::size_t at = 0; at + text.size() <= block.size(); ++at) {
      if (equals_ignoring_case(block.substr(at, text.size()), text)) hits.emplace(i, at + text.size());
    }
  }
  return hits;
}

TEST(LiteralScanner, FindsLiteralsIgnoringCase) {
  EXPECT_EQ(scan({{"X-BEResource", false}, {"ab", false}}, "..x-beresource AB"), (Hits{{0, 14}, {1, 17}}));
}

TEST(LiteralScanner, TakesEveryByteLiterally) {
  EXPECT_EQ(scan({{"a.*[b]\\", false}}, "axxb a.*[B]\\"), (Hits{{0, 12}}));
  EXPECT_EQ(scan({{std::string("\0\xff", 2), false}}, std::string_view("a\0\xff", 3)), (Hits{{0, 3}}));
}

TEST(LiteralScanner, LetsASpaceStandForAPlusWhereAsked) {
  EXPECT_EQ(scan({{"windows nt", true}, {"windows nt", false}}, "Windows+NT Windows NT"),
            (Hits{{0, 10}, {0, 21}, {1, 21}}));
}

TEST(LiteralScanner, FindsNothingWithNoLiterals) {
  EXPECT_TRUE(scan({}, "anything").empty());
}

TEST(LiteralScanner, AgreesWithAPlainSearchOnRandomText) {
  std::mt19937 random(1);
  const auto text = [&](std::size_t size) {
    std::string made;
    for (std::size_t i = 0; i < size; ++i) made.push_back("aAbB/.+"[random() % 7]);
    return made;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<ScanLiteral> literals;
    for (std::size_t i = 0; i < 1 + random() % 30; ++i) literals.push_back({text(1 + random() % 8), false});
    const std::string block = text(random() % 300);
    EXPECT_EQ(scan(literals, block), scan_naively(literals, block));
  }
}

}  // namespace
}  // namespace afterpatch::detect
