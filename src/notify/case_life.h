// The life of a case: what one organisation was told in one campaign, what it did, and whether it is clean.
// A pure state machine over statements (docs/notify.md draws it). The order in which statements came does not
// matter, only when what they tell happened.
//
// It believes little. "Patched" is what a scan or a hunt saw, not what somebody wrote. "Clean" needs all
// three of every server: the flaw closed, somebody who looked after that, and no back door found that no
// later hunt missed. Silence, a server that vanished and a patched one are never clean. What a later hunt,
// sight or re-check finds opens the case again.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "store/cases.h"
#include "store/ledger.h"

namespace afterpatch::notify {

// 12 % of cleaned sites were compromised again within 30 days (Li et al., WWW 2016).
inline constexpr std::chrono::days kRecheckAfter{30};
// A scan sees a patch up to two of its rounds late: who looked so much before it was seen, looked after it.
inline constexpr std::chrono::hours kPatchSeenLate{48};

struct CasePicture {
  store::CaseRow row;
  std::vector<store::CaseServer> servers;  // by address and port, each once
  std::vector<store::NoticeRow> notices;   // by number
};

// `statements`: those about the case, its notices and its servers (`hunted`, `door-seen`), in any order; what
// is about others is left out. A case that nobody opened has an empty state. Never throws on bad content.
CasePicture case_as_it_stands(const std::string& number, const std::vector<store::Statement>& statements);

// "unpatched" < "exploited" < "backdoored" < "reentered"; 0 for any other word.
int reason_rank(const std::string& reason);

}  // namespace afterpatch::notify
