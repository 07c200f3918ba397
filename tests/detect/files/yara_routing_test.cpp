// A routed scan finds exactly what a scan with every rule finds: over random files of every class and rules
// that ask for headers, sizes, strings and modules in random combination.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include <fmt/format.h>

#include "detect/files/fixtures.h"
#include "detect/files/yara_classes.h"
#include "detect/files/yara_rules.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::TestFolder;

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  std::string rules(int count) {
    std::string text = "import \"pe\"\nimport \"elf\"\nimport \"math\"\n";
    for (int i = 0; i < count; ++i) {
      text += fmt::format(
          "{}rule r{} {{\n strings:\n  $a = \"alpha\"\n  $w = \"beta\" wide\n  $h = {{ 67 00 61 }}\n"
          "  $m = \"MZ\"\n  $x = \"gamma\" xor wide\n  $y = \"omega!\" xor\n  $b = \"delta-text\" base64\n"
          "  $f = \"alpha\" fullword\n  $s = \"#z\"\n  $j = {{ 61 6c [1-4] 68 61 }}\n"
          "  $r = /\\b(al|el)(p|q)ha[0-9]{{0,20}}$/ nocase\n  $n = {{ 7? ?2 [0-30] 7? ?4 }}\n condition: {} "
          "or (for all of them : ( # < 0 ))\n}}\n",
          pick(8) == 0 ? "private " : "", i, expression(3, i));
    }
    return text;
  }

  std::string file() {
    static const std::vector<std::string> kHeads = {"MZ",
                                                    std::string("\x7f"
                                                                "ELF\x02\x01",
                                                                6),
                                                    "PK\x03\x04",
                                                    "%PDF-1",
                                                    "M",
                                                    "",
                                                    "{\\rtf1",
                                                    std::string("L\0\0\0", 4),
                                                    "<%@"};
    static const std::vector<std::string> kBodies = {
        "alpha",
        std::string("b\0e\0t\0a\0", 8),
        std::string("g\0a", 3),
        "MZ",
        std::string(1, '\0'),
        "text ",
        "ELPHA12",
        "alqha",
        " alpha ",
        "al--ha",
        "#z",
        "ZGVsdGEtdGV4dA==",  // "delta-text" at the three places in a group of three bytes
        "eGRlbHRhLXRleHQ=",
        "eHhkZWx0YS10ZXh0",
        changed("omega!", 0x20),
        changed(std::string("g\0a\0m\0m\0a\0", 10), 0x5a)};
    std::string bytes = kHeads[pick(kHeads.size())];
    for (std::size_t parts = pick(6); parts > 0; --parts) {
      bytes += kBodies[pick(kBodies.size())];
      if (pick(3) == 0) bytes.append(pick(20'000), '-');
    }
    for (std::size_t often = pick(12) == 0 ? 6'000 : 0; often > 0; --often) bytes += "alpha,";
    static const std::vector<std::size_t> kSizes = {0, 3, 90'000, 120'000, 600'000, 1'100'000};
    bytes.append(kSizes[pick(kSizes.size())], pick(2) == 0 ? ' ' : '\x01');
    return bytes;
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }

  static std::string changed(std::string text, unsigned key) {
    for (char& c : text) c = static_cast<char>(static_cast<unsigned char>(c) ^ key);
    return text;
  }

  std::string expression(int depth, int before) {
    if (depth == 0 || pick(4) == 0) return leaf(before);
    switch (pick(4)) {
      case 0:
        return fmt::format("({} or {})", expression(depth - 1, before), expression(depth - 1, before));
      case 1:
        return fmt::format("{} and {}", expression(depth - 1, before), expression(depth - 1, before));
      case 2:
        return fmt::format("not ({})", expression(depth - 1, before));
      default:
        return fmt::format("not {}", leaf(before));
    }
  }

  std::string leaf(int before) {
    static const std::vector<std::string> kLeaves = {"uint16(0) == 0x5a4d",
                                                     "uint16(0) != 0x5a4d",
                                                     "uint32(0) == 0x464c457f",
                                                     "uint32be(0) == 0x504b0304",
                                                     "uint8(0) == 0x4d",
                                                     "0x5a == uint8(1)",
                                                     "filesize < 100KB",
                                                     "filesize > 1MB",
                                                     "500KB < filesize",
                                                     "filesize == 5",
                                                     "$a",
                                                     "$w",
                                                     "$h",
                                                     "$x",
                                                     "$m at 0",
                                                     "any of them",
                                                     "all of ($a, $w)",
                                                     "2 of ($*)",
                                                     "3 of them",
                                                     "pe.number_of_sections < 99",
                                                     "pe.is_pe == 0",
                                                     "pe.is_pe",
                                                     "elf.machine == 62",
                                                     "pe.imports(\"a\", \"b\")",
                                                     "math.entropy(0, pe.size_of_code) > 1",
                                                     "defined pe.machine",
                                                     "for any i in (0..1) : ( uint8(i) == 0x4d )",
                                                     "#a > 0",
                                                     "$y",
                                                     "$b",
                                                     "$f",
                                                     "#f == 1",
                                                     "$s",
                                                     "$j",
                                                     "@j[1] < 9000",
                                                     "$r",
                                                     "!r[1] > 5",
                                                     "$n in (0..9000)",
                                                     "for any i in (1..#a) : ( @a[i] > 9000 )",
                                                     "$f at (filesize - 5)",
                                                     "entrypoint == 0",
                                                     "@a[1] < 5",
                                                     "true",
                                                     "false",
                                                     "uint16(22) & pe.DLL == 0"};
    if (before > 0 && pick(6) == 0) return fmt::format("r{}", pick(static_cast<std::size_t>(before)));
    return kLeaves[pick(kLeaves.size())];
  }

  std::mt19937 random_;
};

std::vector<std::string> found(YaraScanner& scanner, std::string_view bytes) {
  std::vector<std::string> ids;
  for (const Claim& claim : scanner.scan({.bytes = bytes, .path = "x", .windows_path = "\\x"}).claims)
    ids.push_back(fmt::format("{}@{}", claim.rule_id, claim.offset));
  return ids;
}

TEST(YaraRouting, FindsWhatEveryRuleOverEveryFileFinds) {
  std::uint64_t matches = 0;
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    Maker maker(seed);
    const TestFolder folder;
    RuleReport report;
    const auto rules = YaraRules::compile({{folder.write("a.yar", maker.rules(60)), {}}}, report);
    ASSERT_TRUE(rules);
    ASSERT_THAT(report.refused, testing::IsEmpty()) << report.refused[0].reason;
    auto routed = YaraScanner::make(*rules, {.routing = YaraRouting::at_once});
    auto whole = YaraScanner::make(*rules, {.routing = YaraRouting::off});
    for (int i = 0; i < 15; ++i) {
      const std::string bytes = maker.file();
      const auto expected = found(*whole, bytes);
      matches += expected.size();
      ASSERT_EQ(found(*routed, bytes), expected)
          << "seed " << seed << " file " << i << " class " << yara_class_of(bytes);
    }
  }
  EXPECT_GT(matches, 300U);
}

TEST(YaraRouting, FindsTheSameWhereALiteralStandsEverywhere) {
  const TestFolder folder;
  const std::string text =
      "rule changed { strings: $x = \"Mozilla/5.0\" xor $p = \"Mozilla/5.0\" condition: $x and not $p }\n"
      "rule plain { strings: $p = \"Mozilla/5.0\" condition: $p }\n"
      "rule word { strings: $p = \"zilla/5.0\" fullword condition: $p }\n"
      "rule last { strings: $r = /Mozilla\\/5\\.0 (last|final) one/ condition: $r }\n"
      "rule never { strings: $r = /Mozilla\\/5\\.0 (no|not) one/ condition: $r }\n"
      "rule two { strings: $a = \"Mozilla/5.0\" $b = \"missing text\" condition: 1 of them }\n"
      "rule both { strings: $a = \"Mozilla/5.0\" $b = \"missing text\" condition: all of them }\n";
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.write("a.yar", text), {}}}, report);
  ASSERT_TRUE(rules);
  ASSERT_THAT(report.refused, testing::IsEmpty()) << report.refused[0].reason;
  std::string log;
  while (log.size() < (2U << 20U)) log += "2021-03-03 GET /owa/ Mozilla/5.0 (Windows) 200\n";
  log += "Mozilla/5.0 last one\n";
  auto routed = YaraScanner::make(*rules, {.routing = YaraRouting::at_once});
  auto whole = YaraScanner::make(*rules, {.routing = YaraRouting::off});
  EXPECT_EQ(found(*routed, log), found(*whole, log));
  EXPECT_EQ(found(*routed, log).size(), 3U);  // plain, last, two
}

