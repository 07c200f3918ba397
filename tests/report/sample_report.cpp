#include "report/sample_report.h"

#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace afterpatch::report {
namespace {

using assess::Answer;
using assess::CoverageLine;
using assess::Door;
using assess::HuntReport;
using assess::ServerReport;
using detect::Confidence;
using detect::Detection;
using detect::RuleKind;
using detect::Step;

constexpr const char* kPlanter = "203.0.113.45";
constexpr const char* kReturner = "198.51.100.7";
constexpr const char* kSweeper = "192.0.2.199";
constexpr const char* kDoorUrl = "/aspnet_client/Rt5kQw2z.aspx";
constexpr const char* kSecondDoorUrl = "/owa/auth/OutlookHelp.aspx";
constexpr const char* kProxyLog =
    "Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG";
constexpr const char* kIisLog = "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log";

Timestamp at(const char* text) {
  return parse_time(text).value();
}

Detection log_hit(Step step, Confidence confidence, const char* time, const char* log, const char* artefact,
                  std::uint64_t line) {
  Detection hit;
  hit.step = step;
  hit.confidence = confidence;
  hit.time = at(time);
  hit.log = log;
  hit.level = confidence == Confidence::confirmed ? "critical" : "medium";
  hit.campaign = "exchange-2021-proxylogon";
  hit.place = {0, artefact, line * 611, line};
  return hit;
}

Detection forged_request() {
  Detection hit = log_hit(Step::exploit, Confidence::confirmed, "2021-03-03T06:49:46.210Z", "http-proxy",
                          kProxyLog, 1742);
  hit.rule_id = "6d0a4b52-4f8e-4b0f-9f7e-1b7f0f1d2c11";
  hit.title = "Request forged to the back end through the front end";
  hit.cves = {"CVE-2021-26855"};
  hit.techniques = {"T1190"};
  hit.raw =
      "2021-03-03T06:49:46.210Z,7b1f...,15,1,2176,2,,Ecp,mail.contoso.example,/ecp/y.js,,FBA,false,,,"
      "ServerInfo~a]@ex01.contoso.example:444/autodiscover/autodiscover.xml?#,ExchangeServicesClient/"
      "0.0.0.0,203.0.113.45,EX01,200";
  hit.fields = {{"client", kPlanter},
                {"method", "POST"},
                {"path", "/ecp/y.js"},
                {"status", "200"},
                {"user-agent", "ExchangeServicesClient/0.0.0.0"},
                {"anchor", "ServerInfo~a]@ex01.contoso.example:444"}};
  return hit;
}

Detection session_hit() {
  Detection hit = forged_request();
  hit.step = Step::session;
  hit.time = at("2021-03-03T06:49:51Z");
  hit.place.line = 1745;
  hit.place.offset = 1066500;
  hit.title = "Session of the administrator taken over by a forged logon";
  hit.rule_id = "0f6be5c0-0d4c-4d6e-8a0e-d9a2f8b9c012";
  hit.cves = {"CVE-2021-26855", "CVE-2021-27065"};
  return hit;
}

Detection written_hit() {
  Detection hit =
      log_hit(Step::write, Confidence::confirmed, "2021-03-03T06:50:08Z", "ecp-server",
              "Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server/ECPServer20210303-1.LOG", 88);
  hit.rule_id = "a7f3c6aa-2f3b-4b8b-8f3d-63a7a7b2f013";
  hit.title = "Script written through the address of an offline address book";
  hit.cves = {"CVE-2021-27065"};
  hit.techniques = {"T1505.003"};
  hit.raw =
      "2021-03-03T06:50:08.114Z,EX01,ECP.Request,S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/(script "
      "left out here)'";
  hit.fields = {{"client", kPlanter}, {"reason", "ExternalUrl holds a script block"}};
  return hit;
}

Detection file_hit() {
  Detection hit = log_hit(Step::backdoor_file, Confidence::confirmed, "2021-03-03T06:50:09Z", "web-content",
                          "inetpub/wwwroot/aspnet_client/Rt5kQw2z.aspx", 0);
  hit.rule_kind = RuleKind::yara;
  hit.rule_id = "oab_virtual_directory_dump_with_script";
  hit.title = "Dump of an offline address book's settings, with a script in it";
  hit.raw =
      "Name                            : OAB (Default Web Site)\r\nPollInterval                    : 480\r\n"
      "ExternalUrl                     : http://f/<script (left out)>\r\n\x1b[2J\x1b]0;owned\x07 "
      "\u202Egnp.exe\r\nServer : EX01";
  hit.fields = {{"sha256", std::string(64, 'c')}, {"reason", "a dump of settings has no script"}};
  return hit;
}

Detection request_hit(const char* time, const char* client, const char* agent, int status,
                      std::uint64_t line) {
  Detection hit =
      log_hit(status == 200 ? Step::backdoor_request : Step::backdoor_miss,
              status == 200 ? Confidence::confirmed : Confidence::likely, time, "iis-w3c", kIisLog, line);
  hit.rule_kind = RuleKind::pivot;
  hit.rule_id = "pivot-path";
  hit.title = fmt::format("Request to {}", kDoorUrl);
  hit.raw =
      fmt::format("{} 10.0.0.5 POST {} - 443 - {} {} - {} 0 0 93", time, kDoorUrl, client, agent, status);
  hit.fields = {{"client", client},
                {"method", "POST"},
                {"path", kDoorUrl},
                {"status", std::to_string(status)},
                {"user-agent", agent}};
  return hit;
}

Detection mail_hit() {
  Detection hit =
      log_hit(Step::mail_access, Confidence::likely, "2021-03-03T07:02:10Z", "http-proxy", kProxyLog, 1810);
  hit.rule_id = "5e1f6e0e-55c4-4c0f-8e1f-61f2fca6c014";
  hit.title = "Mailbox opened over EWS by a forged request";
  hit.raw =
      "2021-03-03T07:02:10.002Z,...,/ecp/x.js,...,ServerInfo~ex01.contoso.example:444/EWS/"
      "Exchange.asmx?a=,...,200,184301";
  hit.fields = {
      {"client", kPlanter}, {"path", "/ecp/x.js"}, {"status", "200"}, {"user", "cfo@contoso.example"}};
  return hit;
}

Detection dump_hit() {
  Detection hit = log_hit(Step::credential_access, Confidence::possible, "2021-03-05T22:14:41Z",
                          "web-content", "Windows/Temp/lsass.dmp", 0);
  hit.rule_kind = RuleKind::placement;
  hit.rule_id = "memory-dump-in-temp";
  hit.title = "Memory dump in a folder for temporary files";
  hit.techniques = {"T1003.001"};
  return hit;
}

Detection user_rule_hit() {
  Detection hit =
      log_hit(Step::context, Confidence::possible, "2021-03-04T11:20:02Z", "iis-w3c", kIisLog, 9021);
  hit.campaign = "";
  hit.level = "low";
  hit.rule_id = "local-rule-7";
  hit.title = "=cmd|' /C calc'!A0 <script>alert(1)</script> rule of our own";
  hit.raw =
      "2021-03-04 11:20:02 10.0.0.5 GET /owa/ q=<img+src=x+onerror=alert(1)>&x=\x1b[31mred 443 - 192.0.2.10 "
      "Mozilla/5.0 - 302 0 0 15";
  hit.fields = {{"client", "192.0.2.10"},
                {"path", "/owa/"},
                {"query", "q=<img+src=x+onerror=alert(1)>"},
                {"status", "302"}};
  return hit;
}

std::vector<Detection> sample_detections() {
  return {
      forged_request(),
      session_hit(),
      written_hit(),
      file_hit(),
      request_hit("2021-03-03T06:50:12Z", kPlanter, "python-requests/2.25.1", 200, 1760),
      mail_hit(),
      user_rule_hit(),
      request_hit("2021-03-05T22:12:03Z", kReturner, "Mozilla/5.0+(compatible;+Baiduspider/2.0)", 200, 20114),
      request_hit("2021-03-05T22:14:33Z", kReturner, "Mozilla/5.0+(compatible;+Baiduspider/2.0)", 200, 20167),
      dump_hit(),
      request_hit("2021-03-09T03:00:07Z", kSweeper, "Go-http-client/1.1", 404, 48120)};
}

std::vector<Answer> sample_answers() {
  return {
      {"exposed",
       "Was it exposed?",
       "Yes: from 2020-12-20 at the latest until 2021-03-05 09:12 UTC it ran Exchange 2016 CU19 without the "
       "March update, three days after the patch was released.",
       Confidence::confirmed,
       {}},
      {"exploited",
       "Was it exploited?",
       "Yes: first on 2021-03-03 06:49 UTC from 203.0.113.45, one day after the patch and its disclosure. 3 "
       "runs, the last on 2021-03-04.",
       Confidence::confirmed,
       {0, 1}},
      {"left-behind",
       "What was left behind?",
       "Two web shells. /aspnet_client/Rt5kQw2z.aspx is still there; /owa/auth/OutlookHelp.aspx was gone by "
       "2021-03-06.",
       Confidence::confirmed,
       {2, 3}},
      {"returned",
       "Did anyone come back?",
       "Yes: 198.51.100.7 used the first shell on 2021-03-05 with 14 requests, two of which ran commands.",
       Confidence::confirmed,
       {7, 8}},
      {"mail",
       "Whose mail was read?",
       "Probably cfo@contoso.example over EWS, 22 requests, about 4.1 MB answered.",
       Confidence::likely,
       {5}},
      {"unknowns",
       "What can't be known?",
       "The ECP server log is missing for 2021-03-06 to 03-12: a shell written in these days by way of the "
       "ECP would not be seen.",
       Confidence::confirmed,
       {}}};
}

std::vector<assess::Action> sample_actions() {
  return {
      {"isolate",
       "Take the server off the internet, but leave it running",
       "Block port 443 from outside at the firewall.\n\nDo not switch it off: `memory` holds evidence, and "
       "shutting down loses it.",
       {"New-NetFirewallRule -DisplayName 'Afterpatch: block 443' -Direction Inbound -Protocol TCP "
        "-LocalPort 443 -Action Block"},
       {},
       "`Test-NetConnection mail.contoso.example -Port 443` from outside says `TcpTestSucceeded : False`.",
       "a local administrator",
       true},
      {"save-evidence",
       "Save the evidence before you change anything",
       "Copy logs, web folders and event logs to a disk that goes with you.",
       {"robocopy C:\\inetpub\\logs\\LogFiles E:\\evidence\\iis-logs /E /COPY:DAT /R:1",
        "foreach ($log in 'Application', 'System', 'Security') {\n  wevtutil epl $log "
        "\"E:\\evidence\\$log.evtx\"\n}"},
       {},
       "The copy's size is that of the original.",
       "a local administrator",
       true},
      {"remove-shell",
       "Remove the back doors",
       "Move the files away; do not only rename them. Then recycle the application pools, so that nothing "
       "compiled stays loaded.",
       {"Move-Item -LiteralPath 'C:\\inetpub\\wwwroot\\aspnet_client\\Rt5kQw2z.aspx' -Destination "
        "'E:\\evidence\\shells\\'",
        "iisreset"},
       {},
       "The address answers 404.",
       "a local administrator",
       true},
      {"passwords",
       "Change the passwords that were on this server",
       "Start with administrators and service accounts. If the domain's secrets may be out, change `krbtgt` "
       "twice.",
       {},
       {"Germany, personal data: within 72 hours <of> becoming aware. Source: GDPR, article 33."},
       "",
       "",
       false},
      {"rebuild",
       "Plan to rebuild",
       "Code ran as SYSTEM. A rebuild is the only way to be sure.",
       {},
       {},
       "",
       "",
       false}};
}

std::vector<assess::ExposureSpan> sample_exposure() {
  const std::vector<std::string> open = {"CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858",
                                         "CVE-2021-27065"};
  return {{"15.1.2106.2", "Exchange 2016 CU18", at("2020-12-20T00:01:10Z"), at("2021-01-16T20:58:00Z"),
           assess::Exposure::unpatched, open, "http-proxy"},
          {"15.1.2176.2", "Exchange 2016 CU19", at("2021-01-16T22:30:12Z"), at("2021-03-05T08:40:55Z"),
           assess::Exposure::unpatched, open, "http-proxy"},
          {"15.1.2176.9",
           "Exchange 2016 CU19 Mar21SU",
           at("2021-03-05T09:12:31Z"),
           at("2021-03-20T23:59:58Z"),
           assess::Exposure::patched,
           {},
           "http-proxy"}};
}

assess::Run run(const char* start, const char* end, const char* client, assess::RunOutcome outcome,
                std::uint64_t requests) {
  assess::Run made;
  made.start = at(start);
  made.end = at(end);
  made.client = client;
  made.outcome = outcome;
  made.requests = requests;
  made.hosts = {"mail.contoso.example"};
  made.user_agents = {"python-requests/2.25.1"};
  made.cves = {"CVE-2021-26855"};
  return made;
}

std::vector<assess::Run> sample_runs() {
  assess::Run first =
      run("2021-03-03T06:49:46Z", "2021-03-03T06:50:12Z", kPlanter, assess::RunOutcome::write_proven, 14);
  first.hosts = {"mail.contoso.example", "autodiscover.contoso.example"};
  first.user_agents = {"ExchangeServicesClient/0.0.0.0", "python-requests/2.25.1"};
  first.cves = {"CVE-2021-26855", "CVE-2021-27065"};
  first.cluster_mark = "a]@ http://f/";
  first.confidence = Confidence::confirmed;
  first.written = at("2021-03-03T06:50:08Z");
  first.written_by = "ECP log: Set-OabVirtualDirectory";
  first.evidence = {0, 1, 2};
  assess::Run second =
      run("2021-03-03T07:02:10Z", "2021-03-03T07:19:44Z", kPlanter, assess::RunOutcome::exploited, 22);
  second.evidence = {5};
  assess::Run probe =
      run("2021-03-04T15:31:00Z", "2021-03-04T15:31:02Z", "192.0.2.61", assess::RunOutcome::probe, 2);
  return {first, second, probe};
}

assess::DoorVisitor visitor(const char* client, std::uint64_t requests, const char* first, const char* last) {
  assess::DoorVisitor who;
  who.client = client;
  who.requests = requests;
  who.answered = requests;
  who.by_status = {{200, requests}};
  who.methods = {"POST"};
  who.user_agents = {"python-requests/2.25.1"};
  who.first = at(first);
  who.last = at(last);
  return who;
}

Door first_door() {
  Door door;
  door.kind = "web-shell";
  door.path = "inetpub/wwwroot/aspnet_client/Rt5kQw2z.aspx";
  door.url = kDoorUrl;
  door.sha256 = std::string(64, 'c');
  door.presence = assess::Presence::present;
  door.confidence = Confidence::confirmed;
  door.planted = at("2021-03-03T06:50:08Z");
  door.planted_by = "ECP log: Set-OabVirtualDirectory";
  door.planted_client = kPlanter;
  door.first_answered = at("2021-03-03T06:50:12Z");
  door.last_answered = at("2021-03-05T22:14:33Z");
  door.replanted = {{at("2021-03-03T19:00:00Z"),
                     at("2021-03-04T02:11:00Z"),
                     "ECP log: Set-OabVirtualDirectory",
                     kPlanter,
                     {2}}};
  door.visitors = {visitor(kPlanter, 1, "2021-03-03T06:50:12Z", "2021-03-03T06:50:12Z"),
                   visitor(kReturner, 14, "2021-03-05T22:12:03Z", "2021-03-05T22:14:33Z"),
                   visitor(kSweeper, 2, "2021-03-09T03:00:07Z", "2021-03-09T03:00:09Z")};
  door.visitors[0].planter = true;
  door.visitors[1].effective = true;
  door.visitors[1].by_status = {{200, 12}, {500, 2}};
  door.visitors[2].answered = 0;
  door.visitors[2].by_status = {{404, 2}};
  door.re_entered = true;
  door.reasons = {"The file holds a dump of an offline address book's settings with a script in its address.",
                  "No Exchange build ever shipped a file of this name.",
                  "The ECP log shows how it was written."};
  door.evidence = {2, 3, 4, 7, 8};
  return door;
}

Door second_door() {
  Door door;
  door.kind = "web-shell";
  door.url = kSecondDoorUrl;
  door.presence = assess::Presence::removed;
  door.confidence = Confidence::likely;
  door.first_answered = at("2021-03-04T01:10:20Z");
  door.last_answered = at("2021-03-04T01:10:20Z");
  door.planted = door.first_answered;
  door.planted_by = "first answer";
  door.removed_before = at("2021-03-06T02:00:00Z");
  door.reasons = {"It answered 200 to a POST although no Exchange build ever shipped it."};
  door.visitors = {visitor("203.0.113.99", 1, "2021-03-04T01:10:20Z", "2021-03-04T01:10:20Z")};
  return door;
}

CoverageLine coverage_line(const char* log, const char* title, bool decisive, double crucial) {
  CoverageLine line;
  line.log = log;
  line.title = title;
  line.needed = true;
  line.decisive = decisive;
  line.files = 78;
  line.bytes = 1'934'000'000;
  line.rows = 4'100'233;
  line.spans = {{at("2021-01-03T00:00:00Z"), at("2021-03-20T23:59:58Z")}};
  line.share_of_window = 0.87;
  line.share_of_crucial_days = crucial;
  return line;
}

std::vector<CoverageLine> sample_coverage() {
  CoverageLine proxy = coverage_line("http-proxy", "HttpProxy: every request to the front end", true, 1.0);
  proxy.gaps = {{at("2021-03-21T00:00:00Z"), at("2021-04-01T00:00:00Z"), "late requests to the back doors"}};
  CoverageLine iis = coverage_line("iis-w3c", "IIS: every web request", true, 0.97);
  iis.damaged_rows = 3;
  CoverageLine ecp = coverage_line("ecp-server", "ECP server: administration commands", false, 0.71);
  ecp.spans = {{at("2021-02-20T00:00:00Z"), at("2021-03-05T23:00:00Z")},
               {at("2021-03-13T00:00:00Z"), at("2021-03-20T22:00:00Z")}};
  ecp.gaps = {{at("2021-01-03T00:00:00Z"), at("2021-02-20T00:00:00Z"),
               "files written through the ECP before mass exploitation"},
              {at("2021-03-05T23:00:00Z"), at("2021-03-13T00:00:00Z"),
               "files written through the ECP; a second back door could have been made unseen"}};
  ecp.local_time = true;
  CoverageLine evtx = coverage_line("evtx", "Windows event logs", false, 0);
  evtx.needed = false;
  evtx.files = evtx.bytes = evtx.rows = 0;
  evtx.spans.clear();
  evtx.share_of_window = 0;
  evtx.note = "no file of this kind was found";
  return {proxy, iis, ecp, evtx};
}

std::vector<assess::TimelineEvent> sample_timeline() {
  return {{at("2021-01-03T00:00:00Z"), "world", "first known exploitation anywhere", {}},
          {at("2021-01-16T22:30:12Z"), "exposure", "build 15.1.2176.2 first seen", {}},
          {at("2021-02-27T00:00:00Z"), "world", "several groups exploit in bulk", {}},
          {at("2021-03-02T18:00:00Z"), "world", "patches released", {}},
          {at("2021-03-03T06:49:46Z"), "attack", "run by 203.0.113.45 begins", {0}},
          {at("2021-03-03T06:50:08Z"), "back door", "Rt5kQw2z.aspx written", {2, 3}},
          {at("2021-03-03T07:02:10Z"), "mail", "cfo@contoso.example opened over EWS", {5}},
          {at("2021-03-05T09:12:31Z"), "exposure", "build 15.1.2176.9 first seen: patched", {}},
          {at("2021-03-05T22:12:03Z"), "visitors", "198.51.100.7 comes back", {7}},
          {at("2021-03-06T00:00:00Z"), "world", "CISA: widespread exploitation", {}},
          {at("2021-03-15T00:00:00Z"), "world", "one-click mitigation tool", {}}};
}

assess::MailboxAccess sample_mailbox() {
  return {"cfo@contoso.example",
          "EWS by forged request",
          kPlanter,
          at("2021-03-03T07:02:10Z"),
          at("2021-03-03T07:19:44Z"),
          22,
          4'103'220,
          Confidence::likely,
          {5}};
}

assess::ServerEvent sample_server_event() {
  assess::ServerEvent event;
  event.time = at("2021-03-03T07:31:02Z");
  event.step = detect::Step::execution;
  event.what = "Command interpreter started by Exchange's web server";
  event.account = "SYSTEM";
  event.process = "C:\\Windows\\System32\\cmd.exe";
  event.command = "cmd.exe /c whoami <&> \"x\"";
  event.parent = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
  event.channel = "Security";
  event.recovered = true;
  event.confidence = Confidence::likely;
  event.evidence = {5};
  return event;
}

assess::Verdict sample_verdict() {
  assess::Verdict verdict;
  verdict.exposure = assess::Exposure::patched;
  verdict.compromise = assess::Compromise::re_entered;
  verdict.compromise_confidence = Confidence::confirmed;
  verdict.mail_accessed = true;
  verdict.mail_confidence = Confidence::likely;
  verdict.credentials_exposed = true;
  verdict.mitigated = true;
  verdict.mitigation_confidence = Confidence::likely;
  verdict.coverage_sufficient = true;
  verdict.evidence = {0, 2, 3, 7, 8};
  return verdict;
}

HuntReport campaign_only() {
  HuntReport hunt;
  hunt.campaign = "exchange-2021-proxylogon";
  hunt.campaign_title = "Exchange Server, March 2021 (ProxyLogon)";
  hunt.window_start = at("2021-01-03T00:00:00Z");
  hunt.window_end = at("2021-03-31T00:00:00Z");
  hunt.mass_start = at("2021-02-27T00:00:00Z");
  hunt.patch_released = at("2021-03-02T18:00:00Z");
  hunt.disclosed = at("2021-03-02T18:00:00Z");
  return hunt;
}

void add_hunt_facts(HuntReport& hunt) {
  hunt.sources = {"/mnt/ex01", "extra-logs"};
  hunt.rules.loaded = 131;
  hunt.rules.idle = 12;
  hunt.rules.refused = {
      {"rules/local/seven.yml", 14, "local-rule-9", "modifier 'fieldref' needs two fields; found one"}};
  hunt.rule_counts = {{"6d0a4b52-4f8e-4b0f-9f7e-1b7f0f1d2c11",
                       "Request forged to the back end through the front end", 36, 36},
                      {"pivot-path", "Request to a found path", 17, 17}};
  hunt.problems = {{"inetpub/logs/LogFiles/W3SVC1/u_ex210228.log", "ends inside a row", 1},
                   {"System Volume Information", "permission denied", 1},
                   {"Logging/HttpProxy/\xff\xfe"
                    "bad\x1b[2Jname.log",
                    "binary data in a file named .log", 4}};
  hunt.files_by_kind = {{"exchange-csv", 412}, {"iis-w3c", 178}, {"other", 20'411}, {"web-content", 8'904}};
  hunt.files = 29'905;
  hunt.bytes = 9'730'114'201;
}

// Replaces every text of a report by the same hostile one.
class Poison {
 public:
  explicit Poison(std::string bytes) : bytes_(std::move(bytes)) {}

