// A layout is a list of columns; each column that carries something has one small function here, and any
// other column stays empty, as most do in real logs. Values follow the real rows of the sources named in
// docs/range.md.
#include "range/http_proxy_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "base/text.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

struct Row {
  const Request& request;
  const Server& server;
  const Build& build;
};
using Column = void (*)(std::string&, const Row&);
using ColumnTable = std::map<std::string_view, Column>;

bool first_release(const Row& row) {
  return row.server.kind.http_proxy == "http-proxy-53";
}
bool proxied(const Row& row) {
  return row.request.backend_status != 0;
}

template <typename Number>
void append_number(std::string& out, Number number) {
  fmt::format_to(std::back_inserter(out), "{}", number);
}

Timestamp begin_of(const Request& request) {
  return request.end - std::chrono::milliseconds(request.duration_ms);
}

void append_mark(std::string& out, std::string_view name, Timestamp time) {
  out += name;
  append_time_ms(out, time);
  out += ';';
}

void append_proxy_marks(std::string& out, const Row& row) {
  const Timestamp begin = begin_of(row.request);
  if (row.server.kind.http_proxy == "http-proxy-74") {
    fmt::format_to(std::back_inserter(out), "FEAuth=BEVersion-{};", server_version_number(row.build));
  }
  if (row.request.method == "POST") append_mark(out, "BeginGetRequestStream=", begin);
  if (row.request.method == "POST") append_mark(out, "OnRequestStreamReady=", begin);
  append_mark(out, "BeginGetResponse=", begin);
  append_mark(out, "OnResponseReady=", row.request.end);
  append_mark(out, "EndGetResponse=", row.request.end);
  out += "ProxyState-Complete=ProxyResponseData;";
}

// 2013 SP1 writes CorrelationID first and no EndRequest; later builds begin with BeginRequest.
void append_generic_info(std::string& out, const Row& row) {
  if (first_release(row)) {
    out += "OnBeginRequest=0;";
    return;
  }
  const bool newest = row.server.kind.http_proxy == "http-proxy-74";
  if (!newest) out += "CorrelationID=<empty>;";
  append_mark(out, "BeginRequest=", begin_of(row.request));
  if (newest) out += "CorrelationID=<empty>;";
  if (proxied(row)) out += "ProxyState-Run=None;";
  if (proxied(row)) append_proxy_marks(out, row);
  if (newest) out += "SharedCacheGuard=0;";
  if (newest) append_mark(out, "EndRequest=", row.request.end);
}

void append_request_id(std::string& out, const Row& row) {
  for (const char c : row.request.id) {
    if (c != '-' || !first_release(row)) out += c;
  }
}

void append_is_authenticated(std::string& out, const Row& row) {
  const bool capital = row.build.minor == 0;  // 2013 writes True and False
  const bool yes = !row.request.user.empty();
  out += capital ? (yes ? "True" : "False") : (yes ? "true" : "false");
}

void append_latency(std::string& out, const Row& row) {
  append_number(out, row.request.duration_ms);
  if (first_release(row)) out += ".6523";  // the first release logged fractions
}

void append_small_latency(std::string& out, const Row& row) {
  append_number(out, row.request.duration_ms % 3);
}
void append_zero(std::string& out, const Row&) {
  out += '0';
}

void append_query(std::string& out, const Row& row) {
  if (row.request.query.empty()) return;
  append_csv(out, "?" + row.request.query);
}

void append_client(std::string& out, const Row& row) {
  out += row.request.client;
}

ColumnTable identity_columns() {
  return {
      {"DateTime", [](std::string& out, const Row& row) { append_time_ms(out, row.request.end); }},
      {"RequestId", append_request_id},
      {"MajorVersion", [](std::string& out, const Row& row) { append_number(out, row.build.major); }},
      {"MinorVersion", [](std::string& out, const Row& row) { append_number(out, row.build.minor); }},
      {"BuildVersion", [](std::string& out, const Row& row) { append_number(out, row.build.build); }},
      {"RevisionVersion", [](std::string& out, const Row& row) { append_number(out, row.build.revision); }},
      {"AuthenticationType", [](std::string& out, const Row& row) { out += row.request.authentication; }},
      {"IsAuthenticated", append_is_authenticated},
      {"AuthenticatedUser", [](std::string& out, const Row& row) { out += row.request.user; }},
      {"UserAgent", [](std::string& out, const Row& row) { append_free_text(out, row.request.user_agent); }},
      {"ClientIpAddress", append_client},
      {"ServerHostName", [](std::string& out, const Row& row) { out += row.server.name; }},
      {"HttpStatus", [](std::string& out, const Row& row) { append_number(out, row.request.status); }},
  };
}

void add_routing_columns(ColumnTable& table) {
  table["Protocol"] = [](std::string& out, const Row& row) { out += folder_of(row.request.app); };
  table["UrlHost"] = [](std::string& out, const Row& row) { out += row.request.host; };
  table["UrlStem"] = [](std::string& out, const Row& row) { append_csv(out, row.request.stem); };
  table["AnchorMailbox"] = [](std::string& out, const Row& row) { append_csv(out, row.request.anchor); };
  table["BackEndStatus"] = [](std::string& out, const Row& row) {
    if (proxied(row)) append_number(out, row.request.backend_status);
  };
  table["Method"] = [](std::string& out, const Row& row) { out += row.request.method; };
  table["ProxyAction"] = [](std::string& out, const Row& row) {
    if (proxied(row)) out += "Proxy";
  };
  table["TargetServer"] = [](std::string& out, const Row& row) {
    append_csv(out, row.request.target_server);
  };
  table["TargetServerVersion"] = [](std::string& out, const Row& row) { out += row.request.target_version; };
  table["RoutingType"] = [](std::string& out, const Row& row) { out += row.request.routing_type; };
  table["RoutingHint"] = [](std::string& out, const Row& row) { out += row.request.routing_hint; };
  table["BackEndCookie"] = [](std::string& out, const Row& row) {
    append_csv(out, row.request.backend_cookie);
  };
}

