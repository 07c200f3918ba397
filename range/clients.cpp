#include "range/clients.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "range/http_proxy_log.h"

namespace afterpatch::range {
namespace {

constexpr std::array<std::string_view, 4> kBrowsers = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.190 "
    "Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 "
    "Safari/537.36 Edg/88.0.705.81",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.3 "
    "Safari/605.1.15"};
constexpr std::array<std::string_view, 4> kPhones = {"Apple-iPhone12C1/1804.52", "Apple-iPad7C2/1805.212",
                                                     "Outlook-iOS-Android/1.0",
                                                     "Android-SAMSUNG-SM-G973F/101.10"};
constexpr std::array<std::string_view, 3> kPhoneTypes = {"iPhone", "iPad", "Outlook"};
constexpr std::array<std::string_view, 4> kCommands = {"Ping", "Sync", "FolderSync", "Search"};
constexpr std::array<std::string_view, 3> kOutlooks = {
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.4266; Pro)",
    "Microsoft Office/15.0 (Windows NT 6.3; Microsoft Outlook 15.0.5319; Pro)"};
constexpr std::array<std::string_view, 3> kServiceClients = {
    "AppleExchangeWebServices/818.0.1 accountsd/113",
    "MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7 (Build 19H524))",
    "OC/16.0.4546.1000 (Skype for Business)"};
constexpr std::array<std::string_view, 4> kActions = {"FindItem", "GetItem", "SyncFolderItems",
                                                      "GetUserAvailability"};
constexpr std::array<std::string_view, 5> kMailActions = {
    "FindItem", "GetConversationItems", "FindConversation", "GetReminders", "SubscribeToNotification"};

}  // namespace

Request Clients::base(App app, std::string method, std::string stem, std::string client) {
  Request request;
  request.app = app;
  request.id = random_.guid();
  request.method = std::move(method);
  request.stem = std::move(stem);
  request.client = std::move(client);
  request.host = server_.hosts.front();
  request.duration_ms = random_.between(3, 160);
  request.request_bytes = request.method == "GET" ? 0 : random_.between(180, 4200);
  request.response_bytes = random_.between(150, 18000);
  return request;
}

void Clients::proxy(Request& request, const User& user, const std::string& anchor) {
  const Build& build = server_.kind.vulnerable;
  request.user = server_.account(user);
  request.backend_status = request.status;
  request.anchor = anchor;
  request.target_server = server_.fqdn;
  request.target_version = fmt::format("{:02}.{:02}.{:04}.000", build.major, build.minor, build.build);
  request.routing_type = "IntraForest";
  request.routing_hint = "WindowsIdentity";
}

Request Clients::active_sync(const User& user) {
  Request request = base(App::eas, "POST", "/Microsoft-Server-ActiveSync/default.eas", user.outside);
  request.query = fmt::format("Cmd={}&User={}%5C{}&DeviceId={}&DeviceType={}", random_.pick(kCommands),
                              server_.netbios, user.name, user.device, random_.pick(kPhoneTypes));
  request.user_agent = kPhones[user.device[0] % kPhones.size()];
  request.authentication = "Basic";
  proxy(request, user, "Sid~" + user.sid);
  request.backend_stem = "/Microsoft-Server-ActiveSync/Proxy/default.eas";
  if (request.query.starts_with("Cmd=Ping")) request.duration_ms = random_.between(1000, 900000);
  return request;
}

// MAPI over HTTP came with 2013 SP1.
Request Clients::outlook(const User& user) {
  if (server_.kind.http_proxy == "http-proxy-53") return old_outlook(user);
  Request request = base(App::mapi, "POST", "/mapi/emsmdb/", user.client);
  request.query = fmt::format("MailboxId={}@{}", user.mailbox, server_.domain);
  request.user_agent = kOutlooks[user.mailbox[0] % kOutlooks.size()];
  request.authentication = "Negotiate";
  proxy(request, user, fmt::format("MailboxGuid~{}@{}", user.mailbox, server_.domain));
  return request;
}

