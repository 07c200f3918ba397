#include "assess/tool_marks.h"

#include <gtest/gtest.h>

namespace afterpatch::assess {
namespace {

TEST(AnchorMark, IsWhatStandsBeforeTheBackEnd) {
  EXPECT_EQ(anchor_mark("ServerInfo~a]@mail01.example.org:444/ecp/proxyLogon.ecp?#"), "a]");
  EXPECT_EQ(anchor_mark("serverinfo~akak]@mail01:444/x"), "akak]");
  EXPECT_EQ(anchor_mark("ServerInfo~localhost/ecp/default.flt?"), "");
  EXPECT_EQ(anchor_mark("ServerInfo~mail01/x@y"), "");
  EXPECT_EQ(anchor_mark("SMTP:user@example.org"), "");
}

TEST(ScriptMark, IsTheUrlBeforeTheScript) {
  EXPECT_EQ(script_mark("ExternalUrl=''http://f/<script language"), "http://f/");
  EXPECT_EQ(script_mark("ExternalUrl=''https://mail.example.org/OAB''"), "");
}

TEST(ShellParameter, IsReadThroughEveryKindOfQuote) {
  const std::string request = "Request";
  EXPECT_EQ(shell_parameter(request + "[\"abc123\"]"), "abc123");
  EXPECT_EQ(shell_parameter(request + "[\"\"abc123\"\"]"), "abc123");
  EXPECT_EQ(shell_parameter(request + ".Item['abc-1']"), "abc-1");
  EXPECT_EQ(shell_parameter("no shell; " + request + "Header " + request + "(\"p_1\")"), "p_1");
}

TEST(ShellParameter, OddTextGivesNone) {
  const std::string request = "Request";
  EXPECT_EQ(shell_parameter(""), "");
  EXPECT_EQ(shell_parameter(request), "");
  EXPECT_EQ(shell_parameter(request + "[\""), "");
  EXPECT_EQ(shell_parameter(request + "[\"never closed"), "");
  EXPECT_EQ(shell_parameter(request + "[name]"), "");
  EXPECT_EQ(shell_parameter(request + "[\"" + std::string(100, 'a') + "\"]"), "");
}

}  // namespace
}  // namespace afterpatch::assess
