// The path under which a forged request was sent ("/ecp/lkO.js") is the tool's choice: the front end only
// looks at the cookie beside it. Published tools share a few names; a name of its own is worth a search,
// since web logs that know nothing of the cookie still name the path, and are kept longest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/incident.h"
#include "assess/leads.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// Most such paths that are looked for.
inline constexpr std::size_t kMaxDecoys = 8;

// Whether many tools, or the server's own pages, use the path: what is no name of a static file, a stem of
// less than three characters ("/ecp/y.js"), and the names that published tools and reports list.
bool is_common_decoy(std::string_view path);

// Paths (normal_url) of forged requests in runs that got inside, but for common ones; sorted, each once.
std::vector<std::string> rare_decoys(const Runs& runs, const Incident& incident);

// Other clients that asked for one.
std::vector<Lead> decoy_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                              const Incident& incident);

}  // namespace afterpatch::assess