Request Clients::web_services(const User& user) {
  Request request = base(App::ews, "POST", "/EWS/Exchange.asmx", user.client);
  request.user_agent = kServiceClients[user.mailbox[1] % kServiceClients.size()];
  request.authentication = "NTLM";
  request.soap_action = random_.pick(kActions);
  request.mailbox = user.address;
  proxy(request, user, "Sid~" + user.sid);
  return request;
}

std::vector<Request> Clients::web_mail(const User& user) {
  const std::string client = random_.chance(50) ? user.client : user.outside;
  const std::string browser(kBrowsers[user.mailbox[2] % kBrowsers.size()]);
  std::vector<Request> requests;
  Request page = base(App::owa, "GET", "/owa/auth/logon.aspx", client);
  page.query = fmt::format("replaceCurrent=1&url=https%3a%2f%2f{}%2fowa%2f", server_.hosts.front());
  page.encoding = true;
  Request logon = base(App::owa, "POST", "/owa/auth.owa", client);
  logon.status = 302;
  logon.referer = fmt::format("https://{}/owa/auth/logon.aspx?replaceCurrent=1", server_.hosts.front());
  logon.encoding = true;
  if (random_.chance(35)) requests = {page, logon};
  Request mail = base(App::owa, "POST", "/owa/service.svc", client);
  mail.query = fmt::format("action={}&ID=-{}&AC=1", random_.pick(kMailActions), random_.between(2, 400));
  proxy(mail, user, "Sid~" + user.sid);
  requests.push_back(mail);
  for (Request& request : requests) {
    request.user_agent = browser;
    request.authentication = "FBA";
  }
  return requests;
}

Request Clients::address_book(const User& user) {
  Request request = base(App::oab, "GET", fmt::format("/OAB/{}/oab.xml", server_.oab_guid), user.client);
  request.user_agent = "Microsoft BITS/7.8";
  request.authentication = "NTLM";
  proxy(request, user, "OabId~" + server_.oab_guid);
  return request;
}

Request Clients::discover(const User& user) {
  Request request = base(App::autodiscover, "POST", "/autodiscover/autodiscover.xml", user.client);
  request.host = server_.hosts.back();
  request.user_agent = kOutlooks[user.mailbox[0] % kOutlooks.size()];
  request.authentication = "NTLM";
  proxy(request, user, random_.chance(50) ? "SMTP:" + user.address : "Sid~" + user.sid);
  return request;
}

Request Clients::old_outlook(const User& user) {
  Request request =
      base(App::rpc, random_.chance(50) ? "RPC_IN_DATA" : "RPC_OUT_DATA", "/rpc/rpcproxy.dll", user.client);
  request.query = fmt::format("{}@{}:6001", user.mailbox, server_.domain);
  request.user_agent = "MSRPC";
  request.authentication = "NTLM";
  proxy(request, user, fmt::format("MailboxGuid~{}@{}", user.mailbox, server_.domain));
  request.duration_ms = random_.between(2000, 900000);
  return request;
}

