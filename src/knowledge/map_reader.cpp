#include "knowledge/map_reader.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace afterpatch::knowledge {
namespace {

constexpr std::string_view kTimeForm = "expected a UTC date such as 2021-03-02 or 2021-03-02T18:00Z";

}  // namespace

std::optional<Timestamp> parse_written_time(std::string_view text) {
  constexpr std::string_view kMinutes = "YYYY-MM-DDTHH:MM";
  std::string whole(text);
  const bool minutes_only =
      text.size() == kMinutes.size() || (text.size() == kMinutes.size() + 1 && text.back() == 'Z');
  if (minutes_only) whole = std::string(text.substr(0, kMinutes.size())) + ":00Z";
  return parse_time(whole);
}

MapReader::MapReader(const YamlValue& value, const std::string& file, std::string what, Faults& faults)
    : value_(value), file_(file), what_(std::move(what)), faults_(faults) {
  if (value.kind != YamlValue::Kind::map) {
    faults_.add(fmt::format("{} is no map", what_), file_, value.line, "expected 'key: value' lines");
  }
  std::set<std::string_view> seen;
  for (const YamlValue::Entry& entry : value.entries) {
    if (!seen.insert(entry.key).second)
      faults_.add(fmt::format("key '{}' stands twice", entry.key), file_, entry.line);
  }
}

const YamlValue* MapReader::find(std::string_view key) {
  asked_.emplace_back(key);
  const auto entry = std::ranges::find(value_.entries, key, &YamlValue::Entry::key);
  return entry == value_.entries.end() ? nullptr : &entry->value;
}

const YamlValue* MapReader::require(std::string_view key, std::string_view expected) {
  const YamlValue* value = find(key);
  if (value == nullptr && value_.kind == YamlValue::Kind::map) {
    faults_.add(fmt::format("{} lacks the key '{}'", what_, key), file_, value_.line,
                fmt::format("expected {}", expected));
  }
  return value;
}

std::uint64_t MapReader::line(std::string_view key) const {
  const auto entry = std::ranges::find(value_.entries, key, &YamlValue::Entry::key);
  return entry == value_.entries.end() ? value_.line : entry->line;
}

void MapReader::fault(std::string what, std::string_view key, std::string next) {
  faults_.add(std::move(what), file_, line(key), std::move(next));
}

std::string MapReader::scalar(const YamlValue& value, std::string_view key) {
  if (value.kind == YamlValue::Kind::scalar && !trim(value.text).empty()) return value.text;
  const bool empty = value.kind == YamlValue::Kind::null || value.kind == YamlValue::Kind::scalar;
  fault(fmt::format("'{}' {}", key, empty ? "is empty" : "is no text"), key, "expected text");
  return {};
}

std::string MapReader::text(std::string_view key) {
  const YamlValue* value = require(key, "text");
  return value == nullptr ? std::string() : scalar(*value, key);
}

std::string MapReader::text_or(std::string_view key, std::string fallback) {
  const YamlValue* value = find(key);
  return value == nullptr ? fallback : scalar(*value, key);
}

std::vector<std::string> MapReader::read_texts(const YamlValue& value, std::string_view key) {
  std::vector<std::string> texts;
  if (value.kind != YamlValue::Kind::list) {
    fault(fmt::format("'{}' is no list", key), key, "expected a list of texts");
    return texts;
  }
  for (const YamlValue& item : value.items) {
    if (item.kind == YamlValue::Kind::scalar && !trim(item.text).empty()) {
      texts.push_back(item.text);
    } else {
      faults_.add(fmt::format("an entry of '{}' is no text", key), file_, item.line, "expected text");
    }
  }
  return texts;
}

std::vector<std::string> MapReader::texts(std::string_view key) {
  const YamlValue* value = require(key, "a list of texts");
  if (value == nullptr) return {};
  if (value->kind == YamlValue::Kind::list && value->items.empty()) {
    fault(fmt::format("'{}' is empty", key), key, "expected at least one text");
  }
  return read_texts(*value, key);
}

std::vector<std::string> MapReader::texts_or_none(std::string_view key) {
  const YamlValue* value = find(key);
  return value == nullptr ? std::vector<std::string>() : read_texts(*value, key);
}

bool MapReader::flag_or(std::string_view key, bool fallback) {
  const YamlValue* value = find(key);
  if (value == nullptr) return fallback;
  if (value->text == "true" || value->text == "false") return value->text == "true";
  fault(fmt::format("'{}' is neither true nor false", key), key, "expected true or false");
  return fallback;
}

unsigned MapReader::number_or(std::string_view key, unsigned fallback) {
  const YamlValue* value = find(key);
  if (value == nullptr) return fallback;
  unsigned number = 0;
  const char* end = value->text.data() + value->text.size();
  const auto parsed = std::from_chars(value->text.data(), end, number);
  if (value->text.size() <= 6 && parsed.ec == std::errc() && parsed.ptr == end) return number;
  fault(fmt::format("'{}' is no whole number", key), key, "expected 0 to 999999");
  return fallback;
}

Timestamp MapReader::time(std::string_view key) {
  const YamlValue* value = require(key, "a UTC date");
  if (value == nullptr) return {};
  if (const auto time = parse_written_time(value->text)) return *time;
  fault(fmt::format("'{}' is no date", key), key, std::string(kTimeForm));
  return {};
}

const YamlValue* MapReader::map(std::string_view key) {
  const YamlValue* value = require(key, "a map");
  if (value == nullptr || value->kind == YamlValue::Kind::map) return value;
  fault(fmt::format("'{}' is no map", key), key, "expected 'key: value' lines");
  return nullptr;
}

const std::vector<YamlValue>& MapReader::list(std::string_view key) {
  static const std::vector<YamlValue> kNone;
  const YamlValue* value = require(key, "a list");
  if (value == nullptr || value->kind == YamlValue::Kind::list)
    return value == nullptr ? kNone : value->items;
  fault(fmt::format("'{}' is no list", key), key, "expected a list");
  return kNone;
}

const std::vector<YamlValue>& MapReader::list_or_none(std::string_view key) {
  static const std::vector<YamlValue> kNone;
  return find(key) == nullptr ? kNone : list(key);
}

void MapReader::finish() {
  for (const YamlValue::Entry& entry : value_.entries) {
    if (std::ranges::find(asked_, entry.key) != asked_.end()) continue;
    faults_.add(fmt::format("unknown key '{}' in {}", entry.key, what_), file_, entry.line,
                fmt::format("expected one of: {}", fmt::join(asked_, ", ")));
  }
}

}  // namespace afterpatch::knowledge
