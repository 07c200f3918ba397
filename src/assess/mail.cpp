#include "assess/mail.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

constexpr std::size_t kMaxMailboxBytes = 254;  // RFC 5321: longest path, without its brackets

bool ends_value(char c) {
  constexpr std::string_view kEnds = ";&,~\"'<>/?# \t";
  return static_cast<unsigned char>(c) < 0x20 || kEnds.find(c) != std::string_view::npos;
}

std::string_view value_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const auto* const end = std::find_if(rest.begin(), rest.end(), ends_value);
  return rest.substr(0, std::min(static_cast<std::size_t>(end - rest.begin()), kMaxMailboxBytes));
}

// Exchange writes anchors as "SMTP:user@domain", "Smtp~user@domain", "Sid~S-1-5-21-...".
std::string_view marked_value(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  for (const std::string_view mark : {"smtp:", "smtp~", "sid~"}) {
    const std::size_t at = lower.find(mark);
    if (at == std::string::npos) continue;
    const std::string_view value = value_at(text, at + mark.size());
    if (!value.empty()) return value;
  }
  const std::size_t sid = lower.find("s-1-5-21-");
  return sid == std::string::npos ? std::string_view{} : value_at(text, sid);
}

// The back end's address stands in the anchor, the decoy in the path.
std::string way_of(const Detection& d) {
  const std::string target =
      to_lower_ascii(std::string(d.field("anchor")) + " " + std::string(d.field("path")));
  if (target.find("/ews/") != std::string::npos) return "EWS by forged request";
  if (target.find("/mapi/") != std::string::npos) return "MAPI by forged request";
  if (target.find("/oab/") != std::string::npos) return "address book by forged request";
  return d.title;
}

bool was_refused(const Detection& d) {
  const std::string_view status = d.field("status");
  return !status.empty() && status.front() != '2';
}

std::int64_t response_bytes_of(const Detection& d) {
  const std::string_view text = d.field("response-bytes");
  std::int64_t bytes = -1;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

// Requests told apart by id, else by row; a row that two rules matched is one request.
std::string request_key(const Detection& d) {
  const std::string_view id = d.field("request-id");
  return id.empty()
             ? d.place.artefact + ":" + std::to_string(d.place.source) + ":" + std::to_string(d.place.offset)
             : to_lower_ascii(id);
}

// The HttpProxy row says more of a request (the forged target) than the IIS row of the same one.
bool says_more(const Detection& d) {
  return !d.field("anchor").empty();
}

// Requests already told by better rows, so that IIS rows of the same ones are left out.
class KnownRequests {
 public:
  void add(const Detection& d) {
    if (!d.field("request-id").empty()) ids_.insert(to_lower_ascii(d.field("request-id")));
    if (d.time) seconds_.emplace(second_of(d), d.field("client"));
  }
  bool contain(const Detection& d) const {
    if (!d.field("request-id").empty() && ids_.contains(to_lower_ascii(d.field("request-id")))) return true;
    return d.time && seconds_.contains({second_of(d), std::string(d.field("client"))});
  }

 private:
  static std::int64_t second_of(const Detection& d) {
    return std::chrono::floor<std::chrono::seconds>(*d.time).time_since_epoch().count();
  }
  std::set<std::string> ids_;
  std::set<std::pair<std::int64_t, std::string>> seconds_;
};

struct Tally {
  MailboxAccess access;
  std::set<std::string> requests;
};

void add(Tally& tally, const Detection& d, std::size_t index) {
  MailboxAccess& access = tally.access;
  add_evidence(access.evidence, index);
  access.confidence = stronger(access.confidence, d.confidence);
  if (d.time) {
    const bool first = access.requests == 0;
    access.first = first ? *d.time : std::min(access.first, *d.time);
    access.last = first ? *d.time : std::max(access.last, *d.time);
  }
  if (!tally.requests.insert(request_key(d)).second) return;
  ++access.requests;
  const std::int64_t bytes = response_bytes_of(d);
  if (bytes >= 0) access.response_bytes = std::max<std::int64_t>(access.response_bytes, 0) + bytes;
}

}  // namespace

std::string mailbox_of(const Detection& detection) {
  const std::string_view named = detection.field("mailbox");
  if (!named.empty()) return std::string(named.substr(0, kMaxMailboxBytes));
  for (const std::string_view field : {"impersonated", "anchor", "query"}) {
    const std::string_view value = marked_value(detection.field(field));
    if (!value.empty()) return std::string(value);
  }
  return "unknown";
}

std::vector<MailboxAccess> mailbox_accesses(const Incident& incident) {
  std::map<std::tuple<std::string, std::string, std::string>, Tally> tallies;
  KnownRequests known;
  for (const Detection& d : incident.detections) {
    if (d.step == Step::mail_access && says_more(d)) known.add(d);
  }
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    if (d.step != Step::mail_access || !may_decide(d, incident.campaign.id) || was_refused(d)) continue;
    if (is_web_row(d) && !says_more(d) && known.contain(d)) continue;
    const std::tuple key(mailbox_of(d), way_of(d), std::string(d.field("client")));
    Tally& tally = tallies[key];
    std::tie(tally.access.mailbox, tally.access.how, tally.access.client) = key;
    add(tally, d, i);
  }
  std::vector<MailboxAccess> accesses;
  for (auto& [key, tally] : tallies) accesses.push_back(std::move(tally.access));
  std::stable_sort(accesses.begin(), accesses.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return accesses;
}

}  // namespace afterpatch::assess