  void operator()(std::string& text) const { text = bytes_; }
  void operator()(std::vector<std::string>& texts) const { texts.assign(3, bytes_); }

  template <typename... Texts>
  void all(Texts&... texts) const {
    ((*this)(texts), ...);
  }

 private:
  std::string bytes_;
};

void poison_detection(const Poison& poison, Detection& hit) {
  poison.all(hit.rule_id, hit.title, hit.level, hit.campaign, hit.cves, hit.techniques, hit.place.artefact,
             hit.log, hit.raw);
  for (auto& [name, value] : hit.fields) poison.all(name, value);
}

void poison_door(const Poison& poison, Door& door) {
  poison.all(door.kind, door.path, door.url, door.sha256, door.planted_by, door.planted_client, door.reasons);
  poison(door.removed_by);
  for (auto& again : door.replanted) poison.all(again.planted_by, again.planted_client);
  for (auto& who : door.visitors) poison.all(who.client, who.methods, who.user_agents);
}

void poison_coverage(const Poison& poison, CoverageLine& line) {
  poison.all(line.log, line.title, line.note);
  for (auto& gap : line.gaps) poison(gap.hides);
}

void poison_server(const Poison& poison, ServerReport& server) {
  poison.all(server.names, server.notes);
  for (auto& answer : server.answers) poison.all(answer.question, answer.title, answer.text);
  for (auto& action : server.actions)
    poison.all(action.title, action.text, action.points, action.commands, action.check);
  for (auto& span : server.exposure) poison.all(span.build, span.build_name, span.open_cves, span.source);
  for (auto& run : server.runs)
    poison.all(run.client, run.hosts, run.user_agents, run.cves, run.cluster_mark, run.written_by);
  for (auto& door : server.doors) poison_door(poison, door);
  for (auto& box : server.mailboxes) poison.all(box.mailbox, box.how, box.client);
  for (auto& event : server.server_events)
    poison.all(event.what, event.account, event.process, event.command, event.parent, event.channel);
  for (auto& line : server.coverage) poison_coverage(poison, line);
  for (auto& clock : server.clocks) poison.all(clock.log, clock.reference);
  for (auto& pivot : server.pivots) poison.all(pivot.kind, pivot.value, pivot.because);
  for (auto& event : server.timeline) poison(event.what);
  for (auto& hit : server.detections) poison_detection(poison, hit);
}

void poison_hunt(const Poison& poison, HuntReport& hunt) {
  poison.all(hunt.campaign, hunt.campaign_title, hunt.sources);
  for (auto& rule : hunt.rules.refused) poison.all(rule.file, rule.rule, rule.reason);
  for (auto& count : hunt.rule_counts) poison.all(count.rule_id, count.title);
  for (auto& problem : hunt.problems) poison.all(problem.artefact, problem.what);
  hunt.files_by_kind = {{hostile_bytes(), 1}};
  for (auto& server : hunt.servers) poison_server(poison, server);
}

}  // namespace

