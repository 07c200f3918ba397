#include "assess/mailbox_exports.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "assess/server_events.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;

constexpr std::string_view kCommand = "New-MailboxExportRequest";
constexpr std::string_view kParameter = "-mailbox ";
// The log of cmdlets and the event log write the same command within seconds of each other.
constexpr std::chrono::seconds kOtherLogReach{30};

bool is_stolen_export(const Detection& d, const Incident& incident) {
  const bool told = d.step == detect::Step::staging || d.step == detect::Step::mail_access;
  return told && d.confidence >= Confidence::likely && d.time && may_decide(d, incident.campaign.id) &&
         is_export_order(d);
}

bool is_known(const MailboxAccess& access, const Detection& d) {
  return access.requests > 0 && *d.time - access.last <= kOtherLogReach;
}

void add(MailboxAccess& access, const Detection& d, std::size_t index) {
  if (!is_known(access, d)) ++access.requests;
  if (access.first == Timestamp{}) access.first = *d.time;
  access.last = *d.time;
  access.confidence = stronger(access.confidence, d.confidence);
  add_evidence(access.evidence, index);
}

}  // namespace

bool is_export_order(const Detection& detection) {
  return contains_ignoring_case(command_text(detection), kCommand);
}

std::string exported_mailbox(std::string_view parameters) {
  const std::string lower = to_lower_ascii(parameters);
  const std::size_t at = lower.find(kParameter);
  if (at == std::string::npos) return {};
  std::string_view value = parameters.substr(at + kParameter.size());
  value.remove_prefix(std::min(value.find_first_not_of("\"' "), value.size()));
  return std::string(value.substr(0, std::min(value.find_first_of("\"'"), kMaxMailboxBytes)));
}

std::vector<MailboxAccess> mailbox_exports(const Incident& incident) {
  std::map<std::string, MailboxAccess> by_mailbox;
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    if (!is_stolen_export(d, incident)) continue;
    const std::string named = exported_mailbox(command_text(d));
    const std::string mailbox = named.empty() ? "unknown" : named;
    MailboxAccess& access = by_mailbox[to_lower_ascii(mailbox)];
    if (access.mailbox.empty()) access.mailbox = mailbox;
    access.how = kExportedMailbox;
    add(access, d, i);
  }
  std::vector<MailboxAccess> accesses;
  for (auto& [key, access] : by_mailbox) accesses.push_back(std::move(access));
  return accesses;
}

}  // namespace afterpatch::assess
