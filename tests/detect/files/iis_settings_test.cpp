#include "detect/files/iis_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/files/fixtures.h"
#include "detect/files/server_paths.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kHost = "\\windows\\system32\\inetsrv\\config\\applicationhost.config";

std::vector<Claim> judge(const std::string& inside, const char* path = kHost) {
  return judge_iis_settings(exchange(), path, "<configuration>" + inside + "</configuration>");
}

std::string module(const std::string& image) {
  return "<system.webServer><globalModules><add name=\"M\" image=\"" + image +
         "\" /></globalModules></system.webServer>";
}

std::string directory(const std::string& path) {
  return "<system.applicationHost><sites><site name=\"Default Web Site\"><application path=\"/owa\">"
         "<virtualDirectory path=\"/\" physicalPath=\"" +
         path + "\" /></application></site></sites></system.applicationHost>";
}

TEST(IisSettings, ACleanServersModulesAndFoldersAreSilent) {
  EXPECT_THAT(judge(module("%windir%\\System32\\inetsrv\\static.dll")), IsEmpty());
  EXPECT_THAT(judge(module("C:\\Exchange\\V15\\FrontEnd\\HttpProxy\\bin\\exppw.dll")), IsEmpty());
  EXPECT_THAT(judge(directory("%SystemDrive%\\inetpub\\wwwroot")), IsEmpty());
  EXPECT_THAT(judge(directory("D:\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\")), IsEmpty());
  EXPECT_THAT(judge(directory("C:\\Windows\\System32\\CertSrv\\en-US")), IsEmpty());
}

TEST(IisSettings, AnUnknownModuleIsPossibleAndLikelyInAHidingPlace) {
  const auto added = judge(module("%windir%\\System32\\inetsrv\\extra.dll"));
  ASSERT_THAT(added, SizeIs(1));
  EXPECT_EQ(added[0].confidence, Confidence::possible);
  EXPECT_EQ(added[0].step, Step::backdoor_file);
  EXPECT_THAT(added[0].facts, testing::Contains(std::pair<std::string, std::string>(
                                  "door-path", "\\windows\\system32\\inetsrv\\extra.dll")));
  EXPECT_EQ(judge(module("C:\\Windows\\Temp\\x.dll")).at(0).confidence, Confidence::likely);
  EXPECT_EQ(judge(module("C:\\inetpub\\custom\\x.dll")).at(0).confidence, Confidence::likely);
}

TEST(IisSettings, AManagedModuleOfAnotherMakerIsPossibleInTheProductsSettings) {
  const auto modules = [](const std::string& type) {
    return "<system.webServer><modules><add name=\"M\" type=\"" + type + "\" /></modules></system.webServer>";
  };
  const auto claims = judge(modules("Filter.Entry, Helper, Version=1.0.0.0"));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, "iis-unknown-managed-module");
  EXPECT_EQ(claims[0].confidence, Confidence::possible);
  EXPECT_THAT(judge(modules("Microsoft.Exchange.X, Helper")), SizeIs(1));
  EXPECT_THAT(judge(modules("Filter"),
                    "\\program files\\microsoft\\exchange server\\v15\\frontend\\httpproxy\\owa\\web.config"),
              SizeIs(1));
}

TEST(IisSettings, ManagedModulesOfMicrosoftAndOfOtherSitesAreSilent) {
  const std::string session =
      "<system.webServer><modules><add name=\"Session\" type=\"System.Web.SessionState.SessionStateModule\" "
      "/>"
      "<add name=\"O\" type=\"Microsoft.Exchange.Clients.Owa.OwaModule, Microsoft.Exchange.Clients.Owa\" />"
      "<add name=\"exppw\" /></modules></system.webServer>";
  EXPECT_THAT(judge(session), IsEmpty());
  EXPECT_THAT(judge("<system.web><httpModules><add name=\"E\" type=\"Elmah.ErrorLogModule, Elmah\" />"
                    "</httpModules></system.web>",
                    "\\sites\\shop\\web.config"),
              IsEmpty());
}

TEST(IisSettings, AVirtualDirectoryInAHidingPlaceIsADoor) {
  for (const char* path : {"C:\\ProgramData\\COM1\\zing", "C:\\ProgramData\\ZOO", "C:\\Users\\Public\\x"}) {
    const auto claims = judge(directory(path));
    ASSERT_THAT(claims, SizeIs(1)) << path;
    EXPECT_EQ(claims[0].step, Step::backdoor_file) << path;
    EXPECT_EQ(claims[0].confidence, Confidence::likely) << path;
  }
  const auto site = judge(directory("D:\\sites\\intranet"));
  ASSERT_THAT(site, SizeIs(1));
  EXPECT_EQ(site[0].step, Step::context);
  EXPECT_EQ(site[0].confidence, Confidence::possible);
}

TEST(IisSettings, AStaticExtensionThatRunsIsADoorInAnySettings) {
  const auto claims = judge(
      "<system.webServer><handlers><add name=\"x\" path=\"*.config\" verb=\"*\" modules=\"IsapiModule\" "
      "scriptProcessor=\"%windir%\\system32\\inetsrv\\asp.dll\" /></handlers></system.webServer>",
      "\\inetpub\\wwwroot\\a\\web.config");
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, "iis-static-file-is-run");
  EXPECT_EQ(claims[0].confidence, Confidence::likely);
  EXPECT_THAT(judge("<location path=\"x\"><system.web><compilation><buildProviders><add extension=\".jpg\" "
                    "type=\"System.Web.Compilation.PageBuildProvider\" /></buildProviders></compilation>"
                    "</system.web></location>"),
              SizeIs(1));
}

TEST(IisSettings, OrdinaryHandlersAreSilent) {
  EXPECT_THAT(
      judge("<system.webServer><handlers>"
            "<add name=\"StaticFile\" path=\"*\" verb=\"*\" modules=\"StaticFileModule\" />"
            "<add name=\"ASP\" path=\"*.asp\" scriptProcessor=\"%windir%\\system32\\inetsrv\\asp.dll\" />"
            "<add name=\"cfg\" path=\"*.config\" type=\"System.Web.HttpForbiddenHandler\" />"
            "<add name=\"img\" path=\"*.png\" type=\"System.Web.StaticFileHandler\" />"
            "</handlers></system.webServer>"),
      IsEmpty());
}

TEST(IisSettings, MachineKeysByHandAreShown) {
  const auto key = [](const std::string& value) {
    return judge("<system.web><machineKey validationKey=\"" + value + "\" /></system.web>",
                 "\\inetpub\\wwwroot\\web.config");
  };
  EXPECT_THAT(key("AutoGenerate,IsolateApps"), IsEmpty());
  ASSERT_THAT(key(std::string(64, 'A')), SizeIs(1));
  EXPECT_EQ(key(std::string(64, 'A'))[0].step, Step::context);
  EXPECT_EQ(key("CB2721ABDAF8E9DC516D621D8B8BF13A2C9E8689A25303BF")[0].rule_id,
            "iis-machine-key-known-to-all");
}

TEST(IisSettings, BrokenAndHostileTextIsHarmless) {
  EXPECT_THAT(judge_iis_settings(exchange(), kHost, ""), IsEmpty());
  EXPECT_THAT(judge_iis_settings(exchange(), kHost, std::string("\0\xff<", 3)), IsEmpty());
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<a>";
  EXPECT_THAT(judge(deep), IsEmpty());
  std::string many = "<globalModules>";
  for (int i = 0; i < 500; ++i) many += "<add image=\"C:\\x" + std::to_string(i) + ".dll\"/>";
  EXPECT_THAT(judge(many + "</globalModules>"), SizeIs(kMaxSettingsClaims));
  EXPECT_THAT(judge(module("C:\\ProgramData\\x.dll") + "<open"), SizeIs(1));
}

TEST(ServerPaths, AreComparable) {
  EXPECT_EQ(settings_path("\"%WINDIR%\\System32\\X.dll\""), "\\windows\\system32\\x.dll");
  EXPECT_EQ(settings_path("C:/inetpub/wwwroot/"), "\\inetpub\\wwwroot");
  EXPECT_EQ(settings_path("notepad.exe"), "");
}

}  // namespace
}  // namespace afterpatch::detect::files
