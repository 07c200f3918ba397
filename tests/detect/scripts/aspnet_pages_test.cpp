#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

TEST(AspNetPages, SeesEvaluationOfTheRequest) {
  EXPECT_EQ(verdict("<~@ Page Language=\"Jscript\"~><~ev_~al(Request.Item[\"x\"],\"unsafe\");~>", ".aspx"),
            "web-content-evaluates-request");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
