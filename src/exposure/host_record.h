// One probed host, and its line of JSON: the contract between a scan and everything that reads one
// (docs/scan-format.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "exposure/address.h"

namespace afterpatch::exposure {

enum class ProductKind { unknown, exchange_self_hosted, exchange_hybrid, exchange_online, not_exchange };

// From the least to the most urgent, so that the worst is the greatest.
enum class BuildStatus { not_affected, patched, unknown, build_ambiguous, unpatched, unsupported };

enum class ScanConfidence { possible, likely, confirmed };

std::string_view to_string(ProductKind kind);           // "exchange-self-hosted"
std::string_view to_string(BuildStatus status);         // "build-ambiguous"
std::string_view to_string(ScanConfidence confidence);  // "confirmed"

struct TlsFacts {
  std::string version;  // "TLSv1.2"
  std::vector<std::string> names;
  std::string sha256;  // of the certificate; empty where the cipher has none
};

struct Evidence {
  std::string probe;  // "owa", "tls", "table"
  std::string says;   // "X-OWA-Version: 15.1.2176.2"; printable, at most about 200 bytes
  bool operator==(const Evidence&) const = default;
};

struct ProbeError {
  std::string probe;
  std::string kind;  // one of the words in docs/scan-format.md
  bool operator==(const ProbeError&) const = default;
};

struct HostRecord {
  Timestamp time{};  // when its first request was sent
  Address address;
  std::uint16_t port = 443;
  std::string name;  // empty: null in JSON
  std::string
      reverse_name;  // that the address points back to, if it was asked for; left out of JSON if empty
  bool reached = false;
  std::optional<TlsFacts> tls;
  ProductKind product = ProductKind::unknown;
  std::vector<std::string> builds;  // ascending; three numbers where only the cumulative update shows
  std::map<std::string, BuildStatus> status;
  BuildStatus exposure = BuildStatus::unknown;
  ScanConfidence confidence = ScanConfidence::possible;
  std::vector<Evidence> evidence;
  std::string country;
  std::string network;
  std::string sector;
  std::vector<ProbeError> errors;
};

// One line without its end. The same record gives the same bytes.
std::string to_json_line(const HostRecord& record);

// Reads back what to_json_line() wrote, and the same keys by others; fails, saying which key, on anything
// else.
Result<HostRecord> parse_json_line(std::string_view line);

}  // namespace afterpatch::exposure
