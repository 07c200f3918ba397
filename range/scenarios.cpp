#include "range/scenarios.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "range/cast.h"
#include "range/clean_up_stories.h"
#include "range/clients.h"
#include "range/doors.h"
#include "range/fixtures.h"
#include "range/intruder.h"
#include "range/intruder_events.h"
#include "range/password_intruder.h"
#include "range/proxyshell_intruder.h"
#include "range/proxytoken_intruder.h"
#include "range/windows_events.h"

namespace afterpatch::range {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

void add_probes(Story& story, double low, double high, bool refused) {
  const auto count = story.random.between(1, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    Intruder prober = make_intruder(story);
    prober.probe(story.calendar.between(story.random, low, high), refused);
  }
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

void add_proxyshell_probes(Story& story, double low, double high, bool refused) {
  const auto count = story.random.between(1, 3);
  for (std::int64_t i = 0; i < count; ++i)
    make_proxyshell_intruder(story).probe(story.calendar.between(story.random, low, high), refused);
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

// Seconds by which a clock is off: some 40 seconds to a quarter of an hour, either way.
std::int64_t clock_error(Story& story) {
  const std::int64_t seconds = story.random.between(40, 900);
  return story.random.chance(50) ? seconds : -seconds;
}

// The web server and the control panel's log come from machines with clocks of their own.
void tell_clocks_apart(Story& story) {
  tell_re_entered(story);
  story.clocks.push_back({"iis-w3c", clock_error(story)});
  if (story.random.chance(60)) story.clocks.push_back({"ecp-server", clock_error(story)});
}

// The door is found and removed, but not the way in: the same intruder writes it again.
void tell_planted_again(Story& story) {
  Intruder intruder = make_intruder(story);
  const Timestamp start = story.calendar.between(story.random, 0.12, 0.38);
  const int door = plant(story, intruder, start);
  const Timestamp removed = start + hours(8) + minutes(story.random.between(0, 600));
  const bool seen_gone = story.random.chance(60);
  if (seen_gone)
    sweep(story, story.random, fresh_client(story), removed + minutes(story.random.between(30, 300)), door);
  const Timestamp again =
      story.calendar.beside_release(removed + hours(7) + minutes(story.random.between(0, 600)));
  remove_door(story, door, removed);
  intruder.plant_again(again, door);
  if (story.random.chance(50)) come_back(story, door, intruder.client(), again);
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

// Looked at before the patch, and asked again after it.
void tell_proxyshell_probed(Story& story) {
  add_proxyshell_probes(story, 0.1, 0.65, false);
  if (story.server.patched && story.random.chance(50)) add_proxyshell_probes(story, 0.82, 0.92, true);
}

int plant_by_proxyshell(Story& story, ProxyShellIntruder& intruder, Timestamp start) {
  const int door = intruder.plant(start);
  if (story.random.chance(40)) leave_compiled_trace(story, door, story.random);
  if (story.random.chance(40)) add_proxyshell_probes(story, 0.1, 0.65, false);
  return door;
}

void tell_proxyshell_backdoored(Story& story) {
  ProxyShellIntruder intruder = make_proxyshell_intruder(story);
  const Timestamp start = attack_time(story);
  const int door = plant_by_proxyshell(story, intruder, start);
  if (!story.random.chance(30)) return;
  remove_door(story, door, start + hours(8) + minutes(story.random.between(0, 2000)));
}

void tell_proxyshell_re_entered(Story& story) {
  ProxyShellIntruder intruder = make_proxyshell_intruder(story);
  const Timestamp start = attack_time(story);
  const int door = plant_by_proxyshell(story, intruder, start);
  come_back(story, door, intruder.client(), start);
  if (story.random.chance(30)) remove_door(story, door, story.calendar.at(0.96));
}

void tell_proxyshell_mail_export(Story& story) {
  ProxyShellIntruder intruder = make_proxyshell_intruder(story);
  intruder.export_mailboxes(attack_time(story), 1 + static_cast<std::size_t>(story.random.below(2)));
}

// Programs run by the flaw; in some seeds a script is left, and in some of these it is used.
template <typename Detour>
void tell_remote_shell(Story& story, Detour detour) {
  PasswordIntruder intruder = make_password_intruder(story);
  const Timestamp start = attack_time(story);
  const int door = (intruder.*detour)(start, story.random.chance(40));
  if (door >= 0 && story.random.chance(60)) come_back(story, door, intruder.client(), start);
}

void tell_proxynotshell(Story& story) {
  tell_remote_shell(story, &PasswordIntruder::autodiscover_detour);
}

void tell_owassrf(Story& story) {
  tell_remote_shell(story, &PasswordIntruder::web_mail_detour);
}

void tell_add_ins(Story& story) {
  make_password_intruder(story).add_in_settings(attack_time(story));
}

// Ways of writing the same requests, and the other command that writes a file.
void tell_proxyshell_variants(Story& story) {
  static constexpr std::array<Spelling, 4> kSpellings = {Spelling::encoded_at, Spelling::cookie,
                                                         Spelling::in_path, Spelling::mixed_case};
  const std::string client = fresh_client(story);
  Random random = story.random.fork("variant");
  ProxyShellTool tool = make_proxyshell_tool(random);
  tool.spelling = random.pick(kSpellings);
  ProxyShellIntruder intruder(story, client, tool, random);
  const Timestamp start = attack_time(story);
  const int door = story.random.chance(60) ? intruder.plant_by_certificate(start) : intruder.plant(start);
  if (story.random.chance(40)) leave_compiled_trace(story, door, story.random);
  if (story.random.chance(50)) come_back(story, door, client, start);
  if (story.random.chance(30)) remove_door(story, door, story.calendar.at(0.96));
}

void tell_view_state(Story& story) {
  make_password_intruder(story).view_state(attack_time(story));
}

void tell_proxytoken(Story& story) {
  ProxyTokenIntruder intruder(story, fresh_client(story), intruder_stream(story));
  intruder.forward_mail(attack_time(story), 1 + static_cast<std::size_t>(story.random.below(3)));
}

// The second wave comes so many days after the first.
constexpr auto kBetweenWaves = kProxyShell.first_day - kProxyLogon.first_day;

Calendar second_wave(const Story& story) {
  const Timestamp first = story.calendar.first() + kBetweenWaves;
  const auto length = std::chrono::floor<std::chrono::days>(story.calendar.last() - first);
  return {first, static_cast<int>(length.count())};
}

Calendar first_wave(const Story& story) {
  const auto length =
      std::chrono::floor<std::chrono::days>(second_wave(story).last() - second_wave(story).first());
  return {story.calendar.first(), static_cast<int>(length.count())};
}

// A shell of March is left in place when the server is patched, and nobody uses it. In August the next flaw
// brings another one, which is used. Of the months between nothing was kept.
void tell_two_waves(Story& story) {
  const Calendar whole = story.calendar;
  const Calendar second = second_wave(story);
  story.earlier = {kProxyLogon};
  story.campaign = kProxyLogon.campaign;
  story.calendar = first_wave(story);
  story.gaps.push_back({"all", story.calendar.last(), second.first()});
  Intruder early = make_intruder(story);
  early.plant(attack_time(story));
  story.campaign = story.season.campaign;
  story.calendar = second;
  tell_proxyshell_re_entered(story);
  story.event_truth.begin = second.first();
  story.calendar = whole;
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

// A role, an export to a file server, and the request removed: all through remote PowerShell.
void export_for_good_reason(Story& story, Clients& clients, Timestamp when) {
  const std::string session = story.random.guid();
  const std::string mailbox = story.random.pick(story.server.users).name;
  const auto run = [&](std::int64_t after_s, const std::string& name, const std::string& parameters) {
    Request call = clients.administrator_shell();
    call.end = when + std::chrono::seconds(after_s);
    record_shell_cmdlet(story, call.end - std::chrono::milliseconds(2), session, name, parameters);
    story.events.requests.push_back(std::move(call));
  };
  run(0, "New-ManagementRoleAssignment",
      fmt::format("-Role \"Mailbox Import Export\" -User \"{}\"", story.server.administrator().name));
  run(90, "New-MailboxExportRequest",
      fmt::format("-Mailbox \"{0}\" -FilePath \"\\\\fs01.{1}\\pst$\\{0}.pst\"", mailbox,
                  story.server.forest));
  run(400, "Get-MailboxExportRequest", "");
  run(900, "Remove-MailboxExportRequest",
      fmt::format("-Identity \"{}\\MailboxExport\" -Confirm \"False\"", mailbox));
  story.noise.emplace_back("admin-export");
}

// The administrator's own scanner asks whether autodiscover.json leads inside, as Nessus does.
void scan_autodiscover(Story& story, Timestamp when) {
  ProxyShellTool tool{"@test.com", "Mozilla/5.0 (compatible; Nessus SOAP; Scan)", "", ""};
  const bool refused = story.server.patched && when >= *story.server.patched;
  ProxyShellIntruder scanner(story, "10.20.99.5", tool, story.random.fork("scanner"));
  scanner.probe(when, refused);
  story.noise.emplace_back("autodiscover-scan");
}

void set_balancer(Server& server) {
  if (!server.balancer.empty()) return;
  server.balancer = "10.20.30.5";
  server.iis_layout += "-xff";
  server.iis_layout_after += "-xff";
}

void tell_proxyshell_noise(Story& story) {
  Clients clients(story.server, story.random.fork("export clients"));
  const auto whole = [&](double low, double high) {
    return std::chrono::floor<std::chrono::milliseconds>(story.calendar.between(story.random, low, high));
  };
  set_balancer(story.server);
  export_for_good_reason(story, clients, whole(0.1, 0.9));
  scan_autodiscover(story, whole(0.1, 0.4));
  scan_autodiscover(story, whole(0.82, 0.9));
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
  Random further = story.random.fork("later noise");
  const bool has_exports = std::ranges::find(story.noise, "admin-export") != story.noise.end();
  if (scenario.season != &kProxyLogon && !has_exports && further.chance(30))
    export_for_good_reason(story, clients, moment(0.05, 0.9));
}

// Windows Installer tells of the update, minutes before the services run again.
void record_update(Story& story) {
  const ServerKind& kind = story.server.kind;
  if (!story.server.patched || kind.season != "2021-03" || !kind.cu.starts_with("CU")) return;
  WindowsEvents events(story.server, Random(0).fork("installer"));
  story.windows_events.push_back(events.update_installed(
      *story.server.patched - minutes(3),
      fmt::format("Security Update for Exchange Server {} Cumulative Update {} (KB5000871)",
                  kind.product.substr(8), kind.cu.substr(2)),
      kind.vulnerable.text()));
}

void add_server_changes(Story& story, const Scenario& scenario) {
  Server& server = story.server;
  const bool patches =
      scenario.patching == Patching::always || scenario.patching == Patching::at_once ||
      (scenario.patching == Patching::maybe && server.kind.fixed_first_day && story.random.chance(50));
  const bool at_once = scenario.patching == Patching::at_once;
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
      {"patched-before", "patched within a day; later attempts were refused", Patching::at_once, true,
       tell_patched_before},
      {"patched-after", "back-doored, then patched: the web shell is still there", Patching::always, true,
       tell_present},
      {"log-gap", "the needed logs are missing for the crucial days", Patching::always, false, tell_log_gap},
      {"two-intruders", "two tools, two clients, two web shells", Patching::maybe, true, tell_two_intruders},
      {"clocks-apart", "re-entered, and the clocks of IIS and the control panel's log are off",
       Patching::maybe, true, tell_clocks_apart},
      {"planted-again", "a web shell was removed, and the same tool wrote it again", Patching::maybe, true,
       tell_planted_again},
      {"mail-theft", "mailboxes were read by forged EWS requests; no web shell", Patching::maybe, true,
       tell_mail_theft},
      {"credential-dump", "a web shell was used; a memory dump and an archive were staged", Patching::maybe,
       true, tell_credential_dump},
      {"proxyshell-probed", "ProxyShell: someone looked whether the server is vulnerable and went no further",
       Patching::maybe, true, tell_proxyshell_probed, &kProxyShell},
      {"proxyshell-backdoored", "ProxyShell: a web shell was exported to a web folder; nobody used it",
       Patching::maybe, true, tell_proxyshell_backdoored, &kProxyShell},
      {"proxyshell-re-entered", "ProxyShell: a web shell was exported and used afterwards", Patching::maybe,
       true, tell_proxyshell_re_entered, &kProxyShell},
      {"proxyshell-mail-export", "ProxyShell: whole mailboxes were exported to the server's disk",
       Patching::maybe, true, tell_proxyshell_mail_export, &kProxyShell},
      {"proxyshell-noise", "an administrator exports mailboxes and scans his own server; nothing else",
       Patching::at_once, false, tell_proxyshell_noise, &kProxyShell},
      {"proxyshell-variants",
       "ProxyShell in other spellings; a web shell was written, in some seeds by a request "
       "for a certificate",
       Patching::maybe, true, tell_proxyshell_variants, &kProxyShell},
      {"proxyshell-planted-again",
       "ProxyShell: the virus scanner took the web shell away, and it was planted again", Patching::maybe,
       true, tell_scanned_and_planted_again, &kProxyShell},
      {"removed-by-request", "a web shell was planted, and somebody asked it to delete itself",
       Patching::maybe, true, tell_removed_by_request, &kCleanUp},
      {"removed-then-planted", "somebody asked a web shell to delete itself, and it was planted again",
       Patching::maybe, true, tell_removed_then_planted, &kCleanUp},
      {"addins-exploited", "CVE-2021-42321: a program ran by the settings of a user's add-ins",
       Patching::maybe, true, tell_add_ins, &kAddIns},
      {"proxynotshell-exploited",
       "ProxyNotShell: programs ran with a stolen password; sometimes a web shell is left", Patching::maybe,
       true, tell_proxynotshell, &kProxyNotShell},
      {"owassrf-exploited", "the same by way of Outlook on the web", Patching::maybe, true, tell_owassrf,
       &kOwassrf},
      {"proxytoken-forwarded", "ProxyToken: rules forward mailboxes", Patching::maybe, true, tell_proxytoken,
       &kProxyToken},
      {"viewstate-exploited", "CVE-2020-0688: a program ran by a page's state", Patching::never, false,
       tell_view_state, &kViewState},
      {"two-waves", "a web shell of March is still there when ProxyShell brings another one",
       Patching::always, false, tell_two_waves, &kProxyShell},
  };
  return all;
}

const Scenario* find_scenario(std::string_view name) {
  const auto& all = scenarios();
  const auto found = std::ranges::find(all, name, &Scenario::name);
  return found == all.end() ? nullptr : &*found;
}

Calendar calendar_of(const Scenario& scenario, int days, std::optional<Timestamp> first) {
  const bool two_waves = scenario.tell == tell_two_waves;
  const Season& begins = two_waves ? kProxyLogon : *scenario.season;
  const Timestamp start = std::chrono::floor<std::chrono::days>(first.value_or(begins.first_day));
  const auto between = std::chrono::duration_cast<std::chrono::days>(kBetweenWaves).count();
  return {start, days + (two_waves ? static_cast<int>(between) : 0), begins.patch_released};
}

Story make_story(const Scenario& scenario, std::uint64_t seed, Calendar calendar) {
  const Random world(seed);
  const bool two_waves = scenario.tell == tell_two_waves;
  const bool patched = scenario.patching == Patching::always || scenario.patching == Patching::at_once;
  Server server = make_server(world.fork("server"), patched, two_waves ? kProxyLogon : *scenario.season);
  Story story(std::move(server), calendar, world.fork(scenario.name), *scenario.season);
  choose_event_habits(story);
  if (two_waves) story.calendar = first_wave(story);
  add_server_changes(story, scenario);
  record_update(story);
  story.calendar = calendar;
  scenario.tell(story);
  if (two_waves) story.calendar = second_wave(story);
  add_noise(story, scenario);
  story.calendar = calendar;
  return story;
}

}  // namespace afterpatch::range
