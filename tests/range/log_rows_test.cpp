#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "range/ecp_log.h"
#include "range/http_proxy_log.h"
#include "range/rps_log.h"
#include "range/tables.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

using ::testing::HasSubstr;

std::string sample(const std::string& name) {
  const char* folder = std::getenv("AFTERPATCH_SAMPLES");
  const std::filesystem::path path = folder != nullptr ? folder : AFTERPATCH_SOURCE_DIR "/../shared/samples";
  return read_file(path / name).value_or(std::string());
}

std::size_t columns(const std::string& key, char separator) {
  return split(log_layout(key).fields, separator).size();
}

TEST(LogLayouts, HaveTheColumnCountsOfTheirNames) {
  for (const auto& [key, count] : std::map<std::string, std::size_t>{{"http-proxy-53", 53},
                                                                     {"http-proxy-64", 64},
                                                                     {"http-proxy-74", 74},
                                                                     {"ews-72", 72},
                                                                     {"ews-92", 92},
                                                                     {"ecp-server", 4},
                                                                     {"rps-http", 38},
                                                                     {"rps-cmdlet", 67}}) {
    EXPECT_EQ(columns(key, ','), count) << key;
  }
  EXPECT_EQ(columns("iis-default", ' '), 15U);
}

TEST(LogLayouts, AreThoseOfRealHeaders) {
  const std::string real = sample("artefacts_help_exchange_log_formats.md");
  if (real.empty()) GTEST_SKIP() << "samples are missing: set AFTERPATCH_SAMPLES";
  for (const auto* key : {"http-proxy-74", "ews-92", "ecp-server", "rps-cmdlet"}) {
    EXPECT_THAT(real, HasSubstr("#Fields: " + log_layout(key).fields)) << key;
  }
}

TEST(LogLayouts, SixtyFourColumnsFitTheRealRowOf2013) {
  const std::string real = sample("wazuh_exchange_proxylogon_lines.txt");
  if (real.empty()) GTEST_SKIP() << "samples are missing: set AFTERPATCH_SAMPLES";
  const auto row = split(split(real, '\n')[1], ',');
  const auto names = split(log_layout("http-proxy-64").fields, ',');
  ASSERT_EQ(row.size(), names.size());
  const auto at = [&](std::string_view name) {
    return row[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  };
  EXPECT_EQ(at("TargetServerVersion"), "41.42.31996.000");
  EXPECT_EQ(at("RoutingHint"), "X-BEResource-Cookie");
}

TEST(ServerKinds, AreVulnerableBuildsOfTheSameBranchAsTheirFix) {
  ASSERT_GE(server_kinds().size(), 10U);
  for (const ServerKind& kind : server_kinds()) {
    EXPECT_FALSE(log_layout(kind.http_proxy).fields.empty()) << kind.cu;
    EXPECT_FALSE(log_layout(kind.ews).fields.empty()) << kind.cu;
    if (!kind.has_fix()) continue;
    EXPECT_EQ(kind.vulnerable.build, kind.fixed.build);
    EXPECT_LT(kind.vulnerable.revision, kind.fixed.revision);
  }
}

// 15.1.2375 is 1942063431 in a real row, 15.1.1466 is 1942062522 in an attack tool's cookie.
TEST(HttpProxyRows, EncodeTheServersVersionAsExchangeDoes) {
  EXPECT_EQ(server_version_number({15, 1, 2375, 7}), 1942063431U);
  EXPECT_EQ(server_version_number({15, 1, 1466, 3}), 1942062522U);
}

TEST(HttpProxyRows, WriteFreeTextWithoutCommas) {
  std::string out;
  append_free_text(out, "(KHTML, like Gecko)");
  EXPECT_EQ(out, "(KHTML  like Gecko)");
}

// The shape of a real victim's line: the entry in single quotes, inner ones doubled, the field in double
// quotes.
TEST(EcpRows, QuoteACommandAsTheRealLogDoes) {
  Random random(1);
  const Server server = make_server(random, true);
  std::string out;
  append_ecp_server_row(
      out,
      {Timestamp{}, 5, "s", "Set-OabVirtualDirectory.ExternalUrl='http://f/<b c=\"d\">'.Identity='1'",
       "/ecp/", ""},
      server, random);
  EXPECT_THAT(out, HasSubstr("ECP.Request,\"S:TIME=5;S:SID=s;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''"
                             "http://f/<b c=\"\"d\"\">''.Identity=''1''';S:REQID=;"));
  out.clear();
  append_ecp_server_row(
      out,
      {Timestamp{}, 5, "s", "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null", "/ecp/", ""},
      server, random);
  EXPECT_THAT(out, HasSubstr("ECP.Request,S:TIME=5;S:SID=s;S:CMD=Get-OabVirtualDirectory.ADPropertiesOnly=$"
                             "true.Identity=$null;"));
}

// The token of a lab row: Jones calls, the rights are the administrator's.
TEST(RpsRows, CarryATokenAsTheRealLogDoes) {
  const std::string real = sample("proxyshell_rps_http_and_cmdlet_lines.txt");
  if (real.empty()) GTEST_SKIP() << "samples are missing: set AFTERPATCH_SAMPLES";
  EXPECT_THAT(real,
              HasSubstr("?X-Rps-CAT=" +
                        access_token("Jones@contoso.com", "S-1-5-21-2955954753-2086716808-563623376-500") +
                        "&Email="));
}

// As many columns as in the lab rows, and the values that matter in the same ones.
TEST(RpsRows, HaveTheColumnsOfRealRows) {
  const Server server = make_server(Random(1), true);
  Random random(1);
  std::string out;
  append_rps_cmdlet_row(out,
                        {Timestamp{}, 5, "session", "Administrator", "S-1-5-21-500", "Get-Mailbox", "", ""},
                        server, random);
  const auto row = split(out, ',');
  ASSERT_EQ(row.size(), 67U);
  EXPECT_EQ(row[8], server.name);
  EXPECT_EQ(row[14], "Administrator");
  EXPECT_EQ(row[15], "S-1-5-21-500");
  EXPECT_EQ(row[20], "Get-Mailbox");
  EXPECT_EQ(row[57], "Success");
}

TEST(TextFormat, WritesTimesAsEachLogDoes) {
  const Timestamp time = *parse_time("2021-03-03T06:49:46.210Z");
  std::string out;
  append_time_ms(out, time);
  out += '|';
  append_date_time(out, time);
  EXPECT_EQ(out, "2021-03-03T06:49:46.210Z|2021-03-03 06:49:46");
  EXPECT_EQ(compact_hour(time), "2021030306");
}

}  // namespace
}  // namespace afterpatch::range
