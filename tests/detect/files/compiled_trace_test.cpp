#include "detect/files/compiled_trace.h"

#include <gtest/gtest.h>

#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::exchange;

std::string trace_of(std::string_view virtual_path) {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<preserve resultType=\"3\" virtualPath=\"" +
         std::string(virtual_path) +
         "\" hash=\"1a2b3c\" filehash=\"ffe\" flags=\"110000\" assembly=\"App_Web_abc\" "
         "type=\"ASP.x_aspx\">\r\n</preserve>";
}

TEST(CompiledTrace, IsToldByFolderAndExtension) {
  EXPECT_TRUE(
      is_compiled_trace("\\windows\\microsoft.net\\framework64\\v4.0.30319\\temporary asp.net "
                        "files\\root\\a\\b\\x.aspx.1.compiled"));
  EXPECT_FALSE(is_compiled_trace("\\x\\y.compiled"));
}

TEST(CompiledTrace, TheVirtualPathIsReadAndItsEntitiesResolved) {
  EXPECT_EQ(virtual_path_of(trace_of("/a&amp;b.aspx")), "/a&b.aspx");
  EXPECT_EQ(virtual_path_of("<preserve virtualPath=\"/never closed"), std::nullopt);
  EXPECT_EQ(virtual_path_of("<preserve virtualPath=\"" + std::string(5000, 'a') + "\""), std::nullopt);
}

TEST(CompiledTrace, AnUnknownPageInAClosedFolderIsLikely) {
  for (const char* path : {"/owa/auth/RedirSuiteServerProxy.aspx", "/aspnet_client/x.aspx", "/OAB/log.aspx",
                           "/ecp/auth/x.aspx"}) {
    const auto claim = judge_compiled_trace(exchange(), trace_of(path));
    ASSERT_TRUE(claim) << path;
    EXPECT_EQ(claim->step, Step::backdoor_trace) << path;
    EXPECT_EQ(claim->confidence, Confidence::likely) << path;
    EXPECT_EQ(claim->facts.at(0), (std::pair<std::string, std::string>("path", path)));
  }
}

TEST(CompiledTrace, AnUnknownPageElsewhereIsPossible) {
  EXPECT_EQ(judge_compiled_trace(exchange(), trace_of("/shop/default.aspx"))->confidence,
            Confidence::possible);
  // Later builds ship new pages of the admin centre.
  EXPECT_EQ(judge_compiled_trace(exchange(), trace_of("/ecp/new/page.aspx"))->confidence,
            Confidence::possible);
}

TEST(CompiledTrace, ShippedPagesAndOtherResultsSayNothing) {
  EXPECT_FALSE(judge_compiled_trace(exchange(), trace_of("/owa/auth/logon.aspx")));
  EXPECT_FALSE(judge_compiled_trace(exchange(), trace_of("/ecp/auth/TimeoutLogout.aspx")));
  EXPECT_FALSE(judge_compiled_trace(exchange(), trace_of("/owa/auth/global.asax")));
  EXPECT_FALSE(judge_compiled_trace(exchange(), "not xml"));
}

}  // namespace
}  // namespace afterpatch::detect::files
