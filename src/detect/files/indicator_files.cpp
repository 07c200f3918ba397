// Tells what an indicator file is by its content, reads CSV, and hands JSON to its readers.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "detect/files/indicator_reader.h"

namespace afterpatch::detect::files {
namespace {

namespace json = boost::json;

std::string_view first_column(const CsvTable& table, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (table.has(name)) return name;
  }
  return {};
}

bool is_no(std::string_view value) {
  return value == "0" || equals_ignoring_case(value, "false") || equals_ignoring_case(value, "no");
}

void read_csv_rows(const CsvTable& table, IndicatorSink& sink) {
  const std::string_view type = first_column(table, {"type", "indicator_type"});
  const std::string_view value = first_column(table, {"value", "indicator", "ioc"});
  const std::string_view note = first_column(table, {"note", "comment", "description"});
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (is_no(table.at(row, "to_ids"))) {
      sink.refuse(table.at(row, value), "is marked as not meant for detection (to_ids)", table.line(row));
      continue;
    }
    if (!sink.take_word(table.at(row, type), table.at(row, value), table.at(row, note),
                        table.at(row, "strength"), table.line(row)))
      return;
  }
}

void read_csv(std::string_view text, IndicatorSink& sink) {
  const auto table = CsvTable::parse(text, sink.file(), {});
  if (!table) return sink.refuse("CSV table", to_string(table.error()));
  const bool has_type = !first_column(*table, {"type", "indicator_type"}).empty();
  const bool has_value = !first_column(*table, {"value", "indicator", "ioc"}).empty();
  if (!has_type || !has_value) {
    return sink.refuse("CSV table",
                       "has no columns 'type' and 'value' in its first row; expected a CSV table with these, "
                       "a STIX 2.1 bundle, or a MISP event in JSON",
                       1);
  }
  read_csv_rows(*table, sink);
}

bool is_misp(const json::value& root) {
  const json::value* event = &root;
  if (const auto* list = root.if_array(); list != nullptr && !list->empty()) event = &list->front();
  const auto* object = event->if_object();
  return object != nullptr &&
         (object->contains("Event") || object->contains("response") || object->contains("Attribute"));
}

void read_json(std::string_view text, const IndicatorOptions& options, IndicatorSink& sink) {
  json::error_code error;
  json::parse_options limits;
  limits.max_depth = kMaxJsonDepth;
  const json::value root = json::parse({text.data(), text.size()}, error, {}, limits);
  if (error) return sink.refuse("JSON file", fmt::format("is not sound JSON: {}", error.message()));
  const auto* object = root.if_object();
  if (object != nullptr && json_text(*object, "type") == "bundle") return read_stix(root, options, sink);
  if (is_misp(root)) return read_misp(root, sink);
  sink.refuse("JSON file", "is neither a STIX 2.1 bundle nor a MISP event");
}

void read_indicators(std::string_view content, const IndicatorOptions& options, IndicatorSink& sink) {
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  const std::string_view start = trim(content);
  if (start.empty()) return sink.refuse("indicator file", "is empty");
  if (start.front() == '{' || start.front() == '[') return read_json(content, options, sink);
  read_csv(content, sink);
}

void read_indicator_file(const std::filesystem::path& path, const IndicatorOptions& options,
                         IndicatorSink& sink) {
  const auto text = read_file(path, kMaxIndicatorFileBytes);
  if (!text) return sink.refuse("indicator file", to_string(text.error()));
  read_indicators(*text, options, sink);
}

void read_campaign(const knowledge::Campaign& campaign, IndicatorSink& sink) {
  for (const knowledge::Indicator& indicator : campaign.indicators) {
    sink.take_word(indicator.type, indicator.value,
                   indicator.note.empty() ? indicator.cluster : indicator.note, indicator.strength);
  }
}

bool says_web_shell(std::string_view note) {
  return contains_ignoring_case(note, "web shell") || contains_ignoring_case(note, "webshell") ||
         contains_ignoring_case(note, "web-shell");
}

}  // namespace

bool is_strong_by_default(IndicatorType type) {
  return type != IndicatorType::user_agent && type != IndicatorType::file_name;
}

std::string_view json_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

bool IndicatorSink::take(IndicatorType type, std::string_view value, std::string_view note, bool strong,
                         std::uint64_t line) {
  if (taken_ >= kMaxIndicatorsPerFile) {
    refuse(value, fmt::format("comes after the first {} indicators of this file", kMaxIndicatorsPerFile),
           line);
    return false;
  }
  ++taken_;
  Indicator indicator{.type = type,
                      .value = std::string(value),
                      .note = std::string(note),
                      .origin = origin_,
                      .campaign = campaign_,
                      .strong = strong,
                      .web_shell = says_web_shell(note)};
  if (const auto reason = set_.add(std::move(indicator)))
    refuse(fmt::format("{} {}", to_string(type), value), *reason, line);
  return true;
}

bool IndicatorSink::take_word(std::string_view type_word, std::string_view value, std::string_view note,
                              std::string_view strength, std::uint64_t line) {
  const auto type = parse_indicator_type(type_word);
  if (!type) {
    refuse(fmt::format("{} {}", type_word, value),
           fmt::format("type '{}' is nothing that Afterpatch can look for", type_word.substr(0, 64)), line);
    return true;
  }
  const bool strong =
      strength.empty() ? is_strong_by_default(*type) : equals_ignoring_case(strength, "strong");
  // A URL that starts with its path is a path on this server; lists of other makers mix the two.
  const bool path_only = *type == IndicatorType::url && value.starts_with('/');
  return take(path_only ? IndicatorType::url_path : *type, value, note, strong, line);
}

void IndicatorSink::refuse(std::string_view rule, std::string_view reason, std::uint64_t line) {
  constexpr std::size_t kMaxReasons = 1000;
  constexpr std::size_t kShownRule = 200;
  std::string key(reason);
  if (refusals_.size() >= kMaxReasons && !refusals_.contains(key)) key = "further reasons";
  Refusal& refusal = refusals_[key];
  if (refusal.count++ == 0) refusal.rule = std::string(rule.substr(0, kShownRule)), refusal.line = line;
}

void IndicatorSink::report_to(RuleReport& report) const {
  for (const auto& [reason, refusal] : refusals_) {
    std::string text = reason;
    if (refusal.count > 1) text += fmt::format(" (and {} more like it)", refusal.count - 1);
    report.refused.push_back(
        {.file = file_, .line = refusal.line, .rule = refusal.rule, .reason = std::move(text)});
  }
}

IndicatorSet load_indicators(const std::vector<std::shared_ptr<const knowledge::Campaign>>& campaigns,
                             const std::vector<std::filesystem::path>& files, RuleReport& report,
                             const IndicatorOptions& options) {
  IndicatorSet set;
  for (const auto& campaign : campaigns) {
    const std::string origin = fmt::format("campaign {}", campaign->id);
    IndicatorSink sink(set, origin, origin, campaign->id);
    read_campaign(*campaign, sink);
    sink.report_to(report);
  }
  for (const std::filesystem::path& file : files) {
    IndicatorSink sink(set, file.string(), file.filename().string());
    read_indicator_file(file, options, sink);
    sink.report_to(report);
  }
  set.finish();
  return set;
}

IndicatorSet parse_indicators(const std::string& name, std::string_view text, RuleReport& report,
                              const IndicatorOptions& options) {
  IndicatorSet set;
  IndicatorSink sink(set, name, name);
  read_indicators(text, options, sink);
  sink.report_to(report);
  set.finish();
  return set;
}

}  // namespace afterpatch::detect::files
