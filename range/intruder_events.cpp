#include "range/intruder_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace afterpatch::range {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kSystem32 = "C:\\Windows\\System32\\";

// The words by which scanners know these tools are put together here.
const std::string kDumpLibrary = std::string("comsv") + "cs.dll";
const std::string kDumpEntry = std::string("Mini") + "Dump";
const std::string kDumpTool = std::string("proc") + "dump64.exe";

std::string to_windows_path(std::string_view tree_path) {
  std::string path(tree_path);
  std::ranges::replace(path, '/', '\\');
  return path.insert(1, ":");  // "C/x" -> "C:\x"
}

// The application pool whose worker process serves a door. aspnet_client belongs to the web site itself.
std::string pool_of(const DoorPlan& door) {
  switch (door.app) {
    case App::owa:
      return "MSExchangeOWAAppPool";
    case App::ecp:
      return "MSExchangeECPAppPool";
    case App::oab:
      return "MSExchangeOABAppPool";
    default:
      return "DefaultAppPool";
  }
}

Random stream(const Story& story, std::string_view name) {
  return story.random.fork(name, story.windows_events.size());
}

struct Deed {
  std::string image;
  std::string command_line;
  std::string purpose;
};

std::string line_of_script(const std::string& command) {
  return fmt::format("\"cmd\" /c cd /d \"C:/inetpub/wwwroot/aspnet_client\"&{}&echo [S]&cd&echo [E]",
                     command);
}

// The worker process starts the command interpreter, which starts the tool some milliseconds later.
void run_in_pool(Story& story, const std::string& pool, const std::string& shell_line,
                 const std::string& client, Timestamp when, const Deed& deed) {
  Random random = stream(story, "process");
  const std::string shell = std::string(kSystem32) + "cmd.exe";
  WindowsEvents events(story.server, random.fork("events"));
  const std::string inetsrv = "c:\\windows\\system32\\inetsrv\\";
  events.process(when,
                 {shell, shell_line, std::string(kWorkerImage), worker_command_line(pool, random), inetsrv},
                 story.habits, story.windows_events);
  events.process(when + milliseconds(random.between(8, 90)),
                 {deed.image, deed.command_line, shell, shell_line, "C:\\inetpub\\wwwroot\\aspnet_client\\"},
                 story.habits, story.windows_events);
  story.event_truth.processes.push_back({when, shell_line, pool, client, deed.purpose, {}, story.campaign});
}

void run_under_web_server(Story& story, int door, const std::string& client, Timestamp when,
                          const Deed& deed) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(door)];
  run_in_pool(story, pool_of(plan), line_of_script(deed.command_line), client, when, deed);
  story.event_truth.processes.back().campaign = plan.campaign;
}

Deed discovery(Random& random) {
  static const std::array<std::pair<std::string_view, std::string_view>, 6> kLooks = {
      {{"whoami.exe", "whoami"},
       {"ipconfig.exe", "ipconfig /all"},
       {"tasklist.exe", "tasklist /svc"},
       {"quser.exe", "quser"},
       {"net.exe", "net group \"Domain computers\" /do"},
       {"nltest.exe", "nltest /domain_trusts"}}};
  const auto& [image, command] = random.pick(kLooks);
  return {std::string(kSystem32) + std::string(image), std::string(command), "discovery"};
}

void add_cmdlet(Story& story, Timestamp time, const Cmdlet& cmdlet) {
  WindowsEvents events(story.server, stream(story, "cmdlet"));
  story.windows_events.push_back(events.cmdlet(time, cmdlet, story.server.administrator()));
}

Cmdlet control_panel_cmdlet(const std::string& name, const std::string& parameters,
                            const std::string& exception) {
  return {.name = name,
          .parameters = parameters,
          .pool = "MSExchangeECPAppPool",
          .session = "Local-ECP-Unknown",
          .exception = exception};
}

}  // namespace

void choose_event_habits(Story& story) {
  Random random = story.random.fork("event log habits");
  story.habits.process_auditing = random.chance(50);
  story.habits.sysmon = random.chance(25);
}

void record_intruder_cmdlet(Story& story, Timestamp time, const std::string& name,
                            const std::string& parameters, const std::string& exception) {
  add_cmdlet(story, time, control_panel_cmdlet(name, parameters, exception));
  if (parameters.find("script") == std::string::npos) return;
  story.event_truth.plantings.push_back({time,
                                         story.server.account(story.server.administrator()),
                                         name,
                                         exception.empty(),
                                         {},
                                         story.campaign});
}

