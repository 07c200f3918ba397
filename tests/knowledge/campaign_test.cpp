// A wrong file of each kind is named with file, line and what was expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "knowledge/catalogue.h"
#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(CheckCampaign, FindsNothingInSoundFiles) {
  EXPECT_THAT(ScratchKnowledge().check(), ElementsAre());
}

struct Wrong {
  const char* name;
  const char* file;
  const char* old;
  const char* now;
  const char* fault;  // exact
};

class CheckCampaignNames : public testing::TestWithParam<Wrong> {};

TEST_P(CheckCampaignNames, TheFault) {
  ScratchKnowledge knowledge;
  knowledge.replace(GetParam().file, GetParam().old, GetParam().now);
  EXPECT_THAT(knowledge.check(), Contains(std::string(GetParam().fault)));
}

INSTANTIATE_TEST_SUITE_P(
    Campaign, CheckCampaignNames,
    testing::Values(
        Wrong{"MissingKey", kCampaignYaml, "summary: Something happened.\n", "",
              "campaigns/wave/campaign.yaml:1: the campaign lacks the key 'summary' (expected text)"},
        Wrong{"UnknownKeyInAFlaw", kCampaignYaml, "    allows: everything",
              "    allows: everything\n    cve_id: x",
              "campaigns/wave/campaign.yaml:9: unknown key 'cve_id' in a flaw (expected one of: cve, title, "
              "allows, entry)"},
        Wrong{"WrongType", kCampaignYaml, "needed_logs: [iis-w3c]", "needed_logs: iis-w3c",
              "campaigns/wave/campaign.yaml:24: 'needed_logs' is no list (expected a list of texts)"},
        Wrong{"BadSyntax", kCampaignYaml, "title: A wave", "title: [A wave",
              "campaigns/wave/campaign.yaml:3: not valid YAML: end of sequence flow not found"},
        Wrong{"BadCve", kCampaignYaml, "CVE-2021-0001", "2021-0001",
              "campaigns/wave/campaign.yaml:6: '2021-0001' is no CVE id (expected CVE-YYYY-NNNN)"},
        Wrong{"UnknownCve", kCampaignYaml, "CVE-2021-0001", "CVE-2021-0002",
              "campaigns/wave/campaign.yaml: CVE-2021-0002 is not in fixes.csv of product 'mailer' (add its "
              "first fixed builds)"},
        Wrong{"NoWayIn", kCampaignYaml, "    entry: true\n", "",
              "campaigns/wave/campaign.yaml:5: no flaw has 'entry: true' (exposure is judged by the flaws "
              "that give a way in)"},
        Wrong{"UnknownProduct", kCampaignYaml, "product: mailer", "product: postman",
              "campaigns/wave/campaign.yaml: unknown product 'postman' (expected a folder of "
              "knowledge/products)"},
        Wrong{"ProductOutside", kCampaignYaml, "product: mailer", "product: ../../etc",
              "campaigns/wave/campaign.yaml: unknown product '../../etc' (expected a folder of "
              "knowledge/products)"},
        Wrong{"OtherId", kCampaignYaml, "id: wave", "id: waves",
              "campaigns/wave/campaign.yaml:1: the id is not the folder's name (expected wave)"},
        Wrong{"BadDate", kCampaignYaml, "start: 2021-01-03", "start: 3 January",
              "campaigns/wave/campaign.yaml:11: 'start' is no date (expected a UTC date such as 2021-03-02 "
              "or 2021-03-02T18:00Z)"},
        Wrong{"WindowBackwards", kCampaignYaml, "end: 2021-04-30", "end: 2021-01-01",
              "campaigns/wave/campaign.yaml:12: the window ends before it starts"},
        Wrong{"MassOutside", kCampaignYaml, "mass_start: 2021-02-27", "mass_start: 2021-05-01",
              "campaigns/wave/campaign.yaml:14: mass_start lies outside the window (expected a time between "
              "window.start and window.end)"},
        Wrong{"TimelineOutOfOrder", kCampaignYaml, "date: 2021-01-03\n", "date: 2021-03-04\n",
              "campaigns/wave/campaign.yaml:21: 2021-03-03T06:44Z stands after 2021-03-04 (expected the "
              "entries in order)"},
        Wrong{"LogOfNoProduct", kCampaignYaml, "[iis-w3c]", "[ews]",
              "campaigns/wave/campaign.yaml: needed log 'ews' is not among the logs of product 'mailer' "
              "(expected a name from 'logs' in product.yaml)"}),
    [](const auto& instance) { return instance.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Guide, CheckCampaignNames,
    testing::Values(Wrong{"UnknownCondition", kGuideYaml, "[exploited]", "[exploited, hacked]",
                          "campaigns/wave/guide.yaml:4: unknown condition 'hacked' (expected one of: always, "
                          "no-evidence, probed, exploited, backdoored, "
                          "re-entered, mail-accessed, credentials-exposed, unpatched, patched, can't-tell)"},
                    Wrong{"UnknownPlaceholder", kGuideYaml, "{server}", "{host}",
                          "campaigns/wave/guide.yaml:5: unknown placeholder '{host}' (expected one of: "
                          "door_paths, attacker_addresses, server, first_evidence)"},
                    Wrong{"DoubleStep", kGuideYaml, "    check: It is gone.",
                          "    check: It is gone.\n  - {id: isolate, title: x, when: [always], text: y}",
                          "campaigns/wave/guide.yaml:8: step 'isolate' stands twice"},
                    Wrong{"NoCondition", kGuideYaml, "[exploited]", "[]",
                          "campaigns/wave/guide.yaml:4: 'when' is empty (expected at least one text)"}),
    [](const auto& instance) { return instance.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Indicators, CheckCampaignNames,
    testing::Values(
        Wrong{"BrokenRow", kIndicatorsCsv, "ipv4,192.0.2.1,,", "ipv4,192.0.2.1,",
              "campaigns/wave/indicators.csv:2: 6 fields (expected 7 as in the header)"},
        Wrong{
            "UnclosedQuote", kIndicatorsCsv, "weak,shared", "weak,\"shared",
            "campaigns/wave/indicators.csv:2: a quoted field is never closed (close it with a double quote)"},
        Wrong{"MissingColumn", kIndicatorsCsv, "strength,note", "strength,notes",
              "campaigns/wave/indicators.csv:1: column 'note' is missing (expected the columns "
              "type,value,cluster,source,first_seen,strength,note)"},
        Wrong{"BadAddress", kIndicatorsCsv, "192.0.2.1", "192.0.2.256",
              "campaigns/wave/indicators.csv:2: '192.0.2.256' is no ipv4 (expected four numbers from 0 to "
              "255)"},
        Wrong{"ShortHash", kIndicatorsCsv, "sha256,a", "sha256,",
              "campaigns/wave/indicators.csv:3: "
              "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is no sha256 (expected 64 "
              "lower-case hexadecimal digits)"},
        Wrong{"UnknownType", kIndicatorsCsv, "ipv4,", "mutex,",
              "campaigns/wave/indicators.csv:2: unknown type 'mutex' (expected one of: sha256, sha1, md5, "
              "ipv4, ipv6, domain, path, filename, "
              "useragent, url-path)"},
        Wrong{"UnknownStrength", kIndicatorsCsv, "weak,shared", "medium,shared",
              "campaigns/wave/indicators.csv:2: unknown strength 'medium' (expected strong or weak)"},
        Wrong{"WeakWithoutReason", kIndicatorsCsv, "weak,shared", "weak,",
              "campaigns/wave/indicators.csv:2: a weak indicator without a note (expected the reason)"},
        Wrong{"NoSource", kIndicatorsCsv, ",somebody,,weak", ",,,weak",
              "campaigns/wave/indicators.csv:2: no source (expected who published it)"},
        Wrong{"Double", kIndicatorsCsv, "sha256,", "ipv4,192.0.2.1,,x,,weak,y\nsha256,",
              "campaigns/wave/indicators.csv:3: '192.0.2.1' stands already in line 2"}),
    [](const auto& instance) { return instance.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Product, CheckCampaignNames,
    testing::Values(
        Wrong{"UnknownLog", kProductYaml, "log: iis-w3c", "log: iis",
              "products/mailer/product.yaml:11: unknown log 'iis' (expected one of: iis-w3c, "
              "http-proxy, ecp-server, ecp-activity, oab-generator, ews, autodiscover, mapi-http, rpc-http, "
              "rps-http, rps-cmdlet, request-filtering, "
              "event-security, event-system, event-application, event-msexchange-management, event-sysmon, "
              "event-powershell, event-powershell-classic, event-windefend)"},
        Wrong{"FolderWithSlash", kProductYaml, "'\\www'", "/www",
              "products/mailer/product.yaml:6: not a folder's end (expected lower case with a leading and no "
              "trailing backslash)"},
        Wrong{"BadExtension", kProductYaml, "[.aspx]", "[ASPX]",
              "products/mailer/product.yaml:9: 'ASPX' is no extension (expected lower case with a dot)"},
        Wrong{
            "BadBuild", kBuildsCsv, "1.0.10.4", "1.0.10",
            "products/mailer/builds.csv:3: '1.0.10' is no build (expected four numbers such as 15.1.2176.2)"},
        Wrong{"DoubleBuild", kBuildsCsv, "1.0.10.4", "1.0.10.1",
              "products/mailer/builds.csv:3: build 1.0.10.1 stands already in line 2"},
        Wrong{"UnknownLine", kBuildsCsv, "Mailer1,CU1,SU1", "Mailer2,CU1,SU1",
              "products/mailer/builds.csv:3: unknown product line 'Mailer2' (expected one of product_lines "
              "in product.yaml)"},
        Wrong{"BadReleaseDate", kBuildsCsv, "2021-01-01", "01.01.2021",
              "products/mailer/builds.csv:2: '01.01.2021' is no date (expected YYYY-MM-DD or nothing)"},
        Wrong{"FixOfUnknownUpdate", kFixesCsv, "Mailer1,CU1", "Mailer1,CU2",
              "products/mailer/fixes.csv:2: Mailer1 CU2 is not in builds.csv"},
        Wrong{"FixOfAnotherBranch", kFixesCsv, "1.0.10.4", "1.0.11.4",
              "products/mailer/fixes.csv:2: build 1.0.11.4 is not of this cumulative update (expected a "
              "build that begins with 1.0.10)"},
        Wrong{"FixWithoutBuild", kFixesCsv, "1.0.10.4", "",
              "products/mailer/fixes.csv:2: '' is no first fixed build (expected four numbers, or nothing "
              "beside 'none:upgrade-CU')"},
        Wrong{"BadCveInFixes", kFixesCsv, "CVE-2021-0001", "CVE-21-1",
              "products/mailer/fixes.csv:2: 'CVE-21-1' is no CVE id (expected CVE-YYYY-NNNN or ADVNNNN)"}),
    [](const auto& instance) { return instance.param.name; });

TEST(CheckCampaign, NamesFilesThatAreMissing) {
  for (const char* file :
       {kCampaignYaml, kGuideYaml, kIndicatorsCsv, kProductYaml, kBuildsCsv, kFixesCsv, kKnownGood}) {
    if (file == kCampaignYaml) continue;  // without it the folder is no campaign
    ScratchKnowledge knowledge;
    knowledge.remove(file);
    EXPECT_THAT(knowledge.check(), Contains(HasSubstr(std::string(file) + ": can't be opened"))) << file;
  }
}

TEST(CheckCampaign, NamesAMissingFolderOfSigmaRulesButNeedsNoYara) {
  ScratchKnowledge knowledge;
  knowledge.remove("campaigns/wave/rules");
  EXPECT_THAT(knowledge.check(),
              ElementsAre("campaigns/wave/rules/sigma: is no folder (expected a folder of rules)"));
}

TEST(CheckCampaign, NamesDamagedKnownGoodFiles) {
  ScratchKnowledge knowledge;
  knowledge.write(kKnownGood, "no gzip");
  EXPECT_THAT(
      knowledge.check(),
      ElementsAre("products/mailer/known_good_web.csv.gz: damaged gzip data (expected a whole .gz file)"));
  knowledge.write(kKnownGood, gzip("sha256,path,builds\nabc,\\www\\a.aspx,1\n" + std::string(64, 'a') +
                                   ",www/a.aspx,1\n"));
  EXPECT_THAT(knowledge.check(), ElementsAre("products/mailer/known_good_web.csv.gz:2: 'abc' is no SHA-256 "
                                             "(expected 64 lower-case hexadecimal digits)",
                                             "products/mailer/known_good_web.csv.gz:3: 'www/a.aspx' is no "
                                             "path (expected lower case from a leading backslash on)"));
}

TEST(CheckCampaign, FindsEveryFaultOfEveryFile) {
  ScratchKnowledge knowledge;
  knowledge.replace(kCampaignYaml, "title: A wave\n", "");
  knowledge.replace(kGuideYaml, "[exploited]", "[hacked]");
  knowledge.replace(kIndicatorsCsv, "192.0.2.1", "x");
  knowledge.replace(kIndicatorsCsv, "sha256,a", "sha256,A");
  knowledge.replace(kFixesCsv, "CVE-2021-0001", "CVE");
  EXPECT_EQ(knowledge.check().size(), 6U);  // the campaign's flaw is no longer in fixes.csv, too
}

}  // namespace
}  // namespace afterpatch::knowledge
