#include "range/windows_events.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "range/event_layouts.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

constexpr std::string_view kSystem = "S-1-5-18";
constexpr std::string_view kNobody = "S-1-0-0";

std::string file_name(std::string_view windows_path) {
  return std::string(windows_path.substr(windows_path.rfind('\\') + 1));
}

// "2021-03-03 06:49:46.210", as Sysmon writes UtcTime.
std::string sysmon_time(Timestamp time) {
  std::string text;
  append_time_ms(text, time);
  text[10] = ' ';
  text.pop_back();
  return text;
}

}  // namespace

std::string worker_command_line(std::string_view pool, Random& random) {
  const std::string_view config =
      pool.starts_with("MSExchange")
          ? " -c \"C:\\Program Files\\Microsoft\\Exchange "
            "Server\\V15\\bin\\GenericAppPoolConfigWithGCServerEnabledFalse.config\""
          : "";
  return fmt::format(
      "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"{0}\" -v \"v4.0\"{1} -a \\\\.\\pipe\\iisipm{2} -h "
      "\"C:\\inetpub\\temp\\apppools\\{0}\\{0}.config\" -w \"\" -m 0",
      pool, config, random.guid());
}

std::string WindowsEvents::logon_id() {
  return fmt::format("0x{:x}", 0x10000 + random_.below(0x4ffffff));
}

// SID, name and domain of whoever acts.
std::vector<std::string> WindowsEvents::subject(const User* user) {
  if (user == nullptr) return {std::string(kSystem), server_.name + "$", server_.netbios};
  return {user->sid, user->name, server_.netbios};
}

EvtxEvent WindowsEvents::logon(Timestamp time, const User* user) {
  const auto target = subject(user);
  const std::string source = user != nullptr ? user->client : "-";
  return {&layouts::logon(),
          time,
          620,
          660,
          "",
          {std::string(kNobody),
           "-",
           "-",
           "0x0",
           target[0],
           target[1],
           target[2],
           logon_id(),
           "3",
           user != nullptr ? "NtLmSsp " : "Kerberos",
           user != nullptr ? "NTLM" : "Kerberos",
           user != nullptr ? "PC-" + to_lower_ascii(user->name) : "-",
           "00000000-0000-0000-0000-000000000000",
           "-",
           user != nullptr ? "NTLM V2" : "-",
           user != nullptr ? "128" : "0",
           "0x0",
           "-",
           source,
           std::to_string(random_.between(49152, 65535)),
           "%%1833",
           "-",
           "-",
           "-",
           "%%1843",
           "0x0",
           "%%1843"}};
}

EvtxEvent WindowsEvents::logoff(Timestamp time, const User* user) {
  auto values = subject(user);
  values.push_back(logon_id());
  values.emplace_back("3");
  return {&layouts::logoff(), time, 620, 660, "", std::move(values)};
}

EvtxEvent WindowsEvents::special_logon(Timestamp time, const User* user) {
  auto values = subject(user);
  values.push_back(logon_id());
  values.emplace_back(
      "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeRestorePrivilege\n\t\t\tSeDebugPrivilege");
  return {&layouts::special_logon(), time, 620, 660, "", std::move(values)};
}

EvtxEvent WindowsEvents::process_audit(Timestamp time, const Process& started) {
  auto values = subject(started.user);
  const auto id = [&] { return fmt::format("0x{:x}", 4 * random_.between(200, 5000)); };
  values.insert(values.end(),
                {started.user == nullptr ? "0x3e7" : logon_id(), id(), started.image, "%%1936", id(),
                 started.command_line, std::string(kNobody), "-", "-", "0x0", started.parent_image,
                 started.user == nullptr ? "S-1-16-16384" : "S-1-16-12288"});
  return {&layouts::process(), time, 4, 5312, "", std::move(values)};
}

EvtxEvent WindowsEvents::process_sysmon(Timestamp time, const Process& started) {
  const std::string name = file_name(started.image);
  const auto id = [&] { return std::to_string(4 * random_.between(200, 5000)); };
  return {&layouts::sysmon_process(),
          time,
          2284,
          5252,
          std::string(kSystem),
          {"-",
           sysmon_time(time),
           random_.guid(),
           id(),
           started.image,
           "10.0.14393.0 (rs1_release.160715-1616)",
           name,
           "Microsoft\u00ae Windows\u00ae Operating System",
           "Microsoft Corporation",
           name,
           started.command_line,
           started.directory,
           started.user == nullptr ? "NT AUTHORITY\\SYSTEM" : server_.account(*started.user),
           random_.guid(),
           started.user == nullptr ? "0x3e7" : logon_id(),
           "0",
           started.user == nullptr ? "System" : "High",
           "SHA256=" + random_.text("0123456789ABCDEF", 64),
           random_.guid(),
           id(),
           started.parent_image,
           started.parent_command_line}};
}

