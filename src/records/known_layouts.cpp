#include "records/known_layouts.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "base/text.h"
#include "records/known_columns.h"
#include "records/row_shape.h"
#include "records/row_split.h"

namespace afterpatch::records {
namespace {

using Values = std::vector<std::string_view>;

struct Layout {
  Header header;
  bool (*fits)(const Header&, const Values&);  // called with as many values as the header has names
};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool is_number_or_empty(std::string_view text) {
  return text.empty() || is_number(text);
}

std::string_view named(const Header& header, const Values& values, std::string_view name) {
  const auto column = header.find(name);
  return column ? values[*column] : std::string_view();
}

// A verb is letters (RFC 9110 allows more, no client sends more); a path starts with '/', "*" stands for
// OPTIONS.
bool fits_w3c(const Header& header, const Values& values) {
  const std::string_view method = named(header, values, "cs-method");
  const std::string_view stem = named(header, values, "cs-uri-stem");
  const bool is_verb = !method.empty() && std::all_of(method.begin(), method.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  });
  const bool is_path = stem.starts_with('/') || stem == "*" || stem == "-" || stem.starts_with("http");
  return is_verb && is_path && is_number(named(header, values, "s-port")) &&
         is_number(named(header, values, "sc-status")) &&
         is_number(named(header, values, "sc-win32-status")) &&
         is_number(named(header, values, "time-taken"));
}

// The four version columns and the status are numbers, or empty in the filler rows that some services write.
bool fits_exchange(const Header& header, const Values& values) {
  constexpr std::string_view kNumbers[] = {"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion",
                                           "HttpStatus"};
  return std::all_of(std::begin(kNumbers), std::end(kNumbers),
                     [&](std::string_view name) { return is_number_or_empty(named(header, values, name)); });
}

// EventData starts with a typed entry, quoted as a whole when its value needs it.
bool fits_ecp(const Header& header, const Values& values) {
  std::string_view data = named(header, values, "EventData");
  if (data.starts_with('\'')) data.remove_prefix(1);
  return data.starts_with("S:") || data.starts_with("I32:") || data.starts_with("Dbl:") ||
         data.starts_with("F:");
}

Header make_header(Dialect dialect, std::string_view columns, std::string_view log_type) {
  std::vector<std::string> names;
  for (const auto name : split(columns, dialect == Dialect::csv ? ',' : ' ')) names.emplace_back(name);
  Header header(dialect, std::move(names));
  header.log_type = log_type;
  header.guessed = true;
  return header;
}

const std::vector<Layout>& w3c_layouts() {
  static const std::vector<Layout> layouts = [] {
    std::vector<Layout> made;
    for (const auto list : {columns::kIis15, columns::kIis14, columns::kIis16, columns::kIis17,
                            columns::kIis18, columns::kIis22, columns::kIis23}) {
      made.push_back({make_header(Dialect::w3c, list, ""), fits_w3c});
    }
    return made;
  }();
  return layouts;
}

const std::vector<Layout>& csv_layouts() {
  static const std::vector<Layout> layouts = [] {
    std::vector<Layout> made;
    const auto add = [&](std::string_view list, std::string_view log_type) {
      made.push_back({make_header(Dialect::csv, list, log_type), fits_exchange});
    };
    add(columns::kHttpProxy74, "HttpProxy Logs");
    add(columns::kHttpProxy64, "HttpProxy Logs");
    add(columns::kHttpProxy53, "HttpProxy Logs");
    add(columns::kEws92, "EWS Logs");
    add(columns::kEws72, "EWS Logs");
    add(columns::kRpsHttp38, "Rps Http Logs");
    add(columns::kRpsCmdlet67, "Rps Cmdlet Logs");
    add(columns::kMapiHttp46, "MapiHttp Logs");
    add(columns::kRequestFiltering19, "HttpRequestFiltering Logs");
    return made;
  }();
  return layouts;
}

const std::array<Layout, 3>& ecp_layouts() {
  static const std::array<Layout, 3> layouts = {
      Layout{make_header(Dialect::csv, columns::kEcp4, "ECP Server Log"), fits_ecp},
      Layout{make_header(Dialect::csv, columns::kEcp4, "ECP Activity Context Log"), fits_ecp},
      Layout{make_header(Dialect::csv, columns::kEcpExcerpt2, "ECP Server Log"), fits_ecp}};
  return layouts;
}

const Header* fitting(const std::vector<Layout>& layouts, const Values& values) {
  for (const Layout& layout : layouts) {
    if (layout.header.size() == values.size() && layout.fits(layout.header, values)) return &layout.header;
  }
  return nullptr;
}

// The events of the server log are named "ECP.Request", "ECP.LongRunning", ...; those of the activity log are
// not. More columns come from commas in event data that somebody took out of its quotes (row_split.cpp gives
// them back).
const Header* fitting_ecp(const Values& values) {
  const auto& [server, activity, excerpt] = ecp_layouts();
  if (values.size() >= 4 && fits_ecp(server.header, values)) {
    return values[2].starts_with("ECP") ? &server.header : &activity.header;
  }
  if (values.size() >= 2 && fits_ecp(excerpt.header, values)) return &excerpt.header;
  return nullptr;
}

// Room for the columns of one row; more than any layout has, so that a longer row fits none.
class Columns {
 public:
  const Values& split(Dialect dialect, std::string_view row) {
    bool damaged = false;
    split_columns(dialect, 100, row, values_, scratch_, damaged);
    return values_;
  }

 private:
  Values values_;
  std::deque<std::string> scratch_;
};

}  // namespace

const Header* guess_header(std::string_view row) {
  const RowShape shape = row_shape(row);
  if (shape == RowShape::none) return nullptr;
  Columns columns;
  if (shape == RowShape::w3c) {
    if (const Header* header = fitting(w3c_layouts(), columns.split(Dialect::w3c, row))) return header;
  }
  const Values& values = columns.split(Dialect::csv, row);
  if (const Header* header = fitting_ecp(values)) return header;
  return fitting(csv_layouts(), values);
}

const Header* guess_ecp_header(std::string_view row) {
  Columns columns;
  return fitting_ecp(columns.split(Dialect::csv, row));
}

std::string log_type_of(const Header& header) {
  if (header.find("AnchorMailbox")) return "HttpProxy Logs";
  if (header.find("SoapAction")) return "EWS Logs";
  if (header.find("CmdletUniqueId")) return "Rps Cmdlet Logs";
  if (header.find("ManagedOrganization") && header.find("CommandName")) return "Rps Http Logs";
  if (header.find("MapiRequestId")) return "MapiHttp Logs";
  if (header.find("ScanResult")) return "HttpRequestFiltering Logs";
  if (header.find("EventData") && header.find("EventId"))
    return header.find("MyTimeStamp") ? "ECP Activity Context Log" : "";
  return "";
}

}  // namespace afterpatch::records
