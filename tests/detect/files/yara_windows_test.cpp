#include "detect/files/yara_windows.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace afterpatch::detect::files {
namespace {

using Windows = std::vector<std::pair<std::size_t, std::size_t>>;

const YaraSight kSight{.whole = false,
                       .watched = {{.literal = 1, .reach = 10}, {.literal = 3, .reach = 100}}};

YaraHits hits(const std::vector<std::pair<std::uint32_t, std::size_t>>& places) {
  YaraHits hits;
  hits.start(5);
  for (const auto& [literal, end] : places) hits.note(literal, end);
  return hits;
}

Windows windows(const YaraHits& hits, std::size_t size) {
  std::vector<YaraWindow> made;
  EXPECT_TRUE(make_windows(kSight, hits, size, made));
  Windows pairs;
  for (const YaraWindow& window : made) pairs.emplace_back(window.begin, window.end);
  return pairs;
}

TEST(YaraWindows, LieAroundPlacesOfWatchedLiteralsAndAreJoined) {
  EXPECT_EQ(windows(hits({{1, 500}, {2, 700}, {3, 50}, {1, 515}, {1, 900}}), 905),
            (Windows{{0, 150}, {490, 525}, {890, 905}}));
  EXPECT_EQ(windows(hits({{0, 5}}), 1000), Windows{});
}

TEST(YaraWindows, ALiteralWithTooManyPlacesMakesTheFileSeenAsAWhole) {
  YaraHits many = hits({});
  for (std::size_t i = 0; i <= YaraHits::kMostPlaces; ++i) many.note(1, 4 + i);
  std::vector<YaraWindow> made;
  EXPECT_FALSE(make_windows(kSight, many, 100'000, made));
  EXPECT_LE(many.places.size(), YaraHits::kMostPlaces);
  YaraHits other = hits({});
  for (std::size_t i = 0; i <= YaraHits::kMostPlaces; ++i) other.note(2, 4 + i);
  EXPECT_TRUE(make_windows(kSight, other, 100'000, made));
}

TEST(YaraWindows, TheFirstWalkMeetsWindowsAndLaterOnesTheFile) {
  const std::string bytes = "0123456789";
  const std::vector<YaraWindow> two = {{.begin = 1, .end = 3}, {.begin = 6, .end = 10}};
  YaraView view(bytes, two);
  YR_MEMORY_BLOCK_ITERATOR* walk = view.walk();
  std::string seen;
  for (int walks = 0; walks < 3; ++walks) {
    for (YR_MEMORY_BLOCK* block = walk->first(walk); block != nullptr; block = walk->next(walk))
      seen += std::string(reinterpret_cast<const char*>(block->fetch_data(block)), block->size) + ";";
    seen += "|";
  }
  EXPECT_EQ(seen, "12;6789;|0123456789;|0123456789;|");
  EXPECT_EQ(walk->file_size(walk), 10U);
}

}  // namespace
}  // namespace afterpatch::detect::files
