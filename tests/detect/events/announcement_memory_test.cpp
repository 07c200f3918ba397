#include "detect/events/announcement_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace afterpatch::detect::events {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::Pointee;

TEST(AnnouncementMemory, KnowsWhatItLearnedInThatListOnly) {
  AnnouncementMemory memory;
  const std::uint32_t first = memory.add_list();
  const std::uint32_t second = memory.add_list();
  EXPECT_THAT(memory.find(first, "value"), IsNull());
  memory.learn(first, "value", {3, 7});
  memory.learn(first, "silent", {});
  EXPECT_THAT(memory.find(first, "value"), Pointee(ElementsAre(3, 7)));
  EXPECT_THAT(memory.find(first, "silent"), Pointee(IsEmpty()));
  EXPECT_THAT(memory.find(second, "value"), IsNull());
}

TEST(AnnouncementMemory, LeavesListsAloneWhoseValuesSeldomComeBack) {
  AnnouncementMemory memory;
  const std::uint32_t changing = memory.add_list();
  const std::uint32_t steady = memory.add_list();
  for (int i = 0; i < 2000; ++i) {
    if (memory.is_worth(changing, "x") && memory.find(changing, std::to_string(i)) == nullptr)
      memory.learn(changing, std::to_string(i), {});
    if (memory.find(steady, "same") == nullptr) memory.learn(steady, "same", {});
  }
  EXPECT_FALSE(memory.is_worth(changing, "x"));
  EXPECT_TRUE(memory.is_worth(steady, "x"));
  EXPECT_FALSE(memory.is_worth(steady, std::string(AnnouncementMemory::kMaxKeyBytes + 1, 'x')));
}

TEST(AnnouncementMemory, ForgetsEverythingWhenItIsFull) {
  AnnouncementMemory memory;
  const std::uint32_t list = memory.add_list();
  memory.learn(list, "first", {1});
  const std::string tail(AnnouncementMemory::kMaxKeyBytes - 8, 'x');
  for (std::size_t i = 0; i * tail.size() <= AnnouncementMemory::kMaxBytes; ++i)
    memory.learn(list, std::to_string(i) + tail, {});
  memory.learn(list, "last", {2});
  EXPECT_THAT(memory.find(list, "first"), IsNull());
  EXPECT_THAT(memory.find(list, "last"), Pointee(ElementsAre(2)));
}

}  // namespace
}  // namespace afterpatch::detect::events
