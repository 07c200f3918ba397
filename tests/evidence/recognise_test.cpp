#include <string>

#include <gtest/gtest.h>

#include "evidence/artefact.h"
#include "records/samples.h"

namespace afterpatch::evidence {
namespace {

constexpr const char* kHttpProxyHeader =
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,"
    "UrlHost,UrlStem,"
    "AnchorMailbox\r\n";
constexpr const char* kIisRow =
    "2021-03-05 03:06:27 10.0.0.1 GET /owa/auth/x.aspx - 443 - 192.0.2.1 Mozilla/5.0 - 200 0 0 133\n";
constexpr const char* kEcpRow = "2021-03-03T06:49:53.772Z,EX,ECP.Request,\"S:TIME=1;S:CMD=Get-InboxRule\"\n";

Kind kind_of(const std::string& bytes, const char* path = "\\x.log") {
  return recognise(bytes, path).kind;
}

TEST(Recognise, IisLogByItsFieldsUnderAnyName) {
  const std::string log =
      std::string(
          "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
          "#Date: 2021-03-05 00:00:01\r\n#Fields: date time s-ip cs-method cs-uri-stem\r\n") +
      kIisRow;
  EXPECT_EQ(kind_of(log), Kind::iis_w3c);
  EXPECT_EQ(kind_of(log, "\\anything.txt"), Kind::iis_w3c);
  EXPECT_EQ(kind_of(log, "\\noextension"), Kind::iis_w3c);
  EXPECT_EQ(kind_of("\xEF\xBB\xBF" + log), Kind::iis_w3c);
  EXPECT_EQ(kind_of(log, "\\inetpub\\wwwroot\\copy.log"), Kind::iis_w3c);
}

TEST(Recognise, OtherW3cLogsAreNoIisLogs) {
  const std::string firewall =
      "#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Fields: date time action protocol src-ip "
      "dst-ip\n"
      "2021-03-05 03:06:27 ALLOW TCP 192.0.2.1 10.0.0.1\n";
  EXPECT_EQ(kind_of(firewall), Kind::text);
}

TEST(Recognise, ExchangeLogByHeaderAnywhereInItsDirectives) {
  const std::string directives =
      "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2375.007\r\n#Log-type: HttpProxy Logs\r\n";
  const std::string fields = "#Fields: " + std::string(kHttpProxyHeader);
  for (const std::string& log :
       {kHttpProxyHeader + directives + fields, directives + fields, std::string(kHttpProxyHeader)}) {
    const Recognised recognised =
        recognise(log + "2021-03-05T03:06:27.123Z,a,15,1,2375,7,,Owa,h,/owa/,\n", "\\x");
    EXPECT_EQ(recognised.kind, Kind::exchange_csv);
    EXPECT_EQ(recognised.log_type, LogType::http_proxy);
  }
}

TEST(Recognise, LogTypeIsToldByDirectiveThenColumnsThenPlace) {
  const auto type_of = [](const std::string& log, const char* path) { return recognise(log, path).log_type; };
  const std::string ecp_fields = "#Fields: TimeStamp,ServerName,EventId,EventData\n";
  const std::string exchange = "#Software: Microsoft Exchange Server\n";
  EXPECT_EQ(type_of(exchange + "#Log-type: ECP Activity Context Log\n" + ecp_fields, "\\ecpserver1.log"),
            LogType::ecp_activity);
  EXPECT_EQ(type_of(exchange + "#Log-type: ECP Server Log\n" + ecp_fields, "\\x"), LogType::ecp_server);
  EXPECT_EQ(type_of(exchange + ecp_fields, "\\logging\\ecp\\activity\\ecpactivity_1.log"),
            LogType::ecp_activity);
  EXPECT_EQ(type_of(exchange + "#Log-type: Rps Cmdlet Logs\n#Fields: DateTime,StartTime\n", "\\x"),
            LogType::rps_cmdlet);
  EXPECT_EQ(type_of(exchange + "#Log-type: Message Tracking Log\n#Fields: date-time,client-ip\n", "\\x"),
            LogType::other);
  EXPECT_EQ(type_of("DateTime,RequestId,SoapAction\n", "\\x"), LogType::ews);
}

TEST(Recognise, HeaderlessRowsAndRowsInProseAreMixedLogs) {
  EXPECT_EQ(kind_of(kIisRow), Kind::mixed_log);
  EXPECT_EQ(kind_of(kEcpRow), Kind::mixed_log);
  EXPECT_EQ(
      kind_of(std::string("We found this:\n\n```\n") + kIisRow + "```\nWhat now?\nAnd so on\nmore\nmore\n",
              "\\mail.txt"),
      Kind::mixed_log);
}

TEST(Recognise, TextWithTimesIsNoLogOfOurs) {
  EXPECT_EQ(kind_of("2021-03-05 03:06:27,123 INFO started a service\n2021-03-05 03:06:28,001 WARN, slow\n"),
            Kind::text);
  EXPECT_EQ(kind_of("a,b,c\n1,2,3\n"), Kind::text);
  EXPECT_EQ(kind_of("Name,DateTime\nx,2021\n"), Kind::text);
}

TEST(Recognise, LogOfACrashedServerHoldsNuls) {
  const std::string log =
      "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-uri-stem\n";
  EXPECT_EQ(kind_of(log + std::string(500, '\0')), Kind::iis_w3c);
  EXPECT_EQ(kind_of(std::string(500, '\0')), Kind::other);
}

TEST(Recognise, MagicOfFormats) {
  EXPECT_EQ(kind_of(std::string("ElfFile\0", 8)), Kind::evtx);
  EXPECT_EQ(kind_of("MDMP\x93\xa7"), Kind::memory_dump);
  EXPECT_EQ(kind_of("PAGEDU64"), Kind::memory_dump);
  EXPECT_EQ(kind_of("MZ\x90"), Kind::executable);
  EXPECT_EQ(kind_of("regf"), Kind::registry_hive);
  EXPECT_EQ(kind_of("!BDN"), Kind::mailbox_store);
  EXPECT_EQ(kind_of("PK\x03\x04"), Kind::archive);
  EXPECT_EQ(kind_of("7z\xBC\xAF\x27\x1C"), Kind::archive);
  EXPECT_EQ(kind_of("Rar!\x1A\x07"), Kind::archive);
  EXPECT_EQ(kind_of(std::string(257, 'x') + "ustar\x30\x30"), Kind::archive);
  EXPECT_EQ(kind_of(std::string(300, '\x01')), Kind::other);
  EXPECT_EQ(kind_of(""), Kind::empty);
}

TEST(Recognise, ScriptExtensionWinsOverEveryMagic) {
  EXPECT_EQ(kind_of("!BDN<script>", "\\inetpub\\wwwroot\\a.aspx"), Kind::web_content);
  EXPECT_EQ(kind_of("\x30\x82\x01<script>", "\\x.aspx"), Kind::web_content);
  EXPECT_EQ(kind_of("PK\x03\x04", "\\x.ashx"), Kind::web_content);
}

TEST(Recognise, MagicWinsOverOtherWebNamesAndPlaces) {
  EXPECT_EQ(kind_of("MDMP", "\\inetpub\\wwwroot\\x.js"), Kind::memory_dump);
  EXPECT_EQ(kind_of("PK\x03\x04", "\\inetpub\\wwwroot\\lsass.dmp.zip"), Kind::archive);
  EXPECT_EQ(kind_of("MZ", "\\inetpub\\wwwroot\\bin\\a.dll"), Kind::executable);
}

TEST(Recognise, WebContentByPlace) {
  EXPECT_EQ(kind_of("hello", "\\inetpub\\wwwroot\\readme.txt"), Kind::web_content);
  EXPECT_EQ(kind_of("<x/>", "\\v15\\frontend\\httpproxy\\owa\\auth\\a.xml"), Kind::web_content);
  EXPECT_EQ(kind_of("<preserve", "\\windows\\temporary asp.net files\\root\\a.aspx.cdcab7d2.compiled"),
            Kind::web_content);
  EXPECT_EQ(kind_of("hello", "\\windows\\readme.txt"), Kind::text);
}

TEST(Recognise, RealPagesThatMixLogsAndProse) {
  for (const char* name : {"helsecert_real_incident_2021-03.md", "artefacts_help_exchange_log_formats.md",
                           "kinesis_agent_exchange_log_lines.txt", "proxyshell_rps_http_and_cmdlet_lines.txt",
                           "wazuh_exchange_proxylogon_lines.txt"}) {
    const auto sample = read_sample(name);
    if (!sample) GTEST_SKIP() << "no samples at " << samples_folder();
    EXPECT_EQ(kind_of(sample->substr(0, 65536), "\\page.md"), Kind::mixed_log) << name;
  }
}

}  // namespace
}  // namespace afterpatch::evidence
