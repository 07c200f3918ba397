// Windows events of one Exchange server, filled as its channels fill them. Command lines and scripts in them
// are text only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "range/evtx_event.h"
#include "range/random.h"
#include "range/server.h"

namespace afterpatch::range {

// What the server was set to record beyond the default.
struct EventHabits {
  bool process_auditing = false;  // Security 4688 with command lines
  bool sysmon = false;
};

struct Process {
  std::string image;  // "C:\Windows\System32\cmd.exe"
  std::string command_line;
  std::string parent_image;
  std::string parent_command_line;
  std::string directory = "C:\\Windows\\system32\\";
  const User* user = nullptr;  // null: the system itself
};

// A cmdlet of Exchange as MSExchange Management names it.
struct Cmdlet {
  std::string name;
  std::string parameters;  // -Identity "x"
  std::string pool = "MSExchangePowerShellAppPool";
  std::string session = "Remote-ManagementShell-Unknown";
  std::string exception{};  // not empty: it failed
};

// The worker process of a web application: its command line as IIS starts it.
std::string worker_command_line(std::string_view pool, Random& random);
inline constexpr std::string_view kWorkerImage = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";

// Not thread-safe. The server must live longer.
class WindowsEvents {
 public:
  WindowsEvents(const Server& server, Random random) : server_(server), random_(random) {}

  EvtxEvent logon(Timestamp time, const User* user);
  EvtxEvent logoff(Timestamp time, const User* user);
  EvtxEvent special_logon(Timestamp time, const User* user);
  // Appended as far as `habits` have it recorded.
  void process(Timestamp time, const Process& started, const EventHabits& habits,
               std::vector<EvtxEvent>& out);
  EvtxEvent account_created(Timestamp time, std::string_view name, std::string_view sid, const User* by);
  EvtxEvent made_administrator(Timestamp time, std::string_view sid, const User* by);
  // The first record of a cleared Security log; for another channel a record of the System log.
  EvtxEvent cleared(Timestamp time, const std::string& channel);
  EvtxEvent service_state(Timestamp time, std::string_view service, std::string_view state);
  EvtxEvent service_start_type(Timestamp time, std::string_view service);
  EvtxEvent cmdlet(Timestamp time, const Cmdlet& called, const User& user);
  // Windows Installer's 1036: product, version, language, name of the update, status, maker.
  EvtxEvent update_installed(Timestamp time, std::string_view update, std::string_view version);
  EvtxEvent unified_messaging_error(Timestamp time, std::string_view exception);
  EvtxEvent front_end_proxy(Timestamp time);
  // MSExchange Control Panel 4: a page failed for that user at that address.
  EvtxEvent control_panel_error(Timestamp time, std::string_view address, std::string_view user);
  // MSExchange Common 4999: an error that was caught and reported, with its stack.
  EvtxEvent common_error(Timestamp time, std::string_view stack);
  EvtxEvent transport(Timestamp time);
  EvtxEvent error_report(Timestamp time);
  EvtxEvent engine_started(Timestamp time, std::string_view host_application);
  EvtxEvent pipeline(Timestamp time, std::string_view command, const User& user);
  EvtxEvent script_block(Timestamp time, std::string_view script);
  // Detected, and removed some seconds later.
  std::vector<EvtxEvent> malware(Timestamp time, std::string_view threat, std::string_view path);

 private:
  std::string logon_id();
  std::vector<std::string> subject(const User* user);
  EvtxEvent process_audit(Timestamp time, const Process& started);
  EvtxEvent process_sysmon(Timestamp time, const Process& started);

  const Server& server_;
  Random random_;
};

}  // namespace afterpatch::range
