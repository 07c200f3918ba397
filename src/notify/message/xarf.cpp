#include "notify/message/xarf.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/digits.h"
#include "base/hash.h"
#include "base/text.h"
#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxShort = 100;  // the schema's maxLength of versions
constexpr std::size_t kMaxText = 200;   // and of names
constexpr std::size_t kMaxFiles = 50;

bool is_cve(std::string_view id) {
  const auto parts = split(id, '-');
  return parts.size() == 3 && parts[0] == "CVE" && parts[1].size() == 4 && !parts[2].empty() &&
         std::ranges::all_of(parts[1], is_decimal_digit) && std::ranges::all_of(parts[2], is_decimal_digit);
}

// A version 4 UUID by its form (RFC 9562, 5.4), but made from what it names, so that a notice sent again is
// not new.
std::string report_id(const NoticeFacts& facts, const ServerFacts& server) {
  const std::string hex = sha256(fmt::format("xarf:{}:{}:{}", facts.notice_id, server.address, server.port));
  const char variant = "89ab"[static_cast<std::size_t>(hex_digit(hex[16])) & 3U];
  return fmt::format("{}-{}-4{}-{}{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3), variant,
                     hex.substr(17, 3), hex.substr(20, 12));
}

json::object contact(const Agency& agency) {
  const Result<MailAddress> address = mail_address(agency.mail_address);
  json::object who;
  who["org"] = one_line(agency.name, kMaxText);
  who["contact"] = address ? address->text() : std::string();
  who["domain"] = !agency.domain.empty() ? agency.domain : address ? address->domain : std::string();
  return who;
}

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

json::array evidence(const ServerFacts& server) {
  const std::string text =
      fmt::format("address {} port {}, name {}, version {}, seen {}", server.address, server.port,
                  server.name.empty() ? "unknown" : one_line(server.name, kMaxText),
                  server.build.empty() ? "unknown" : one_line(server.build, kMaxShort),
                  server.seen ? to_iso8601(*server.seen) : "unknown");
  json::object item;
  item["content_type"] = "text/plain";
  item["description"] = "What was seen";
  item["payload"] = base64(text);
  item["hash"] = "sha256:" + sha256(text);
  item["size"] = text.size();
  return {item};
}

std::string tag(std::string_view name, std::string_view value) {
  return fmt::format("{}:{}", name, to_lower_ascii(value));
}

json::object common(const Agency& agency, const NoticeFacts& facts, const ServerFacts& server) {
  json::object report;
  report["xarf_version"] = kXarfVersion;
  report["report_id"] = report_id(facts, server);
  report["timestamp"] = to_iso8601(server.seen.value_or(facts.date));
  report["reporter"] = contact(agency);
  report["sender"] = contact(agency);
  report["source_identifier"] = one_line(server.address, kMaxShort);
  report["source_port"] = server.port;
  return report;
}

void put_service(json::object& report, const NoticeFacts& facts, const ServerFacts& server) {
  report["service"] = one_line(facts.service, kMaxText);
  if (!server.build.empty()) report["service_version"] = one_line(server.build, kMaxShort - 4);
}

Result<void> put_vulnerability(json::object& report, const NoticeFacts& facts, const ServerFacts& server) {
  const auto first = std::ranges::find_if(facts.flaws, is_cve);
  if (first == facts.flaws.end() || facts.service.empty())
    return fail("no CVE id or no product for the machine-readable copy", facts.notice_id);
  report["category"] = "vulnerability";
  report["type"] = "cve";
  report["evidence_source"] = server.method == "hunt" ? "automated_discovery" : "vulnerability_scan";
  put_service(report, facts, server);
  report["service_port"] = server.port;
  report["cve_id"] = *first;
  json::array all;
  for (const std::string& id : facts.flaws)
    if (is_cve(id) && all.size() < 10 && std::ranges::find(all, json::value(id)) == all.end())
      all.emplace_back(id);
  report["cve_ids"] = all;
  report["patch_available"] = server.exposure != "unsupported";
  return {};
}

void put_compromise(json::object& report, const NoticeFacts& facts, const ServerFacts& server) {
  report["category"] = "infrastructure";
  report["type"] = "compromised_server";
  report["evidence_source"] = "automated_discovery";
  report["compromise_type"] = facts.reason == "exploited" ? "backdoor" : "webshell";
  const auto flaw = std::ranges::find_if(facts.flaws, is_cve);
  report["compromise_method"] =
      flaw == facts.flaws.end() ? "exploited vulnerability" : "exploited vulnerability " + *flaw;
  if (!facts.service.empty()) put_service(report, facts, server);
  json::array files;
  std::optional<Timestamp> first;
  for (const Finding& finding : server.findings) {
    if (files.size() < kMaxFiles) files.emplace_back(one_line(finding.place, 1000));
    if (finding.seen && (!first || *finding.seen < *first)) first = finding.seen;
  }
  if (!files.empty()) report["malicious_files"] = files;
  if (first) report["first_seen"] = to_iso8601(*first);
}

}  // namespace

Result<std::string> write_xarf(const Agency& agency, const NoticeFacts& facts, const ServerFacts& server) {
  json::object report = common(agency, facts, server);
  if (facts.reason == "unpatched") {
    if (const Result<void> good = put_vulnerability(report, facts, server); !good)
      return std::unexpected(good.error());
  } else {
    put_compromise(report, facts, server);
  }
  report["evidence"] = evidence(server);
  report["tags"] = json::array{tag("case", facts.case_number), tag("campaign", facts.campaign)};
  return json::serialize(report) + "\n";
}

}  // namespace afterpatch::notify
