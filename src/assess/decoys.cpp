#include "assess/decoys.h"

#include <algorithm>
#include <array>
#include <set>

#include "assess/pivots.h"
#include "assess/url_path.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kMinStemBytes = 3;

constexpr std::array<std::string_view, 10> kStaticExtensions = {".js",  ".css", ".png", ".gif",  ".ico",
                                                                ".flt", ".jpg", ".eot", ".woff", ".ttf"};

// CISA's CHIRP, Volexity's report of 2 March 2021 and Metasploit's modules.
constexpr std::array<std::string_view, 9> kPublishedNames = {"main.css",
                                                             "default.flt",
                                                             "logon.css",
                                                             "owafont_ja.css",
                                                             "owafont_ko.css",
                                                             "lgnbotl.gif",
                                                             "segoeui-semibold.eot",
                                                             "segoeui-semilight.ttf",
                                                             "program.js"};

// The forged target stands beside the path, in the column of the anchor.
bool is_forged(const detect::Detection& d) {
  return is_web_row(d) && !d.field("anchor").empty();
}

}  // namespace

bool is_common_decoy(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < kMinStemBytes) return true;
  return std::ranges::find(kStaticExtensions, name.substr(dot)) == kStaticExtensions.end() ||
         std::ranges::find(kPublishedNames, name) != kPublishedNames.end();
}

std::vector<std::string> rare_decoys(const Runs& runs, const Incident& incident) {
  const std::set<std::string> inside = intruders(runs, incident);
  std::set<std::string> paths;
  for (const auto& d : incident.detections) {
    if (!may_decide(d, incident.campaign.id) || !is_forged(d)) continue;
    if (!inside.contains(std::string(d.field("client")))) continue;
    std::string path = normal_url(d.field("path"));
    if (!is_common_decoy(path) && paths.size() < kMaxDecoys) paths.insert(std::move(path));
  }
  return {paths.begin(), paths.end()};
}

std::vector<Lead> decoy_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                              const Incident& incident) {
  const std::set<std::string> asked = asked_values(pivots, to_string(PivotKind::path));
  std::set<std::string> decoys;
  for (const std::string& path : rare_decoys(runs, incident))
    if (asked.contains(path)) decoys.insert(path);
  return leads_of(runs, incident, [&](const detect::RequestGroup& group) {
    const std::string path = normal_url(group.path);
    return decoys.contains(path) ? path : std::string();
  });
}

}  // namespace afterpatch::assess
