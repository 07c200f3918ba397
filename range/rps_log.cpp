#include "range/rps_log.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <map>
#include <vector>

#include "base/text.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

using Values = std::map<std::string_view, std::string>;

std::string time_text(Timestamp time) {
  std::string out;
  append_time_ms(out, time);
  return out;
}

// Columns that are not named stay empty, as most do in real rows.
void append_row(std::string& out, std::string_view layout, const Values& values) {
  bool first = true;
  for (const auto column : split(log_layout(layout).fields, ',')) {
    if (!first) out += ',';
    first = false;
    const auto found = values.find(column);
    if (found != values.end()) append_csv(out, found->second);
  }
}

void add_build(Values& values, const Build& build) {
  values["MajorVersion"] = std::to_string(build.major);
  values["MinorVersion"] = std::to_string(build.minor);
  values["BuildVersion"] = std::to_string(build.build);
  values["RevisionVersion"] = std::to_string(build.revision);
}

std::string without_commas(std::string_view text) {
  std::string out;
  append_free_text(out, text);
  return out;
}

// What the back end is asked for begins where the front end's own part ends.
std::string back_end_query(const Request& request) {
  const std::string& query = request.backend_query.empty() ? request.query : request.backend_query;
  return query.empty() ? "" : "?" + query;
}

std::string domain_controllers(const Server& server) {
  return fmt::format(
      "ADServerSettingsInEnd=ADViewEntireForest:False ADRecipientViewRoot:{0} "
      "ADConfigurationDomainControllers:DC01.{0} ADPreferredGlobalCatalogs:DC01.{0} ;",
      server.forest);
}

void append_text(std::string& out, char tag, std::string_view text) {
  out += tag;
  out += static_cast<char>(text.size());
  out += text;
}

void append_group(std::string& out, std::string_view sid) {
  out += std::string("\x07\0\0\0", 4);  // SE_GROUP_MANDATORY, enabled by default and enabled
  out += static_cast<char>(sid.size());
  out += sid;
}

std::string to_base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) {
      return i + k < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i + k])) : 0U;
    };
    const unsigned three = at(0) << 16U | at(1) << 8U | at(2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) out += kDigits[(three >> shift) & 63U];
    if (i + 1 >= bytes.size()) out[out.size() - 2] = '=';
    if (i + 2 >= bytes.size()) out.back() = '=';
  }
  return out;
}

}  // namespace

void append_rps_http_row(std::string& out, const Request& request, const Server& server, Random& random) {
  const Timestamp start = request.end - std::chrono::milliseconds(request.duration_ms);
  const bool soap = request.method == "POST";
  Values values = {
      {"DateTime", time_text(request.end)},
      {"StartTime", time_text(start)},
      {"RequestId", random.guid()},
      {"UrlHost", server.fqdn},
      {"UrlStem", request.backend_stem.empty() ? request.stem : request.backend_stem},
      {"AuthenticationType", "Kerberos"},
      {"IsAuthenticated", "true"},
      {"AuthenticatedUser", request.shell_user},
      {"ClientIpAddress", request.client},
      {"ServerHostName", server.name},
      {"FrontEndServer", server.fqdn},
      {"HttpStatus", std::to_string(request.backend_status)},
      {"SubStatus", "0"},
      {"RequestBytes", std::to_string(request.request_bytes)},
      {"ClientInfo", without_commas(request.user_agent)},
      {"ActivityContextLifeTime", std::to_string(request.duration_ms)},
      {"TotalTime", std::to_string(request.duration_ms)},
      {"UrlQuery", back_end_query(request)},
      {"GenericLatency",
       "RequestMonitor.Register=1;WinRMDataSender.Send=0;RpsHttpDatabaseValidationModule=0;"
       "ThrottlingHttpModule=0;"},
      {"GenericInfo",
       fmt::format("WinRMDataSender.AuthenticationType=Sent;WinRMDataSender.NamedPipe=Sent;OnEndRequest.End."
                   "ContentType={};S:ServiceCommonMetadata.HttpMethod={}",
                   soap ? "application/soap+xml charset UTF-8" : "text/html", request.method)}};
  add_build(values, server.build_at(request.end));
  append_row(out, "rps-http", values);
}

void append_rps_cmdlet_row(std::string& out, const ShellCmdlet& cmdlet, const Server& server,
                           Random& random) {
  Values values = {
      {"DateTime", time_text(cmdlet.time)},
      {"StartTime", time_text(cmdlet.time - std::chrono::milliseconds(cmdlet.duration_ms))},
      {"RequestId", cmdlet.session},
      {"ServerHostName", server.name},
      {"ProcessId", std::to_string(6000 + server.name.size() * 104)},
      {"ProcessName", "w3wp#MSExchangePowerShellAppPool"},
      {"ThreadId", std::to_string(random.between(4, 60))},
      {"AuthenticatedUser", cmdlet.user},
      {"ExecutingUserSid", cmdlet.sid},
      {"IsAdmin", "True"},
      {"ClientApplication", "PowerShell"},
      {"Cmdlet", cmdlet.name},
      {"Parameters", cmdlet.parameters},
      {"CmdletUniqueId", random.guid()},
      {"RunspaceSettingsCreationHint", "GCRandomly"},
      {"ADViewEntireForest", "False"},
      {"ADRecipientViewRoot", server.forest},
      {"ADConfigurationDomainControllers", "DC01." + server.forest},
      {"ProxiedObjectCount", "0"},
      {"TotalTime", std::to_string(cmdlet.duration_ms)},
      {"ExecutionResult", cmdlet.error.empty() ? "Success" : "Error"},
      {"GenericInfo", domain_controllers(server)},
      {"GenericErrors", cmdlet.error.empty() ? "" : "ProcessRecord=" + without_commas(cmdlet.error)}};
  add_build(values, server.build_at(cmdlet.time));
  append_row(out, "rps-cmdlet", values);
}

std::string access_token(const std::string& user, const std::string& sid) {
  static constexpr std::array<std::string_view, 4> kGroups = {"S-1-1-0", "S-1-5-2", "S-1-5-11", "S-1-5-15"};
  std::string token("V\x01\0", 3);  // version
  append_text(token, 'T', "Windows");
  token += std::string("C\0", 2);  // not compressed
  append_text(token, 'A', "Basic");
  append_text(token, 'L', user);
  append_text(token, 'U', sid);
  token += std::string("G\x04\0\0\0", 5);
  for (const auto group : kGroups) append_group(token, group);
  token += std::string("E\0\0\0\0", 5);
  return to_base64(token);
}

}  // namespace afterpatch::range
