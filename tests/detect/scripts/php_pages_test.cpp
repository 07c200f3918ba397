#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

TEST(PhpPages, SeesEvaluationOfARequestParameter) {
  EXPECT_EQ(verdict("<?ph_p @ev_~al($_PO_~ST['x']); ?>", ".php"), "web-content-evaluates-request");
}

TEST(PhpPages, IsSilentAboutAPageThatPrintsTheRequest) {
  EXPECT_EQ(verdict("<?ph_p echo htmlspecialchars($_GET['x']); ?>", ".php"), "");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
