#include "range/ecp_log.h"

#include <fmt/format.h>

#include "base/text.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

// An entry with special characters stands in single quotes as a whole, and inner ones are doubled.
std::string entry(std::string_view key, std::string_view value) {
  if (value.find_first_of("';\"") == std::string_view::npos) return fmt::format("S:{}={}", key, value);
  std::string doubled;
  for (const char c : value) {
    if (c == '\'') doubled += '\'';
    doubled += c;
  }
  return fmt::format("'S:{}={}'", key, doubled);
}

std::string event_data(const EcpCommand& command, const Server& server, Random& random) {
  const Build& build = server.build_at(command.time);
  const bool newer = build.minor > 0;
  std::string data = fmt::format("S:TIME={};S:SID={};{};S:REQID=;{};", command.duration_ms, command.session,
                                 entry("CMD", command.command), entry("URL", command.url));
  if (newer) data += "S:REFERRER=;";
  data += fmt::format("{};S:ACTID={};S:RS=0;S:BLD={}", entry("EX", command.exception), random.guid(),
                      build.text());
  if (newer) data += fmt::format(";S:TNAME=<null>;S:TID=;S:USID={};S:EDOID=;S:ACID=", random.guid());
  return data;
}

}  // namespace

std::string quoted(std::string_view value) {
  return fmt::format("'{}'", value);
}

void append_ecp_server_row(std::string& out, const EcpCommand& command, const Server& server,
                           Random& random) {
  append_time_ms(out, command.time);
  out += "," + server.name + ",ECP.Request,";
  append_csv(out, event_data(command, server, random));
}

void append_ecp_activity_row(std::string& out, const EcpCommand& command, const Server& server,
                             Random& random) {
  append_time_ms(out, command.time);
  out += "," + server.name + ",Request,";
  const std::string dc = "DC01." + server.forest;
  append_csv(
      out,
      fmt::format(
          "S:URL=https://localhost:444{};S:Bld={};S:ActID={};I32:ADS.C[{}]=1;F:ADS.AL[{}]=1.{};Dbl:WLM.TS={}",
          command.url, server.build_at(command.time).text(), random.guid(), dc, dc,
          random.between(100000, 999999), command.duration_ms));
}

}  // namespace afterpatch::range
