#include "detect/sigma/value_memo.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace afterpatch::detect::sigma {
namespace {

using Values = std::vector<std::string_view>;

constexpr std::uint32_t kTests[] = {3, 2};

TEST(ValueMemo, KeepsAnAnswerForTheSameValues) {
  ValueMemo memo(kTests);
  Answer* first = memo.find(0, Values{"cmd.exe"});
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first[2], Answer::unknown);
  first[2] = Answer::yes;
  EXPECT_EQ(memo.find(0, Values{"cmd.exe"})[2], Answer::yes);
  EXPECT_EQ(memo.find(0, Values{"cmd.exe"})[1], Answer::unknown);
}

TEST(ValueMemo, TellsListsOfValuesApartThatJoinToTheSameBytes) {
  using namespace std::string_view_literals;
  ValueMemo memo(kTests);
  const std::vector<Values> lists = {{},         {""},   {"", ""},   {"a", "b"},
                                     {"b", "a"}, {"ab"}, {"a\0b"sv}, {"a", "", "b"}};
  for (const Values& values : lists) {
    Answer* answers = memo.find(0, values);
    ASSERT_EQ(answers[0], Answer::unknown);
    answers[0] = Answer::no;
  }
  // A value that is written as the key of a list.
  const std::size_t one = 1;
  const std::string size(reinterpret_cast<const char*>(&one), sizeof one);
  const std::string crafted = size + "a" + size + "b";
  EXPECT_EQ(memo.find(0, Values{crafted})[0], Answer::unknown);
}

TEST(ValueMemo, TellsFieldsApart) {
  ValueMemo memo(kTests);
  memo.find(0, Values{"x"})[1] = Answer::yes;
  EXPECT_EQ(memo.find(1, Values{"x"})[1], Answer::unknown);
}

TEST(ValueMemo, LeavesLongValuesAlone) {
  ValueMemo memo(kTests);
  const std::string longest(ValueMemo::kMaxKeyBytes, 'x');
  EXPECT_NE(memo.find(0, Values{longest}), nullptr);
  EXPECT_EQ(memo.find(0, Values{longest + "x"}), nullptr);
  EXPECT_EQ(memo.find(0, Values{longest, "x"}), nullptr);
}

TEST(ValueMemo, GivesUpAFieldWhoseValuesNeverComeBack) {
  ValueMemo memo(kTests);
  std::size_t kept = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string value = std::to_string(i);
    kept += memo.find(0, Values{value}) != nullptr ? 1 : 0;
  }
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, 1000U);
  EXPECT_NE(memo.find(1, Values{"another field"}), nullptr);
}

TEST(ValueMemo, ForgetsEverythingBeforeItGrowsTooLarge) {
  ValueMemo memo(kTests);
  const std::string padding(4000, 'x');
  const auto find = [&](std::size_t number) {
    const std::string value = std::to_string(number) + padding;
    return memo.find(0, Values{value});
  };
  find(0)[0] = Answer::yes;
  memo.forget_if_full();
  EXPECT_EQ(find(0)[0], Answer::yes);
  // Each value twice, so that the field stays worth it.
  for (std::size_t i = 1; i <= ValueMemo::kMaxBytes / padding.size(); ++i) ASSERT_EQ(find(i), find(i));
  memo.forget_if_full();
  EXPECT_EQ(find(0)[0], Answer::unknown);
}

}  // namespace
}  // namespace afterpatch::detect::sigma