Request Clients::settings(const User& user) {
  Request request = base(App::ecp, "POST", "/ecp/RulesEditor/InboxRules.svc/GetList", user.client);
  request.query = fmt::format("msExchEcpCanary={}.",
                              random_.text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_", 60));
  request.user_agent = kBrowsers[user.mailbox[2] % kBrowsers.size()];
  request.authentication = "FBA";
  proxy(request, user, "Sid~" + user.sid);
  return request;
}

Request Clients::admin_call(const User& user, const std::string& schema, const std::string& method_name) {
  Request request = settings(user);
  request.stem = "/ecp/DDI/DDIService.svc/" + method_name;
  request.query = fmt::format("schema={}&{}", schema, request.query);
  request.referer =
      fmt::format("https://{}/ecp/VDirMgmt/VirtualDirectories.slab?showhelp=false", server_.hosts.front());
  return request;
}

Request Clients::remote_shell() {
  Request request = base(App::powershell, "POST", "/powershell", server_.address);
  request.host = server_.fqdn;
  request.query = "clientApplication=ActiveMonitor;PSVersion=5.1.14393.4169";
  request.user_agent = "Microsoft WinRM Client";
  request.authentication = "Kerberos";
  proxy(request, server_.administrator(), "");
  request.user = server_.netbios + "\\HealthMailbox" + server_.oab_guid.substr(0, 7);
  request.shell_user = request.user;
  request.routing_hint = "ExchClientVer-ServerCookie";
  request.backend_cookie = fmt::format("Server~{}~{}~2021-12-31T00:00:00", server_.fqdn,
                                       server_version_number(server_.kind.vulnerable));
  return request;
}

Request Clients::administrator_shell() {
  const User& user = server_.administrator();
  Request request = base(App::powershell, "POST", "/powershell", user.client);
  request.host = server_.fqdn;
  request.query = "PSVersion=5.1.17763.2061";
  request.user_agent = "Microsoft WinRM Client";
  request.authentication = "Kerberos";
  proxy(request, user, "Sid~" + user.sid);
  request.shell_user = request.user;
  return request;
}

Request Clients::discover_json(const User& user) {
  const std::string address = fmt::format("{}%40{}", user.name, server_.domain);
  const bool by_path = random_.chance(30);
  Request request = base(App::autodiscover, "GET",
                         by_path ? fmt::format("/autodiscover/autodiscover.json/v1.0/{}", user.address)
                                 : "/autodiscover/autodiscover.json",
                         user.outside);
  request.host = server_.hosts.back();
  request.query = by_path ? "Protocol=ActiveSync&RedirectCount=1"
                          : fmt::format("Email={}&Protocol=ActiveSync&RedirectCount=1", address);
  request.user_agent = kPhones[user.device[0] % kPhones.size()];
  return request;
}

Request Clients::probe(std::uint64_t which) {
  static constexpr std::array<std::pair<App, std::string_view>, 4> kProbes = {
      {{App::owa, "/owa/"},
       {App::ews, "/ews/exchange.asmx"},
       {App::eas, "/Microsoft-Server-ActiveSync/default.eas"},
       {App::mapi, "/mapi/emsmdb/"}}};
  const auto& [app, stem] = kProbes[which % kProbes.size()];
  const bool health = random_.chance(40);
  Request request =
      base(app, "GET",
           health ? fmt::format("/{}/healthcheck.htm", to_lower_ascii(folder_of(app))) : std::string(stem),
           random_.chance(50) ? "::1" : "127.0.0.1");
  request.host = health ? server_.fqdn : "localhost";
  request.user_agent =
      health ? "AMProbe/Local/ClientAccess"
             : "Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; OWACTP)";
  request.authentication = "Basic";
  if (health) return request;
  proxy(request, server_.administrator(), "Sid~" + server_.administrator().sid);
  request.user = fmt::format("{}\\HealthMailbox{}", server_.netbios, server_.oab_guid.substr(0, 7));
  return request;
}

std::vector<Request> Clients::crawler() {
  const std::string client = fmt::format("198.18.77.{}", random_.between(1, 60));
  std::vector<Request> requests = {base(App::none, "GET", "/robots.txt", client),
                                   base(App::none, "GET", "/", client),
                                   base(App::owa, "GET", "/owa/auth/logon.aspx", client)};
  requests[0].status = 404;
  requests[1].status = 302;
  for (Request& request : requests) {
    request.user_agent = "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://bot.example/about.html)";
    request.authentication = request.app == App::none ? "" : "FBA";
    request.encoding = request.app != App::none;
  }
  return requests;
}

// The usual wordlist of a scanner that an administrator runs: nothing of it exists here, nothing of it is
// special to Exchange.
std::vector<Request> Clients::scanner(const std::string& client) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "/phpinfo.php",  "/server-status", "/.git/HEAD",           "/wp-login.php",    "/cgi-bin/test.cgi",
      "/manager/html", "/backup.sql",    "/NonExistent1406.htm", "/crossdomain.xml", "/.env"};
  std::vector<Request> requests;
  for (const auto word : kWords) {
    Request request = base(App::none, "GET", std::string(word), client);
    request.status = 404;
    request.win32_status = 2;
    request.user_agent = "Mozilla/5.0 (compatible; Nessus SOAP; Scan)";
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace afterpatch::range
