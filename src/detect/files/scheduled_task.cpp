#include "detect/files/scheduled_task.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "detect/files/command_judgement.h"
#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

constexpr std::size_t kMaxCommands = 32;
constexpr std::string_view kTasks = "\\windows\\system32\\tasks";

}  // namespace

bool is_scheduled_task(std::string_view windows_path) {
  return lies_below(windows_path, kTasks) || lies_below(windows_path, "\\windows\\tasks") ||
         lies_below(windows_path, "\\windows\\syswow64\\tasks");
}

std::vector<std::string> task_commands(std::string_view xml) {
  std::vector<std::string> commands;
  if (xml.size() > kMaxTaskBytes) return commands;
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_auto);
  for (const pugi::xml_node exec : document.child("Task").child("Actions").children("Exec")) {
    if (commands.size() >= kMaxCommands) break;
    commands.push_back(
        fmt::format("{} {}", exec.child("Command").child_value(), exec.child("Arguments").child_value()));
  }
  return commands;
}

std::optional<Claim> judge_scheduled_task(const knowledge::Product& product, std::string_view windows_path,
                                          std::string_view xml) {
  std::optional<CommandJudgement> surest;
  std::string its_command;
  for (const std::string& command : task_commands(xml)) {
    const auto judgement = judge_command(product, command);
    if (!judgement || (surest && judgement->confidence <= surest->confidence)) continue;
    surest = judgement;
    its_command = command;
  }
  if (!surest) return std::nullopt;
  Claim claim;
  claim.kind = RuleKind::placement;
  claim.rule_id = "scheduled-task-of-an-intruder";
  claim.title = "Scheduled task that runs what no product runs";
  claim.step = Step::backdoor_file;
  claim.confidence = surest->confidence;
  claim.reason = fmt::format("This task brings its owner back at any time: {}", surest->why);
  claim.techniques = {"T1053.005"};
  claim.raw = std::string(trim(its_command)).substr(0, kMaxRawBytes);
  claim.facts = {{"door-kind", "scheduled-task"},
                 {"door-path", std::string(windows_path)},
                 {"command", std::string(trim(its_command)).substr(0, kMaxRawBytes)}};
  return claim;
}

}  // namespace afterpatch::detect::files
