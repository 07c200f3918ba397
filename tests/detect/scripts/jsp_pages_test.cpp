#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

TEST(JspPages, SeesACommandOfTheRequest) {
  EXPECT_EQ(verdict("<~ Runtime.getRun_~time().ex_~ec(request.getParameter(\"x\")); ~>", ".jsp"),
            "web-content-starts-command");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
