#include "range/iis_log.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <vector>

#include "base/text.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

// What the two sites write differently, worked out once a row.
struct Row {
  const Request& request;
  const Server& server;
  std::string_view site;
  std::string_view server_address;
  std::string_view client;
  std::string_view port;
  std::string_view user;
  std::string_view stem;
  std::string query;
  int status;
};
using Column = void (*)(std::string&, const Row&);

// The front end adds its own ids behind the client's query; requests that IIS answers itself keep theirs.
std::string front_end_query(const Request& request) {
  if (request.app == App::none) return request.query;
  return fmt::format("{}&CorrelationID=<empty>;&cafeReqId={};{}", request.query, request.id,
                     request.encoding ? "&encoding=;" : "");
}

template <typename Number>
void append_number(std::string& out, Number number) {
  fmt::format_to(std::back_inserter(out), "{}", number);
}

// Probes reach the server without passing the balancer.
bool from_the_server_itself(const Request& request, const Server& server) {
  return request.client == "::1" || request.client == "127.0.0.1" || request.client == server.address;
}

void append_forwarded_for(std::string& out, const Row& row) {
  append_iis(out, from_the_server_itself(row.request, row.server) ? std::string() : row.request.client);
}

void append_date_part(std::string& out, const Row& row, std::size_t from, std::size_t count) {
  std::string both;
  append_date_time(both, row.request.end);
  out += std::string_view(both).substr(from, count);
}

const std::map<std::string_view, Column>& columns() {
  static const std::map<std::string_view, Column> table = {
      {"date", [](std::string& out, const Row& row) { append_date_part(out, row, 0, 10); }},
      {"time", [](std::string& out, const Row& row) { append_date_part(out, row, 11, 8); }},
      {"s-sitename", [](std::string& out, const Row& row) { out += row.site; }},
      {"s-computername", [](std::string& out, const Row& row) { out += row.server.name; }},
      {"s-ip", [](std::string& out, const Row& row) { out += row.server_address; }},
      {"cs-method", [](std::string& out, const Row& row) { out += row.request.method; }},
      {"cs-uri-stem", [](std::string& out, const Row& row) { append_iis(out, row.stem); }},
      {"cs-uri-query", [](std::string& out, const Row& row) { append_iis(out, row.query); }},
      {"s-port", [](std::string& out, const Row& row) { out += row.port; }},
      {"cs-username", [](std::string& out, const Row& row) { append_iis(out, row.user); }},
      {"c-ip", [](std::string& out, const Row& row) { out += row.client; }},
      {"cs-version", [](std::string& out, const Row&) { out += "HTTP/1.1"; }},
      {"cs(User-Agent)", [](std::string& out, const Row& row) { append_iis(out, row.request.user_agent); }},
      {"cs(Referer)", [](std::string& out, const Row& row) { append_iis(out, row.request.referer); }},
      {"cs-host", [](std::string& out, const Row& row) { append_iis(out, row.request.host); }},
      {"sc-status", [](std::string& out, const Row& row) { append_number(out, row.status); }},
      {"sc-substatus", [](std::string& out, const Row& row) { append_number(out, row.request.substatus); }},
      {"sc-win32-status",
       [](std::string& out, const Row& row) { append_number(out, row.request.win32_status); }},
      {"sc-bytes",
       [](std::string& out, const Row& row) { append_number(out, row.request.response_bytes + 412); }},
      {"cs-bytes",
       [](std::string& out, const Row& row) { append_number(out, row.request.request_bytes + 1180); }},
      {"time-taken", [](std::string& out, const Row& row) { append_number(out, row.request.duration_ms); }},
      {"X-Forwarded-For", append_forwarded_for},
  };
  return table;
}

std::vector<Column> columns_of(const std::string& key) {
  std::vector<Column> made;
  for (const auto name : split(log_layout(key).fields, ' ')) {
    const auto found = columns().find(name);
    made.push_back(found == columns().end() ? nullptr : found->second);
  }
  return made;
}

const std::vector<Column>& cached_columns_of(const std::string& key) {
  static const std::map<std::string, std::vector<Column>> all = [] {
    std::map<std::string, std::vector<Column>> layouts;
    for (const auto* name :
         {"iis-default", "iis-bytes", "iis-full", "iis-default-xff", "iis-bytes-xff", "iis-full-xff"}) {
      layouts[name] = columns_of(name);
    }
    return layouts;
  }();
  return all.at(key);
}

void append_row(std::string& out, const std::string& layout, const Row& row) {
  const auto& list = cached_columns_of(layout);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ' ';
    if (list[i] == nullptr) {
      out += '-';
    } else {
      list[i](out, row);
    }
  }
}

}  // namespace

void append_front_end_row(std::string& out, const Request& request, const Server& server) {
  const bool local = from_the_server_itself(request, server);
  const std::string_view client = server.balancer.empty() || local ? request.client : server.balancer;
  append_row(out, server.iis_layout_at(request.end),
             {request, server, "W3SVC1", local ? std::string_view(request.client) : server.address, client,
              "443", request.user, request.stem, front_end_query(request), request.status});
}

void append_back_end_row(std::string& out, const Request& request, const Server& server) {
  const std::string_view stem = request.backend_stem.empty() ? request.stem : request.backend_stem;
  const std::string_view user = request.backend_user.empty() ? request.user : request.backend_user;
  std::string query = request.backend_query.empty() ? request.query : request.backend_query;
  append_row(out, "iis-default",
             {request, server, "W3SVC2", server.link_local, server.link_local, "444", user, stem,
              std::move(query), request.backend_status});
}

}  // namespace afterpatch::range
