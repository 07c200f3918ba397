// From what a host's answers say to product, builds, and the status of each CVE. Pure.
//
// How it decides:
// - A whole build is compared with the table of fixes inside its branch (knowledge/product.h).
// - Where only the cumulative update shows, the status is what every build of that update has in common; if
// they
//   differ, it is `build-ambiguous`. A manifest that carries the build of the update itself may be left over
//   from before a security update, so it counts as the lowest possible build.
// - Several servers may answer behind one address. The worst of them decides, all builds are kept. An answer
//   without the version header, where others have it, comes from another server: one server sends it always
//   or never.
// - A server whose single answer names two builds or several products is no real one (or answers for
// several):
//   its builds are shown, but decide nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exposure/host_record.h"
#include "exposure/sign_reader.h"
#include "knowledge/product.h"

namespace afterpatch::exposure {

// Fills product, builds, status, exposure, confidence, and evidence behind what is there. `cves` are the
// flaws of the campaign. `record.time`, `reached` and `errors` must be set.
void judge(const std::vector<AnswerFacts>& answers, const knowledge::Product& product,
           const std::vector<std::string>& cves, HostRecord& record);

}  // namespace afterpatch::exposure