void add_size_columns(ColumnTable& table) {
  table["RequestBytes"] = [](std::string& out, const Row& row) {
    append_number(out, row.request.request_bytes);
  };
  table["ResponseBytes"] = [](std::string& out, const Row& row) {
    append_number(out, row.request.response_bytes);
  };
  for (const auto* name :
       {"HttpPipelineLatency", "CalculateTargetBackEndLatency", "ModuleToHandlerSwitchingLatency",
        "HttpProxyOverhead", "CoreLatency", "RoutingLatency"}) {
    table[name] = append_small_latency;
  }
  for (const auto* name : {"TotalGlsLatency", "TotalAccountForestLatency", "TotalResourceForestLatency",
                           "ADLatency", "TotalSharedCacheLatency"}) {
    table[name] = append_zero;
  }
  table["TotalRequestTime"] = append_latency;
  table["ActivityContextLifeTime"] = append_latency;
  table["ProxyTime"] = append_latency;
  table["UrlQuery"] = append_query;
  table["GenericInfo"] = append_generic_info;
  table["GenericErrors"] = [](std::string& out, const Row& row) {
    append_free_text(out, row.request.errors);
  };
  table["RoutingStatus"] = [](std::string& out, const Row& row) {
    if (proxied(row)) out += "CafeV1";
  };
}

const ColumnTable& http_proxy_columns() {
  static const ColumnTable columns = [] {
    ColumnTable table = identity_columns();
    add_routing_columns(table);
    add_size_columns(table);
    return table;
  }();
  return columns;
}

// The back end sees the front end's account where a request was forged, and the reader's mailbox beside it.
void append_ews_user(std::string& out, const Row& row) {
  out += row.request.backend_user.empty() ? row.request.user : row.request.backend_user;
}

ColumnTable ews_columns() {
  ColumnTable table = identity_columns();
  table["IsAuthenticated"] = [](std::string& out, const Row&) { out += "true"; };
  table["AuthenticationType"] = [](std::string& out, const Row& row) {
    out += row.request.backend_user.empty() ? "Negotiate" : "Kerberos";
  };
  table["AuthenticatedUser"] = append_ews_user;
  table["VersionInfo"] = [](std::string& out, const Row&) {
    out += "Target=None;Req=Exchange2013/Exchange2013;";
  };
  table["FrontEndServer"] = [](std::string& out, const Row& row) { out += row.server.fqdn; };
  table["SoapAction"] = [](std::string& out, const Row& row) { out += row.request.soap_action; };
  table["HttpStatus"] = [](std::string& out, const Row& row) {
    append_number(out, row.request.backend_status);
  };
  table["RequestSize"] = [](std::string& out, const Row& row) {
    append_number(out, row.request.request_bytes);
  };
  table["ResponseSize"] = [](std::string& out, const Row& row) {
    append_number(out, row.request.response_bytes);
  };
  table["ImpersonatedUser"] = [](std::string& out, const Row& row) { out += row.request.mailbox; };
  table["ActAsUser"] = [](std::string& out, const Row& row) {
    if (!row.request.backend_user.empty()) out += row.request.mailbox;
  };
  table["PrimaryOrProxyServer"] = [](std::string& out, const Row&) { out += "PrimaryServer"; };
  table["TaskType"] = [](std::string& out, const Row&) { out += "LocalTask"; };
  table["TotalRequestTime"] = append_latency;
  table["GenericInfo"] = [](std::string& out, const Row&) {
    out +=
        "BackEndAuthenticator=WindowsAuthenticator;TotalBERehydrationModuleLatency=0;S:WLM.Type=Ews;S:"
        "ActivityStandardMetadata.Component=Ews;S:WLM.BT=Ews";
  };
  return table;
}

std::vector<Column> columns_of(const LogLayout& layout, const ColumnTable& table) {
  std::vector<Column> columns;
  for (const auto name : split(layout.fields, ',')) {
    const auto found = table.find(name);
    columns.push_back(found == table.end() ? nullptr : found->second);
  }
  return columns;
}

const std::vector<Column>& columns_of(const std::string& key) {
  static const std::map<std::string, std::vector<Column>> all = [] {
    std::map<std::string, std::vector<Column>> made;
    for (const auto* name : {"http-proxy-53", "http-proxy-64", "http-proxy-74"}) {
      made[name] = columns_of(log_layout(name), http_proxy_columns());
    }
    for (const auto* name : {"ews-72", "ews-92"}) made[name] = columns_of(log_layout(name), ews_columns());
    return made;
  }();
  return all.at(key);
}

void append_row(std::string& out, const std::vector<Column>& columns, const Row& row) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    if (columns[i] != nullptr) columns[i](out, row);
  }
}

}  // namespace

void append_http_proxy_row(std::string& out, const Request& request, const Server& server) {
  append_row(out, columns_of(server.kind.http_proxy), {request, server, server.build_at(request.end)});
}

void append_ews_row(std::string& out, const Request& request, const Server& server) {
  append_row(out, columns_of(server.kind.ews), {request, server, server.build_at(request.end)});
}

// major and minor take six bits each above the build's fifteen; the marks around them are constant in real
// values.
std::uint32_t server_version_number(const Build& build) {
  return 0x70008000U | (build.major << 22U) | (build.minor << 16U) | build.build;
}

}  // namespace afterpatch::range
