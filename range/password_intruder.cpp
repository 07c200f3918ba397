#include "range/password_intruder.h"

#include <fmt/format.h>

#include <array>

#include "range/fixtures.h"
#include "range/intruder_events.h"

namespace afterpatch::range {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kBrowser =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/105.0.0.0 "
    "Safari/537.36";
constexpr std::array<std::string_view, 3> kShellAgents = {"Microsoft WinRM Client", "python-requests/2.28.1",
                                                          "Python PSRP Client"};

}  // namespace

Request PasswordIntruder::as_user(Request request) const {
  request.user = story_.server.account(user_);
  request.target_server = story_.server.fqdn;
  request.backend_status = request.status;
  return request;
}

Request PasswordIntruder::shell_request(Way way, const std::string& address) {
  Request request;
  if (way == Way::autodiscover) {
    request = AttackRun::request(App::autodiscover, "POST", "/autodiscover/autodiscover.json");
    request.backend_query = fmt::format("Email=autodiscover/autodiscover.json%3F@{}", address);
    request.query = fmt::format("@{}/powershell/?{}", address, request.backend_query);
  } else {
    request = AttackRun::request(App::owa, "POST", fmt::format("/owa/{}/powershell", address));
  }
  request.authentication = "Basic";
  request.backend_stem = "/powershell";
  request = as_user(std::move(request));
  request.backend_user = story_.server.netbios + "\\" + story_.server.name + "$";
  request.shell_user = user_.address;
  return request;
}

int PasswordIntruder::write_door() {
  const int door = new_door(random_.text(kLetters, 6));
  door_plan(door).planted = now_;
  wait(1500, 6000);
  check_door(door, std::string(kBrowser));
  leave_file(door, inert_page(door_plan(door).parameter));
  return door;
}

int PasswordIntruder::open_remote_shell(Timestamp start, Way way, bool door) {
  begin(start);
  const std::string domain = random_.text(kLetters, 7) + ".example";
  const std::string address = way == Way::autodiscover
                                  ? domain
                                  : random_.text(kLetters, 9) + (random_.chance(50) ? "%40" : "@") + domain;
  const std::string agent(random_.pick(kShellAgents));
  const auto calls = random_.between(4, 8);
  for (std::int64_t i = 0; i < calls; ++i) {
    Request request = shell_request(way, address);
    request.user_agent = agent;
    give(std::move(request));
    wait(400, 5000);
    if (i >= calls - 2)
      run_by_worker(story_, "MSExchangePowerShellAppPool", client_,
                    now_ - milliseconds(random_.between(30, 300)));
  }
  const int left = door ? write_door() : -1;
  end_run("session");
  return left;
}

int PasswordIntruder::autodiscover_detour(Timestamp start, bool door) {
  return open_remote_shell(start, Way::autodiscover, door);
}

int PasswordIntruder::web_mail_detour(Timestamp start, bool door) {
  return open_remote_shell(start, Way::web_mail, door);
}

void PasswordIntruder::view_state(Timestamp start) {
  begin(start);
  Request logon = AttackRun::request(App::owa, "POST", "/owa/auth.owa");
  logon.status = 302;
  logon.user_agent = kBrowser;
  logon.authentication = "FBA";
  logon.encoding = true;
  give(std::move(logon));
  wait(500, 4000);
  Request page = as_user(AttackRun::request(App::ecp, "GET", "/ecp/default.aspx"));
  page.user_agent = kBrowser;
  page.authentication = "FBA";
  give(page);
  wait(900, 6000);
  page.id = random_.guid();
  page.status = page.backend_status = 500;
  page.query = fmt::format("__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2FwEy{}",
                           random_.text(kBase64, static_cast<std::size_t>(random_.between(900, 1600))));
  const std::string address = fmt::format("https://localhost:444{}?{}", page.stem, page.query);
  give(std::move(page));
  fail_view_state(story_, now_ - milliseconds(20), address, story_.server.account(user_));
  run_by_worker(story_, "MSExchangeECPAppPool", client_, now_ - milliseconds(35));
  end_run("exploited");
}

// Mail programs write and read such settings by the same actions: no row alone tells this from everyday use.
void PasswordIntruder::add_in_settings(Timestamp start) {
  static constexpr std::array<std::string_view, 4> kActions = {
      "GetFolder", "DeleteUserConfiguration", "CreateUserConfiguration", "GetClientAccessToken"};
  static constexpr std::array<std::string_view, 3> kAgents = {
      "python-requests/2.26.0", "ExchangeServicesClient/15.00.0913.015", kBrowser};
  begin(start);
  const std::string agent(random_.pick(kAgents));
  for (const auto action : kActions) {
    Request call = as_user(AttackRun::request(App::ews, "POST", "/EWS/Exchange.asmx"));
    call.user_agent = agent;
    call.authentication = random_.chance(50) ? "NTLM" : "Basic";
    call.soap_action = action;
    give(std::move(call));
    if (action != kActions.back()) wait(400, 5000);
  }
  fail_add_ins(story_, now_ - milliseconds(25), user_);
  run_by_worker(story_, "MSExchangeServicesAppPool", client_, now_ - milliseconds(40));
  end_run("exploited");
}

}  // namespace afterpatch::range
