#include "app/rules_explain.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "app/give_up.h"
#include "base/text.h"
#include "detect/explain_record.h"
#include "evidence/artefact.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using detect::RecordExplanation;
using detect::sigma::Explanation;
using detect::sigma::Rule;

// On a terminal: longer values are cut, and of more values only those that matched are shown.
constexpr std::size_t kMaxShownBytes = 300;
constexpr std::size_t kMaxShownValues = 5;

// --- what is asked ---

struct RecordName {
  std::string source;
  std::optional<std::uint64_t> line;
};

// "FILE:LINE", for events "FILE:RECORD-ID", "-:LINE" (which arrives as ":LINE", see command_line.cpp) or
// without the line. A file whose own name ends so is taken as it is.
RecordName parse_record(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::error_code error;
  if (colon == std::string::npos || std::filesystem::exists(text, error)) return {text, std::nullopt};
  std::uint64_t line = 0;
  const char* end = text.data() + text.size();
  const auto [stop, wrong] = std::from_chars(text.data() + colon + 1, end, line);
  if (wrong != std::errc() || stop != end || line == 0) return {text, std::nullopt};
  return {colon == 0 ? "-" : text.substr(0, colon), line};
}

Result<std::vector<Rule>> find_rules(const RulesExplain& command) {
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(command.rule, error);
  RulePaths paths = command.paths;
  if (is_file) paths.rules = {command.rule};
  auto set = load_rules(paths);
  if (!set) return std::unexpected(set.error());
  std::erase_if(set->rules, [&](const Rule& rule) {
    return !is_file && rule.id != command.rule && rule.name != command.rule;
  });
  if (!set->rules.empty()) return std::move(set->rules);
  for (const detect::RefusedRule& refused : set->refused) {
    if (is_file || refused.rule == command.rule)
      return fail(refused.reason, fmt::format("{}:{}", refused.file, refused.line));
  }
  return fail(
      "no such rule", command.rule,
      "give a rule file, or the id of a rule in a folder that --sigma names; correlations are explained "
      "by their base rules");
}

// --- text ---

std::string cut(std::string text) {
  if (text.size() > kMaxShownBytes) text = text.substr(0, kMaxShownBytes) + "...";
  return escape_terminal(text);
}

std::string seen_text(const Explanation& item) {
  std::string text;
  for (const std::string& value : item.seen)
    text += fmt::format("{}'{}'", text.empty() ? "" : ", ", cut(value));
  return text.empty() ? "nothing" : text;
}

std::string heading(const Explanation& node) {
  switch (node.kind) {
    case Explanation::Kind::all_of:
      return "all of";
    case Explanation::Kind::any_of:
      return "any of";
    case Explanation::Kind::negation:
      return "not";
    case Explanation::Kind::selection:
      return "selection " + escape_terminal(node.text);
    case Explanation::Kind::item:
      if (node.text.empty()) return "keywords";
      return fmt::format("{}, seen: {}", escape_terminal(node.text), seen_text(node));
    case Explanation::Kind::value:
      return cut(node.text) + (node.seen.empty() ? "" : ", seen: " + seen_text(node));
  }
  return {};
}

void print_node(const Explanation& node, std::size_t depth, std::ostream& out) {
  out << fmt::format("{}{} {}\n", std::string(2 * depth, ' '), node.result ? "yes" : "no ", heading(node));
  const bool many = node.kind == Explanation::Kind::item && node.parts.size() > kMaxShownValues;
  std::size_t hidden = 0;
  for (const Explanation& part : node.parts) {
    if (many && !part.result) {
      ++hidden;
    } else {
      print_node(part, depth + 1, out);
    }
  }
  if (hidden > 0) out << fmt::format("{}no  {} other values\n", std::string(2 * depth + 2, ' '), hidden);
}

std::string log_text(const RecordExplanation& explanation) {
  if (explanation.event.empty()) return explanation.log;
  return fmt::format("{}: {}", explanation.log, escape_terminal(explanation.event));
}

void print_text(const Rule& rule, const RecordExplanation& explanation, const std::string& source,
                std::ostream& out) {
  out << fmt::format("rule      {} ({}:{})\n", escape_terminal(rule.title), escape_terminal(rule.file),
                     rule.line);
  out << fmt::format("record    {}:{} ({})\n", escape_terminal(source),
                     explanation.record_id.value_or(explanation.line), log_text(explanation));
  out << fmt::format("          {}\n", cut(explanation.raw));
  out << fmt::format("condition {}\n", escape_terminal(rule.condition_text));
  if (!explanation.for_this_log)
    out << fmt::format("note      the rule's log source is not that of {}: a hunt does not ask it there\n",
                       log_text(explanation));
  out << (explanation.why.result ? "matches\n" : "does not match\n");
  print_node(explanation.why, 1, out);
}

// --- JSON ---

std::string_view name_of(Explanation::Kind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"all_of",    "any_of", "not",
                                                      "selection", "item",   "value"};
  return kNames[static_cast<std::size_t>(kind)];
}

json::object node_json(const Explanation& node) {
  json::object object{{"kind", name_of(node.kind)}, {"result", node.result}};
  const bool is_item = node.kind == Explanation::Kind::item;
  if (is_item || !node.text.empty()) object["text"] = to_utf8(node.text);
  if (node.line != 0) object["line"] = node.line;
  if (is_item || !node.seen.empty()) {
    json::array& seen = object["seen"].emplace_array();
    for (const std::string& value : node.seen) seen.push_back(json::string(to_utf8(value)));
  }
  if (node.parts.empty()) return object;
  json::array& parts = object["parts"].emplace_array();
  for (const Explanation& part : node.parts) parts.push_back(node_json(part));
  return object;
}

json::object explanation_json(const Rule& rule, const RecordExplanation& explanation,
                              const std::string& source) {
  json::object object{{"rule", to_utf8(rule.identity())}, {"title", to_utf8(rule.title)},
                      {"file", to_utf8(rule.file)},       {"condition", to_utf8(rule.condition_text)},
                      {"source", to_utf8(source)},        {"line", explanation.line},
                      {"log", explanation.log},           {"for_this_log", explanation.for_this_log},
                      {"raw", to_utf8(explanation.raw)},  {"matches", explanation.why.result},
                      {"why", node_json(explanation.why)}};
  if (!explanation.event.empty()) object["event"] = to_utf8(explanation.event);
  if (explanation.record_id) object["record_id"] = *explanation.record_id;
  return object;
}

}  // namespace

int explain_rule(const RulesExplain& command, std::ostream& out, std::ostream& err) {
  const auto rules = find_rules(command);
  if (!rules) return give_up(rules.error(), err);
  const RecordName record = parse_record(command.record);
  const auto inventory = evidence::take_inventory({record.source});
  if (!inventory) return give_up(inventory.error(), err);
  if (inventory->artefacts.size() != 1)
    return give_up({"expected one log file", record.source, "name the file itself"}, err);
  json::array all;
  for (const Rule& rule : *rules) {
    const auto explanation = detect::explain_record(rule, inventory->artefacts[0], record.line);
    if (!explanation) return give_up(explanation.error(), err);
    if (command.json) {
      all.push_back(explanation_json(rule, *explanation, record.source));
    } else {
      print_text(rule, *explanation, record.source, out);
    }
  }
  if (command.json) out << json::serialize(all) << '\n';
  return kSuccess;
}

}  // namespace afterpatch::app
