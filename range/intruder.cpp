#include "range/intruder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "range/doors.h"
#include "range/fixtures.h"
#include "range/intruder_events.h"

namespace afterpatch::range {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kCanaryLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
constexpr std::array<std::string_view, 4> kAgents = {
    "python-requests/2.25.1", "python-requests/2.18.4", "ExchangeServicesClient/0.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 "
    "Safari/537.36"};
// Decoded from numbers that tools put behind '~': some are no build at all, one is a real one.
constexpr std::array<std::string_view, 4> kCraftedVersions = {"41.42.31996.000", "0.00.0003.000",
                                                              "15.00.0001.000", "15.01.1466.000"};

std::string other_directory(const Server& server) {
  return fmt::format(
      "Active Directory operation failed on DC01.{}. The object 'CN=OAB (Default Web Site)' does not exist.",
      server.forest);
}

}  // namespace

Tool make_tool(Random& random) {
  static constexpr std::array<std::string_view, 5> kPrefixes = {"a]@", "akak]@", "Admin@", "x]@",
                                                                "Administrator@"};
  static constexpr std::array<std::string_view, 5> kUrlPrefixes = {"http://f/", "http://o/#", "http://ooo/#",
                                                                   "http://ffff/#", "http://g/"};
  Tool tool;
  tool.anchor_prefix = random.pick(kPrefixes);
  tool.tail = tool.anchor_prefix.find(']') != std::string::npos ? "#" : "a=";
  tool.page = "/ecp/" + random.text(kLetters, static_cast<std::size_t>(random.between(1, 5))) + ".js";
  tool.agent = random.pick(kAgents);
  tool.first_agent = random.chance(50) ? "ExchangeServicesClient/0.0.0.0" : tool.agent;
  tool.url_prefix = random.pick(kUrlPrefixes);
  tool.parameter = random.chance(40) ? random.text(kLetters, 3) + random.text("0123456789", 6)
                                     : random.text(kLetters, static_cast<std::size_t>(random.between(4, 12)));
  tool.target_version = random.pick(kCraftedVersions);
  return tool;
}

void Intruder::begin(Timestamp start) {
  AttackRun::begin(start);
  canary_ = random_.text(kCanaryLetters, 75) + ".";
  session_ = random_.guid();
  directory_ = random_.guid();
  proxy_rows_lost_ = false;
  commands_lost_ = false;
}

// "<path>?<query>" with the tool's own ending.
std::string Intruder::target(const std::string& path, const std::string& query) const {
  if (tool_.tail == "#") return fmt::format("{}?{}#", path, query);
  return fmt::format("{}?{}{}a=", path, query, query.empty() ? "" : "&");
}

// One forged request: the front end takes the target from a cookie and sends its own credentials along.
Request Intruder::step(const std::string& wanted, int status) {
  const Server& server = story_.server;
  Request request;
  request.app = App::ecp;
  request.id = random_.guid();
  request.method = "POST";
  request.host = host_;
  request.stem = tool_.page;
  request.client = client_;
  request.user_agent = requests_ == 0 ? tool_.first_agent : tool_.agent;
  request.authentication = "FBA";
  request.status = request.backend_status = status;
  request.anchor = fmt::format("ServerInfo~{}{}:444{}", tool_.anchor_prefix, server.fqdn, wanted);
  request.routing_hint = "X-BEResource-Cookie";
  request.routing_type = "CrossRegion";
  request.target_server = server.fqdn;
  request.target_version = tool_.target_version;
  const auto query = wanted.find('?');
  request.backend_stem = wanted.substr(0, query);
  request.backend_query = wanted.substr(query + 1, wanted.find('#') - query - 1);
  request.backend_user = server.netbios + "\\" + server.name + "$";
  request.duration_ms = random_.between(40, 2400);
  request.request_bytes = random_.between(150, 900);
  request.response_bytes = random_.between(300, 4000);
  return request;
}

void Intruder::probe(Timestamp start, bool refused) {
  begin(start);
  const int status = refused ? (random_.chance(50) ? 400 : 503) : (random_.chance(60) ? 200 : 500);
  Request request = step(target("/autodiscover/autodiscover.xml", ""), status);
  if (random_.chance(40)) {  // as the published check scripts ask
    static constexpr std::array<std::string_view, 2> kPages = {"/owa/auth/x.js", "/owa/auth/w.js"};
    request.app = App::owa;
    request.method = "GET";
    request.stem = random_.pick(kPages);
    request.anchor = random_.chance(50) ? "ServerInfo~localhost/ecp/default.flt?"
                                        : "ServerInfo~localhost/owa/auth/logon.aspx?";
    request.routing_hint = "X-AnonResource-Backend-Cookie";
    request.target_server = "localhost";
    request.target_version = "0.00.0003.000";
    request.status = request.backend_status = refused ? 503 : 500;
    request.backend_user.clear();
    request.backend_stem = request.anchor.substr(request.anchor.find('/'));
    request.backend_stem.pop_back();
  }
  if (refused) request.backend_status = 0;
  give(std::move(request));
  end_run("probe");
}

