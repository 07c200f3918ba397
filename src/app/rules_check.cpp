#include "app/rules_check.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>

#include "app/give_up.h"
#include "base/text.h"
#include "detect/rule_fit.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using detect::EvidenceFit;
using detect::RuleFit;
using detect::sigma::RuleSet;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::uint64_t runnable(const EvidenceFit& fit) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(fit.rules, [](const RuleFit& rule) { return !rule.logs.empty(); }));
}

void print_loaded(const RuleSet& set, std::ostream& out) {
  for (const detect::RefusedRule& refused : set.refused) {
    out << fmt::format("{}:{}: {}: {}\n", escape_terminal(refused.file), refused.line,
                       escape_terminal(refused.rule), escape_terminal(refused.reason));
  }
  for (const auto& notice : set.notices) {
    out << fmt::format("{}:{}: note: {}\n", escape_terminal(notice.file), notice.line,
                       escape_terminal(notice.text));
  }
  out << fmt::format("{} rules loaded, {} refused\n", set.rules.size() + set.correlations.size(),
                     set.refused.size());
}

void print_fit(const EvidenceFit& fit, std::ostream& out) {
  for (const evidence::Problem& problem : fit.problems)
    out << fmt::format("{}: {}\n", escape_terminal(problem.artefact), escape_terminal(problem.what));
  for (const RuleFit& rule : fit.rules) {
    if (rule.logs.empty()) {
      out << fmt::format("{}:{}: can't run here: none of its logs is in the evidence\n",
                         escape_terminal(rule.file), rule.line);
    } else if (!rule.absent_fields.empty()) {
      out << fmt::format("{}:{}: no value in {} for: {}\n", escape_terminal(rule.file), rule.line,
                         escape_terminal(joined(rule.logs)), escape_terminal(joined(rule.absent_fields)));
    }
  }
  out << fmt::format("logs in the evidence: {}\n",
                     fit.logs.empty() ? "none" : escape_terminal(joined(fit.logs)));
  out << fmt::format("{} of {} rules can run on it\n", runnable(fit), fit.rules.size());
}

json::array texts(const std::vector<std::string>& words) {
  json::array array;
  for (const std::string& word : words) array.push_back(json::string(to_utf8(word)));
  return array;
}

json::object fit_json(const EvidenceFit& fit) {
  json::array rules;
  for (const RuleFit& rule : fit.rules) {
    rules.push_back(json::object{{"rule", to_utf8(rule.rule)},
                                 {"title", to_utf8(rule.title)},
                                 {"file", to_utf8(rule.file)},
                                 {"line", rule.line},
                                 {"logs", texts(rule.logs)},
                                 {"absent_fields", texts(rule.absent_fields)}});
  }
  json::array problems;
  for (const evidence::Problem& problem : fit.problems)
    problems.push_back(
        json::object{{"artefact", to_utf8(problem.artefact)}, {"what", to_utf8(problem.what)}});
  return {{"logs", texts(fit.logs)},
          {"records", fit.records},
          {"can_run", runnable(fit)},
          {"rules", std::move(rules)},
          {"problems", std::move(problems)}};
}

void print_json(const RuleSet& set, const std::optional<EvidenceFit>& fit, std::ostream& out) {
  json::array refused;
  for (const detect::RefusedRule& one : set.refused) {
    refused.push_back(json::object{{"file", to_utf8(one.file)},
                                   {"line", one.line},
                                   {"rule", to_utf8(one.rule)},
                                   {"reason", to_utf8(one.reason)}});
  }
  json::object document{{"loaded", set.rules.size() + set.correlations.size()},
                        {"refused", std::move(refused)}};
  if (fit) document["against"] = fit_json(*fit);
  out << json::serialize(document) << '\n';
}

}  // namespace

int check_rules(const RulesCheck& command, std::ostream& out, std::ostream& err) {
  const auto set = load_rules(command.paths);
  if (!set) return give_up(set.error(), err);
  std::optional<EvidenceFit> fit;
  if (!command.against.empty()) {
    const auto inventory = evidence::take_inventory(command.against);
    if (!inventory) return give_up(inventory.error(), err);
    fit = detect::fit_rules(*set, *inventory);
  }
  if (command.json) {
    print_json(*set, fit, out);
  } else {
    print_loaded(*set, out);
    if (fit) print_fit(*fit, out);
  }
  return set->refused.empty() ? kSuccess : kFound;
}

}  // namespace afterpatch::app
