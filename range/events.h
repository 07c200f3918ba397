// What happens on the server, before any log writes it down. One event becomes rows in several logs, which is
// why those rows agree with each other (request ids, times, clients) as they do on a real server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace afterpatch::range {

// The virtual directory that answers. `none` is served by IIS itself and leaves no HttpProxy row
// (aspnet_client, /).
enum class App { none, autodiscover, eas, ecp, ews, mapi, oab, owa, powershell, rpc };
inline constexpr int kApps = 10;
std::string_view folder_of(
    App app);  // "Owa": folder below Logging\HttpProxy and value of the Protocol column

// One web request. Text is as the client sent it; each log quotes in its own way.
struct Request {
  Timestamp end;  // all web logs write the end of the request
  std::int64_t duration_ms = 5;
  App app = App::none;
  std::string id;  // RequestId of HttpProxy, cafeReqId of IIS
  std::string method = "GET";
  std::string host;
  std::string stem;
  std::string query;  // without what the front end appends
  std::string user;   // "DOMAIN\name"; empty = anonymous
  std::string client;
  std::string user_agent;
  std::string referer;
  int status = 200;
  int substatus = 0;
  std::uint32_t win32_status = 0;
  int backend_status = 0;    // 0 = never reached the back end
  std::string backend_stem;  // where it went there; empty = same as stem
  std::string backend_query;
  std::string backend_user;    // empty = same as user
  std::string authentication;  // "NTLM", "FBA", "Basic", ...
  std::string anchor;          // AnchorMailbox
  std::string routing_hint;
  std::string routing_type;
  std::string target_server;
  std::string target_version;
  std::string backend_cookie;
  std::int64_t request_bytes = 0;
  std::int64_t response_bytes = 0;
  std::string errors;               // GenericErrors
  std::string soap_action;          // EWS
  std::string mailbox;              // EWS: whose mailbox was read
  bool encoding = false;            // pages that also log "&encoding=;"
  bool lost_in_http_proxy = false;  // buffered rows die with the application pool
  std::string shell_user;           // remote PowerShell that reached the back end: as whom it is logged there
  // Truth, never written:
  int door = -1;          // index of the back door that was asked for
  bool effect = false;    // did something there, after planting
  bool clean_up = false;  // of somebody who only asked the door to delete itself
};

// One line of the ECP server log.
struct EcpCommand {
  Timestamp time;
  std::int64_t duration_ms = 10;
  std::string session;
  std::string command;
  std::string url;
  std::string exception;
};

// One cmdlet that remote PowerShell ran.
struct ShellCmdlet {
  Timestamp time;
  std::int64_t duration_ms = 30;
  std::string session;  // RequestId, the same for all cmdlets of one session
  std::string user;     // whose rights it had
  std::string sid;
  std::string name;
  std::string parameters;  // -Identity "x"
  std::string error;       // not empty: it failed
};

struct Events {
  std::vector<Request> requests;
  std::vector<EcpCommand> commands;
  std::vector<ShellCmdlet> cmdlets;
};

// A stretch for which one kind of log is missing: "http-proxy", "iis-w3c", "ecp-server"; or "all".
struct Gap {
  std::string log;
  Timestamp first;
  Timestamp last;  // exclusive
};
bool in_gap(const std::vector<Gap>& gaps, std::string_view log, Timestamp time);

}  // namespace afterpatch::range
