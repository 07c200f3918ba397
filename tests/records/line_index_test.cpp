#include "records/line_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "records/byte_count.h"

namespace afterpatch::records {
namespace {

std::vector<std::uint32_t> plainly(std::string_view text) {
  std::vector<std::uint32_t> ends;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text[at] == '\n') ends.push_back(static_cast<std::uint32_t>(at));
  return ends;
}

// Of every length up to some strides, with many line ends and few zero bytes.
std::string some_text(std::size_t size, std::mt19937& random) {
  std::string text(size, 'x');
  for (char& c : text) {
    const auto dice = random() % 64;
    c = dice < 16 ? '\n' : dice == 63 && size % 3 == 0 ? '\0' : static_cast<char>(random());
  }
  return text;
}

TEST(LineIndex, ListsWhatAPlainLoopFinds) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 400; ++size) {
    const std::string text = some_text(size, random);
    const LineIndex lines(text);
    const auto ends = lines.line_ends();
    ASSERT_EQ(std::vector<std::uint32_t>(ends.begin(), ends.end()), plainly(text)) << size;
    ASSERT_EQ(lines.has_nul(), text.find('\0') != std::string::npos) << size;
  }
}

TEST(LineIndex, SeesAZeroByteAtEveryPlace) {
  for (std::size_t at = 0; at < 200; ++at) {
    std::string text(200, '\xff');
    EXPECT_FALSE(LineIndex(text).has_nul());
    text[at] = '\0';
    EXPECT_TRUE(LineIndex(text).has_nul()) << at;
  }
}

TEST(LineIndex, CountsTheLineEndsBeforeAPlace) {
  const LineIndex lines("a\nb\n\n");
  EXPECT_EQ(lines.count(), 3U);
  EXPECT_EQ(lines.count_before(0), 0U);
  EXPECT_EQ(lines.count_before(1), 0U);
  EXPECT_EQ(lines.count_before(2), 1U);
  EXPECT_EQ(lines.count_before(9), 3U);
}

TEST(LineCursor, FindsTheNextEndFromAnyPlaceForward) {
  std::mt19937 random(2);
  const std::string text = some_text(300, random);
  const LineIndex lines(text);
  for (const std::size_t step : {1UL, 3UL, 50UL}) {
    LineCursor cursor(lines);
    for (std::size_t at = 0; at <= text.size(); at += step)
      ASSERT_EQ(cursor.next_end(at, 1000), std::min(text.find('\n', at), std::size_t{1000})) << at;
  }
}

TEST(ByteCount, CountsWhatAPlainLoopCounts) {
  std::mt19937 random(3);
  for (const std::size_t begin : {0UL, 1UL, 5000UL}) {
    for (std::size_t size = 0; size < 300; ++size) {
      const std::string text = some_text(begin + size, random);
      ASSERT_EQ(count_byte(text, '\n'), plainly(text).size()) << text.size();
    }
  }
}

}  // namespace
}  // namespace afterpatch::records
