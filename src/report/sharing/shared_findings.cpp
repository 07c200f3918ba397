#include "report/sharing/shared_findings.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/digits.h"
#include "base/hash.h"
#include "report/attack_techniques.h"
#include "report/sharing/shared_address.h"
#include "report/sharing/shared_door.h"
#include "report/sharing/victim_names.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kCaseIdDigits = 12;  // 20,000 victims share one by chance once in a million

// Figures of a server whose logs hold nothing bad still tell it from another.
void add_coverage(const assess::ServerReport& server, Hasher& hasher) {
  for (const assess::CoverageLine& line : server.coverage) {
    hasher.add(fmt::format("{} {} {}", line.log, line.rows, line.bytes));
    for (const assess::CoverageSpan& span : line.spans)
      hasher.add(to_iso8601(span.first) + to_iso8601(span.last));
  }
}

std::string case_id_of(const assess::HuntReport& hunt) {
  Hasher hasher;
  hasher.add(hunt.campaign);
  for (const assess::ServerReport& server : hunt.servers) {
    add_coverage(server, hasher);
    for (const detect::Detection& detection : server.detections) {
      hasher.add(detection.rule_id);
      hasher.add(detection.time ? to_iso8601(*detection.time) : "-");
      hasher.add(detection.raw);
    }
  }
  return hasher.finish().sha256.substr(0, kCaseIdDigits);
}

// "CVE-2021-26855": a year and at least four digits. Rules may be tagged with anything.
bool is_cve(std::string_view text) {
  if (!text.starts_with("CVE-") || text.size() < 13 || text.size() > 17 || text[8] != '-') return false;
  return std::ranges::all_of(text.substr(4, 4), is_decimal_digit) &&
         std::ranges::all_of(text.substr(9), is_decimal_digit) && (text[9] != '0' || text.size() == 13);
}

void add_cves(const std::vector<std::string>& cves, std::set<std::string>& all) {
  std::ranges::copy_if(cves, std::inserter(all, all.end()), is_cve);
}

std::vector<std::string> cves_of(const assess::ServerReport& server) {
  std::set<std::string> all;
  for (const assess::Run& run : server.runs) add_cves(run.cves, all);
  for (const detect::Detection& detection : server.detections) {
    if (!detection.campaign.empty()) add_cves(detection.cves, all);
  }
  return {all.begin(), all.end()};
}

void count(const detect::Detection& detection, SharedTechnique& technique) {
  ++technique.detections;
  technique.confidence = std::max(technique.confidence, detection.confidence);
  if (!detection.time) return;
  if (!is_set(technique.first)) technique.first = *detection.time;
  technique.first = std::min(technique.first, *detection.time);
  technique.last = std::max(technique.last, *detection.time);
}

std::vector<SharedTechnique> techniques_of(const assess::ServerReport& server) {
  std::map<std::string, SharedTechnique> found;
  for (const detect::Detection& detection : server.detections) {
    if (detection.campaign.empty()) continue;
    for (const std::string& technique : detection.techniques) {
      if (is_technique_id(technique)) count(detection, found[technique]);
    }
  }
  std::vector<SharedTechnique> all;
  for (auto& [id, technique] : found) {
    technique.id = id;
    all.push_back(std::move(technique));
  }
  return all;
}

// Made of fields and figures only: no sentence of a report that quotes evidence.
std::string summary_of(const assess::ServerReport& server, std::uint64_t left_out) {
  const assess::Verdict& verdict = server.verdict;
  std::string summary = headline(verdict);
  if (const std::string more = attribute_words(verdict); !more.empty()) summary += " Also: " + more + ".";
  summary += fmt::format(" Exposure at the end of the evidence: {}. Coverage: {}.",
                         exposure_label(verdict.exposure), coverage_words(server));
  if (left_out > 0) {
    summary +=
        fmt::format(" Left out: {} that a victim's name is part of.",
                    count_text(left_out, "name or path of a back door", "names or paths of back doors"));
  }
  return summary;
}

std::vector<SharedRun> runs_of(const assess::ServerReport& server, Share share) {
  std::vector<SharedRun> runs;
  for (const assess::Run& run : server.runs) {
    runs.push_back({shared_address_of(run.client, share).value_or(""), run.outcome, run.confidence, run.start,
                    run.end, run.requests});
  }
  return runs;
}

