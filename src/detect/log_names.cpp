#include "detect/log_names.h"

namespace afterpatch::detect {
namespace {

using evidence::Kind;
using evidence::LogType;

// Columns that only one log has; the first line that fits wins. Header lists: docs/formats.md.
struct Mark {
  std::string_view column;
  std::string_view log;
};
constexpr std::array<Mark, 8> kMarks = {{
    {"AnchorMailbox", "http-proxy"},
    {"EventData", "ecp-server"},
    {"Cmdlet", "rps-cmdlet"},
    {"SoapAction", "ews"},
    {"ScanResult", "request-filtering"},
    {"ManagedOrganization", "rps-http"},
    {"MapiRequestId", "mapi-http"},
    {"UrlStem", "http-proxy"},
}};

}  // namespace

std::string_view log_of(const evidence::Artefact& artefact) {
  if (artefact.kind == Kind::iis_w3c) return "iis-w3c";
  if (artefact.kind != Kind::exchange_csv) return {};
  if (artefact.log_type == LogType::none || artefact.log_type == LogType::other) return "exchange-other";
  return evidence::to_string(artefact.log_type);
}

std::string_view log_of(const records::Header& header) {
  if (header.dialect() == records::Dialect::w3c) return "iis-w3c";
  for (const Mark& mark : kMarks) {
    if (header.find(mark.column)) return mark.log;
  }
  return {};
}

}  // namespace afterpatch::detect
