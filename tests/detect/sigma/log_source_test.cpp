#include "detect/sigma/log_source.h"

#include <gtest/gtest.h>

namespace afterpatch::detect::sigma {
namespace {

bool runs_on(const LogSource& rule, std::string_view route) {
  return applies(rule, *find_route(route));
}

TEST(LogSource, WebAndProxyRulesRunOnIisAndHttpProxyLogs) {
  for (const char* route : {"iis-w3c", "http-proxy"}) {
    EXPECT_TRUE(runs_on({"webserver", "", ""}, route));
    EXPECT_TRUE(runs_on({"proxy", "", ""}, route));
    EXPECT_TRUE(runs_on({"webserver", "windows", ""}, route));
    EXPECT_FALSE(runs_on({"webserver", "apache", ""}, route));
  }
  EXPECT_TRUE(runs_on({"webserver", "iis", ""}, "iis-w3c"));
  EXPECT_FALSE(runs_on({"webserver", "iis", ""}, "http-proxy"));
}

TEST(LogSource, ExchangeRulesRunOnTheirService) {
  EXPECT_TRUE(runs_on({"", "exchange", "ecp-server"}, "ecp-server"));
  EXPECT_FALSE(runs_on({"", "exchange", "ecp-server"}, "http-proxy"));
  EXPECT_TRUE(runs_on({"", "exchange", ""}, "ews"));
}

TEST(LogSource, WindowsAloneMeansTheEventLogs) {
  EXPECT_FALSE(runs_on({"", "windows", ""}, "iis-w3c"));
  EXPECT_FALSE(runs_on({"process_creation", "windows", ""}, "iis-w3c"));
  EXPECT_FALSE(runs_on({"", "windows", "msexchange-management"}, "ecp-server"));
}

TEST(LogSource, EveryExchangeLogHasARoute) {
  for (const char* name : {"http-proxy", "ecp-server", "ecp-activity", "oab-generator", "ews", "autodiscover",
                           "mapi-http", "rpc-http", "rps-http", "rps-cmdlet", "request-filtering"}) {
    EXPECT_NE(find_route(name), nullptr) << name;
  }
  EXPECT_EQ(find_route("other"), nullptr);
}

}  // namespace
}  // namespace afterpatch::detect::sigma
