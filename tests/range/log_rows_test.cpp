#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "range/ecp_log.h"
#include "range/http_proxy_log.h"
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
                                                                     {"ecp-server", 4}}) {
    EXPECT_EQ(columns(key, ','), count) << key;
  }
  EXPECT_EQ(columns("iis-default", ' '), 15U);
}

TEST(LogLayouts, AreThoseOfRealHeaders) {
  const std::string real = sample("artefacts_help_exchange_log_formats.md");
  if (real.empty()) GTEST_SKIP() << "samples are missing: set AFTERPATCH_SAMPLES";
  for (const auto* key : {"http-proxy-74", "ews-92", "ecp-server"}) {
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
