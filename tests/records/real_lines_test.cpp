// Real lines, published by others, read as they stand.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "records/key_value.h"
#include "records/log_summary.h"
#include "records/record.h"
#include "records/web_request.h"
#include "samples.h"

namespace afterpatch::records {
namespace {

class RealLines : public testing::Test {
 protected:
  // Here and not in open(): a skip only leaves the function it stands in.
  void SetUp() override {
    if (!std::filesystem::exists(samples_folder())) GTEST_SKIP() << "no samples in " << samples_folder();
  }
  void open(const std::string& name) {
    if (const auto sample = read_sample(name)) text_ = *sample;
    ASSERT_FALSE(text_.empty()) << "no sample " << name << " in " << samples_folder();
  }
  std::string text_;
};

TEST_F(RealLines, HttpProxyRowOf64ColumnsWithoutAnyHeader) {
  open("wazuh_exchange_proxylogon_lines.txt");
  if (IsSkipped()) return;
  RecordReader reader(text_, nullptr, 0);
  ASSERT_TRUE(reader.next());
  const Record& row = reader.record();
  ASSERT_NE(row.header, nullptr);
  EXPECT_TRUE(row.header->guessed);
  EXPECT_FALSE(row.damaged);
  EXPECT_EQ(row.header->log_type, "HttpProxy Logs");
  EXPECT_EQ(row.value("TargetServerVersion"), "41.42.31996.000");
  EXPECT_EQ(row.value("GenericErrors"), "");
  EXPECT_TRUE(
      row.value("GenericInfo")->starts_with("CorrelationID=<empty>;BeginRequest=2021-04-06T14:54:27.880Z"));
  EXPECT_EQ(web_request_of(row)->path, "/ecp/lkO.js");
}

TEST_F(RealLines, EcpRowWithAnUnclosedQuote) {
  open("wazuh_exchange_proxylogon_lines.txt");
  if (IsSkipped()) return;
  RecordReader reader(text_, nullptr, 0);
  ASSERT_TRUE(reader.next());
  ASSERT_TRUE(reader.next());
  EXPECT_TRUE(reader.record().damaged);
  const auto data = reader.record().value("EventData");
  ASSERT_TRUE(data.has_value());
  EXPECT_EQ(find_value(*data, "CMD"),
            "Set-OabVirtualDirectory.ExternalUrl='http://o/#<sanitized>bad code goes here</sanitized>'."
            "Identity='87fc3593-ca62-4d08-93bd-782275d33c1'");
  EXPECT_EQ(find_value(*data, "BLD"), "15.0.847.32");
  EXPECT_FALSE(reader.next());
}

TEST_F(RealLines, IncidentPageGivesRowsOfEveryLogInIt) {
  open("helsecert_real_incident_2021-03.md");
  if (IsSkipped()) return;
  std::map<std::string, int> rows;
  RecordReader reader(text_, nullptr, 0);
  int ssrf = 0;
  int commands = 0;
  int shell_visits = 0;
  while (reader.next()) {
    const Record& row = reader.record();
    if (row.value("AnchorMailbox").value_or("").starts_with("ServerInfo~a]@")) ++ssrf;
    if (row.value("EventData").value_or("").find("S:CMD=") != std::string_view::npos) ++commands;
    if (row.value("cs-uri-stem").value_or("").find("RedirSuiteServerProxy.aspx") != std::string_view::npos)
      ++shell_visits;
  }
  EXPECT_EQ(ssrf, 11);
  EXPECT_EQ(commands, 17);
  EXPECT_EQ(shell_visits, 8);
  EXPECT_GT(reader.counts().other_lines, 50U);
}

TEST_F(RealLines, ProxyShellRowsAreToldApartByTheirColumns) {
  open("proxyshell_rps_http_and_cmdlet_lines.txt");
  if (IsSkipped()) return;
  std::map<std::string, int> types;
  std::vector<std::string> cmdlets;
  RecordReader reader(text_, nullptr, 0);
  while (reader.next()) {
    if (reader.record().header == nullptr) continue;
    ++types[reader.record().header->log_type];
    if (const auto cmdlet = reader.record().value("Cmdlet")) cmdlets.emplace_back(*cmdlet);
  }
  EXPECT_EQ(types["Rps Http Logs"], 4);
  EXPECT_EQ(types["Rps Cmdlet Logs"], 4);
  EXPECT_EQ(cmdlets, (std::vector<std::string>{"New-ManagementRoleAssignment", "New-MailboxExportRequest",
                                               "Get-MailboxExportRequest", "Remove-MailboxExportRequest"}));
}

TEST_F(RealLines, ProductionEwsRowsNameTheirBuild) {
  open("kinesis_agent_exchange_log_lines.txt");
  if (IsSkipped()) return;
  const LogSummary summary = summarise(text_, nullptr, 0);
  std::map<std::string, std::uint64_t> builds;
  for (const auto& sighting : summary.builds) builds[sighting.build] += sighting.rows;
  EXPECT_TRUE(builds.contains("15.0.1104.2"));
  EXPECT_EQ(builds["15.0.1104.5"], 2U);  // ECP Activity, four weeks earlier
  EXPECT_TRUE(summary.servers.contains("EX13D07UWB003"));
}

TEST_F(RealLines, EveryHeaderOfTheFormatPageIsFollowed) {
  open("artefacts_help_exchange_log_formats.md");
  if (IsSkipped()) return;
  std::map<std::string, int> types;
  RecordReader reader(text_, nullptr, 0);
  while (reader.next()) {
    if (reader.record().header != nullptr) ++types[reader.record().header->log_type];
  }
  for (const char* type :
       {"HttpProxy Logs", "EWS Logs", "Rps Cmdlet Logs", "ECP Server Log", "ECP Activity Context Log",
        "Message Tracking Log", "SMTP Receive Protocol Log", "audit", "Agent Log"}) {
    EXPECT_GT(types[type], 0) << type;
  }
}

}  // namespace
}  // namespace afterpatch::records
