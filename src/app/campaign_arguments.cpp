#include "app/campaign_arguments.h"

#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/campaign_command.h"
#include "detect/engine.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

// Every rule of the campaign that the engine refuses.
std::vector<Error> rule_faults(const knowledge::LoadedCampaign& loaded) {
  detect::EngineOptions options;
  options.campaigns = {loaded.campaign};
  options.product = loaded.product;
  const auto engine = detect::Engine::make(options);
  if (!engine) return {engine.error()};
  std::vector<Error> faults;
  for (const detect::RefusedRule& refused : engine->rules().refused) {
    faults.push_back({refused.reason, fmt::format("{}:{}", refused.file, refused.line), refused.rule});
  }
  return faults;
}

CLI::App* add_action(CLI::App& campaign, const std::string& name, const std::string& about,
                     CampaignOptions::Action action, Job& job) {
  auto options = std::make_shared<CampaignOptions>();
  auto knowledge = std::make_shared<std::string>();
  options->action = action;
  options->rule_faults = rule_faults;
  CLI::App* command = campaign.add_subcommand(name, about);
  if (action != CampaignOptions::Action::list) {
    command->add_option("ID", options->id, "Id of a campaign, as listed")
        ->required(action == CampaignOptions::Action::show);
  }
  const std::map<std::string, CampaignOptions::Format> formats = {{"text", CampaignOptions::Format::text},
                                                                  {"json", CampaignOptions::Format::json}};
  command->add_option("--format", options->format, "text or json")
      ->transform(CLI::CheckedTransformer(formats).description("{text,json}"));
  command->add_option("--knowledge", *knowledge,
                      "Folder with products/ and campaigns/ instead of the built-in one");
  command->callback([options, knowledge, &job] {
    if (!knowledge->empty()) options->knowledge = *knowledge;
    job = [options](std::ostream& out, std::ostream& err) { return run_campaign(*options, out, err); };
  });
  return command;
}

}  // namespace

void add_campaign(CLI::App& program, Job& job) {
  using Action = CampaignOptions::Action;
  CLI::App* campaign = program.add_subcommand("campaign", "What Afterpatch knows of waves of exploitation");
  campaign->require_subcommand(1);
  campaign->footer(
      "Examples:\n  afterpatch campaign list\n  afterpatch campaign show exchange-2021-proxylogon\n  "
      "afterpatch campaign check");
  add_action(*campaign, "list", "The campaigns, one a line", Action::list, job);
  add_action(*campaign, "show", "One campaign: flaws, dates, needed logs, rules", Action::show, job);
  add_action(*campaign, "check",
             "Check the data files; name every fault with file, line and what was expected", Action::check,
             job);
}

}  // namespace afterpatch::app