// Finds a mailbox, its identity, and a session of the control panel (status 241).
void Intruder::open_session() {
  give(step(target("/autodiscover/autodiscover.xml", ""), 200));
  wait(300, 2500);
  const bool has_mapi = story_.server.kind.http_proxy != "http-proxy-53";
  if (has_mapi && random_.chance(90)) {
    give(step(target("/mapi/emsmdb/", ""), 200));
    wait(500, 4000);
  }
  give(step(target("/ecp/proxyLogon.ecp", ""), 241));
  wait(500, 6000);
}

void Intruder::command(std::int64_t after_ms, const std::string& text, const std::string& call,
                       const std::string& exception) {
  if (commands_lost_) return;
  std::string url = fmt::format("/ecp/DDI/DDIService.svc/{}&msExchEcpCanary={}", call, canary_);
  if (tool_.tail != "#") url += fmt::format("&a=%5D:444{}", tool_.page);
  story_.events.commands.push_back({now_ + std::chrono::milliseconds(after_ms), random_.between(20, 4400),
                                    session_, text, url, exception});
}

// The same in the event log of cmdlets, which loses nothing; cmdlets that only read are not in it.
void Intruder::cmdlet(std::int64_t after_ms, const std::string& name, const std::string& parameters,
                      const std::string& exception) {
  record_intruder_cmdlet(story_, now_ + std::chrono::milliseconds(after_ms), name, parameters, exception);
}

void Intruder::look_at_directory() {
  const bool listing = tool_.tail != "#";
  const std::string query = listing ? fmt::format("reqId=16{}&schema=VirtualDirectory&msExchEcpCanary={}",
                                                  random_.text("0123456789", 11), canary_)
                                    : fmt::format("msExchEcpCanary={}&schema=OABVirtualDirectory", canary_);
  const std::string method = listing ? "GetList" : "GetObject";
  command(-150, "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null",
          method + "?schema=OABVirtualDirectory");
  command(-40, "Pipeline.1|Get-MailboxRegionalConfiguration", method + "?schema=OABVirtualDirectory");
  give(step(target("/ecp/DDI/DDIService.svc/" + method, query), 200));
  wait(900, 4000);
}

void Intruder::set_external_url(bool works) {
  const std::string call = "SetObject?schema=OABVirtualDirectory";
  const std::string identity = ".Identity='" + directory_ + "'";
  command(-90,
          fmt::format("Set-OabVirtualDirectory.ExternalUrl='{}{}'{}", tool_.url_prefix,
                      inert_script(tool_.parameter), identity),
          call, works ? "" : other_directory(story_.server));
  cmdlet(-85, "Set-OabVirtualDirectory",
         fmt::format("-ExternalUrl \"{}{}\" -Identity \"{}\"", tool_.url_prefix,
                     inert_script(tool_.parameter), directory_),
         works ? "" : other_directory(story_.server));
  if (works) command(-20, "Get-OabVirtualDirectory.ADPropertiesOnly=$true" + identity, call);
  Request request = step(target("/ecp/DDI/DDIService.svc/SetObject",
                                fmt::format("msExchEcpCanary={}&schema=OABVirtualDirectory", canary_)),
                         works ? 200 : 500);
  request.lost_in_http_proxy = proxy_rows_lost_;
  give(std::move(request));
  wait(1200, 3500);
}

// The reset writes the directory's settings to a file of the caller's choice, then makes the directory anew.
void Intruder::reset_directory() {
  const std::string call = "SetObject?schema=ResetOABVirtualDirectory";
  const std::string name = story_.server.name + "\\OAB (Default Web Site)";
  command(-1900, fmt::format("Get-OABVirtualDirectory.Identity='{}'", directory_), call);
  command(-1750, fmt::format("Get-ExchangeServer.Identity='{}'", story_.server.name), call);
  command(-900, fmt::format("Remove-OABVirtualDirectory.Force=$true.Identity='{}'", name), call);
  command(-60,
          fmt::format("New-OABVirtualDirectory.WebSiteName='Default Web "
                      "Site'.Server='{}'.Role='ClientAccess'.InternalURL='https://{}/OAB'"
                      ".Path='C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB'",
                      story_.server.name, story_.server.fqdn),
          call);
  cmdlet(-890, "Remove-OabVirtualDirectory", fmt::format("-Identity \"{}\" -Force \"True\"", name));
  cmdlet(-55, "New-OabVirtualDirectory",
         fmt::format("-WebSiteName \"Default Web Site\" -Server \"{}\" -Role \"ClientAccess\" -InternalURL "
                     "\"https://{}/OAB\"",
                     story_.server.name, story_.server.fqdn));
  Request request = step(target("/ecp/DDI/DDIService.svc/SetObject",
                                fmt::format("msExchEcpCanary={}&schema=ResetOABVirtualDirectory", canary_)),
                         200);
  request.lost_in_http_proxy = proxy_rows_lost_;
  give(std::move(request));
}

