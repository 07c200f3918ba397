#include "assess/mail.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "assess/mailbox_exports.h"
#include "assess/network_address.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

// How far the server's own row (EWS) of a forged request may lie from the front end's: both write its end,
// one log after the other.
constexpr std::chrono::seconds kServerLogReach{2};

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

// The admin centre's pages for another mailbox: "/ecp/one@example.org/RulesEditor/InboxRules.svc/NewObject".
std::string_view mailbox_in_path(std::string_view path) {
  constexpr std::string_view kAdminCentre = "/ecp/";
  if (!starts_with_ignoring_case(path, kAdminCentre)) return {};
  const std::string_view first =
      path.substr(kAdminCentre.size(), path.find('/', kAdminCentre.size()) - kAdminCentre.size());
  return first.find('@') == std::string_view::npos ? std::string_view{} : first.substr(0, kMaxMailboxBytes);
}

// The back end's address stands in the anchor, the decoy in the path.
std::string way_of(const Detection& d) {
  const std::string target =
      to_lower_ascii(std::string(d.field("anchor")) + " " + std::string(d.field("path")));
  if (target.find("/ews/") != std::string::npos) return "EWS by forged request";
  if (target.find("/mapi/") != std::string::npos) return "MAPI by forged request";
  if (target.find("/oab/") != std::string::npos) return "address book by forged request";
  if (target.find("/inboxrules.svc/") != std::string::npos) return std::string(kForgedRule);
  return d.title;
}

std::int64_t response_bytes_of(const Detection& d) {
  const std::string_view text = d.field("response-bytes");
  std::int64_t bytes = -1;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

// One request for mail, in whatever logs it stands.
struct MailRequest {
  std::string log;
  std::optional<Timestamp> time;
  std::string client;
  std::string id;
  std::string mailbox;
  std::string how;
  std::int64_t bytes = -1;
  Confidence confidence = Confidence::possible;
  bool forged = false;       // a request from outside, as the front end or IIS saw it
  bool server_told = false;  // the server's own log has been joined
  Evidence evidence;
};

MailRequest request_of(const Detection& d, std::size_t index) {
  return {.log = d.log,
          .time = d.time,
          .client = std::string(d.field("client")),
          .id = to_lower_ascii(d.field("request-id")),
          .mailbox = mailbox_of(d),
          .how = way_of(d),
          .bytes = response_bytes_of(d),
          .confidence = d.confidence,
          .forged = is_web_row(d),
          .server_told = !is_web_row(d),
          .evidence = {index}};
}

void join(MailRequest& mine, const MailRequest& other) {
  if (mine.mailbox == kUnknownMailbox) mine.mailbox = other.mailbox;
  if (mine.bytes < 0) mine.bytes = other.bytes;
  mine.confidence = stronger(mine.confidence, other.confidence);
  mine.server_told = mine.server_told || other.server_told;
  add_evidence(mine.evidence, other.evidence);
}

bool in_same_second(const MailRequest& a, const MailRequest& b) {
  if (!a.time || !b.time) return false;
  return std::chrono::floor<std::chrono::seconds>(*a.time) ==
         std::chrono::floor<std::chrono::seconds>(*b.time);
}

// The requests told so far, best rows first: HttpProxy (it shows the forged target), then IIS, then the
// server's own logs.
class MailRequests {
 public:
  void add(const MailRequest& request, const std::string& place) {
    const auto same_row = by_place_.find(place);
    std::size_t at = same_row != by_place_.end() ? same_row->second : known(request);
    if (at == requests_.size()) {
      requests_.push_back(request);
      if (request.forged && request.time) by_time_.emplace(*request.time, at);
    } else {
      join(requests_[at], request);
    }
    by_place_.emplace(place, at);
    if (!request.id.empty()) by_id_.emplace(request.id, at);
  }
  const std::vector<MailRequest>& all() const { return requests_; }

 private:
  // Index of the request that this one is another log's view of; one past the end if it is new.
  std::size_t known(const MailRequest& request) const {
    if (const auto same = by_id_.find(request.id); !request.id.empty() && same != by_id_.end())
      return same->second;
    if (!request.time) return requests_.size();
    auto near = by_time_.lower_bound(*request.time - kServerLogReach);
    for (; near != by_time_.end() && near->first <= *request.time + kServerLogReach; ++near) {
      if (is_other_view(requests_[near->second], request)) return near->second;
    }
    return requests_.size();
  }

  static bool is_other_view(const MailRequest& told, const MailRequest& request) {
    if (!request.forged) return !told.server_told;
    const bool ids_differ = !told.id.empty() && !request.id.empty();
    const bool other_log = told.log != request.log;
    const bool same_way = told.client == request.client && other_log;
    return !ids_differ && (same_way || is_own_hop(told, request)) && in_same_second(told, request);
  }

  // The front end hands a request on to its back end on the same server, whose site logs the server itself as
  // the client.
  static bool is_own_hop(const MailRequest& told, const MailRequest& request) {
    const bool same_mailbox = told.mailbox == request.mailbox || request.mailbox == kUnknownMailbox;
    return same_mailbox && !is_inside_address(told.client) && is_inside_address(request.client);
  }

  std::vector<MailRequest> requests_;
  std::map<std::string, std::size_t> by_place_;
  std::map<std::string, std::size_t> by_id_;
  std::multimap<Timestamp, std::size_t> by_time_;
};

int telling_order(const Detection& d) {
  if (!is_web_row(d)) return 2;
  return d.field("anchor").empty() ? 1 : 0;
}

MailRequests mail_requests(const Incident& incident) {
  MailRequests requests;
  for (int order = 0; order <= 2; ++order) {
    for (std::size_t i = 0; i < incident.detections.size(); ++i) {
      const Detection& d = incident.detections[i];
      if (d.step != Step::mail_access || telling_order(d) != order) continue;
      if (!may_decide(d, incident.campaign.id) || is_export_order(d)) continue;
      requests.add(request_of(d, i),
                   fmt::format("{}|{}|{}", d.place.source, d.place.artefact, d.place.offset));
    }
  }
  return requests;
}

void add(MailboxAccess& access, const MailRequest& request) {
  add_evidence(access.evidence, request.evidence);
  access.confidence = stronger(access.confidence, request.confidence);
  if (request.time) {
    const bool first = access.first == Timestamp{};
    access.first = first ? *request.time : std::min(access.first, *request.time);
    access.last = first ? *request.time : std::max(access.last, *request.time);
  }
  ++access.requests;
  if (request.bytes >= 0)
    access.response_bytes = std::max<std::int64_t>(access.response_bytes, 0) + request.bytes;
}

}  // namespace

