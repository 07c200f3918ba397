#include "detect/sigma/rule_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "detect/sigma/correlation_resolver.h"
#include "detect/sigma/rule_fields.h"
#include "detect/sigma/rule_parser.h"
#include "detect/sigma/yaml_tree.h"

namespace afterpatch::detect::sigma {
namespace {

// --- filters ---

bool covers(const LogSource& filter, const LogSource& rule) {
  const auto agrees = [](const std::string& asked, const std::string& given) {
    return asked.empty() || asked == given;
  };
  return agrees(filter.category, rule.category) && agrees(filter.product, rule.product) &&
         agrees(filter.service, rule.service);
}

bool names(const std::vector<std::string>& references, const Rule& rule) {
  return std::ranges::any_of(references, [&](const std::string& reference) {
    return reference == rule.id || reference == rule.name;
  });
}

void shift_selections(Condition& condition, std::size_t by) {
  if (condition.kind == Condition::Kind::selection) condition.selection += by;
  for (Condition& part : condition.parts) shift_selections(part, by);
}

// Selections are joined after `of` was resolved, so neither side's patterns can catch the other's names.
void apply(const Filter& filter, Rule& rule) {
  Condition filtered{Condition::Kind::all_of, 0, {std::move(rule.condition), filter.condition}};
  shift_selections(filtered.parts[1], rule.selections.size());
  rule.condition = std::move(filtered);
  rule.selections.insert(rule.selections.end(), filter.selections.begin(), filter.selections.end());
}

bool has_negation(const Condition& condition) {
  return condition.kind == Condition::Kind::negation || std::ranges::any_of(condition.parts, has_negation);
}

template <typename Document>
std::string identity(const Document& document) {
  if (!document.id.empty()) return document.id;
  return document.name.empty() ? document.title : document.name;
}

class Loader {
 public:
  explicit Loader(const Placeholders& placeholders) : placeholders_(placeholders) {}

  void add_path(const std::filesystem::path& path);
  void add_text(std::string_view text, const std::string& file);
  RuleSet finish();

 private:
  void add_file(const std::filesystem::path& path);
  void add_document(SigmaDocument document, const std::string& file);
  void add_rule(Rule rule);
  void add_correlation(Correlation correlation);
  bool is_new(const std::string& id, const std::string& file, std::uint64_t line);
  void apply_filters();
  void refuse_rule(const std::string& file, std::uint64_t line, std::string rule, std::string reason) {
    set_.refused.push_back({file, line, std::move(rule), std::move(reason)});
  }

  const Placeholders& placeholders_;
  RuleSet set_;
  std::map<std::string, std::string> places_by_id_;  // "file:line" of the rule with that id
  std::vector<Filter> filters_;
  std::vector<Correlation> correlations_;
  std::vector<RefusedDocument> refused_documents_;
};

bool is_rule_file(const std::filesystem::path& path) {
  const std::string extension = to_lower_ascii(path.extension().string());
  return extension == ".yml" || extension == ".yaml";
}

void Loader::add_path(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return add_file(path);
  std::vector<std::filesystem::path> files;
  using Walk = std::filesystem::recursive_directory_iterator;
  Walk walk(path, std::filesystem::directory_options::skip_permission_denied, error);
  while (!error && walk != Walk()) {
    std::error_code ignored;
    if (is_rule_file(walk->path()) && walk->is_regular_file(ignored)) files.push_back(walk->path());
    walk.increment(error);
  }
  if (error) refuse_rule(path.string(), 0, "", "the folder could not be read to its end: " + error.message());
  std::ranges::sort(files);
  for (const auto& file : files) add_file(file);
}

void Loader::add_file(const std::filesystem::path& path) {
  const auto text = read_file(path, kMaxRuleFileBytes);
  if (!text) return refuse_rule(path.string(), 0, "", text.error().what);
  add_text(*text, path.string());
}

void Loader::add_text(std::string_view text, const std::string& file) {
  for (const auto& document : parse_yaml(text)) {
    if (!document) {
      refuse_rule(file, document.error().line, "", document.error().reason);
      continue;
    }
    auto parsed = parse_sigma(*document->root, placeholders_);
    if (parsed) {
      add_document(std::move(*parsed), file);
    } else {
      const YamlNode& root = *document->root;
      refuse_rule(file, parsed.error().line, identity_of(root), parsed.error().reason);
      refused_documents_.push_back(
          {text_of(root, "id"), text_of(root, "name"), fmt::format("{}:{}", file, parsed.error().line)});
    }
  }
}

void Loader::add_document(SigmaDocument document, const std::string& file) {
  std::visit([&](auto& one) { one.file = file; }, document);
  if (auto* rule = std::get_if<Rule>(&document)) return add_rule(std::move(*rule));
  if (auto* filter = std::get_if<Filter>(&document)) return filters_.push_back(std::move(*filter));
  add_correlation(std::move(std::get<Correlation>(document)));
}

// Refuses the document when its id is taken.
bool Loader::is_new(const std::string& id, const std::string& file, std::uint64_t line) {
  if (id.empty()) return true;
  const auto [known, added] = places_by_id_.emplace(id, fmt::format("{}:{}", file, line));
  if (!added) refuse_rule(file, line, id, "a rule with this id was already loaded from " + known->second);
  return added;
}

void Loader::add_rule(Rule rule) {
  if (is_new(rule.id, rule.file, rule.line)) set_.rules.push_back(std::move(rule));
}

void Loader::add_correlation(Correlation correlation) {
  if (is_new(correlation.id, correlation.file, correlation.line))
    correlations_.push_back(std::move(correlation));
}

void Loader::apply_filters() {
  for (const Filter& filter : filters_) {
    std::size_t touched = 0;
    for (Rule& rule : set_.rules) {
      if (!covers(filter.log_source, rule.log_source) || !(filter.any_rule || names(filter.rules, rule)))
        continue;
      apply(filter, rule);
      ++touched;
    }
    if (touched == 0) {
      refuse_rule(filter.file, filter.line, identity(filter), "the filter touches no loaded rule");
    } else if (!has_negation(filter.condition)) {
      set_.notices.push_back(
          {filter.file, filter.line, identity(filter),
           "the filter's condition has no 'not': its rules now match only what the filter describes"});
    }
  }
}

RuleSet Loader::finish() {
  apply_filters();
  resolve_correlations(std::move(correlations_), refused_documents_, set_);
  return std::move(set_);
}

}  // namespace

RuleSet load_rules(const std::vector<std::filesystem::path>& files_or_folders,
                   const Placeholders& placeholders) {
  Loader loader(placeholders);
  for (const auto& path : files_or_folders) loader.add_path(path);
  return loader.finish();
}

RuleSet parse_rules(std::string_view text, const std::string& file, const Placeholders& placeholders) {
  Loader loader(placeholders);
  loader.add_text(text, file);
  return loader.finish();
}

}  // namespace afterpatch::detect::sigma
