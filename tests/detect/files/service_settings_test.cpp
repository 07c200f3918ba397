#include "detect/files/service_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;
using testing::IsEmpty;
using testing::SizeIs;

std::string exported(const std::string& name, const std::string& values) {
  return "Windows Registry Editor Version 5.00\r\n\r\n"
         "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\" +
         name + "]\r\n\"Type\"=dword:00000010\r\n" + values + "\r\n";
}

std::string wrapper(const std::string& inside) {
  return "<service><id>helper</id><name>Helper</name>" + inside + "</service>";
}

std::string hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string written = "hex(2):";
  std::size_t in_line = 0;
  for (const char c : text) {
    written.append(
        {kDigits[static_cast<unsigned char>(c) >> 4U], kDigits[static_cast<unsigned char>(c) & 15U]});
    written += ",00,";
    if (++in_line % 8 == 0) written += "\\\r\n  ";
  }
  return written + "00,00";
}

TEST(ServiceSettings, ReadsAnExportInUtf16AndInSingleBytes) {
  const std::string text = exported("Spooler", R"("ImagePath"="C:\\Windows\\System32\\spoolsv.exe")");
  for (const std::string& bytes : {text, to_utf16le(text)}) {
    const auto services = services_of_export(bytes);
    ASSERT_THAT(services, SizeIs(1));
    EXPECT_EQ(services[0].name, "Spooler");
    EXPECT_EQ(services[0].command, "C:\\Windows\\System32\\spoolsv.exe");
  }
}

TEST(ServiceSettings, ReadsCodedValuesOverSeveralLines) {
  const std::string path = "%SystemRoot%\\system32\\svchost.exe -k netsvcs";
  const auto services = services_of_export(exported("BITS", "\"ImagePath\"=" + hex(path)));
  ASSERT_THAT(services, SizeIs(1));
  EXPECT_EQ(services[0].command, path);
}

TEST(ServiceSettings, ReadsLibrariesAndWrappedProgramsBelowParameters) {
  const std::string text =
      exported("Helper", "\"ImagePath\"=\"C:\\\\tools\\\\nssm.exe\"") +
      "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Helper\\Parameters]\r\n"
      "\"Application\"=\"C:\\\\Windows\\\\Temp\\\\a.exe\"\r\n\"AppParameters\"=\"-p 1\"\r\n"
      "\"ServiceDll\"=\"C:\\\\Users\\\\Public\\\\b.dll\"\r\n";
  const auto services = services_of_export(text);
  ASSERT_THAT(services, SizeIs(3));
  EXPECT_EQ(services[1].command, "C:\\Users\\Public\\b.dll");
  EXPECT_EQ(services[2].command, "C:\\Windows\\Temp\\a.exe -p 1");
  const auto claims = judge_service_settings(exchange(), "\\x\\services.reg", text);
  ASSERT_THAT(claims, SizeIs(2));
  EXPECT_EQ(claims[0].confidence, Confidence::possible);
  EXPECT_EQ(claims[0].step, Step::backdoor_file);
  EXPECT_THAT(claims[0].facts, testing::Contains(std::pair<std::string, std::string>("door-path", "Helper")));
}

TEST(ServiceSettings, OtherKeysAndOtherTextsAreNoServices) {
  EXPECT_THAT(services_of_export("Windows Registry Editor Version 5.00\r\n\r\n"
                                 "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n\"ImagePath\"=\"C:\\\\a.exe\"\r\n"),
              IsEmpty());
  EXPECT_THAT(services_of_export("[x\\Services\\y]\r\n\"ImagePath\"=\"C:\\\\a.exe\"\r\n"), IsEmpty());
  EXPECT_THAT(services_of_export(""), IsEmpty());
  EXPECT_THAT(services_of_wrapper("<services><service><executable>a</executable></service></services>"),
              IsEmpty());
  EXPECT_THAT(services_of_wrapper("MZ"), IsEmpty());
}

TEST(ServiceSettings, AWrappersProgramIsReadWithItsArguments) {
  const auto services = services_of_wrapper(wrapper(
      "<executable>java</executable><startargument>-jar</startargument><arguments>x.jar</arguments>"));
  ASSERT_THAT(services, SizeIs(1));
  EXPECT_EQ(services[0].name, "helper");
  EXPECT_EQ(services[0].command, "java -jar x.jar");
}

TEST(ServiceSettings, OrdinaryServicesAreSilent) {
  const char* path = "\\x\\agent.xml";
  EXPECT_THAT(
      judge_service_settings(exchange(), path, wrapper("<executable>%BASE%\\jenkins.exe</executable>")),
      IsEmpty());
  EXPECT_THAT(judge_service_settings(
                  exchange(), "\\x\\a.reg",
                  exported("MSExchangeOWAAppPool",
                           R"("ImagePath"="\"C:\\Program Files\\Microsoft\\Exchange\\bin\\x.exe\" -s")")),
              IsEmpty());
}

TEST(ServiceSettings, AProgramOfTheWebFolderOrACodedCommandIsLikely) {
  const char* path = "\\tools\\agent.xml";
  const auto served = judge_service_settings(
      exchange(), path, wrapper("<executable>C:\\inetpub\\wwwroot\\aspnet_client\\a.exe</executable>"));
  ASSERT_THAT(served, SizeIs(1));
  EXPECT_EQ(served[0].confidence, Confidence::likely);
  EXPECT_THAT(judge_service_settings(exchange(), path,
                                     wrapper("<executable>powershell</executable><arguments>-enc " +
                                             std::string(60, 'A') + "</arguments>")),
              SizeIs(1));
}

TEST(ServiceSettings, ManyServicesGiveABoundedNumberOfClaims) {
  std::string text = exported("a", "");
  for (int i = 0; i < 1000; ++i)
    text += "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\s" + std::to_string(i) +
            "]\r\n\"ImagePath\"=\"C:\\\\Windows\\\\Temp\\\\a.exe\"\r\n";
  EXPECT_THAT(judge_service_settings(exchange(), "\\x\\a.reg", text), SizeIs(kMaxServiceClaims));
}

TEST(ServiceSettings, BrokenValuesAreReadAsFarAsTheyGo) {
  EXPECT_THAT(services_of_export(exported("x", "\"ImagePath\"=\"C:\\\\a")), SizeIs(1));
  EXPECT_THAT(services_of_export(exported("x", "\"ImagePath\"=hex(2):4")), IsEmpty());
  EXPECT_THAT(services_of_export(exported("x", "\"ImagePath\"=hex(2):41,\\")), IsEmpty());
  EXPECT_THAT(services_of_export(exported("x", "\"ImagePath\"")), IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::files