std::string mailbox_of(const Detection& detection) {
  const std::string_view named = detection.field("mailbox");
  if (!named.empty()) return std::string(named.substr(0, kMaxMailboxBytes));
  const std::string_view impersonated = detection.field("impersonated");
  if (!impersonated.empty()) {
    const std::string_view marked = marked_value(impersonated);
    return std::string((marked.empty() ? impersonated : marked).substr(0, kMaxMailboxBytes));
  }
  if (const std::string_view owner = mailbox_in_path(detection.field("path")); !owner.empty())
    return std::string(owner);
  for (const std::string_view field : {"anchor", "query"}) {
    const std::string_view value = marked_value(detection.field(field));
    if (!value.empty()) return std::string(value);
  }
  return std::string(kUnknownMailbox);
}

std::vector<MailboxAccess> mailbox_accesses(const Incident& incident) {
  std::map<std::tuple<std::string, std::string, std::string>, MailboxAccess> by_key;
  const MailRequests requests = mail_requests(incident);
  for (const MailRequest& request : requests.all()) {
    MailboxAccess& access = by_key[{request.mailbox, request.how, request.client}];
    access.mailbox = request.mailbox;
    access.how = request.how;
    access.client = request.client;
    add(access, request);
  }
  std::vector<MailboxAccess> accesses = mailbox_exports(incident);
  for (auto& [key, access] : by_key) accesses.push_back(std::move(access));
  std::stable_sort(accesses.begin(), accesses.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return accesses;
}

}  // namespace afterpatch::assess
