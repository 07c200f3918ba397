// The YARA rules of the 2021 wave. Fixtures are put together at run time, and each is broken so that no
// server could run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "detect/files/yara_rules.h"

namespace afterpatch {
namespace {

namespace fs = std::filesystem;
using detect::files::YaraRules;
using detect::files::YaraScanner;
using testing::ElementsAre;
using testing::IsEmpty;

const YaraRules& rules() {
  static const YaraRules compiled = [] {
    detect::RuleReport report;
    const fs::path knowledge = AFTERPATCH_SOURCE_DIR "/knowledge";
    auto made = YaraRules::compile(
        {{.path = knowledge / "products/exchange/rules/yara", .campaign = "exchange"},
         {.path = knowledge / "campaigns/exchange-2021-proxylogon/rules/yara", .campaign = "wave"}},
        report);
    for (const auto& refused : report.refused)
      ADD_FAILURE() << refused.file << ":" << refused.line << ": " << refused.reason;
    return made.value();
  }();
  return compiled;
}

std::vector<std::string> titles(std::string_view bytes) {
  auto scanner = YaraScanner::make(rules()).value();
  std::vector<std::string> found;
  for (const auto& claim : scanner.scan({bytes, "x.aspx", "\\inetpub\\wwwroot\\x.aspx"}).claims)
    found.push_back(claim.title);
  return found;
}

std::string dump(const std::string& address) {
  return "\r\nName                            : OAB (Default Web Site)\r\nInternalAuthenticationMethods   : "
         "WindowsIntegrated\r\n"
         "ExtendedProtectionTokenChecking : None\r\nOfflineAddressBooks             : \\Default Offline "
         "Address Book\r\n"
         "InternalUrl                     : https://srv.example.local/OAB\r\nExternalUrl                     "
         ": " +
         address + "\r\nServer                          : SRV\r\n";
}

// A page that names no language there is and whose code is cut off.
std::string page(const std::string& code) {
  return "<%@ Pa" + std::string("ge Language=\"None\" %><% ") + code + " ( ( %>";
}

constexpr const char* kDump = "Virtual directory settings with script: a web shell of CVE-2021-27065";

TEST(CampaignYara, CallsASettingsDumpADoorOnlyWithScript) {
  EXPECT_THAT(
      titles(dump("http://f/<scr" + std::string("ipt language=\"none\" run") + "at=\"nowhere\">inert")),
      ElementsAre(kDump));
  EXPECT_THAT(titles(dump("https://mail.example.org/OAB")), IsEmpty());
  EXPECT_THAT(titles(dump("")), IsEmpty());
  EXPECT_THAT(titles(dump("http://o/#cut off")),
              ElementsAre("Virtual directory settings with an address that is none"));
}

TEST(CampaignYara, KnowsPagesThatRunWhatARequestBrings) {
  const std::string evaluate = "ev" + std::string("al");
  const std::string request = "Requ" + std::string("est");
  EXPECT_THAT(titles(page(evaluate + "(" + request + ".Item[\"x\"],\"un" + "safe\")")),
              ElementsAre("Web shell that runs the code in a request (China Chopper and kin)"));
  EXPECT_THAT(titles(page(request + ".Files[0].Sa" + "veAs(Path.Comb" + "ine(x, y))")),
              ElementsAre("Web shell that saves uploaded files (SIMPLESEESHARP and kin)"));
  EXPECT_THAT(titles(page("new Proc" + std::string("ess();") + " \"cmd" + ".exe\"; " + request + "[\"x\"]")),
              ElementsAre("Web shell that starts programs"));
}

TEST(CampaignYara, LeavesHarmlessPagesAlone) {
  EXPECT_THAT(titles(page("Response.Write(Server.HtmlEncode(Request[\"name\"]));")), IsEmpty());
  EXPECT_THAT(titles(page("<%# Eval(\"Title\") %> <%= Request.Url %>")), IsEmpty());
  EXPECT_THAT(titles("<html><script language=\"javascript\">eval('1')</script></html>"), IsEmpty());
  EXPECT_THAT(titles(page("no_ev" + std::string("al(Requ") + "est[\"x\"],\"un" + "safe\")")), IsEmpty());
  EXPECT_THAT(titles(""), IsEmpty());
}

TEST(CampaignYara, FindsScriptInsideOtherKindsOfFile) {
  const std::string code = page("");
  EXPECT_THAT(titles("!BDN" + std::string(512, '\0') + code), ElementsAre("Mail store with script"));
  EXPECT_THAT(titles("\x30\x82\x04\x01" + std::string(64, 'x') + code),
              ElementsAre("Certificate file with script"));
  EXPECT_THAT(titles("!BDN" + std::string(512, '\0')), IsEmpty());
}

TEST(CampaignYara, FindsTraces) {
  const std::string library = "MZ" + std::string(100, '\0');
  EXPECT_THAT(titles(library + "~/aspnet_client/x.aspx JScript" + "Evaluate"),
              ElementsAre("Compiled page that evaluates script"));
  EXPECT_THAT(titles(library + "~/aspnet_client/x.aspx"), IsEmpty());
  const auto wide = [](std::string_view text) {
    std::string out;
    for (const char c : text) out += {c, '\0'};
    return out;
  };
  EXPECT_THAT(
      titles("MDMP" + std::string(100, '\0') + wide("C:\\Windows\\System32\\lsass.exe") + wide("lsasrv.dll")),
      ElementsAre("Memory dump of the process that keeps passwords"));
  EXPECT_THAT(titles("MDMP" + std::string(100, '\0') + wide("w3wp.exe")), IsEmpty());
}

TEST(CampaignYara, KnowsTheRewriteRulesOfTheMitigation) {
  const auto config = [](std::string_view name, std::string_view enabled) {
    return fmt::format(
        "<configuration><system.webServer><rewrite><rules>"
        "<rule name=\"X-AnonResource-Backend Abort - inbound\"{1}><conditions>"
        "<add input=\"{{HTTP_COOKIE}}\" pattern=\"(.*)X-AnonResource-Backend(.*)\" /></conditions>"
        "<action type=\"AbortRequest\" /></rule>"
        "<rule name=\"{0} Abort - inbound\"{1}><conditions>"
        "<add input=\"{{HTTP_COOKIE}}\" pattern=\"(.*){0}=(.+)/(.+)~(.+)\" /></conditions>"
        "<action type=\"AbortRequest\" /></rule>"
        "</rules></rewrite></system.webServer></configuration>",
        name, enabled);
  };
  EXPECT_THAT(titles(config("X-BEResource", "")),
              ElementsAre("Rewrite rules that refuse the forged cookies of CVE-2021-26855"));
  EXPECT_THAT(titles(config("X-BEResource", " enabled=\"false\"")), IsEmpty());
  EXPECT_THAT(titles(config("X-Other", "")), IsEmpty());
}

// A hunt of a source tree, or of a machine where Afterpatch is installed, must not find Afterpatch.
TEST(CampaignYara, MatchesNoFileOfOurKnowledge) {
  for (const auto& entry : fs::recursive_directory_iterator(AFTERPATCH_SOURCE_DIR "/knowledge")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(titles(read_file(entry.path()).value()), IsEmpty()) << entry.path();
  }
}

}  // namespace
}  // namespace afterpatch
