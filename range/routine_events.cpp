#include "range/routine_events.h"

#include <fmt/format.h>

#include <array>

namespace afterpatch::range {
namespace {

constexpr std::string_view kSystem32 = "C:\\Windows\\System32\\";
constexpr std::string_view kExchange = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\";

std::string in_system(std::string_view name) {
  return std::string(kSystem32) + std::string(name);
}

// One hour of one server.
class Hour {
 public:
  Hour(const Server& server, Random random, EventHabits habits, Timestamp begin, std::vector<EvtxEvent>& out)
      : server_(server),
        random_(random),
        events_(server, random_.fork("events")),
        habits_(habits),
        begin_(begin),
        out_(out) {}

  // Roughly the shares of a real server: most is logons.
  void add_one() {
    const auto share = random_.below(100);
    if (share < 50) return logon();
    if (share < 68) return process();
    if (share < 78) return service();
    if (share < 88) return component();
    if (share < 94) return cmdlet();
    shell();
  }

 private:
  Timestamp moment() { return begin_ + std::chrono::microseconds(random_.between(0, 3'599'000'000)); }
  const User* someone() { return random_.chance(40) ? nullptr : &random_.pick(server_.users); }

  void logon() {
    const User* user = someone();
    const Timestamp time = moment();
    out_.push_back(events_.logon(time, user));
    if (user == nullptr || user == &server_.administrator())
      out_.push_back(events_.special_logon(time, user));
    out_.push_back(events_.logoff(time + std::chrono::milliseconds(random_.between(2, 20'000)), user));
  }

  // Children of worker processes among them: the compiler of ASP.NET and the error reporter are at home
  // there.
  void process() {
    const std::string worker = worker_command_line("MSExchangeOWAAppPool", random_);
    const std::string compiler = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe";
    const std::string host = std::string(kExchange) + "Bin\\MSExchangeHMWorker.exe";
    const std::array<Process, 6> usual = {
        {{in_system("dllhost.exe"),
          "C:\\Windows\\system32\\DllHost.exe /Processid:{9FA5C497-F46D-447F-8011-05D03D7D7DDC}",
          in_system("svchost.exe"), "C:\\Windows\\system32\\svchost.exe -k DcomLaunch"},
         {in_system("wbem\\WmiApSrv.exe"), "C:\\Windows\\system32\\wbem\\WmiApSrv.exe",
          in_system("services.exe"), "C:\\Windows\\system32\\services.exe"},
         {in_system("netsh.exe"), "\"netsh\" interface tcp show global", host,
          "\"" + host + "\" -workerListening"},
         {compiler, "\"" + compiler + "\" /noconfig /fullpaths @\"C:\\Windows\\TEMP\\p1xr0b2s.cmdline\"",
          std::string(kWorkerImage), worker},
         {in_system("WerFault.exe"), "C:\\Windows\\system32\\WerFault.exe -u -p 9120 -s 1824",
          std::string(kWorkerImage), worker},
         {in_system("cmd.exe"), "\"C:\\Windows\\system32\\cmd.exe\" ", "C:\\Windows\\explorer.exe",
          "C:\\Windows\\Explorer.EXE", "C:\\Users\\", &server_.administrator()}}};
    events_.process(moment(), random_.pick(usual), habits_, out_);
  }

  void service() {
    static constexpr std::array<std::string_view, 4> kServices = {
        "WMI Performance Adapter", "Windows Modules Installer", "Microsoft Exchange Health Manager Recovery",
        "Software Protection"};
    const Timestamp time = moment();
    if (random_.chance(15))
      return out_.push_back(events_.service_start_type(time, "Background Intelligent Transfer Service"));
    const auto name = random_.pick(kServices);
    out_.push_back(events_.service_state(time, name, "running"));
    out_.push_back(
        events_.service_state(time + std::chrono::seconds(random_.between(2, 600)), name, "stopped"));
  }

  void component() {
    const Timestamp time = moment();
    switch (random_.below(3)) {
      case 0:
        return out_.push_back(events_.front_end_proxy(time));
      case 1:
        return out_.push_back(events_.transport(time));
      default:
        out_.push_back(events_.error_report(time));
    }
  }

  // What administrators and Exchange itself run; some fail.
  void cmdlet() {
    const std::string user = random_.pick(server_.users).name;
    const std::array<Cmdlet, 6> usual = {
        {{"Set-Mailbox", fmt::format("-Identity \"{}\" -HiddenFromAddressListsEnabled \"False\"", user)},
         {"Enable-Mailbox", fmt::format("-Identity \"{}\" -Database \"DB01\"", user)},
         {"Set-CASMailbox", fmt::format("-Identity \"{}\" -ActiveSyncEnabled \"True\"", user)},
         {"Update-OfflineAddressBook", "-Identity \"\\Default Offline Address Book\""},
         {"Set-OwaVirtualDirectory",
          fmt::format("-Identity \"{}\\owa (Default Web Site)\" -ExternalUrl \"https://{}/owa\"",
                      server_.name, server_.hosts.front())},
         {"Test-ServiceHealth", fmt::format("-Server \"{}\"", server_.name)}}};
    Cmdlet called = random_.pick(usual);
    if (random_.chance(15)) {
      called.exception = fmt::format(
          "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException: The operation couldn't "
          "be performed "
          "because object '{}' couldn't be found on 'DC01.{}'.",
          user, server_.forest);
    }
    out_.push_back(events_.cmdlet(moment(), called, server_.administrator()));
  }

  void shell() {
    const Timestamp time = moment();
    const std::string line = fmt::format(
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -noexit -command . "
        "'{}bin\\RemoteExchange.ps1'",
        kExchange);
    out_.push_back(events_.engine_started(time, line));
    out_.push_back(
        events_.pipeline(time + std::chrono::seconds(4), "Get-MailboxDatabase", server_.administrator()));
    out_.push_back(events_.script_block(time + std::chrono::seconds(5),
                                        "Get-Queue | Where-Object { $_.MessageCount -gt 50 }"));
  }

  const Server& server_;
  Random random_;
  WindowsEvents events_;
  EventHabits habits_;
  Timestamp begin_;
  std::vector<EvtxEvent>& out_;
};

}  // namespace

void RoutineEvents::add_hour(Timestamp hour, std::vector<EvtxEvent>& out) const {
  Random random = random_.fork("hour", static_cast<std::uint64_t>(hour_of(hour)));
  const int whole = events_per_day_ / 24;
  const bool one_more = random.below(24) < static_cast<std::uint64_t>(events_per_day_ % 24);
  Hour generator(server_, random, habits_, hour, out);
  for (int i = 0; i < whole + (one_more ? 1 : 0); ++i) generator.add_one();
}

}  // namespace afterpatch::range
