#include "evidence/log_recognition.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace afterpatch::evidence {
namespace {

// Columns that only logs of Exchange have. A plain CSV header row with one of them is such a log's, or an
// export of it.
constexpr std::array<std::string_view, 12> kExchangeColumns = {
    "RequestId",   "AnchorMailbox", "UrlStem",        "ClientIpAddress", "EventData",  "BackEndStatus",
    "RoutingHint", "SoapAction",    "CmdletUniqueId", "MapiRequestId",   "message-id", "GenericInfo"};

constexpr std::array<std::string_view, 8> kDirectives = {
    "#Software:", "#Version:", "#Log-type:", "#Date:", "#Fields:", "#Remark:", "#TYPE ", "#Start-Date:"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "dddd-dd-dd" then 'T' or space then "dd:dd"
bool starts_with_time(std::string_view line) {
  constexpr std::string_view kPattern = "dddd-dd-dd?dd:dd";
  if (line.starts_with('"')) line.remove_prefix(1);
  if (line.size() < kPattern.size()) return false;
  for (std::size_t i = 0; i < kPattern.size(); ++i) {
    if (kPattern[i] == 'd' && !is_digit(line[i])) return false;
    if (kPattern[i] != 'd' && kPattern[i] != '?' && kPattern[i] != line[i]) return false;
  }
  return line[10] == 'T' || line[10] == ' ';
}

std::vector<std::string_view> names_of(std::string_view list, char separator) {
  std::vector<std::string_view> names;
  for (std::string_view name : split(list, separator)) {
    name = trim(name);
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

bool has_name(const std::vector<std::string_view>& names, std::string_view wanted) {
  return std::any_of(names.begin(), names.end(),
                     [&](auto name) { return equals_ignoring_case(name, wanted); });
}

bool has_exchange_column(const std::vector<std::string_view>& names) {
  return std::any_of(kExchangeColumns.begin(), kExchangeColumns.end(),
                     [&](auto name) { return has_name(names, name); });
}

bool is_plain_header(std::string_view line) {
  if (line.empty() || line.size() > 65536 || is_digit(line[0]) || line.find(',') == line.npos) return false;
  const auto names = names_of(line, ',');
  const bool has_time = has_name(names, "DateTime") || has_name(names, "TimeStamp") ||
                        has_name(names, "date-time") || has_name(names, "MyTimeStamp");
  return has_time && has_exchange_column(names);
}

// "2021-03-05 03:06:27 10.0.0.1 GET /owa/..." with the many columns of an IIS row: a verb before a path.
bool is_iis_row(std::string_view line) {
  const auto columns = split(line, ' ');
  if (columns.size() < 10) return false;
  for (std::size_t i = 2; i + 1 < columns.size(); ++i) {
    const std::string_view verb = columns[i];
    const bool is_verb =
        verb.size() >= 3 && verb.size() <= 12 &&
        std::all_of(verb.begin(), verb.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
    if (is_verb && columns[i + 1].starts_with('/')) return true;
  }
  return false;
}

// A row of one of the wide Exchange logs, or one with the typed entries of the ECP logs.
bool is_exchange_row(std::string_view line) {
  const std::size_t comma = line.find(',');
  if (comma > 32) return false;
  const auto commas = std::count(line.begin(), line.end(), ',');
  const auto has = [&](std::string_view text) { return line.find(text) != line.npos; };
  return commas >= 18 || has(",S:") || has(",\"S:") || has(",'S:") || has(",\"'S:");
}

bool is_log_row(std::string_view line) {
  return starts_with_time(line) &&
         (line.substr(10, 1) == " " && is_iis_row(line) ? true : is_exchange_row(line));
}

// What the first lines of a text say.
struct FirstLines {
  bool header_first = false;      // the first line that is not blank is a header line
  bool iis_fields = false;        // "#Fields:" of a web log
  bool other_w3c_fields = false;  // "#Fields:" of another W3C log: HTTPERR, firewall, SMTP
  bool csv_fields = false;
  bool exchange_software = false;
  bool iis_software = false;
  std::string log_type;
  std::vector<std::string_view> csv_names;
  std::size_t rows = 0;      // start with a time
  std::size_t log_rows = 0;  // and look like a row of a log that we read
  std::size_t header_lines = 0;
  std::size_t other_lines = 0;

  bool has_log() const { return iis_fields || csv_fields || log_rows > 0; }
};

void note_fields(std::string_view value, FirstLines& lines) {
  if (value.find(',') != value.npos) {
    lines.csv_fields = true;
    if (lines.csv_names.empty()) lines.csv_names = names_of(value, ',');
  } else if (has_name(names_of(value, ' '), "cs-uri-stem")) {
    lines.iis_fields = true;
  } else {
    lines.other_w3c_fields = true;
  }
}

void note_directive(std::string_view line, FirstLines& lines) {
  const std::string_view value = trim(line.substr(std::min(line.find(':'), line.size() - 1) + 1));
  if (starts_with_ignoring_case(line, "#Fields:")) note_fields(value, lines);
  if (starts_with_ignoring_case(line, "#Log-type:") && lines.log_type.empty()) lines.log_type = value;
  if (starts_with_ignoring_case(line, "#Software:")) {
    lines.exchange_software = lines.exchange_software || contains_ignoring_case(value, "Exchange");
    lines.iis_software = lines.iis_software || contains_ignoring_case(value, "Internet Information");
  }
}

void note_line(std::string_view line, FirstLines& lines) {
  const bool is_first = lines.rows + lines.header_lines + lines.other_lines == 0;
  const bool is_directive = std::any_of(kDirectives.begin(), kDirectives.end(),
                                        [&](auto name) { return starts_with_ignoring_case(line, name); });
  if (is_directive) note_directive(line, lines);
  if (!is_directive && is_plain_header(line))
    note_fields(line, lines);
  else if (!is_directive) {
    starts_with_time(line) ? ++lines.rows : ++lines.other_lines;
    lines.log_rows += is_log_row(line) ? 1 : 0;
    return;
  }
  ++lines.header_lines;
  lines.header_first = lines.header_first || is_first;
}

FirstLines look_at(std::string_view text) {
  FirstLines lines;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    if (!line.empty()) note_line(line, lines);
    at = end + 1;
  }
  return lines;
}

LogType type_by_words(std::string_view words) {
  struct Known {
    std::string_view part;
    LogType type;
  };
  constexpr std::array<Known, 12> kKnown = {{{"httpproxy", LogType::http_proxy},
                                             {"ecp server", LogType::ecp_server},
                                             {"ecp activity", LogType::ecp_activity},
                                             {"rps http", LogType::rps_http},
                                             {"rps cmdlet", LogType::rps_cmdlet},
                                             {"ews", LogType::ews},
                                             {"autodiscover", LogType::autodiscover},
                                             {"mapihttp", LogType::mapi_http},
                                             {"mapi http", LogType::mapi_http},
                                             {"rpc http", LogType::rpc_http},
                                             {"oab", LogType::oab_generator},
                                             {"requestfiltering", LogType::request_filtering}}};
  for (const Known& known : kKnown) {
    if (contains_ignoring_case(words, known.part)) return known.type;
  }
  return LogType::none;
}

LogType type_by_columns(const std::vector<std::string_view>& names) {
  if (has_name(names, "AnchorMailbox") || has_name(names, "BackEndStatus")) return LogType::http_proxy;
  if (has_name(names, "SoapAction")) return LogType::ews;
  if (has_name(names, "CmdletUniqueId")) return LogType::rps_cmdlet;
  if (has_name(names, "ManagedOrganization")) return LogType::rps_http;
  if (has_name(names, "MapiRequestId")) return LogType::mapi_http;
  if (has_name(names, "ScanResult")) return LogType::request_filtering;
  if (has_name(names, "MyTimeStamp") && has_name(names, "EventData")) return LogType::ecp_activity;
  return LogType::none;
}

// By the folder or file name that Exchange gives: "...\logging\ecp\server\ecpserver20210303-1.log".
LogType type_by_place(std::string_view path) {
  struct Known {
    std::string_view part;
    LogType type;
  };
  constexpr std::array<Known, 13> kKnown = {{{"\\logging\\httpproxy\\", LogType::http_proxy},
                                             {"\\httpproxy_", LogType::http_proxy},
                                             {"\\ecpserver", LogType::ecp_server},
                                             {"\\ecpactivity", LogType::ecp_activity},
                                             {"\\rps_http_", LogType::rps_http},
                                             {"\\rps_cmdlet_", LogType::rps_cmdlet},
                                             {"\\logging\\ews\\", LogType::ews},
                                             {"\\logging\\autodiscover\\", LogType::autodiscover},
                                             {"\\logging\\mapihttp\\", LogType::mapi_http},
                                             {"\\logging\\rpchttp\\", LogType::rpc_http},
                                             {"\\oabgeneratorlog\\", LogType::oab_generator},
                                             {"\\oabgenerator", LogType::oab_generator},
                                             {"\\httprequestfiltering\\", LogType::request_filtering}}};
  for (const Known& known : kKnown) {
    if (contains_ignoring_case(path, known.part)) return known.type;
  }
  return LogType::none;
}

LogType type_of(const FirstLines& lines, std::string_view path) {
  for (const LogType type :
       {type_by_words(lines.log_type), type_by_columns(lines.csv_names), type_by_place(path)}) {
    if (type != LogType::none) return type;
  }
  const bool is_ecp = has_name(lines.csv_names, "EventData") && has_name(lines.csv_names, "EventId");
  return is_ecp && lines.log_type.empty() ? LogType::ecp_server : LogType::other;
}

}  // namespace

std::optional<Recognised> recognise_log(std::string_view text, std::string_view windows_path) {
  const FirstLines lines = look_at(text);
  // Lines of stack traces and rests of broken rows are no reason to call a log mixed; prose around the rows
  // is.
  const bool is_clean = lines.header_first && lines.other_lines <= lines.rows + lines.header_lines;
  const bool is_exchange =
      lines.csv_fields && (lines.exchange_software || has_exchange_column(lines.csv_names));
  if (is_clean && lines.iis_fields && !lines.csv_fields) return Recognised{Kind::iis_w3c, LogType::none};
  if (is_clean && is_exchange && !lines.iis_fields)
    return Recognised{Kind::exchange_csv, type_of(lines, windows_path)};
  const bool only_directives =
      lines.header_first && lines.rows == 0 && !lines.other_w3c_fields && lines.other_lines == 0;
  if (only_directives && lines.iis_software) return Recognised{Kind::iis_w3c, LogType::none};
  if (only_directives && lines.exchange_software)
    return Recognised{Kind::exchange_csv, type_of(lines, windows_path)};
  if (lines.has_log() && !(is_clean && lines.other_w3c_fields))
    return Recognised{Kind::mixed_log, LogType::none};
  return std::nullopt;
}

std::string unread_log_format(std::string_view text) {
  const std::string_view line = trim(text.substr(0, text.find('\n')));
  // "192.0.2.1, -, 3/5/2021, 3:06:27, W3SVC1, SERVER, ..."
  const auto columns = split(line, ',');
  if (columns.size() >= 15 && trim(columns[4]).starts_with("W3SVC")) return "IIS native format";
  // 192.0.2.1 - user [05/Mar/2021:03:06:27 +0000] "GET / HTTP/1.1" 200 123
  const std::size_t bracket = line.find(" [");
  const std::size_t request = line.find("] \"");
  const bool has_clock = bracket != line.npos && request != line.npos && request - bracket == 28 &&
                         line[bracket + 4] == '/' && line[bracket + 8] == '/' && line[bracket + 13] == ':';
  return has_clock ? "NCSA common format" : "";
}

}  // namespace afterpatch::evidence