void WindowsEvents::process(Timestamp time, const Process& started, const EventHabits& habits,
                            std::vector<EvtxEvent>& out) {
  if (habits.process_auditing) out.push_back(process_audit(time, started));
  if (habits.sysmon) out.push_back(process_sysmon(time, started));
}

EvtxEvent WindowsEvents::account_created(Timestamp time, std::string_view name, std::string_view sid,
                                         const User* by) {
  const auto actor = subject(by);
  const std::string user(name);
  return {&layouts::account_created(),
          time,
          620,
          660,
          "",
          {user,
           server_.name,
           std::string(sid),
           actor[0],
           actor[1],
           actor[2],
           logon_id(),
           "-",
           user,
           "%%1793",
           "-",
           "%%1793",
           "%%1793",
           "%%1793",
           "%%1793",
           "%%1793",
           "%%1794",
           "%%1794",
           "513",
           "-",
           "0x0",
           "0x15",
           "\n\t\t%%2080\n\t\t%%2082\n\t\t%%2084",
           "%%1793",
           "-",
           "%%1797"}};
}

EvtxEvent WindowsEvents::made_administrator(Timestamp time, std::string_view sid, const User* by) {
  const auto actor = subject(by);
  return {&layouts::member_added(),
          time,
          620,
          660,
          "",
          {"-", std::string(sid), "Administrators", "Builtin", "S-1-5-32-544", actor[0], actor[1], actor[2],
           logon_id(), "-"}};
}

EvtxEvent WindowsEvents::cleared(Timestamp time, const std::string& channel) {
  if (channel == "Security") {
    return {&layouts::security_cleared(),
            time,
            1004,
            1212,
            "",
            {std::string(kSystem), "SYSTEM", "NT AUTHORITY", "0x3e7"}};
  }
  return {&layouts::log_cleared(),
          time,
          1004,
          1212,
          std::string(kSystem),
          {"SYSTEM", "NT AUTHORITY", channel, ""}};
}

EvtxEvent WindowsEvents::service_state(Timestamp time, std::string_view service, std::string_view state) {
  return {&layouts::service_state(), time, 612, 5000, "", {std::string(service), std::string(state)}};
}

EvtxEvent WindowsEvents::service_start_type(Timestamp time, std::string_view service) {
  return {&layouts::service_start_type(),
          time,
          612,
          5000,
          std::string(kSystem),
          {std::string(service), "auto start", "demand start", std::string(service)}};
}

// 27 texts without names; the sentence that the Event Viewer shows is made of them by the provider's
// messages.
EvtxEvent WindowsEvents::cmdlet(Timestamp time, const Cmdlet& called, const User& user) {
  const bool failed = !called.exception.empty();
  const std::string scope = fmt::format(
      "View Entire Forest: 'False', Default Scope: '{0}', Configuration Domain Controller: 'DC01.{0}', "
      "Preferred "
      "Global Catalog: 'DC01.{0}', Preferred Domain Controllers: '{{ DC01.{0} }}'",
      server_.forest);
  return {failed ? &layouts::cmdlet_failed() : &layouts::cmdlet_succeeded(),
          time,
          0,
          0,
          "",
          {called.name,
           called.parameters,
           fmt::format("{}/Users/{}", server_.forest, user.name),
           user.sid,
           user.sid,
           called.session,
           fmt::format("{} w3wp#{}", random_.between(2000, 19000), called.pool),
           "",
           std::to_string(random_.between(10, 99)),
           fmt::format("00:00:0{}.{:07}", random_.between(0, 3), random_.below(10'000'000)),
           scope,
           called.exception,
           failed ? "5" : "",
           "",
           failed ? "NonLocalizedException" : "",
           "",
           "",
           "False",
           "",
           "0 objects execution has been proxied to remote server.",
           "",
           "",
           "0",
           "ActivityId: " + random_.guid(),
           "ServicePlan:;IsAdmin:True;",
           "",
           "en-US"}};
}

EvtxEvent WindowsEvents::update_installed(Timestamp time, std::string_view update, std::string_view version) {
  return {&layouts::update_installed(),
          time,
          0,
          0,
          "",
          {"Microsoft Exchange Server", std::string(version), "1033", std::string(update), "0",
           "Microsoft Corporation", "(NULL)"}};
}

EvtxEvent WindowsEvents::unified_messaging_error(Timestamp time, std::string_view exception) {
  return {&layouts::unified_messaging_error(), time, 0, 0, "", {std::string(exception)}};
}