void record_shell_cmdlet(Story& story, Timestamp time, const std::string& session, const std::string& name,
                         const std::string& parameters) {
  const User& user = story.server.administrator();
  Random random = story.random.fork("shell cmdlet", story.events.cmdlets.size());
  const auto duration = random.between(20, 900);
  story.events.cmdlets.push_back({time, duration, session, user.name, user.sid, name, parameters, {}});
  if (name.starts_with("Get-")) return;  // cmdlets that only read are not in the event log
  add_cmdlet(story, time, {.name = name, .parameters = parameters});
}

void note_planting(Story& story, Timestamp time, const std::string& cmdlet) {
  story.event_truth.plantings.push_back(
      {time, story.server.account(story.server.administrator()), cmdlet, true, {}, story.campaign});
}

void run_by_worker(Story& story, const std::string& pool, const std::string& client, Timestamp when) {
  Random random = stream(story, "worker");
  const Deed deed = discovery(random);
  run_in_pool(story, pool, fmt::format("\"cmd.exe\" /c {}", deed.command_line), client, when, deed);
}

void fail_add_ins(Story& story, Timestamp when, const User& user) {
  const std::string cast =
      "System.InvalidCastException: Unable to cast object of type "
      "'System.Collections.Generic.SortedSet`1[System.String]' to type 'System.Collections.Hashtable'.";
  WindowsEvents events(story.server, stream(story, "add-ins"));
  story.windows_events.push_back(events.common_error(
      when,
      "Microsoft.Exchange.Compliance.Serialization.Formatters.TypedBinaryFormatter.Deserialize, "
      "System.Runtime.Serialization.Formatters.Binary.BinaryFormatter.Deserialize: " +
          cast));
  story.windows_events.push_back(events.cmdlet(when + milliseconds(400),
                                               {.name = "Get-App",
                                                .parameters = fmt::format("-Mailbox \"{}\"", user.address),
                                                .pool = "MSExchangeServicesAppPool",
                                                .session = "Local-OWA-Unknown",
                                                .exception = cast},
                                               user));
}

void fail_view_state(Story& story, Timestamp when, const std::string& address, const std::string& user) {
  WindowsEvents events(story.server, stream(story, "view state"));
  story.windows_events.push_back(events.control_panel_error(when, address, user));
}

void record_administrator_cmdlet(Story& story, Timestamp time, const std::string& name,
                                 const std::string& parameters) {
  add_cmdlet(story, time, control_panel_cmdlet(name, parameters, ""));
}

// Not every request starts a process: some only move files.
void record_door_use(Story& story) {
  Random random = story.random.fork("door use");
  const std::vector<Request> requests = story.events.requests;  // run_under_web_server() looks at the story
  std::string last_client;
  for (const Request& request : requests) {
    if (request.door < 0 || !request.effect || request.clean_up) continue;
    const bool first = request.client != last_client;
    last_client = request.client;
    if (!first && random.chance(50)) continue;
    run_under_web_server(story, request.door, request.client,
                         request.end - milliseconds(random.between(20, 900)), discovery(random));
  }
}

void delete_by_command(Story& story, int door, const std::string& client, Timestamp when) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(door)];
  const std::string line = fmt::format("\"cmd\" /c del /f /q \"{}\"", plan.windows_path);
  Random random = stream(story, "removal");
  WindowsEvents events(story.server, random.fork("events"));
  events.process(when,
                 {std::string(kSystem32) + "cmd.exe", line, std::string(kWorkerImage),
                  worker_command_line(pool_of(plan), random), "c:\\windows\\system32\\inetsrv\\"},
                 story.habits, story.windows_events);
  story.event_truth.processes.push_back({when, line, pool_of(plan), client, "removal", {}, plan.campaign});
}

void dump_credentials(Story& story, int door, const std::string& client, Timestamp when,
                      std::string_view tree_path) {
  Random random = stream(story, "dump");
  const std::string path = to_windows_path(tree_path);
  const bool by_tool = random.chance(40);
  const std::string command = by_tool
                                  ? fmt::format("C:\\root\\{} -accepteula -ma lsass.exe {}", kDumpTool, path)
                                  : fmt::format("rundll32.exe C:\\windows\\system32\\{} {} {} {} full",
                                                kDumpLibrary, kDumpEntry, 4 * random.between(140, 220), path);
  const std::string image = by_tool ? "C:\\root\\" + kDumpTool : std::string(kSystem32) + "rundll32.exe";
  run_under_web_server(story, door, client, when, {image, command, "credential-dump"});
  story.event_truth.dumps.push_back({when, "lsass.exe", path});
}

