// The facts that the range writes by: the exact field list of each log variant and the Exchange builds it can
// be. They lie in range/data/*.csv and are compiled in, so that the program runs from anywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::range {

std::string_view log_headers_csv();
std::string_view servers_csv();
std::string_view exposed_builds_csv();

// One log variant. `fields` is the text after "#Fields: ", comma-separated (IIS: by spaces).
struct LogLayout {
  std::string key;       // "http-proxy-74"
  std::string log_type;  // text after "#Log-type: "; "W3C" for IIS
  std::string fields;
};

// REQUIRES: the key is in range/data/log_headers.csv; an unknown key gives an empty layout.
const LogLayout& log_layout(std::string_view key);

struct Build {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned build = 0;
  unsigned revision = 0;

  std::string text() const;    // "15.1.2176.2"
  std::string padded() const;  // "15.01.2176.002", as log headers write it
  bool operator==(const Build&) const = default;
};

// A build that was vulnerable in a season (range/season.h) and the one that closed its flaws.
struct ServerKind {
  std::string season;   // "2021-03"
  std::string product;  // "Exchange2016"
  std::string cu;       // "CU19"
  Build vulnerable;
  Build fixed;  // all zero: no fix was ever made for this cumulative update
  bool fixed_first_day =
      false;  // the fix was out when the patch was; those for older cumulative updates came a week later
  std::string http_proxy;  // key of its HttpProxy layout
  std::string ews;         // key of its EWS layout
  std::string iis;         // "10.0"

  bool has_fix() const { return fixed.major != 0; }
};

const std::vector<ServerKind>& server_kinds();  // of all seasons

}  // namespace afterpatch::range
