#include "records/key_value.h"

#include <gtest/gtest.h>

namespace afterpatch::records {
namespace {

std::vector<std::pair<std::string, std::string>> parse(std::string_view text) {
  std::vector<KeyValue> entries;
  std::deque<std::string> scratch;
  parse_key_values(text, entries, scratch);
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& entry : entries) out.emplace_back(entry.key, entry.value);
  return out;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(KeyValues, TypesAreTakenOffKeysAndKeptInValues) {
  EXPECT_EQ(parse("S:TIME=13;Dbl:WLM.TS=0;I32:ADR.C[x]=1;F:A=1.5;Dt:D=x;BeginRequest=2021-04-06T14:54:27Z"),
            (Pairs{{"TIME", "13"},
                   {"WLM.TS", "0"},
                   {"ADR.C[x]", "1"},
                   {"A", "1.5"},
                   {"D", "x"},
                   {"BeginRequest", "2021-04-06T14:54:27Z"}}));
}

TEST(KeyValues, QuotedEntryHoldsSeparatorsAndDoubledQuotes) {
  EXPECT_EQ(
      parse("S:SID=a;'S:CMD=Set-X.Url=''http://o/;#a;b''.Identity=''c''';S:REQID=;S:URL=/x?a=b&c=%5D:444"),
      (Pairs{{"SID", "a"},
             {"CMD", "Set-X.Url='http://o/;#a;b'.Identity='c'"},
             {"REQID", ""},
             {"URL", "/x?a=b&c=%5D:444"}}));
}

TEST(KeyValues, UnclosedQuoteGivesWhatIsThere) {
  EXPECT_EQ(parse("'S:CMD=a;''b"), (Pairs{{"CMD", "a;'b"}}));
  EXPECT_EQ(parse("'"), Pairs{});
}

TEST(KeyValues, EmptyEntriesAreLeftOutAndBareKeysHaveNoValue) {
  EXPECT_EQ(parse(";;a;;b=;"), (Pairs{{"a", ""}, {"b", ""}}));
}

TEST(KeyValues, AtMost4096Entries) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "k=v;";
  EXPECT_EQ(parse(text).size(), 4096U);
}

TEST(FindValue, FirstEntryIgnoringCase) {
  EXPECT_EQ(find_value("S:Bld=15.1.2375.7;S:BLD=2", "bld"), "15.1.2375.7");
  EXPECT_EQ(find_value("S:A=1", "b"), std::nullopt);
}

}  // namespace
}  // namespace afterpatch::records