assess::HuntReport reentered_report() {
  ServerReport server;
  server.names = {"EX01", "mail.contoso.example"};
  server.verdict = sample_verdict();
  server.answers = sample_answers();
  server.actions = sample_actions();
  server.exposure = sample_exposure();
  server.patched_at = at("2021-03-05T09:12:31Z");
  server.runs = sample_runs();
  server.doors = {first_door(), second_door()};
  server.mailboxes = {sample_mailbox()};
  server.server_events = {sample_server_event()};
  server.coverage = sample_coverage();
  server.pivots = {{1, "path", kDoorUrl, "found because the ECP log shows that it was written", 17},
                   {1, "client", kPlanter, "found because it used the flaw", 37},
                   {2, "client", kReturner, "found because it asked for a back door", 14}};
  server.clocks = {{"iis-w3c", "http-proxy", std::chrono::seconds(437), 23}};
  server.timeline = sample_timeline();
  server.detections = sample_detections();
  server.first_evidence = at("2021-03-03T06:49:46.210Z");
  server.notes = {"The ECP server log writes local time (UTC+1); its rows were not shifted."};
  HuntReport hunt = campaign_only();
  hunt.servers = {server};
  add_hunt_facts(hunt);
  return hunt;
}

assess::HuntReport clean_report() {
  ServerReport server;
  server.names = {"EX02"};
  server.verdict.exposure = assess::Exposure::patched;
  server.verdict.coverage_sufficient = true;
  server.exposure = sample_exposure();
  server.patched_at = at("2021-03-02T22:10:00Z");
  server.coverage = {coverage_line("http-proxy", "HttpProxy: every request to the front end", true, 1.0),
                     coverage_line("iis-w3c", "IIS: every web request", true, 1.0)};
  server.answers = sample_answers();
  for (Answer& answer : server.answers) answer.evidence.clear();
  HuntReport hunt = campaign_only();
  hunt.servers = {server};
  hunt.sources = {"/mnt/ex02"};
  hunt.files = 120;
  hunt.bytes = 40'000'000;
  return hunt;
}

