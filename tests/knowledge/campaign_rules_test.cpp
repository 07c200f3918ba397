// The rules of the 2021 wave against rows as they stand in victims' and clean servers' logs (shapes of
// HelseCERT's and Wazuh's published rows and of Exchange's own formats), through the real engine. Each row
// must be matched by exactly the rules that are named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.h"
#include "detect/engine.h"
#include "evidence/artefact.h"
#include "knowledge/catalogue.h"
#include "knowledge/rule_rows.h"

namespace afterpatch {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;

using rule_rows::expect_rules;
using rule_rows::Row;

constexpr const char* kHttpProxyHeader =
    "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n#Log-type: HttpProxy Logs\r\n#Date: "
    "2021-03-03T06:00:00.000Z\r\n"
    "#Fields: "
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,Protocol,UrlHost,UrlStem,"
    "AuthenticatedUser,"
    "AnchorMailbox,UserAgent,ClientIpAddress,HttpStatus,Method,TargetServerVersion,RoutingHint,BackEndCookie,"
    "UrlQuery\r\n";

struct Proxied {
  std::string stem = "/ecp/y.js";
  std::string anchor = {};
  std::string status = "200";
  std::string version = "15.01.2106.000";
  std::string hint = "X-BEResource-Cookie";
  std::string cookie = {};
  std::string agent = "Mozilla/5.0";
  std::string query = {};
};

std::string proxy_row(const Proxied& r) {
  return "2021-03-03T06:49:42.162Z,cde28fc4-299e-4179-b3e9-de56f5c1d9ee,15,1,2106,2,Ecp,mail.example.org," +
         r.stem + ",," + r.anchor + "," + r.agent + ",192.0.2.1," + r.status + ",POST," + r.version + "," +
         r.hint + "," + r.cookie + "," + r.query;
}

std::string anchored(const std::string& anchor, const std::string& status) {
  return proxy_row({.anchor = "ServerInfo~" + anchor, .status = status});
}

const std::string kInside = "a]@srv.example.local:444";

TEST(HttpProxyRules, TellTheStepsOfTheChainApart) {
  const std::string objects = kInside + "/ecp/DDI/DDIService.svc/";
  expect_rules(
      "Logging/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG", kHttpProxyHeader,
      {
          {anchored(kInside + "/autodiscover/autodiscover.xml?#", "200"), {"http_proxy_probe"}},
          {anchored(kInside + "/mapi/emsmdb/?#", "200"), {"http_proxy_back_end"}},
          {anchored(kInside + "/mapi/emsmdb/?#", "401"), {"http_proxy_failed"}},
          {anchored(kInside + "/ecp/proxyLogon.ecp?#", "241"), {"http_proxy_session"}},
          {anchored(kInside + "/ecp/proxyLogon.ecp?#", "500"), {"http_proxy_failed"}},
          {anchored(objects + "GetObject?msExchEcpCanary=x&schema=OABVirtualDirectory#", "200"),
           {"http_proxy_objects"}},
          {anchored(objects + "GetList?reqId=1&schema=VirtualDirectory&a=", "200"), {"http_proxy_objects"}},
          {anchored(objects + "SetObject?schema=OABVirtualDirectory#", "200"), {"http_proxy_set_object"}},
          {anchored(objects + "SetObject?schema=ResetOABVirtualDirectory#", "200"), {"http_proxy_reset"}},
          {anchored(objects + "SetObject?schema=ResetOABVirtualDirectory&a=", "500"),
           {"http_proxy_set_object"}},
          {anchored(kInside + "/EWS/Exchange.asmx?a=", "200"), {"http_proxy_mail"}},
          {anchored(kInside + "/EWS/Exchange.asmx?a=", "401"), {"http_proxy_failed"}},
      });
}

TEST(HttpProxyRules, CallProbesProbes) {
  expect_rules("Logging/HttpProxy/Owa/HttpProxy_2021030306-1.LOG", kHttpProxyHeader,
               {
                   {anchored("localhost/ecp/default.flt?", "500"), {"http_proxy_probe"}},
                   {anchored("localhost/owa/auth/logon.aspx?", "200"), {"http_proxy_probe"}},
                   {anchored("abc.burpcollaborator.net/", "200"), {"http_proxy_probe"}},
                   {anchored("localhost/EWS/Exchange.asmx", "401"), {"http_proxy_failed"}},
                   {anchored("mail.example.org/owa/", "200"), {"http_proxy_elsewhere"}},
                   {anchored("mail.example.org/owa/", "302"), {"http_proxy_failed"}},
               });
}

TEST(HttpProxyRules, LeaveGenuineAnchorsAlone) {
  std::vector<Row> rows;
  for (const char* anchor :
       {"", "Sid~S-1-5-21-1-2-3-4343", "SMTP:user@example.org", "MailboxGuid~1a51fb75@example.org",
        "ServerInfo~srv.example.local", "Database~fb7adba2~~2023-02-08T18:59:59~example.org~1",
        "Smtp~a/b@example.org"}) {
    rows.push_back(
        {proxy_row({.stem = "/owa/service.svc", .anchor = anchor, .hint = "WindowsIdentity"}), {}});
  }
  expect_rules("Logging/HttpProxy/Owa/HttpProxy_2021030306-1.LOG", kHttpProxyHeader, rows);
}

TEST(HttpProxyRules, JudgeBackEndCookies) {
  expect_rules("Logging/HttpProxy/Ews/HttpProxy_2021030306-1.LOG", kHttpProxyHeader,
               {
                   {proxy_row({.cookie = "Server~a]@srv:444/mapi/emsmdb/?#~1941962753~2021-03-03T07:00:00"}),
                    {"http_proxy_cookie_back_end"}},
                   {proxy_row({.status = "500", .cookie = "Server~a]@srv:444/mapi/emsmdb/?#~1941962753~x"}),
                    {"http_proxy_cookie"}},
                   {proxy_row({.cookie = "Server~localhost/x?~3~x"}), {"http_proxy_cookie"}},
                   {proxy_row({.cookie = "Server~srv.example.local~1942063431~2023-02-08T18:59:59"}), {}},
                   {proxy_row({.anchor = "ServerInfo~" + kInside + "/mapi/nspi?",
                               .cookie = "Server~a]@srv:444/mapi/nspi?~3~x"}),
                    {"http_proxy_back_end"}},
               });
}

TEST(HttpProxyRules, KnowVersionsThatNeverWere) {
  expect_rules("Logging/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG", kHttpProxyHeader,
               {
                   {proxy_row({.version = "0.00.0003.000", .hint = "X-AnonResource-Backend-Cookie"}),
                    {"http_proxy_crafted_version"}},
                   {proxy_row({.version = "41.42.31996.000"}), {"http_proxy_crafted_version"}},
                   {proxy_row({.version = "14.03.0513.000"}), {}},
                   {proxy_row({.version = ""}), {}},
                   {proxy_row({.version = "0.00.0003.000", .hint = "WindowsIdentity"}), {}},
               });
}

TEST(HttpProxyRules, TellPagesThatExchangeNeverServed) {
  const auto page = [](const char* stem, const char* status) {
    return proxy_row({.stem = stem, .status = status, .hint = "", .cookie = ""});
  };
  expect_rules(
      "Logging/HttpProxy/Owa/HttpProxy_2021030503-1.LOG", kHttpProxyHeader,
      {
          {page("/owa/auth/RedirSuiteServerProxy.aspx", "200"), {"http_proxy_unshipped_script"}},
          {page("/owa/auth/RedirSuiteServerProxy.aspx", "302"), {"http_proxy_unshipped_script_missing"}},
          {page("/owa/auth/Current/themes/errorFS.aspx", "302"), {"http_proxy_unshipped_script_missing"}},
          {page("/owa/auth/x.aspx", "500"), {"http_proxy_unshipped_script_error"}},
          {page("/owa/auth/RedirSuiteServiceProxy.aspx", "200"), {}},
          {page("/owa/auth/logon.aspx", "200"), {}},
          {page("/owa/auth/errorfe.aspx", "200"), {}},
          {page("/ecp/auth/TimeoutLogout.aspx", "302"), {}},
          {page("/owa/auth/TimeoutLogout.aspx", "200"), {"http_proxy_unshipped_script"}},
          {page("/ecp/default.aspx", "200"), {}},
      });
}

constexpr const char* kIisHeader =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-03-03 "
    "00:00:00\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) sc-status sc-substatus "
    "sc-win32-status time-taken\r\n";

struct Asked {
  std::string method = "GET";
  std::string stem = "/";
  std::string query = "&CorrelationID=<empty>;&cafeReqId=cde28fc4-299e-4179-b3e9-de56f5c1d9ee;";
  std::string user = "-";
  std::string agent = "Mozilla/5.0+(Windows+NT+10.0)";
  std::string status = "200";
};

std::string iis_row(const Asked& r) {
  return "2021-03-05 03:06:27 192.0.2.9 " + r.method + " " + r.stem + " " + r.query + " 443 " + r.user +
         " 192.0.2.1 " + r.agent + " - " + r.status + " 0 0 133";
}

TEST(IisRules, TellPagesThatExchangeNeverServed) {
  expect_rules(
      "inetpub/logs/LogFiles/W3SVC1/u_ex210305.log", kIisHeader,
      {
          {iis_row({.stem = "/owa/auth/RedirSuiteServerProxy.aspx"}), {"iis_unshipped_script"}},
          {iis_row({.stem = "/owa/auth/RedirSuiteServerProxy.aspx", .status = "302"}),
           {"iis_unshipped_script_missing"}},
          {iis_row({.method = "POST", .stem = "/aspnet_client/system_web/zxvt0lpt.aspx"}),
           {"iis_unshipped_script"}},
          {iis_row({.stem = "/aspnet_client/supp0rt.aspx", .status = "404"}),
           {"iis_unshipped_script_missing"}},
          {iis_row({.stem = "/OAB/log.aspx", .status = "500"}), {"iis_unshipped_script_error"}},
          {iis_row({.stem = "/owa/auth/logon.aspx", .query = "replaceCurrent=1&url=whoami"}), {}},
          {iis_row({.stem = "/owa/auth/15.1.2106.2/scripts/premium/flogon.js"}), {}},
          {iis_row({.stem = "/oab/6f0b/oab.xml"}), {}},
          {iis_row({.stem = "/shop/default.aspx"}), {}},
          {iis_row({.stem = "/aspnet_client/x.aspx", .agent = "antSword/v2.1"}),
           {"iis_antsword", "iis_unshipped_script"}},
          {iis_row({.stem = "/x.aspx", .agent = "antSword/v2.1", .status = "404"}), {"iis_antsword_missing"}},
          {iis_row({.stem = "/aspnet_client/x.aspx", .query = "c=whoami"}),
           {"iis_commands", "iis_unshipped_script"}},
          {iis_row({.stem = "/owa/auth/x.aspx", .query = "c=rundll32+comsvcs.dll"}),
           {"iis_credentials", "iis_unshipped_script"}},
          {iis_row({.stem = "/owa/auth/x.aspx", .query = "c=whoami", .status = "302"}),
           {"iis_unshipped_script_missing"}},
          {iis_row({.stem = "/aspnet_client/it.zip"}), {"iis_fetched_archive"}},
          {iis_row({.stem = "/downloads/it.zip"}), {}},
      });
}

TEST(IisRules, TellForgedRequestsByTheirPaths) {
  expect_rules(
      "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", kIisHeader,
      {
          {iis_row({.method = "POST", .stem = "/ecp/y.js", .status = "241"}),
           {"iis_post_static_ecp_session"}},
          {iis_row({.method = "POST", .stem = "/ecp/lkO.js"}), {"iis_post_static_ecp"}},
          {iis_row({.method = "POST", .stem = "/ecp/default.flt", .status = "400"}),
           {"iis_post_static_ecp_failed"}},
          {iis_row({.method = "POST", .stem = "/ecp/y.js", .agent = "python-requests/2.25.1"}),
           {"iis_post_static_ecp", "iis_tool_agent_ecp"}},
          {iis_row({.stem = "/owa/auth/x.js", .status = "500"}), {"iis_short_script_name"}},
          {iis_row({.method = "POST", .stem = "/owa/auth/Current/themes/resources/logon.css"}),
           {"iis_post_theme", "iis_post_theme_mail"}},
          {iis_row(
               {.method = "POST", .stem = "/owa/auth/Current/themes/resources/logon.css", .status = "405"}),
           {"iis_post_theme_failed"}},
          {iis_row({.stem = "/owa/auth/Current/themes/resources/logon.css"}), {}},
          {iis_row({.method = "POST", .stem = "/owa/auth.owa", .status = "302"}), {}},
          {iis_row({.method = "POST",
                    .stem = "/ecp/DDI/DDIService.svc/SetObject",
                    .query = "schema=OABVirtualDirectory",
                    .user = "EX\\admin"}),
           {}},
          {iis_row({.stem = "/ecp/15.1.2106.2/scripts/common.js"}), {}},
          {iis_row({.stem = "/ecp/healthcheck.htm", .agent = "python-requests/2.25.1"}), {}},
          {iis_row({.stem = "/rpc/", .query = "&CorrelationID=<empty>;&RequestId=x", .status = "401"}),
           {"iis_rpc_name"}},
      });
}

TEST(IisRules, TellTheServersOwnAccountInTheBackEnd) {
  const auto by_server = [](const char* stem, const char* query) {
    return iis_row({.method = "POST", .stem = stem, .query = query, .user = "EX\\SRV$"});
  };
  expect_rules(
      "inetpub/logs/LogFiles/W3SVC2/u_ex210303.log", kIisHeader,
      {
          {by_server("/ecp/DDI/DDIService.svc/GetObject", "schema=OABVirtualDirectory"),
           {"iis_back_end_objects"}},
          {by_server("/ecp/DDI/DDIService.svc/SetObject", "schema=OABVirtualDirectory"),
           {"iis_back_end_set_object"}},
          {by_server("/ecp/DDI/DDIService.svc/SetObject", "schema=ResetOABVirtualDirectory"),
           {"iis_back_end_reset"}},
          {by_server("/rpc/rpcproxy.dll", "srv:6001"), {}},
          {iis_row({.method = "POST", .stem = "/ecp/proxyLogon.ecp", .user = "EX\\SRV$", .status = "241"}),
           {"iis_back_end_session"}},
      });
}

constexpr const char* kEcpHeader =
    "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: ECP Server Log\r\n#Date: "
    "2021-03-03T00:01:18.223Z\r\n"
    "#Fields: TimeStamp,ServerName,EventId,EventData\r\n";

std::string ecp(const std::string& command,
                const std::string& url = "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory") {
  return "2021-03-03T06:49:53.772Z,SRV,ECP.Request,\"S:TIME=13;S:SID=x;'S:CMD=" + command +
         "';S:REQID=;S:URL=" + url + ";S:EX=;S:TNAME=<null>\"";
}

TEST(EcpRules, TellScriptFromAddresses) {
  // Broken in the middle, so that it is no script anywhere.
  const std::string script =
      std::string("<scr") + "ipt language=\"\"none\"\" run" + "at=\"\"nowhere\"\">inert";
  expect_rules(
      "Logging/ECP/Server/ECPServer20210303-1.LOG", kEcpHeader,
      {
          {ecp("Set-OabVirtualDirectory.ExternalUrl=''http://f/" + script + "''.Identity=''982d48c8''"),
           {"ecp_script_in_url"}},
          {ecp("Set-OabVirtualDirectory.ExternalUrl=''http://o/#<sanitized>x</"
               "sanitized>''.Identity=''87fc''"),
           {"ecp_script_in_url"}},
          {ecp("Set-OabVirtualDirectory.ExternalUrl=''https://mail.example.org/OAB''.Identity=''982d48c8''"),
           {"ecp_url_change"}},
          {ecp("Set-OabVirtualDirectory.ExternalUrl=$null.Identity=''<PII>982d48c8</PII>''"),
           {"ecp_url_change"}},
          {ecp("Remove-OABVirtualDirectory.Force=$true.Identity=''SRV\\OAB (Default Web Site)''"),
           {"ecp_oab_recreated"}},
          {ecp("Get-InboxRule"), {}},
          {ecp("Get-OabVirtualDirectory.ADPropertiesOnly=$true",
               "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory&a=%5D:444/ecp/y.js"),
           {"ecp_forged_url"}},
      });
}

// No real OABGenerator log is public; only the message is certain (Microsoft, 2 March 2021). The columns here
// are made up.
TEST(OabGeneratorRules, JudgeWhereTheTemporaryFileLay) {
  const std::string header =
      "#Software: Microsoft Exchange Server\r\n#Log-type: OAB Generator Log\r\n#Fields: DateTime,Message\r\n";
  const auto failed = [](const std::string& path) {
    return "2021-03-03T06:49:42.162Z,\"Download failed and temporary file '" + path +
           "' needs to be removed\"";
  };
  const std::string install = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\";
  expect_rules("Logging/OABGeneratorLog/OABGenerator_2021030306-1.LOG", header,
               {
                   {failed(install + "ClientAccess\\OAB\\Temp\\6f0b.lzx"), {}},
                   {failed("D:\\exch\\clientaccess\\oab\\Temp\\6f0b.lzx"), {}},
                   {failed(install + "FrontEnd\\HttpProxy\\owa\\auth\\x.aspx"), {"oab_script_written"}},
                   {failed("C:\\Windows\\x.txt"), {"oab_outside_folder"}},
                   {failed(install + "ClientAccess\\OAB\\Temp\\..\\..\\x.txt"), {"oab_outside_folder"}},
               });
}

TEST(RequestFilteringRules, TellWhatWasStopped) {
  const std::string header =
      "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2308.008\r\n#Log-type: "
      "HttpRequestFiltering\r\n#Date: 2021-08-03T06:00:00.000Z\r\n"
      "#Fields: "
      "DateTime,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ServerHostName,SharedCacheLatency,"
      "TotalLatency,HttpMethod,UrlHost,"
      "UrlStem,UrlQuery,ServerIP,Protocol,HeaderNames,CookieNames,ScanResult,GenericInfo,GenericErrors\r\n";
  const auto scanned = [](const char* cookies, const char* result) {
    return std::string(
               "2021-08-03T06:49:42.162Z,15,1,2308,8,SRV,0,1,POST,mail.example.org,/ecp/"
               "y.js,,192.0.2.9,Ecp,Host;Cookie,") +
           cookies + "," + result + ",,";
  };
  expect_rules("Logging/HttpRequestFiltering/HttpRequestFiltering_2021080306-1.LOG", header,
               {
                   {scanned("X-BEResource", "Detected"), {"amsi_blocked_cookie"}},
                   {scanned("ASP.NET_SessionId", "Detected"), {"amsi_blocked"}},
                   {scanned("X-BEResource", "NotDetected"), {}},
               });
}

// The product's, those of this and of every other campaign.
TEST(CampaignRules, AllLoad) {
  detect::EngineOptions options;
  const auto all = knowledge::load_campaigns(AFTERPATCH_SOURCE_DIR "/knowledge", {}).value();
  options.campaigns = all.campaigns;
  options.product = all.product;
  const auto engine = detect::Engine::make(options).value();
  for (const auto& refused : engine.rules().refused)
    ADD_FAILURE() << refused.file << ":" << refused.line << ": " << refused.reason;
  EXPECT_GE(engine.rules().loaded, 120U);
}

}  // namespace
}  // namespace afterpatch