void name_server(const assess::ServerReport& server, std::size_t index, const SharedFindings& findings,
                 SharedServer& shared) {
  if (findings.share == Share::with_victims) {
    shared.name = server_name(server);
    shared.host = server.names.empty() ? "unnamed-server.invalid" : server.names.front();
    for (const std::string& name : server.names) {
      if (shared.host.find('.') == std::string::npos && name.find('.') != std::string::npos)
        shared.host = name;
    }
    return;
  }
  shared.name = fmt::format("victim-server-{}.case-{}", index + 1, findings.case_id);
  shared.host = shared.name + ".invalid";
}

std::vector<SharedMailbox> mailboxes_of(const assess::ServerReport& server, const VictimNames& names,
                                        const SharedFindings& findings) {
  std::vector<SharedMailbox> mailboxes;
  for (const assess::MailboxAccess& access : server.mailboxes) {
    SharedMailbox shared{access.mailbox, shared_address_of(access.client, findings.share).value_or(""),
                         access.how,     access.confidence,
                         access.first,   access.last,
                         access.requests};
    if (findings.share == Share::without_victims) {
      if (shared.name != "unknown")
        shared.name = fmt::format("{}.case-{}", names.mailbox(access.mailbox), findings.case_id);
      shared.how = names.hidden(access.how);
    }
    mailboxes.push_back(std::move(shared));
  }
  return mailboxes;
}

SharedServer shared_server(const assess::ServerReport& server, std::size_t index, const VictimNames& names,
                           const SharedFindings& findings) {
  SharedServer shared;
  name_server(server, index, findings, shared);
  shared.compromise = server.verdict.compromise;
  shared.addresses = shared_addresses(server, names, findings.share);
  shared.runs = runs_of(server, findings.share);
  for (const assess::Door& door : server.doors) {
    if (door.confidence != detect::Confidence::possible)
      shared.doors.push_back(shared_door(door, names, findings.share, shared.left_out));
  }
  shared.mailboxes = mailboxes_of(server, names, findings);
  shared.cves = cves_of(server);
  shared.techniques = techniques_of(server);
  shared.summary = summary_of(server, shared.left_out);
  return shared;
}

Timestamp last_moment(const SharedFindings& findings) {
  Timestamp last;
  for (const SharedServer& server : findings.servers) {
    for (const SharedAddress& address : server.addresses) last = std::max(last, address.last);
    for (const SharedRun& run : server.runs) last = std::max(last, run.end);
    for (const SharedMailbox& mailbox : server.mailboxes) last = std::max(last, mailbox.last);
    for (const SharedDoor& door : server.doors) last = std::max(last, door.last_seen.value_or(last));
  }
  return is_set(last) ? last : findings.window_end;
}

bool left_traces(const assess::HuntReport& hunt) {
  return std::ranges::any_of(hunt.servers, [](const assess::ServerReport& server) {
    return server.verdict.compromise >= assess::Compromise::probed;
  });
}

SharedFindings findings_of(const assess::HuntReport& hunt, const VictimNames& names,
                           const std::string& case_id, Share share) {
  SharedFindings findings;
  findings.share = share;
  findings.case_id = case_id;
  findings.campaign = hunt.campaign;
  findings.campaign_title = campaign_name(hunt);
  findings.window_start = hunt.window_start;
  findings.window_end = hunt.window_end;
  for (std::size_t i = 0; i < hunt.servers.size(); ++i)
    findings.servers.push_back(shared_server(hunt.servers[i], i, names, findings));
  return findings;
}

}  // namespace

std::string_view to_string(Share share) {
  return share == Share::with_victims ? "with-victims" : "without-victims";
}

std::optional<Share> parse_share(std::string_view word) {
  for (const Share share : {Share::without_victims, Share::with_victims}) {
    if (word == to_string(share)) return share;
  }
  return std::nullopt;
}

SharedFindings share_findings(const assess::HuntReport& hunt, Share share) {
  return std::move(share_campaigns(hunt, share).front());
}

std::vector<SharedFindings> share_campaigns(const assess::HuntReport& hunt, Share share) {
  const std::string case_id = case_id_of(hunt);
  const VictimNames names(hunt);
  std::vector<SharedFindings> all = {findings_of(hunt, names, case_id, share)};
  for (const assess::HuntReport& other : hunt.other_campaigns)
    if (left_traces(other)) all.push_back(findings_of(other, names, case_id, share));
  Timestamp as_of{};
  for (const SharedFindings& findings : all) as_of = std::max(as_of, last_moment(findings));
  for (SharedFindings& findings : all) findings.as_of = as_of;
  return all;
}

}  // namespace afterpatch::report
