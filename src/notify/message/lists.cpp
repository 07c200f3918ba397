#include "notify/message/lists.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>

#include "base/escape.h"

namespace afterpatch::notify {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxCell = 500;

void row(std::string& out, std::initializer_list<std::string_view> cells) {
  const char* separator = "";
  for (const std::string_view cell : cells) {
    out.append(separator).append(escape_csv(cell, kMaxCell));
    separator = ",";
  }
  out.append("\r\n");
}

std::string doors(const ServerFacts& server) {
  std::string all;
  for (const Finding& finding : server.findings) all += (all.empty() ? "" : " | ") + finding.place;
  return all;
}

}  // namespace

std::string write_provider_list(const NoticeFacts& facts) {
  std::string out(kByteOrderMark);
  row(out, {"case", "address", "port", "name", "version", "status", "reason", "seen", "back_doors"});
  for (const ServerFacts& server : facts.servers)
    row(out, {facts.case_number, server.address, std::to_string(server.port), server.name, server.build,
              server.exposure, facts.reason, server.seen ? to_iso8601(*server.seen) : "", doors(server)});
  return out;
}

std::string write_phone_list(const std::vector<PhoneEntry>& entries) {
  std::string out(kByteOrderMark);
  row(out, {"case", "notice", "organisation", "contact", "phone", "language", "country", "server", "reason",
            "why", "called_at", "reached", "result"});
  for (const PhoneEntry& entry : entries)
    row(out, {entry.case_number, entry.notice_id, entry.organisation, entry.contact, entry.phone,
              entry.language, entry.country, entry.server, entry.reason, entry.why, "", "", ""});
  return out;
}

}  // namespace afterpatch::notify
