#include "assess/attribution.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "assess/attack_requests.h"
#include "assess/incident.h"
#include "assess/server_events.h"
#include "assess/url_path.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using knowledge::Campaign;

// A file is written, and its time taken, before the request that wrote it is logged: logs carry its end.
constexpr std::chrono::minutes kBeforeProof{10};

// What a detection speaks of: the address of a page, else the path of a file; empty if neither.
std::string subject_of(const Detection& d, const knowledge::Product& product) {
  const std::string reported = reported_path(d);
  const std::string path = reported.empty() ? std::string(d.field("windows-path")) : reported;
  if (!path.empty()) {
    const std::string url = normal_url(product.url_of(path));
    return url.empty() ? to_lower_ascii(path) : url;
  }
  const std::string_view url = d.field("url").empty() ? d.field("path") : d.field("url");
  const std::string page = url.starts_with('/') ? normal_url(url) : std::string();
  return is_foreign_script(product, page) ? page : std::string();
}

bool is_file_time(const Detection& d) {
  return d.place.line == 0 && !is_event(d);
}

// Whether a campaign's rule says that this is a back door of its own. A rule that only takes offence at how
// somebody asked (a tool's user agent) says nothing of the page.
bool names_door(const Detection& d) {
  using detect::Step;
  const bool of_door = d.step == Step::write || d.step == Step::backdoor_file ||
                       d.step == Step::backdoor_trace || d.step == Step::backdoor_request;
  return of_door && d.confidence >= Confidence::likely;
}

// When it happened. A file's own time is the intruder's to set: it counts only where no log tells.
struct Happening {
  std::optional<Timestamp> logged;
  std::optional<Timestamp> file;

  void add(const Detection& d) {
    if (!d.time) return;
    std::optional<Timestamp>& mine = is_file_time(d) ? file : logged;
    mine = std::min(mine.value_or(*d.time), *d.time);
  }
  std::optional<Timestamp> time() const { return logged ? logged : file; }
};

struct Subject {
  const Campaign* named = nullptr;  // by a rule of its own
  Happening happening;
};

class Attribution {
 public:
  Attribution(const detect::Findings& findings, const Campaigns& campaigns, const knowledge::Product& product)
      : campaigns_(campaigns), product_(product) {
    for (const Detection& d : findings.detections) {
      const Campaign* owner = campaign_named(d.campaign);
      if (owner != nullptr) note_proof(d, *owner);
      if (owner == nullptr && d.campaign != product.id) continue;
      const std::string subject = subject_of(d, product);
      if (subject.empty()) continue;
      Subject& known = subjects_[subject];
      known.happening.add(d);
      if (owner != nullptr && known.named == nullptr && names_door(d)) known.named = owner;
    }
  }

  const Campaign& campaign_of(const Detection& d) const {
    const std::string subject = subject_of(d, product_);
    if (subject.empty()) return campaign_at(d.time);
    const Subject& known = subjects_.at(subject);
    return known.named != nullptr ? *known.named : campaign_at(known.happening.time());
  }

 private:
  const Campaign* campaign_named(const std::string& id) const {
    const auto found =
        std::ranges::find_if(campaigns_, [&](const auto& campaign) { return campaign->id == id; });
    return found == campaigns_.end() ? nullptr : found->get();
  }

  void note_proof(const Detection& d, const Campaign& owner) {
    const auto rung = rung_of(d);
    if (!d.time || !rung || *rung == RunOutcome::probe || !may_decide(d, owner.id)) return;
    if (d.confidence >= Confidence::likely) proofs_.emplace(*d.time, &owner);
  }

  const Campaign& campaign_at(std::optional<Timestamp> time) const {
    if (!time) return proofs_.empty() ? *campaigns_.front() : *proofs_.rbegin()->second;
    const auto later = proofs_.upper_bound(*time + kBeforeProof);
    if (later != proofs_.begin()) return *std::prev(later)->second;
    if (later != proofs_.end()) return *later->second;
    return campaign_of_days(*time);
  }

  const Campaign& campaign_of_days(Timestamp time) const {
    const Campaign* last_begun = nullptr;
    const Campaign* within = nullptr;
    for (const auto& campaign : campaigns_) {
      if (campaign->window_start > time) break;
      last_begun = campaign.get();
      if (time <= campaign->window_end) within = campaign.get();
    }
    if (within != nullptr) return *within;
    return last_begun != nullptr ? *last_begun : *campaigns_.front();
  }

  const Campaigns& campaigns_;
  const knowledge::Product& product_;
  std::multimap<Timestamp, const Campaign*> proofs_;  // uses of a campaign's own flaw
  std::map<std::string, Subject> subjects_;
};

}  // namespace

void attribute(detect::Findings& findings, const Campaigns& campaigns, const knowledge::Product& product) {
  const Attribution attribution(findings, campaigns, product);
  std::vector<const Campaign*> owners;
  owners.reserve(findings.detections.size());
  for (const Detection& d : findings.detections)
    owners.push_back(d.campaign == product.id ? &attribution.campaign_of(d) : nullptr);
  for (std::size_t i = 0; i < owners.size(); ++i)
    if (owners[i] != nullptr) findings.detections[i].campaign = owners[i]->id;
}

}  // namespace afterpatch::assess