EvtxEvent WindowsEvents::common_error(Timestamp time, std::string_view stack) {
  return {&layouts::common_error(),
          time,
          0,
          0,
          "",
          {std::to_string(random_.between(2000, 19000)), "E12N", "c-RTL-AMD64",
           server_.kind.vulnerable.padded(), "w3wp#MSExchangeServicesAppPool", std::string(stack)}};
}

EvtxEvent WindowsEvents::front_end_proxy(Timestamp time) {
  return {&layouts::front_end_proxy(),
          time,
          0,
          0,
          "",
          {"Owa", server_.fqdn, "Monitoring the back end: healthy."}};
}

EvtxEvent WindowsEvents::control_panel_error(Timestamp time, std::string_view address,
                                             std::string_view user) {
  return {
      &layouts::control_panel_error(),
      time,
      0,
      0,
      "",
      {std::string(user), std::string(address),
       "System.Web.HttpException (0x80004005): Error executing child request for handler "
       "'System.Web.UI.Page'. "
       "---> System.Web.HttpUnhandledException: Exception of type 'System.Web.HttpUnhandledException' was "
       "thrown.\r\n   at System.Web.UI.ObjectStateFormatter.Deserialize(String inputString, Purpose "
       "purpose)"}};
}

EvtxEvent WindowsEvents::transport(Timestamp time) {
  return {&layouts::transport(), time, 0, 0, "", {"Default Frontend " + server_.name, "600", "5"}};
}

EvtxEvent WindowsEvents::error_report(Timestamp time) {
  return {&layouts::windows_error_report(),
          time,
          0,
          0,
          "",
          {"", "0", "E12", "Not available", "0", "c-RTL-AMD64", server_.kind.vulnerable.padded(),
           "MSExchangeHMWorker", "M.E.Net.Monitoring", "System.TimeoutException", "", "", "", "", "", "0",
           random_.guid(), "4"}};
}

EvtxEvent WindowsEvents::engine_started(Timestamp time, std::string_view host_application) {
  const std::string details = fmt::format(
      "\tNewEngineState=Available\n\tPreviousEngineState=None\n\n\tSequenceNumber=13\n\n\tHostName="
      "ConsoleHost\n\t"
      "HostVersion=5.1.14393.4046\n\tHostId={}\n\tHostApplication={}\n\tEngineVersion=5.1.14393."
      "4046\n\tRunspaceId={}\n\t"
      "PipelineId=\n\tCommandName=\n\tCommandType=\n\tScriptName=\n\tCommandPath=\n\tCommandLine=",
      random_.guid(), host_application, random_.guid());
  return {&layouts::engine_started(), time, 0, 0, "", {"Available", "None", details}};
}

EvtxEvent WindowsEvents::pipeline(Timestamp time, std::string_view command, const User& user) {
  const std::string context = fmt::format(
      "        Severity = Informational\r\n        Host Name = ConsoleHost\r\n        Host Version = "
      "5.1.14393.4046\r\n        Command Name = {}\r\n        User = {}\r\n",
      command, server_.account(user));
  return {&layouts::pipeline(),
          time,
          7120,
          3300,
          user.sid,
          {context, "", fmt::format("CommandInvocation({0}): \"{0}\"\r\n", command)}};
}

EvtxEvent WindowsEvents::script_block(Timestamp time, std::string_view script) {
  return {&layouts::script_block(),
          time,
          7120,
          3300,
          std::string(kSystem),
          {"1", "1", std::string(script), random_.guid(), ""}};
}

std::vector<EvtxEvent> WindowsEvents::malware(Timestamp time, std::string_view threat,
                                              std::string_view path) {
  const std::string detection = "{" + random_.guid() + "}";
  const auto event = [&](const EvtxLayout& layout, Timestamp when, std::string_view action_id,
                         std::string_view action) {
    return EvtxEvent{&layout,
                     when,
                     3120,
                     4480,
                     std::string(kSystem),
                     {"Windows Defender Antivirus",
                      "4.18.2102.4",
                      detection,
                      to_iso8601(time),
                      "2147778411",
                      std::string(threat),
                      "5",
                      "Severe",
                      "6",
                      "Backdoor",
                      "3",
                      "Real-Time Protection",
                      std::string(kWorkerImage),
                      "NT AUTHORITY\\SYSTEM",
                      fmt::format("file:_{}", path),
                      "1",
                      "Local machine",
                      "1",
                      "Suspended",
                      std::string(action_id),
                      std::string(action),
                      "0x00000000",
                      "The operation completed successfully."}};
  };
  return {event(layouts::malware_detected(), time, "9", "Not Applicable"),
          event(layouts::malware_removed(), time + std::chrono::seconds(7), "2", "Quarantine")};
}

}  // namespace afterpatch::range
