// `afterpatch notify plan`, `preview`, `approve`, `cancel`: everything before a notice goes out.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/notify_job.h"
#include "notify/plan.h"

namespace afterpatch::app {

struct NotifyPlan {
  NotifyJob job;
  notify::PlanSettings settings;
  bool dry_run = false;
};

struct NotifyChoice {
  NotifyJob job;
  std::vector<std::string> notices;
  bool all = false;
};

// All return the exit status.
int run_notify_plan(const NotifyPlan& command, std::ostream& out, std::ostream& err);
int run_notify_preview(const NotifyChoice& command, std::ostream& out, std::ostream& err);
int run_notify_approve(const NotifyChoice& command, std::ostream& out, std::ostream& err);
int run_notify_cancel(const NotifyChoice& command, std::ostream& out, std::ostream& err);

// "0-24h", "30m-6h", "0": from and to. nullopt for anything else.
struct HoldBack {
  std::chrono::minutes from{0}, to{0};
};
std::optional<HoldBack> parse_hold_back(const std::string& text);

}  // namespace afterpatch::app
