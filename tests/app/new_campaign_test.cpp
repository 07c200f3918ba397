// docs/new-campaign.md, step by step: the next wave is added by writing a folder, and nothing is compiled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/hunt.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

constexpr const char* kCampaign = R"(id: exchange-2027-next
name: NextWave
title: The next wave
product: exchange
summary: A flaw that is not known yet.
flaws:
  - {cve: CVE-2027-0001, title: a door in the calendar, allows: anybody can get in, entry: true}
window: {start: 2027-01-01, end: 2027-03-01, why: made up}
mass_start: 2027-01-10
patch_released: 2027-01-12
disclosed: 2027-01-12
timeline:
  - {date: 2027-01-12, what: The patch comes out., source: made up}
needed_logs: [iis-w3c]
references: [https://example.org/]
)";

constexpr const char* kRule = R"(title: The calendar's door was used
id: 5a1f3a9e-6a55-4f0a-9c4e-0d4d8f0a1b2c
status: experimental
description: No client asks for this page by POST.
references: [https://example.org/]
author: Afterpatch
date: 2026-11-22
logsource: {category: webserver, service: iis}
detection:
  used:
    cs-method: POST
    cs-uri-stem: '/owa/calendar/door'
    sc-status: 200
  condition: used
falsepositives: [None known]
level: critical
afterpatch: {step: session, confidence: confirmed, cves: [CVE-2027-0001]}
)";

constexpr const char* kLog =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2027-01-11 "
    "00:00:00\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n"
    "2027-01-11 03:04:05 192.0.2.10 POST /owa/calendar/door - 443 - 203.0.113.7 curl/8 - 200 0 0 55\r\n";

class NewCampaign : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("afterpatch_new_campaign_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(fs::path(AFTERPATCH_SOURCE_DIR) / "knowledge", knowledge(), fs::copy_options::recursive);
    std::ofstream(knowledge() / "products/exchange/fixes.csv", std::ios::app)
        << "CVE-2027-0001,ExchangeSE,RTM,15.2.2562.46,Aug26SU,made up\n";
    const fs::path campaign = knowledge() / "campaigns/exchange-2027-next";
    write(campaign / "campaign.yaml", kCampaign);
    write(campaign / "guide.yaml", "steps:\n  - use: isolate\n  - use: patch\n");
    write(campaign / "indicators.csv", "type,value,cluster,source,first_seen,strength,note\n");
    write(campaign / "rules/sigma/door.yml", kRule);
    write(folder_ / "evidence/inetpub/logs/LogFiles/W3SVC1/u_ex270111.log", kLog);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path knowledge() const { return folder_ / "knowledge"; }
  assess::HuntReport hunted() const {
    HuntOptions options;
    options.sources = {(folder_ / "evidence").string()};
    options.knowledge = knowledge();
    Progress progress;
    auto report = hunt(options, progress);
    EXPECT_TRUE(report) << (report ? "" : to_string(report.error()));
    return report.value_or(assess::HuntReport{});
  }

  fs::path folder_;
};

TEST_F(NewCampaign, IsInOrder) {
  for (const Error& fault : knowledge::check_campaign(knowledge(), "exchange-2027-next"))
    ADD_FAILURE() << to_string(fault);
}

TEST_F(NewCampaign, IsHuntedForAndTellsItsOwn) {
  const assess::HuntReport report = hunted();
  EXPECT_EQ(report.campaign, "exchange-2027-next");
  EXPECT_EQ(report.campaign_name, "NextWave");
  const assess::ServerReport& server = report.servers.at(0);
  EXPECT_EQ(server.verdict.compromise, assess::Compromise::exploited);
  ASSERT_EQ(server.runs.size(), 1U);
  EXPECT_EQ(server.runs[0].client, "203.0.113.7");
  EXPECT_THAT(server.runs[0].cves, testing::ElementsAre("CVE-2027-0001"));
  ASSERT_EQ(server.actions.size(), 2U);
  EXPECT_EQ(server.actions[0].id, "isolate");
  EXPECT_FALSE(server.actions[0].who.empty()) << "taken from the product's guide";
}

TEST_F(NewCampaign, LeavesTheOthersAsTheyWere) {
  const assess::HuntReport report = hunted();
  EXPECT_EQ(report.other_campaigns.size(), knowledge::campaign_ids(knowledge()).size() - 1);
  for (const assess::HuntReport& other : report.other_campaigns)
    EXPECT_EQ(other.servers.at(0).verdict.compromise, assess::Compromise::no_evidence) << other.campaign;
}

}  // namespace
}  // namespace afterpatch::app