assess::HuntReport probed_with_gaps_report() {
  HuntReport hunt = reentered_report();
  ServerReport& server = hunt.servers.front();
  server.verdict = {};
  server.verdict.exposure = assess::Exposure::build_ambiguous;
  server.verdict.compromise = assess::Compromise::probed;
  server.verdict.compromise_confidence = Confidence::confirmed;
  server.doors.clear();
  server.mailboxes.clear();
  server.server_events.clear();
  server.runs.erase(server.runs.begin(), server.runs.begin() + 2);
  for (CoverageLine& line : server.coverage) line.share_of_crucial_days = 0.004;
  return hunt;
}

assess::HuntReport interrupted_report() {
  HuntReport hunt = clean_report();
  hunt.interrupted = {"logs", 1'200'000'000, 9'000'000'000};
  hunt.servers.front().verdict.partial = true;
  hunt.servers.front().verdict.coverage_sufficient = false;
  return hunt;
}

assess::HuntReport two_waves_report() {
  HuntReport hunt = reentered_report();
  HuntReport second = reentered_report();
  second.campaign = "exchange-2021-proxyshell";
  second.campaign_name = "ProxyShell";
  second.servers[0].doors[0].url = "/owa/auth/second.aspx";
  HuntReport third = clean_report();
  third.campaign = "exchange-2022-proxynotshell";
  hunt.other_campaigns = {second, third};
  return hunt;
}

