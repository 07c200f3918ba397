#include "report/stix.h"

#include "report/json_tree.h"
#include "report/stix/server_objects.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

using stix::text;

// Only what the campaign's data say of it, so that every case tells the same.
std::string add_campaign(stix::Bundle& bundle, const SharedFindings& findings) {
  if (findings.campaign.empty()) return {};
  boost::json::object members = {{"name", text(findings.campaign_title)},
                                 {"aliases", boost::json::array{text(findings.campaign)}}};
  if (is_set(findings.window_start)) members["first_seen"] = stix::timestamp(findings.window_start);
  return bundle.add_public("campaign", findings.campaign, findings.window_start, members);
}

}  // namespace

std::string stix_bundle(const assess::HuntReport& hunt, Share share) {
  const std::vector<SharedFindings> campaigns = share_campaigns(hunt, share);
  stix::Bundle bundle(campaigns.front());
  for (const SharedFindings& findings : campaigns) {
    const stix::CaseObjects objects{add_campaign(bundle, findings)};
    for (const SharedServer& server : findings.servers) stix::add_server(bundle, server, findings, objects);
  }
  return document_text(bundle.take());
}

}  // namespace afterpatch::report
