// Scheduled tasks as Windows keeps them: \Windows\System32\Tasks\..., one XML file each, UTF-16 as a rule
// (schema: Microsoft Learn, "Task Scheduler Schema"). A task that an intruder left brings him back after
// every restart, and after every shell that was removed.
//
// Windows brings hundreds of tasks, and programs add theirs, so only commands that none of these has are
// named (command_judgement.h). The rules for event 4698 say the same of tasks that event logs tell of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/files/claim.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxTaskBytes = 1ULL << 20U;

bool is_scheduled_task(std::string_view windows_path);

// The command lines of the task's Exec actions, at most 32; empty when this is no task.
std::vector<std::string> task_commands(std::string_view xml);

// At most one claim: of the surest of its actions. Facts "door-kind", "door-path" (the task's name) and
// "command". Thread-safe.
std::optional<Claim> judge_scheduled_task(const knowledge::Product& product, std::string_view windows_path,
                                          std::string_view xml);

}  // namespace afterpatch::detect::files