assess::HuntReport empty_report() {
  return {};
}

std::string hostile_bytes() {
  std::string bytes =
      "=cmd|' /C calc'!A0\",<script>alert(1)</script><img src=x "
      "onerror='alert(1)'>\"'>`--><!--]]></style></title>";
  bytes +=
      "\x1b[2J\x1b]0;owned\x07\x9b"
      "31m\r\n\t\v\b\x7f";
  bytes += '\0';
  bytes += "\u202Etxt.exe\u2066\u200b\u2028\ufeff\U000E0041 \xc3\x28\xff\xfe &lt; &#60; javascript:alert(1)";
  return bytes;
}

assess::HuntReport hostile_report() {
  HuntReport hunt = reentered_report();
  ServerReport& server = hunt.servers.front();
  const std::vector<Detection> few = server.detections;
  for (int i = 0; i < 30; ++i) server.detections.insert(server.detections.end(), few.begin(), few.end());
  for (auto& answer : server.answers) answer.evidence = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 300, 9999999};
  server.verdict.coverage_sufficient = false;
  server.verdict.compromise = assess::Compromise::backdoored;
  std::string bytes;
  while (bytes.size() < 800) bytes += hostile_bytes();
  poison_hunt(Poison(bytes), hunt);
  return hunt;
}

}  // namespace afterpatch::report
