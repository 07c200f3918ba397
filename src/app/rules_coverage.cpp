#include "app/rules_coverage.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <ostream>
#include <vector>

#include "app/give_up.h"
#include "detect/attack_layer.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {

int write_coverage(const RulesCoverage& command, std::ostream& out, std::ostream& err) {
  const auto folder = knowledge::find_knowledge(command.knowledge);
  if (!folder) return give_up(folder.error(), err);
  const auto campaign = knowledge::load_campaign(*folder, command.campaign);
  if (!campaign) return give_up(campaign.error(), err);
  std::vector<std::filesystem::path> folders = {campaign->campaign->sigma_folder};
  if (!campaign->product->sigma_folder.empty()) folders.push_back(campaign->product->sigma_folder);
  const auto own = load_rules({folders, command.paths.placeholders});
  if (!own) return give_up(own.error(), err);
  const auto given = load_rules(command.paths);
  if (!given) return give_up(given.error(), err);
  bool refused_any = false;
  const std::array sets = {&*own, &*given};
  for (const auto* set : sets) {
    for (const detect::RefusedRule& refused : set->refused) {
      refused_any = true;
      err << fmt::format("{}:{}: {}\n", escape_terminal(refused.file), refused.line,
                         escape_terminal(refused.reason));
    }
  }
  out << detect::attack_layer(sets, "Afterpatch: " + command.campaign);
  return refused_any ? kFound : kSuccess;
}

}  // namespace afterpatch::app
