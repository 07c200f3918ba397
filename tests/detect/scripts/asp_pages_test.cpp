#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

TEST(AspPages, SeesExecutionOfTheRequest) {
  EXPECT_EQ(verdict("<~ ex_~ecute request(\"x\") ~>", ".asp"), "web-content-evaluates-request");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
