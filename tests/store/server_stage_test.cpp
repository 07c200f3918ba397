#include "store/server_stage.h"

#include <gtest/gtest.h>

namespace afterpatch::store {
namespace {

TEST(ServerStage, UnknownWordsAreNone) {
  EXPECT_FALSE(stage_condition("", "counted"));
  EXPECT_FALSE(stage_condition("exposed", "surely"));
  EXPECT_FALSE(stage_condition("exposed' OR '1'='1", "counted"));
  EXPECT_TRUE(stage_condition("exposed", "counted"));
}

}  // namespace
}  // namespace afterpatch::store
