// One notice as it stands, made from what was said about it. A pure function of the set of statements:
// neither the order in which they came nor the clocks of the machines that sent it change the result, since
// each try carries its number (docs/notify.md draws the states).
#pragma once

#include <string>
#include <vector>

#include "store/cases.h"
#include "store/ledger.h"

namespace afterpatch::notify {

// `statements`: those with subject `id`, in any order. A notice that nobody planned has an empty state.
store::NoticeRow notice_as_it_stands(const std::string& id, const std::vector<store::Statement>& statements);

// "AP-2021-000017.2" -> "AP-2021-000017"; empty if it is no id of a notice.
std::string case_of_notice(const std::string& id);

}  // namespace afterpatch::notify
