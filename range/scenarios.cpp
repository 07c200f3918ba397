#include "range/scenarios.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "range/clients.h"
#include "range/doors.h"
#include "range/fixtures.h"
#include "range/intruder.h"
#include "range/intruder_events.h"

namespace afterpatch::range {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Documentation addresses (RFC 5737, RFC 3849), each handed out once.
std::string attacker_address(Story& story) {
  static constexpr std::array<std::string_view, 3> kNetworks = {"203.0.113.", "198.51.100.", "192.0.2."};
  if (story.random.chance(8))
    return fmt::format("2001:db8:{}:{}::{}", story.random.hex(4), story.random.hex(4), story.random.hex(2));
  return fmt::format("{}{}", story.random.pick(kNetworks), story.random.between(1, 254));
}

Intruder make_intruder(Story& story) {
  std::string client;
  const auto taken = [&] {
    return std::ranges::any_of(story.events.requests,
                               [&](const Request& request) { return request.client == client; });
  };
  do client = attacker_address(story);
  while (taken());
  Random random = story.random.fork("intruder", story.runs.size() + story.events.requests.size());
  Tool tool = make_tool(random);
  return {story, client, tool, random};
}

std::string fresh_client(Story& story) {
  return make_intruder(story).client();
}

// Before the patch existed in a third of all seeds, afterwards in the others.
Timestamp attack_time(Story& story) {
  const bool early = story.random.chance(35);
  return early ? story.calendar.between(story.random, 0.12, 0.38)
               : story.calendar.between(story.random, 0.5, 0.6);
}

void add_probes(Story& story, double low, double high, bool refused) {
  const auto count = story.random.between(1, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    Intruder prober = make_intruder(story);
    prober.probe(story.calendar.between(story.random, low, high), refused);
  }
}

// A later moment in the period, at least `after` the planting.
Timestamp later(Story& story, Timestamp planted, hours after) {
  const Timestamp earliest = planted + after;
  const auto room =
      std::chrono::duration_cast<std::chrono::seconds>(story.calendar.at(0.93) - earliest).count();
  return earliest + std::chrono::seconds(story.random.between(0, std::max<std::int64_t>(room, 60)));
}

int plant(Story& story, Intruder& intruder, Timestamp start) {
  const int door = intruder.plant(start);
  if (story.random.chance(30)) intruder.plant_again(start + minutes(story.random.between(70, 300)), door);
  if (story.random.chance(40)) leave_compiled_trace(story, door, story.random);
  return door;
}

void sweep_known_door(Story& story, int door, Timestamp planted) {
  if (story.random.chance(50))
    sweep(story, story.random, fresh_client(story), later(story, planted, hours(6)), door);
}

void tell_clean(Story&) {}

void tell_probed(Story& story) {
  add_probes(story, 0.1, 0.65, false);
}

void tell_exploited(Story& story) {
  static constexpr std::array<Depth, 3> kDepths = {Depth::session, Depth::objects, Depth::attempt};
  Intruder intruder = make_intruder(story);
  intruder.run(attack_time(story), story.random.pick(kDepths));
  const bool has_voice_mail = !story.server.kind.product.ends_with("2019");
  if (has_voice_mail && story.random.fork("voice mail").chance(50))
    fail_unified_messaging(story, story.runs.back().end + minutes(4));
  if (story.random.chance(60)) add_probes(story, 0.1, 0.65, false);
}

void tell_present(Story& story) {
  Intruder intruder = make_intruder(story);
  const Timestamp start = attack_time(story);
  sweep_known_door(story, plant(story, intruder, start), start + hours(6));
}

void tell_deleted(Story& story) {
  Intruder intruder = make_intruder(story);
  const Timestamp start = attack_time(story);
  const int door = plant(story, intruder, start);
  sweep_known_door(story, door, start + hours(6));
  const Timestamp removed = start + hours(8) + minutes(story.random.between(0, 2000));
  remove_door(story, door, removed);
  if (story.random.fork("remover").chance(40)) remove_by_scanner(story, door);
  if (story.random.chance(75))
    sweep(story, story.random, fresh_client(story), removed + hours(story.random.between(2, 30)), door);
}

// Someone comes back: the planter or another client, once or several times.
void come_back(Story& story, int door, const std::string& planter, Timestamp planted) {
  const auto visits = story.random.between(1, 3);
  for (std::int64_t i = 0; i < visits; ++i) {
    const std::string client = story.random.chance(35) ? planter : fresh_client(story);
    use_door(story, door, story.random, client, later(story, planted, hours(7)),
             static_cast<int>(story.random.between(1, 12)));
  }
}

void tell_re_entered(Story& story) {
  Intruder intruder = make_intruder(story);
  const Timestamp start = attack_time(story);
  const int door = plant(story, intruder, start);
  come_back(story, door, intruder.client(), start);
  sweep_known_door(story, door, start + hours(6));
  if (story.random.chance(30)) remove_door(story, door, story.calendar.at(0.96));
}

void tell_patched_before(Story& story) {
  add_probes(story, 0.6, 0.9, true);
}

void hide_days(Story& story, Timestamp first, Timestamp last) {
  for (const auto* log : {"http-proxy", "iis-w3c", "ecp-server"}) story.gaps.push_back({log, first, last});
}

// What happened in the gap left nothing outside it.
void tell_log_gap(Story& story) {
  const auto day = [&](double share) {
    return std::chrono::floor<std::chrono::days>(story.calendar.at(share));
  };
  hide_days(story, day(0.1), day(0.7));
  story.event_truth.begin = day(0.7);  // small logs: what is older has been overwritten
  if (!story.random.chance(60)) return;
  Intruder intruder = make_intruder(story);
  const Timestamp start = story.calendar.between(story.random, 0.15, 0.35);
  const int door = intruder.plant(start);
  remove_door(story, door, start + hours(20));
}

void tell_two_intruders(Story& story) {
  Intruder first = make_intruder(story);
  const Timestamp first_start = story.calendar.between(story.random, 0.12, 0.38);
  const int first_door = plant(story, first, first_start);
  Intruder second = make_intruder(story);
  const Timestamp second_start = story.calendar.between(story.random, 0.5, 0.6);
  const int second_door = plant(story, second, second_start);
  if (story.random.chance(50)) come_back(story, second_door, second.client(), second_start);
  if (story.random.chance(40)) remove_door(story, first_door, story.calendar.at(0.85));
}

void tell_mail_theft(Story& story) {
  Intruder intruder = make_intruder(story);
  intruder.read_mail(attack_time(story), static_cast<int>(story.random.between(8, 40)));
  if (story.random.fork("export").chance(40))
    export_mailbox(story, story.mailboxes.front().mailbox, story.mailboxes.front().last + minutes(9));
}

void add_staged_files(Story& story, int door, const std::string& client, Timestamp when) {
  static constexpr std::array<std::string_view, 3> kDumps = {"C/Windows/Temp/lsass.dmp", "C/root/lsass.dmp",
                                                             "C/inetpub/wwwroot/aspnet_client/debug.dmp"};
  const std::string name = story.random.text("abcdefghijklmnopqrstuvwxyz", 5) + ".zip";
  const std::string dump(story.random.pick(kDumps));
  story.files.push_back({dump, "memory-dump", inert_memory_dump(story.random), when});
  story.files.push_back({"C/inetpub/wwwroot/aspnet_client/" + name, "archive",
                         stored_zip("out.txt", "made by the evidence range\r\n"), when + minutes(3)});
  dump_credentials(story, door, client, when - std::chrono::seconds(2), dump);
  pack_archive(story, door, client, when + minutes(3) - std::chrono::seconds(1),
               story.files.back().tree_path);
  Request fetched;
  fetched.id = story.random.guid();
  fetched.stem = "/aspnet_client/" + name;
  fetched.host = story.server.hosts.front();
  fetched.client = client;
  fetched.user_agent = "python-requests/2.25.1";
  fetched.response_bytes = 139;
  fetched.end = std::chrono::floor<std::chrono::milliseconds>(when + minutes(6));
  story.events.requests.push_back(std::move(fetched));
  story.credentials_exposed = true;
}

void tell_credential_dump(Story& story) {
  Intruder intruder = make_intruder(story);
  const Timestamp start = attack_time(story);
  const int door = plant(story, intruder, start);
  const Timestamp back = later(story, start, hours(8));
  use_door(story, door, story.random, intruder.client(), back, 9);
  const Timestamp staged = std::chrono::floor<std::chrono::seconds>(back + minutes(12));
  add_staged_files(story, door, intruder.client(), staged);
  Random further = story.random.fork("further deeds");
  if (further.chance(50)) add_administrator(story, door, intruder.client(), staged + minutes(8));
  if (further.chance(40)) clear_logs(story, door, intruder.client(), staged + minutes(14));
}

void add_command(Story& story, Timestamp time, const std::string& session, std::string command,
                 const Request& call) {
  story.events.commands.push_back(
      {time, story.random.between(15, 900), session, std::move(command), call.stem + "?" + call.query, ""});
}

// An administrator gives the address book its public name: the same cmdlet as the attack's, with an honest
// address.
void set_public_address(Story& story, Clients& clients, Timestamp when) {
  Request call = clients.admin_call(story.server.administrator(), "OABVirtualDirectory", "SetObject");
  call.end = when;
  const std::string session = story.random.guid();
  const std::string identity = ".Identity='" + story.random.guid() + "'";
  add_command(story, when - minutes(1), session, "Get-OabVirtualDirectory.ADPropertiesOnly=$true" + identity,
              call);
  add_command(story, when, session,
              fmt::format("Set-OabVirtualDirectory.ExternalUrl='https://{}/OAB'{}",
                          story.server.hosts.front(), identity),
              call);
  record_administrator_cmdlet(
      story, when, "Set-OabVirtualDirectory",
      fmt::format("-ExternalUrl \"https://{}/OAB\" -Identity \"{}\\OAB (Default Web Site)\"",
                  story.server.hosts.front(), story.server.name));
  story.events.requests.push_back(std::move(call));
  story.noise.emplace_back("admin-external-url");
}

// And another resets the directory, as support articles advise. Its settings are kept in a text file.
void reset_for_good_reason(Story& story, Clients& clients, Timestamp when) {
  Request call = clients.admin_call(story.server.administrator(), "ResetOABVirtualDirectory", "SetObject");
  call.end = when;
  const std::string session = story.random.guid();
  const std::string name = story.server.name + "\\OAB (Default Web Site)";
  add_command(story, when - std::chrono::seconds(9), session,
              fmt::format("Remove-OABVirtualDirectory.Force=$true.Identity='{}'", name), call);
  add_command(
      story, when - std::chrono::seconds(1), session,
      fmt::format("New-OABVirtualDirectory.WebSiteName='Default Web "
                  "Site'.Server='{}'.Role='ClientAccess'.InternalURL='https://{}/OAB'"
                  ".Path='C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB'",
                  story.server.name, story.server.fqdn),
      call);
  story.files.push_back(
      {fmt::format("C/Users/{}/Documents/OAB-settings-before-reset.txt", story.server.administrator().name),
       "",
       oab_dump(story.server, story.random.guid(), fmt::format("https://{}/OAB", story.server.hosts.front()),
                when),
       when});
  record_administrator_cmdlet(story, when - std::chrono::seconds(9), "Remove-OabVirtualDirectory",
                              fmt::format("-Identity \"{}\" -Force \"True\"", name));
  record_administrator_cmdlet(
      story, when - std::chrono::seconds(1), "New-OabVirtualDirectory",
      fmt::format("-WebSiteName \"Default Web Site\" -Server \"{}\" -Role \"ClientAccess\"",
                  story.server.name));
  story.events.requests.push_back(std::move(call));
  story.noise.emplace_back("admin-vdir-reset");
}

void scan_from_inside(Story& story, Clients& clients, Timestamp when) {
  for (Request& request : clients.scanner("10.20.99.5")) {
    request.end = when;
    story.events.requests.push_back(std::move(request));
    when += std::chrono::milliseconds(story.random.between(20, 300));
  }
  story.noise.emplace_back("inside-scanner");
}

void sweep_without_hit(Story& story) {
  const auto sweeps = story.random.between(1, 2);
  const std::string client = fresh_client(story);
  for (std::int64_t i = 0; i < sweeps; ++i)
    sweep(story, story.random, client, story.calendar.between(story.random, 0.6, 0.92), -1);
  story.noise.emplace_back("sweeper");
}

void add_noise(Story& story, const Scenario& scenario) {
  Clients clients(story.server, story.random.fork("noise clients"));
  const auto moment = [&](double low, double high) {
    return std::chrono::floor<std::chrono::milliseconds>(story.calendar.between(story.random, low, high));
  };
  if (story.random.chance(35)) set_public_address(story, clients, moment(0.05, 0.9));
  if (story.random.chance(20)) reset_for_good_reason(story, clients, moment(0.05, 0.9));
  if (story.random.chance(30)) scan_from_inside(story, clients, moment(0.05, 0.9));
  if (scenario.sweepers && story.random.chance(40)) sweep_without_hit(story);
  if (!story.server.balancer.empty()) story.noise.emplace_back("balancer");
}

void add_server_changes(Story& story, const Scenario& scenario) {
  Server& server = story.server;
  const bool patches =
      scenario.patching == Patching::always ||
      (scenario.patching == Patching::maybe && server.kind.fixed_first_day && story.random.chance(50));
  const bool at_once = scenario.name == "patched-before";
  const auto whole_second = [&](Timestamp time) { return std::chrono::floor<std::chrono::seconds>(time); };
  if (patches) {
    server.patched = at_once ? whole_second(story.calendar.at(0.49) + minutes(story.random.between(0, 400)))
                             : whole_second(story.calendar.between(story.random, 0.7, 0.8));
    server.restarts.push_back(*server.patched);
  }
  if (story.random.chance(30))
    server.restarts.push_back(whole_second(story.calendar.at(story.random.chance(50) ? 0.23 : 0.83)));
  if (server.restarts.size() > (patches ? 1U : 0U)) story.noise.emplace_back("restart-header");
  if (!story.random.chance(25)) return;
  server.iis_change = whole_second(story.calendar.at(0.4) + minutes(story.random.between(120, 1200)));
  story.noise.emplace_back("field-change");
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"clean", "everyday traffic only; patched in the week after the release", Patching::always, false,
       tell_clean},
      {"probed", "someone looked whether the server is vulnerable and went no further", Patching::always,
       true, tell_probed},
      {"exploited-no-shell", "forged requests got a session or tried to write, but nothing was left",
       Patching::maybe, true, tell_exploited},
      {"backdoored-deleted", "a web shell was planted and is gone from disk", Patching::maybe, true,
       tell_deleted},
      {"backdoored-present", "a web shell was planted and is still there; nobody used it", Patching::maybe,
       true, tell_present},
      {"re-entered", "a web shell was planted and used afterwards", Patching::maybe, true, tell_re_entered},
      {"patched-before", "patched within a day; later attempts were refused", Patching::always, true,
       tell_patched_before},
      {"patched-after", "back-doored, then patched: the web shell is still there", Patching::always, true,
       tell_present},
      {"log-gap", "the needed logs are missing for the crucial days", Patching::always, false, tell_log_gap},
      {"two-intruders", "two tools, two clients, two web shells", Patching::maybe, true, tell_two_intruders},
      {"mail-theft", "mailboxes were read by forged EWS requests; no web shell", Patching::maybe, true,
       tell_mail_theft},
      {"credential-dump", "a web shell was used; a memory dump and an archive were staged", Patching::maybe,
       true, tell_credential_dump},
  };
  return all;
}

const Scenario* find_scenario(std::string_view name) {
  const auto& all = scenarios();
  const auto found = std::ranges::find(all, name, &Scenario::name);
  return found == all.end() ? nullptr : &*found;
}

Story make_story(const Scenario& scenario, std::uint64_t seed, Calendar calendar) {
  const Random world(seed);
  Server server = make_server(world.fork("server"), scenario.patching == Patching::always);
  Story story(std::move(server), calendar, world.fork(scenario.name));
  choose_event_habits(story);
  add_server_changes(story, scenario);
  scenario.tell(story);
  add_noise(story, scenario);
  return story;
}

}  // namespace afterpatch::range
