// The shipped data of Exchange and of the 2021 wave, checked against second sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "knowledge/catalogue.h"

namespace afterpatch::knowledge {
namespace {

const LoadedCampaign& shipped() {
  static const LoadedCampaign loaded =
      load_campaign(AFTERPATCH_SOURCE_DIR "/knowledge", "exchange-2021-proxylogon").value();
  return loaded;
}

FixState state(const char* build, const char* cve = "CVE-2021-26855") {
  return shipped().product->fix_status(*parse_build(build), cve).state;
}

TEST(ShippedKnowledge, IsInOrder) {
  for (const Error& fault : check_campaign(AFTERPATCH_SOURCE_DIR "/knowledge", "exchange-2021-proxylogon")) {
    ADD_FAILURE() << to_string(fault);
  }
}

// First fixed builds of March 2021 from another table than fixes.csv: righel/ms-exchange-version-nse, which
// reads Microsoft's build page. 2019 CU9 stands there as 15.2.858.2, the version that its web files show; the
// official build is 15.2.858.5.
constexpr const char* kFirstFixedMarch2021[] = {
    "15.0.847.64",  "15.0.1395.12", "15.0.1473.6",  "15.0.1497.12", "15.1.1415.10", "15.1.1466.16",
    "15.1.1531.12", "15.1.1591.18", "15.1.1713.10", "15.1.1779.8",  "15.1.1847.12", "15.1.1913.12",
    "15.1.1979.8",  "15.1.2044.13", "15.1.2106.13", "15.1.2176.9",  "15.2.221.18",  "15.2.330.11",
    "15.2.397.11",  "15.2.464.15",  "15.2.529.13",  "15.2.595.8",   "15.2.659.12",  "15.2.721.13",
    "15.2.792.10",  "15.1.2242.4",  "15.2.858.2"};

TEST(ExchangeFixes, AgreeWithASecondTableForTheFourFlaws) {
  for (const char* text : kFirstFixedMarch2021) {
    for (const Flaw& flaw : shipped().campaign->flaws)
      EXPECT_EQ(state(text, flaw.cve.c_str()), FixState::fixed) << text;
  }
}

TEST(ExchangeFixes, CallTheBuildBeforeAFixVulnerable) {
  for (const char* text : kFirstFixedMarch2021) {
    Build before = *parse_build(text);
    const bool is_cu_base = before.parts[2] == 2242 || before.parts[2] == 858;
    if (is_cu_base) continue;  // nothing of these updates is older than the fix
    --before.parts[3];
    for (const Flaw& flaw : shipped().campaign->flaws) {
      const FixStatus status = shipped().product->fix_status(before, flaw.cve);
      EXPECT_EQ(status.state, FixState::vulnerable) << to_string(before);
      EXPECT_EQ(status.first_fixed, parse_build(text));
    }
  }
}

TEST(ExchangeFixes, KnowUpdatesThatNeverGotOne) {
  EXPECT_EQ(state("15.0.1365.1"), FixState::no_fix);   // 2013 CU20
  EXPECT_EQ(state("15.1.1261.35"), FixState::no_fix);  // 2016 CU7
  EXPECT_EQ(state("14.2.247.5", "CVE-2021-26857"), FixState::no_fix);
}

TEST(ExchangeFixes, CallLaterUpdatesFixed) {
  EXPECT_EQ(state("15.1.2507.6"), FixState::fixed);
  EXPECT_EQ(state("15.2.1748.10"), FixState::fixed);
  EXPECT_EQ(state("15.2.2562.17"), FixState::fixed);
}

TEST(ExchangeFixes, JudgeBuildsOfAKnownBranchThatNoTableNames) {
  EXPECT_EQ(shipped().product->find(*parse_build("15.1.2176.999")), nullptr);
  EXPECT_EQ(state("15.1.2176.999"), FixState::fixed);
  EXPECT_EQ(state("15.1.2176.3"), FixState::vulnerable);
}

TEST(ExchangeFixes, CompareExchange2010ByServicePack) {
  EXPECT_EQ(state("14.3.496.0", "CVE-2021-26857"), FixState::vulnerable);
  EXPECT_EQ(state("14.3.513.0", "CVE-2021-26857"), FixState::fixed);
  EXPECT_EQ(state("14.3.600.0", "CVE-2021-26857"), FixState::fixed);
  EXPECT_EQ(state("14.3.496.0", "CVE-2021-26855"), FixState::not_affected);
}

TEST(ExchangeFixes, SayUnknownForWhatTheyDoNotHold) {
  EXPECT_EQ(state("15.1.9999.1"), FixState::unknown);
  EXPECT_EQ(state("8.3.83.6"), FixState::unknown);
  EXPECT_EQ(state("15.1.2176.2", "CVE-1999-0001"), FixState::unknown);
}

TEST(ExchangeFixes, KnowTheLaterCampaigns) {
  EXPECT_EQ(state("15.1.2176.9", "CVE-2021-34473"), FixState::vulnerable);
  EXPECT_EQ(state("15.1.2176.12", "CVE-2021-34473"), FixState::fixed);
  EXPECT_EQ(state("15.2.1118.20", "CVE-2022-41040"), FixState::fixed);
  EXPECT_EQ(state("15.2.1118.15", "CVE-2022-41082"), FixState::vulnerable);
}

TEST(ExchangeBuilds, AreNamed) {
  const Product& product = *shipped().product;
  ASSERT_NE(product.find(*parse_build("15.1.2176.9")), nullptr);
  EXPECT_EQ(product.find(*parse_build("15.1.2176.9"))->name(), "Exchange 2016 CU19 Mar21SU");
  EXPECT_EQ(product.find(*parse_build("15.2.2562.17"))->name(), "Exchange SE RTM");
  ASSERT_NE(product.nearest(*parse_build("15.1.2176.10")), nullptr);
  EXPECT_EQ(product.nearest(*parse_build("15.1.2176.10"))->build, *parse_build("15.1.2176.9"));
  EXPECT_EQ(product.nearest(*parse_build("15.1.2177.0")), nullptr);
  EXPECT_EQ(product.nearest(*parse_build("1.0.0.0")), nullptr);
}

TEST(ExchangeBuilds, OfOneYearAgreeWithTheirDates) {
  const BuildInfo* patch = shipped().product->find(*parse_build("15.2.792.10"));
  ASSERT_NE(patch, nullptr);
  EXPECT_EQ(to_date_text(patch->released.value()), "2021-03-02");
  EXPECT_EQ(patch->kb, "KB5000871");
}

TEST(ExchangeKnownGood, HoldsTheSignInPageOfAnyInstallFolder) {
  const Product& product = *shipped().product;
  const std::string none(64, '0');
  EXPECT_EQ(
      product.known_good(
          "\\program files\\microsoft\\exchange server\\v15\\frontend\\httpproxy\\owa\\auth\\logon.aspx",
          none),
      KnownGoodAnswer::known_path_unknown_hash);
  EXPECT_EQ(product.known_good("\\e\\exchange\\clientaccess\\ecp\\default.aspx", none),
            KnownGoodAnswer::known_path_unknown_hash);
  for (const char* name :
       {"redirsuiteserverproxy", "outlooken", "errorff", "timeoutlogout", "supp0rt", "logout"}) {
    EXPECT_EQ(product.known_good(std::string("\\frontend\\httpproxy\\owa\\auth\\") + name + ".aspx", none),
              KnownGoodAnswer::unknown_path)
        << name;
  }
}

TEST(ExchangeKnownGood, ShipsNoFileThatAnIndicatorNames) {
  for (const Indicator& indicator : shipped().campaign->indicators) {
    if (indicator.type != "path") continue;
    EXPECT_EQ(shipped().product->known_good(indicator.value, ""), KnownGoodAnswer::unknown_path)
        << indicator.value;
  }
}

TEST(ExchangeWebFolders, FindTheMostExactRule) {
  const Product& product = *shipped().product;
  const auto folder = [&](const char* path) {
    const WebFolder* rule = product.web_folder(path);
    return rule == nullptr ? std::string() : rule->folder;
  };
  EXPECT_EQ(folder("\\program files\\x\\frontend\\httpproxy\\owa\\auth\\a.aspx"),
            "\\frontend\\httpproxy\\owa\\auth");
  EXPECT_EQ(folder("\\frontend\\httpproxy\\owa\\auth\\Current\\themes\\a.aspx"),
            "\\frontend\\httpproxy\\owa\\auth\\current");
  EXPECT_EQ(folder("\\frontend\\httpproxy\\owa\\auth\\15.1.2176.9\\a.aspx"),
            "\\frontend\\httpproxy\\owa\\auth\\version");
  EXPECT_EQ(folder("\\inetpub\\wwwroot\\aspnet_client\\system_web\\a.aspx"),
            "\\inetpub\\wwwroot\\aspnet_client");
  EXPECT_EQ(folder("\\inetpub\\wwwroot\\a.aspx"), "\\inetpub\\wwwroot");
  EXPECT_EQ(folder("\\inetpub\\wwwroot2\\a.aspx"), "");
  EXPECT_EQ(folder("\\windows\\temp\\a.aspx"), "");
}

TEST(ExchangeWebFolders, KnowWhereScriptsNeverBelong) {
  const Product& product = *shipped().product;
  EXPECT_TRUE(product.web_folder("\\frontend\\httpproxy\\owa\\auth\\current\\x.aspx")->scripts_never);
  EXPECT_TRUE(product.web_folder("\\inetpub\\wwwroot\\aspnet_client\\x.aspx")->scripts_never);
  EXPECT_TRUE(product.web_folder("\\frontend\\httpproxy\\oab\\x.aspx")->scripts_never);
  EXPECT_FALSE(product.web_folder("\\frontend\\httpproxy\\owa\\auth\\x.aspx")->scripts_never);
  EXPECT_FALSE(product.web_folder("\\clientaccess\\ecp\\x.aspx")->scripts_never);
}

TEST(ExchangeWebFolders, GiveTheUrlOfAFile) {
  const Product& product = *shipped().product;
  EXPECT_EQ(product.url_of("\\v15\\FrontEnd\\HttpProxy\\owa\\auth\\RedirSuiteServerProxy.aspx"),
            "/owa/auth/redirsuiteserverproxy.aspx");
  EXPECT_EQ(product.url_of("\\frontend\\httpproxy\\owa\\auth\\15.1.2176.9\\themes\\x.aspx"),
            "/owa/auth/15.1.2176.9/themes/x.aspx");
  EXPECT_EQ(product.url_of("\\inetpub\\wwwroot\\aspnet_client\\system_web\\4_0_30319\\a.aspx"),
            "/aspnet_client/system_web/4_0_30319/a.aspx");
  EXPECT_EQ(product.url_of("\\inetpub\\wwwroot\\a.aspx"), "/a.aspx");
  EXPECT_EQ(product.url_of("\\windows\\a.aspx"), "");
}

TEST(ExchangeCampaign, HasWhatAVerdictNeeds) {
  const Campaign& campaign = *shipped().campaign;
  EXPECT_EQ(campaign.flaws.size(), 4U);
  EXPECT_TRUE(campaign.flaws.front().entry);
  EXPECT_EQ(to_date_text(campaign.window_start), "2021-01-03");
  EXPECT_EQ(to_date_text(campaign.mass_start), "2021-02-27");
  EXPECT_EQ(to_date_text(campaign.patch_released), "2021-03-02");
  EXPECT_GT(campaign.indicators.size(), 250U);
}

TEST(ExchangeCampaign, GuidesEveryVerdict) {
  for (const char* verdict : {"no-evidence", "probed", "exploited", "backdoored", "re-entered",
                              "mail-accessed", "credentials-exposed", "unpatched", "can't-tell"}) {
    const bool guided = std::ranges::any_of(shipped().campaign->guide, [&](const GuideStep& step) {
      return std::ranges::find(step.when, verdict) != step.when.end();
    });
    EXPECT_TRUE(guided) << verdict;
  }
}

TEST(ExchangeCampaign, TakesSharedAddressesAsWeak) {
  for (const Indicator& indicator : shipped().campaign->indicators) {
    const bool is_shared = indicator.note.find("Tor") != std::string::npos ||
                           indicator.note.find("community") != std::string::npos ||
                           indicator.note.find("crawler") != std::string::npos;
    if (!is_shared) continue;
    EXPECT_EQ(indicator.strength, "weak") << indicator.value;
  }
}

}  // namespace
}  // namespace afterpatch::knowledge
