// The rules of the waves after March 2021 against rows in the shapes of public incidents (signature-base's
// and APTSimulator's ProxyShell lines, DebugPrivilege's laboratory rows, CrowdStrike's description of
// OWASSRF) and against what clean servers write.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "knowledge/rule_rows.h"

namespace afterpatch {
namespace {

using rule_rows::expect_rules;
using rule_rows::Row;

constexpr const char* kIisHeader =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-08-23 "
    "09:00:00\r\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";

std::string iis(const std::string& method, const std::string& stem, const std::string& query, int status,
                const std::string& user = "-") {
  return "2021-08-23 09:13:18 192.0.2.10 " + method + " " + stem + " " + query + " 443 " + user +
         " 203.0.113.7 Mozilla/5.0 - " + std::to_string(status) + " 0 0 55";
}

const std::string kPage = "/autodiscover/autodiscover.json";
const std::string kTail = "&Email=autodiscover/autodiscover.json%3F@a.a";
const std::string kToken = "&X-Rps-CAT=VgEAVAdXaW5kb3dz";

void expect_iis(const std::vector<Row>& rows) {
  expect_rules("inetpub/logs/LogFiles/W3SVC1/u_ex210823.log", kIisHeader, rows);
}

TEST(ProxyShellRules, TellTheStepsOfTheChainApart) {
  expect_iis({
      {iis("GET", kPage, "@a.a/mapi/nspi/?" + kTail, 200), {"proxyshell/iis_check_answered"}},
      {iis("POST", kPage, "@a.a/autodiscover/autodiscover.xml?" + kTail, 200),
       {"proxyshell/iis_inner_request"}},
      {iis("POST", kPage, "@a.a/mapi/emsmdb/?" + kTail, 200), {"proxyshell/iis_inner_request"}},
      {iis("POST", kPage, "@a.a/powershell/?" + kTail + kToken, 200), {"proxyshell/iis_powershell_session"}},
      {iis("POST", kPage, "@a.a/%50owershell/?" + kTail + kToken, 200),
       {"proxyshell/iis_powershell_session"}},
      {iis("POST", kPage, "@a.a/powershell/?" + kTail, 200), {"proxyshell/iis_powershell_unnamed"}},
      {iis("POST", kPage, "@a.a/EWS/Exchange.asmx?" + kTail, 200), {"proxyshell/iis_mail"}},
      {iis("POST", kPage + "@a.a/powershell", "X-Rps-CAT=VgEAVAdX", 200),
       {"proxyshell/iis_powershell_session"}},
  });
}

TEST(ProxyShellRules, CallWhatWasRefusedAProbe) {
  expect_iis({
      {iis("GET", kPage, "@a.a/mapi/nspi/?" + kTail, 400), {"iis_autodiscover_detour_refused"}},
      {iis("POST", kPage, "@a.a/powershell/?" + kTail + kToken, 401), {"iis_autodiscover_detour_refused"}},
      {iis("GET", kPage, "@test.com/owa/?&Email=autodiscover/autodiscover.json%3F@test.com", 404),
       {"iis_autodiscover_detour_refused"}},
  });
}

// Web Services greet who only asks; mail is read by what is sent to them.
TEST(ProxyShellRules, TellATestOfWebServicesFromReadingMail) {
  expect_iis({
      {iis("GET", kPage, "@a.a/EWS/exchange.asmx?" + kTail, 200), {"proxyshell/iis_check_answered"}},
      {iis("POST", kPage, "@a.a/EWS/exchange.asmx?" + kTail, 200), {"proxyshell/iis_mail"}},
  });
}

TEST(ProxyShellRules, KnowTheOtherSpellingsOfTheSameRequest) {
  expect_iis({
      {iis("GET", kPage, "%40a.a/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F%40a.a", 200),
       {"proxyshell/iis_check_answered"}},
      {iis("GET", kPage, "a=x@a.a/mapi/nspi/", 200), {"proxyshell/iis_check_answered"}},
      {iis("POST", kPage, "a=x@a.a/powershell/?X-Rps-CAT=VgEA", 200), {"proxyshell/iis_powershell_session"}},
      {iis("POST", "/autodiscover/autodiscover.json%3F@a.a/PowerShell/", "&Email=x&X-Rps-CAT=VgEA", 200),
       {"proxyshell/iis_powershell_session"}},
      {iis("GET", "/AutoDiscover/Autodiscover.JSON", "@a.a/mapi/nspi/", 200),
       {"proxyshell/iis_check_answered"}},
  });
}

TEST(ProxyShellRules, LeaveGenuineAutodiscoverAlone) {
  expect_iis({
      {iis("GET", kPage, "Email=user%40example.org&Protocol=ActiveSync&RedirectCount=1", 200), {}},
      {iis("GET", "/autodiscover/autodiscover.json/v1.0/user@example.org", "Protocol=AutodiscoverV1", 200),
       {}},
      {iis("GET", kPage, "Email=user%40example.org&Protocol=Powershel", 404), {}},
      {iis("POST", "/powershell", "clientApplication=ManagementShell&PSVersion=5.1", 200, "EX\\admin"), {}},
      {iis("POST", "/EWS/Exchange.asmx", "-", 200, "EX\\user"), {}},
  });
}

TEST(ProxyNotShellRules, TellSignedInVisitorsFromOthers) {
  expect_iis({
      {iis("GET", kPage, "@a.a/PowerShell/?" + kTail, 200, "EX\\user"),
       {"proxynotshell/iis_powershell_session"}},
      {iis("GET", kPage, "@a.a/PowerShell/?" + kTail, 401, "EX\\user"), {"iis_autodiscover_detour_refused"}},
      {iis("GET", kPage, "@a.a/mapi/nspi/?" + kTail, 200, "EX\\user"), {"proxynotshell/iis_inner_request"}},
      {iis("POST", kPage, "@a.a/EWS/Exchange.asmx?" + kTail, 200, "EX\\user"), {"proxynotshell/iis_mail"}},
  });
}

TEST(OwassrfRules, TellPowerShellThroughOutlookOnTheWeb) {
  expect_iis({
      {iis("POST", "/owa/mastermailbox%40outlook.com/powershell", "-", 200, "EX\\user"),
       {"proxynotshell/iis_owa_powershell_session"}},
      {iis("POST", "/owa/mastermailbox@outlook.com/powershell", "-", 200, "EX\\user"),
       {"proxynotshell/iis_owa_powershell_session"}},
      {iis("POST", "/owa/mastermailbox@outlook.com/powershell", "-", 403, "EX\\user"),
       {"proxynotshell/iis_owa_powershell_refused"}},
      {iis("GET", "/owa/user@example.org/", "-", 200, "EX\\user"), {}},
  });
}

TEST(OtherExchangeRules, TellStateTokensAndRules) {
  const std::string state = "__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2fwEy";
  const std::string rule = "/ecp/one@example.org/RulesEditor/InboxRules.svc/NewObject";
  expect_iis({
      {iis("GET", "/ecp/default.aspx", state, 500, "EX\\user"), {"other/iis_viewstate_in_address"}},
      {iis("GET", "/ecp/default.aspx", state, 302), {"other/iis_viewstate_in_address_anonymous"}},
      {iis("POST", rule, "msExchEcpCanary=x&SecurityToken=x", 500), {"other/iis_forwarding_rule_by_token"}},
      {iis("GET", "/ecp/", "SecurityToken=x", 404), {"other/iis_token_probe"}},
      {iis("POST", "/ecp/RulesEditor/InboxRules.svc/NewObject", "msExchEcpCanary=x", 200, "EX\\user"), {}},
      {iis("GET", "/ecp/default.aspx", "exsvurl=1&p=1", 200, "EX\\user"), {}},
  });
}

constexpr const char* kHttpProxyHeader =
    "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n#Log-type: HttpProxy Logs\r\n#Date: "
    "2021-08-23T09:00:00.000Z\r\n#Fields: "
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,Protocol,UrlHost,UrlStem,"
    "AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,HttpStatus,Method,UrlQuery\r\n";

std::string proxied(const std::string& method, const std::string& query, int status,
                    const std::string& user = "", const std::string& stem = kPage) {
  return "2021-08-23T09:13:18.162Z,cde28fc4-299e-4179-b3e9-de56f5c1d9ee,15,1,2106,2,Autodiscover,"
         "mail.example.org," +
         stem + "," + user + ",,Python PSRP Client,203.0.113.7," + std::to_string(status) + "," + method +
         ",?" + query;
}

TEST(LaterHttpProxyRules, TellWhatTheIisRulesDo) {
  expect_rules(
      "Logging/HttpProxy/Autodiscover/HttpProxy_2021082309-1.LOG", kHttpProxyHeader,
      {
          {proxied("GET", "@a.a/mapi/nspi/?" + kTail, 200), {"proxyshell/http_proxy_check_answered"}},
          {proxied("POST", "@a.a/mapi/emsmdb/?" + kTail, 200), {"proxyshell/http_proxy_inner_request"}},
          {proxied("POST", "@a.a/powershell/?" + kTail + kToken, 200),
           {"proxyshell/http_proxy_powershell_session"}},
          {proxied("POST", "@a.a/powershell/?" + kTail + kToken, 401),
           {"http_proxy_autodiscover_detour_refused"}},
          {proxied("GET", "@a.a/powershell/?" + kTail, 200, "EX\\user"),
           {"proxynotshell/http_proxy_powershell_session"}},
          {proxied("POST", "", 200, "EX\\user", "/owa/x@outlook.com/powershell"),
           {"proxynotshell/http_proxy_owa_powershell_session"}},
          {proxied("GET", "Email=user%40example.org&Protocol=ActiveSync", 200), {}},
          {proxied("POST", "SecurityToken=x", 500, "",
                   "/ecp/one@example.org/RulesEditor/InboxRules.svc/NewObject"),
           {"other/http_proxy_forwarding_rule_by_token"}},
      });
}

constexpr const char* kCmdletHeader =
    "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n#Log-type: Rps Cmdlet "
    "Logs\r\n#Date: "
    "2021-08-23T09:00:00.000Z\r\n#Fields: "
    "DateTime,RequestId,AuthenticatedUser,ExecutingUserSid,Cmdlet,Parameters,CmdletUniqueId,"
    "ExecutionResult\r\n";

std::string cmdlet(const std::string& name, std::string parameters, const std::string& result = "Success") {
  for (std::size_t at = parameters.find('"'); at != std::string::npos; at = parameters.find('"', at + 2))
    parameters.insert(at, 1, '"');
  return "2021-08-23T09:15:18.162Z,2d91233f-4398-44c5-8a42-d1e62cd4047b,Administrator,S-1-5-21-1-2-3-500," +
         name + ",\"" + parameters + "\",6c7c685f-8dd4-44c0-b237-cd3b09667404," + result;
}

TEST(CmdletRules, JudgeExportsByWhereTheyGo) {
  const std::string web = R"(-Mailbox "x" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\q.aspx")";
  const std::string disk = R"(-Mailbox "x" -FilePath "\\127.0.0.1\C$\ProgramData\q.pst")";
  expect_rules(
      "Logging/CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_2021082309-1.LOG", kCmdletHeader,
      {
          {cmdlet("New-MailboxExportRequest", web),
           {"rps_mailbox_export", "rps_mailbox_export_to_web_folder"}},
          {cmdlet("New-MailboxExportRequest", web, "Error"),
           {"rps_mailbox_export", "rps_mailbox_export_to_web_folder_failed"}},
          {cmdlet("New-MailboxExportRequest", disk),
           {"rps_mailbox_export", "rps_mailbox_export_to_own_disk"}},
          {cmdlet("New-MailboxExportRequest", R"(-Mailbox "x" -FilePath "\\files01\pst$\x.pst")"),
           {"rps_mailbox_export"}},
          {cmdlet("New-ManagementRoleAssignment",
                  R"(-Role "Mailbox Import Export" -SecurityGroup "Organization Management")"),
           {"rps_mailbox_export_role"}},
          {cmdlet("Remove-MailboxExportRequest", R"(-Confirm "False")"), {"rps_mailbox_export_removed"}},
          {cmdlet(
               "New-ExchangeCertificate",
               R"(-GenerateRequest "True" -RequestFile "\\localhost\C$\inetpub\wwwroot\aspnet_client\r.aspx")"),
           {"rps_certificate_request_to_web_folder"}},
          {cmdlet("New-ExchangeCertificate", R"(-GenerateRequest "True" -RequestFile "\\files01\c\r.req")"),
           {}},
          {cmdlet("Get-Mailbox", R"(-Identity "x")"), {}},
      });
}

}  // namespace
}  // namespace afterpatch
