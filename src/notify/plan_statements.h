// Writes a plan as statements (docs/store.md, docs/notify.md). Used by plan.cpp alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "notify/plan.h"
#include "notify/plan_contact.h"

namespace afterpatch::notify {

store::Statement opening(const Target& target, const PlannedCase& planned, const PlanSettings& settings,
                         Timestamp now);
store::Statement server_added(const std::string& number, const store::ServerRow& server, Timestamp now);
store::Statement went_silent(const std::string& number, const store::NoticeRow& notice,
                             std::chrono::hours silence, Timestamp now);
store::Statement no_contact_left(const PlannedCase& planned, Timestamp now);

struct NoticeDraft {
  int index = 1;  // of the notices of this case
  ChosenContact chosen;
  std::vector<store::ServerRow> servers;  // that it tells of
  std::optional<Timestamp> not_before;
};
store::Statement notice_planned(const Target& target, const PlannedCase& planned, const NoticeDraft& draft,
                                const PlanSettings& settings, Timestamp now);

}  // namespace afterpatch::notify
