#include "app/rules_command.h"

#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/give_up.h"
#include "app/rules_check.h"
#include "app/rules_coverage.h"
#include "app/rules_explain.h"
#include "app/usual_campaign.h"
#include "detect/engine.h"
#include "detect/log_names.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

struct LiteralOptions {
  std::string log = "iis-w3c";
  std::string campaign = kUsualCampaign;
  std::vector<std::filesystem::path> sigma;
};

int print_literals(const LiteralOptions& options, std::ostream& out, std::ostream& err) {
  const auto folder = knowledge::find_knowledge({});
  if (!folder) return give_up(folder.error(), err);
  const auto loaded = knowledge::load_campaign(*folder, options.campaign);
  if (!loaded) return give_up(loaded.error(), err);
  detect::EngineOptions engine_options;
  engine_options.campaigns = {loaded->campaign};
  engine_options.product = loaded->product;
  engine_options.sigma = options.sigma;
  const auto engine = detect::Engine::make(engine_options);
  if (!engine) return give_up(engine.error(), err);
  for (const std::string& literal : engine->literals_of(options.log)) out << literal << '\n';
  return kSuccess;
}

void add_placeholders(CLI::App& command, RulePaths& paths) {
  command.add_option("--placeholders", paths.placeholders,
                     "Values of your site for rules with 'expand': a YAML file");
}

void add_check(CLI::App& rules, Job& job) {
  auto command = std::make_shared<RulesCheck>();
  CLI::App* check =
      rules.add_subcommand("check", "Load Sigma rules; say which run, which are refused, and why");
  check->footer(
      "Examples:\n  afterpatch rules check sigma/rules\n  afterpatch rules check sigma/rules --against "
      "/mnt/exchange\n\nExit status: 0 all loaded, 1 some refused, 2 no such file.");
  check->add_option("PATH", command->paths.rules, "Rule files and folders")->required();
  check
      ->add_option("--against", command->against,
                   "Evidence: say which rules could run on it, and which of their fields never occur")
      ->allow_extra_args(false);
  add_placeholders(*check, command->paths);
  check->add_flag_callback("--json", [command] { command->json = true; }, "Print JSON");
  check->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return check_rules(*command, out, err); };
  });
}

void add_explain(CLI::App& rules, Job& job) {
  auto command = std::make_shared<RulesExplain>();
  CLI::App* explain =
      rules.add_subcommand("explain", "Say why a Sigma rule matches a row of a log, or why not");
  explain->footer(
      "Examples:\n  afterpatch rules explain rule.yml u_ex210303.log:4711\n  afterpatch rules explain "
      "7a1e6f2c-0000-4000-8000-000000000000 u_ex210303.log:4711 --sigma rules/\n  head -9 u_ex210303.log | "
      "afterpatch rules explain rule.yml -:9 --format json");
  explain->add_option("RULE", command->rule, "Rule file, or the id or name of a rule in --sigma")->required();
  explain->add_option("RECORD", command->record, "Log or -, with :LINE; the first row if there is none")
      ->required();
  explain->add_option("--sigma", command->paths.rules, "Where to look for RULE: a file or folder")
      ->allow_extra_args(false);
  add_placeholders(*explain, command->paths);
  const std::map<std::string, bool> formats = {{"text", false}, {"json", true}};
  explain->add_option("--format", command->json, "text or json")
      ->transform(CLI::CheckedTransformer(formats).description("{text,json}"));
  explain->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return explain_rule(*command, out, err); };
  });
}

void add_coverage(CLI::App& rules, Job& job) {
  auto command = std::make_shared<RulesCoverage>();
  auto knowledge = std::make_shared<std::string>();
  CLI::App* coverage = rules.add_subcommand(
      "coverage", "Write an ATT&CK Navigator layer of the campaign's rules and those given");
  coverage->footer("Example:\n  afterpatch rules coverage sigma/rules > layer.json");
  coverage->add_option("PATH", command->paths.rules, "More rule files and folders");
  coverage->add_option("--campaign", command->campaign, "Which wave")->capture_default_str();
  coverage->add_option("--knowledge", *knowledge,
                       "Folder with products/ and campaigns/ instead of the built-in one");
  add_placeholders(*coverage, command->paths);
  coverage->callback([command, knowledge, &job] {
    if (!knowledge->empty()) command->knowledge = *knowledge;
    job = [command](std::ostream& out, std::ostream& err) { return write_coverage(*command, out, err); };
  });
}

void add_literals(CLI::App& rules, Job& job) {
  auto options = std::make_shared<LiteralOptions>();
  CLI::App* literals =
      rules.add_subcommand("literals", "The literals that a pass over a log looks for, one a line");
  const std::vector<std::string> logs(detect::kLogNames.begin(), detect::kLogNames.end());
  literals->add_option("--log", options->log, "Which log")->capture_default_str()->check(CLI::IsMember(logs));
  literals->add_option("--campaign", options->campaign, "Which wave")->capture_default_str();
  literals->add_option("--sigma", options->sigma, "More Sigma rules")->allow_extra_args(false);
  literals->callback([options, &job] {
    job = [options](std::ostream& out, std::ostream& err) { return print_literals(*options, out, err); };
  });
}

}  // namespace

void add_rules(CLI::App& program, Job& job) {
  CLI::App* rules = program.add_subcommand("rules", "Check, explain and chart Sigma rules");
  rules->require_subcommand(1);
  add_check(*rules, job);
  add_explain(*rules, job);
  add_coverage(*rules, job);
  add_literals(*rules, job);
}

}  // namespace afterpatch::app