void Intruder::run(Timestamp start, Depth depth) {
  begin(start);
  open_session();
  if (depth == Depth::session) return end_run("session");
  look_at_directory();
  if (depth == Depth::objects) return end_run("session");
  set_external_url(false);
  end_run("write-attempted");
}

// Everything from the session to the written file. In some incidents HttpProxy lost its last rows, in others
// the control panel's log is cut; never both, or nothing would tell of the write.
void Intruder::write_door(int door) {
  commands_lost_ = random_.chance(12);
  proxy_rows_lost_ = !commands_lost_ && random_.chance(20);
  open_session();
  look_at_directory();
  set_external_url(true);
  wait(2500, 8000);
  reset_directory();
  DoorPlan& plan = story_.doors[static_cast<std::size_t>(door)];
  const Timestamp written = now_ - std::chrono::milliseconds(900);
  if (plan.planted == Timestamp{}) plan.planted = written;
  if (plan.removed && !plan.planted_again) plan.planted_again = written;
  wait(1200, 2600);
  if (!random_.chance(70)) return;
  command(-30, fmt::format("Set-OabVirtualDirectory.ExternalUrl=$null.Identity='{}'", directory_),
          "SetObject?schema=OABVirtualDirectory", random_.chance(50) ? other_directory(story_.server) : "");
  cmdlet(-25, "Set-OabVirtualDirectory", fmt::format("-ExternalUrl $null -Identity \"{}\"", directory_));
  Request clean_up = step(target("/ecp/DDI/DDIService.svc/SetObject",
                                 fmt::format("msExchEcpCanary={}&schema=OABVirtualDirectory", canary_)),
                          200);
  clean_up.lost_in_http_proxy = proxy_rows_lost_;
  give(std::move(clean_up));
}

int Intruder::plant(Timestamp start) {
  begin(start);
  const int door = new_door(tool_.parameter);
  write_door(door);
  check_door(door, tool_.agent);
  end_run("write-proven");
  leave_file(door, oab_dump(story_.server, directory_, tool_.url_prefix + inert_script(tool_.parameter),
                            door_plan(door).planted));
  return door;
}

void Intruder::plant_again(Timestamp start, int door) {
  begin(start);
  write_door(door);
  const DoorPlan& plan = story_.doors[static_cast<std::size_t>(door)];
  for (DiskFile& file : story_.files) {
    if (file.tree_path == plan.tree_path && !plan.time_stomped)
      file.modified = now_ - std::chrono::milliseconds(2000);
  }
  check_door(door, tool_.agent);
  end_run("write-proven");
}

void Intruder::read_mail(Timestamp start, int requests) {
  static constexpr std::array<std::string_view, 5> kPages = {"logon.css", "owafont_ja.css", "lgnbotl.gif",
                                                             "SegoeUI-SemiBold.eot", "owafont_ko.css"};
  static constexpr std::array<std::string_view, 3> kActions = {"FindFolder", "FindItem", "GetItem"};
  begin(start);
  const std::string page(random_.pick(kPages));
  const std::size_t victims = 1 + static_cast<std::size_t>(random_.below(3));
  const auto first_victim = static_cast<std::size_t>(random_.below(story_.server.users.size() - 3));
  const std::size_t base = story_.mailboxes.size();
  for (std::size_t i = 0; i < victims; ++i) {
    story_.mailboxes.push_back(
        {story_.server.users[first_victim + i].address, client_, 0, {}, {}, story_.campaign});
  }
  for (int i = 0; i < requests; ++i) {
    MailboxTruth& mailbox =
        story_.mailboxes[base + static_cast<std::size_t>(i) * victims / static_cast<std::size_t>(requests)];
    Request request = step(target("/EWS/Exchange.asmx", ""), 200);
    request.app = App::owa;
    request.stem = "/owa/auth/Current/themes/resources/" + page;
    request.routing_hint = "X-AnonResource-Backend-Cookie";
    request.encoding = true;
    request.soap_action = kActions[std::min<std::size_t>(static_cast<std::size_t>(i), 2)];
    request.mailbox = mailbox.mailbox;
    request.response_bytes = random_.between(20000, 900000);
    if (mailbox.requests++ == 0) mailbox.first = now_;
    mailbox.last = now_;
    give(std::move(request));
    wait(3000, 45000);
  }
  end_run("exploited");
}

}  // namespace afterpatch::range
