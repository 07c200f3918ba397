#include "app/rules_command.h"

#include <memory>
#include <ostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/exit_status.h"
#include "base/escape.h"
#include "detect/engine.h"
#include "detect/log_names.h"
#include "detect/sigma/rule_set.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

struct CheckOptions {
  std::vector<std::filesystem::path> paths;
  bool json = false;
};

int give_up(const Error& error, std::ostream& err) {
  err << "afterpatch: " << escape_terminal(to_string(error)) << '\n';
  return kCannotRun;
}

void print_text(const detect::sigma::RuleSet& set, std::ostream& out) {
  for (const detect::RefusedRule& refused : set.refused) {
    out << fmt::format("{}:{}: {}: {}\n", escape_terminal(refused.file), refused.line,
                       escape_terminal(refused.rule), escape_terminal(refused.reason));
  }
  for (const auto& notice : set.notices) {
    out << fmt::format("{}:{}: note: {}\n", escape_terminal(notice.file), notice.line,
                       escape_terminal(notice.text));
  }
  out << fmt::format("{} rules loaded, {} refused\n", set.rules.size(), set.refused.size());
}

void print_json(const detect::sigma::RuleSet& set, std::ostream& out) {
  boost::json::array refused;
  for (const detect::RefusedRule& one : set.refused) {
    refused.push_back({{"file", one.file}, {"line", one.line}, {"rule", one.rule}, {"reason", one.reason}});
  }
  out << boost::json::serialize(boost::json::object{{"loaded", set.rules.size()}, {"refused", refused}})
      << '\n';
}

int check_rules(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  for (const auto& path : options.paths) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      return give_up({"no such file or folder", path.string(), ""}, err);
  }
  const detect::sigma::RuleSet set = detect::sigma::load_rules(options.paths);
  options.json ? print_json(set, out) : print_text(set, out);
  return set.refused.empty() ? kSuccess : kFound;
}

struct LiteralOptions {
  std::string log = "iis-w3c";
  std::string campaign = "exchange-2021-proxylogon";
  std::vector<std::filesystem::path> sigma;
};

int print_literals(const LiteralOptions& options, std::ostream& out, std::ostream& err) {
  const auto folder = knowledge::find_knowledge({});
  if (!folder) return give_up(folder.error(), err);
  const auto loaded = knowledge::load_campaign(*folder, options.campaign);
  if (!loaded) return give_up(loaded.error(), err);
  detect::EngineOptions engine_options;
  engine_options.campaign = loaded->campaign;
  engine_options.product = loaded->product;
  engine_options.sigma = options.sigma;
  const auto engine = detect::Engine::make(engine_options);
  if (!engine) return give_up(engine.error(), err);
  for (const std::string& literal : engine->literals_of(options.log)) out << literal << '\n';
  return kSuccess;
}

void add_check(CLI::App& rules, Job& job) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* check =
      rules.add_subcommand("check", "Load Sigma rules; say which run, which are refused, and why");
  check->footer(
      "Example:\n  afterpatch rules check sigma/rules\n\nExit status: 0 all loaded, 1 some refused, 2 no "
      "such file.");
  check->add_option("PATH", options->paths, "Rule files and folders")->required();
  check->add_flag_callback("--json", [options] { options->json = true; }, "Print JSON");
  check->callback([options, &job] {
    job = [options](std::ostream& out, std::ostream& err) { return check_rules(*options, out, err); };
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
  CLI::App* rules = program.add_subcommand("rules", "Check Sigma rules");
  rules->require_subcommand(1);
  add_check(*rules, job);
  add_literals(*rules, job);
}

}  // namespace afterpatch::app