void pack_archive(Story& story, int door, const std::string& client, Timestamp when,
                  std::string_view tree_path) {
  const std::string command =
      fmt::format("C:\\ProgramData\\7z.exe a -tzip {} C:\\ProgramData\\out.txt", to_windows_path(tree_path));
  run_under_web_server(story, door, client, when, {"C:\\ProgramData\\7z.exe", command, "archive"});
}

void add_administrator(Story& story, int door, const std::string& client, Timestamp when) {
  Random random = stream(story, "account");
  static constexpr std::array<std::string_view, 3> kNames = {"support2", "HealthMonitor", "exadmin"};
  const std::string name(random.pick(kNames));
  const std::string sid = fmt::format("S-1-5-21-{}-{}-{}-1042", random.between(1, 1 << 30),
                                      random.between(1, 1 << 30), random.between(1, 1 << 30));
  const std::string net = std::string(kSystem32) + "net.exe";
  run_under_web_server(story, door, client, when,
                       {net, fmt::format("net user {} Inert-0000 /add", name), "account"});
  run_under_web_server(story, door, client, when + milliseconds(9000),
                       {net, fmt::format("net localgroup administrators {} /add", name), "account"});
  WindowsEvents events(story.server, random.fork("events"));
  const Timestamp created = when + milliseconds(240);
  story.windows_events.push_back(events.account_created(created, name, sid, nullptr));
  story.windows_events.push_back(events.made_administrator(when + milliseconds(9200), sid, nullptr));
  story.event_truth.accounts.push_back({created, name, true, {}});
}

void clear_logs(Story& story, int door, const std::string& client, Timestamp when) {
  Random random = stream(story, "clear");
  std::vector<std::string> channels = {"Security"};
  if (random.chance(50)) channels.emplace_back("MSExchange Management");
  for (const std::string& channel : channels) {
    const std::string command = fmt::format("wevtutil cl \"{}\"", channel);
    run_under_web_server(story, door, client, when,
                         {std::string(kSystem32) + "wevtutil.exe", command, "log-clearing"});
    const Timestamp cleared = when + milliseconds(400);
    WindowsEvents events(story.server, random.fork(channel));
    story.windows_events.push_back(events.cleared(cleared, channel));
    story.event_truth.cleared.push_back({cleared, channel});
    when += milliseconds(6000);
  }
}

void fail_unified_messaging(Story& story, Timestamp when) {
  WindowsEvents events(story.server, stream(story, "unified messaging"));
  story.windows_events.push_back(events.unified_messaging_error(
      when,
      "An exception occurred in a UM worker process: System.InvalidCastException: Unable to cast object of "
      "type "
      "'System.Collections.Generic.SortedSet`1[System.String]' to type "
      "'Microsoft.Exchange.UM.UMCore.PipelineContext'.\r\n   at "
      "Microsoft.Exchange.UM.UMCore.PipelineContext.FromHeaderFile(String headerFile)"));
  story.event_truth.unified_messaging_errors.push_back(when);
}

void export_mailbox(Story& story, const std::string& mailbox, Timestamp when) {
  Random random = stream(story, "export");
  const std::string path = fmt::format("\\\\127.0.0.1\\C$\\ProgramData\\pst\\{}.pst",
                                       random.text("abcdefghijklmnopqrstuvwxyz", 6));
  const auto call = [&](Timestamp time, std::string name, std::string parameters) {
    add_cmdlet(story, time, {.name = std::move(name), .parameters = std::move(parameters)});
  };
  call(when - milliseconds(40'000), "New-ManagementRoleAssignment",
       fmt::format("-Role \"Mailbox Import Export\" -User \"{}\"", story.server.administrator().name));
  call(when, "New-MailboxExportRequest", fmt::format("-Mailbox \"{}\" -FilePath \"{}\"", mailbox, path));
  call(when + milliseconds(900'000), "Remove-MailboxExportRequest", "-Confirm \"False\"");
  story.event_truth.exports.push_back({when, mailbox, path});
}

void remove_by_scanner(Story& story, int door) {
  DoorPlan& plan = story.doors[static_cast<std::size_t>(door)];
  if (!plan.removed) return;
  plan.removed_by = "defender";
  WindowsEvents events(story.server, stream(story, "scanner"));
  const Timestamp detected = *plan.removed - std::chrono::seconds(7);
  std::ranges::copy(events.malware(detected, "Backdoor:ASP/Chopper.F!dha", plan.windows_path),
                    std::back_inserter(story.windows_events));
}

}  // namespace afterpatch::range
