#include "notify/fields.h"

#include <boost/json.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace afterpatch::notify {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxDepth = 32;

}  // namespace

json::object read_object(std::string_view content) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::value value = json::parse(json::string_view(content.data(), content.size()), error, {}, options);
  return error || !value.is_object() ? json::object() : std::move(value.get_object());
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool flag_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<Timestamp> time_of(const json::object& object, std::string_view key) {
  return parse_time(text_of(object, key));
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? json::value(exact_time(*time)) : json::value(nullptr);
}

std::string exact_time(Timestamp time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                     (time - second).count());
}

}  // namespace afterpatch::notify