TEST(YaraRouting, EveryFileIsOfTheClassThatDescribesIt) {
  Maker maker(99);
  for (int i = 0; i < 500; ++i) {
    const std::string bytes = maker.file();
    const YaraFileClass files = yara_class(yara_class_of(bytes));
    EXPECT_TRUE(bytes.starts_with(files.prefix));
    for (const std::string_view other : files.not_prefixes) EXPECT_FALSE(bytes.starts_with(other));
    EXPECT_GE(bytes.size(), files.min_size);
    EXPECT_LE(bytes.size(), files.max_size);
    EXPECT_TRUE(!files.without_nul || bytes.find('\0') == std::string::npos);
  }
}

TEST(YaraRouting, IncludedAndGlobalAndNamedRulesStay) {
  const TestFolder folder;
  folder.write("part.inc",
               "private rule is_page { strings: $a = \"<%\" condition: $a }\n"
               "private rule is_program { condition: uint16(0) == 0x5a4d }\n");
  folder.write("main.yar",
               "include \"part.inc\"\nglobal rule small { condition: filesize < 1KB }\n"
               "rule page { condition: is_page and not is_program }\n"
               "rule any_kind { condition: any of (is_*) }\nrule program { condition: is_program }\n");
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.path() / "main.yar", {}}}, report);
  ASSERT_TRUE(rules);
  ASSERT_THAT(report.refused, testing::IsEmpty()) << report.refused[0].reason;
  auto routed = YaraScanner::make(*rules, {.routing = YaraRouting::at_once});
  EXPECT_THAT(found(*routed, "<% %>"), testing::ElementsAre("small@0", "page@0", "any_kind@0"));
  EXPECT_THAT(found(*routed, "MZ <%"), testing::ElementsAre("small@0", "any_kind@0", "program@0"));
  EXPECT_THAT(found(*routed, "<%" + std::string(2000, ' ')), testing::IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::files
