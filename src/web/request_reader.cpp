#include "web/request_reader.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "web/problem.h"

namespace afterpatch::web {
namespace {

constexpr std::size_t kDeepest = 16;

bool is_one_of(std::string_view word, std::span<const std::string_view> allowed) {
  return std::ranges::find(allowed, word) != allowed.end();
}

std::string one_of(std::span<const std::string_view> allowed) {
  return fmt::format("is none of: {}", fmt::join(allowed, ", "));
}

}  // namespace

Response refused_parameter(std::string_view name, std::string_view why) {
  Response response = problem(400, fmt::format("'{}' {}.", name, why));
  auto body = boost::json::parse(response.body).as_object();
  body["parameter"] = name;
  response.body = boost::json::serialize(body);
  return response;
}

void ParameterReader::refuse(std::string_view name, std::string_view why) {
  if (!why_.empty()) return;
  bad_ = name;
  why_ = why;
}

std::string_view ParameterReader::take(std::string_view name) {
  read_.emplace(name);
  const auto& parameters = request_.target.parameters;
  const auto times = std::ranges::count(parameters, name, &std::pair<std::string, std::string>::first);
  if (times > 1) refuse(name, "is there twice");
  return request_.target.parameter(name);
}

std::string ParameterReader::text(std::string_view name, std::size_t longest) {
  const std::string_view value = take(name);
  if (value.size() > longest) refuse(name, fmt::format("is longer than {} bytes", longest));
  return std::string(value.substr(0, longest));
}

std::string ParameterReader::word(std::string_view name, std::span<const std::string_view> allowed,
                                  std::string_view fallback) {
  const std::string_view value = take(name);
  if (value.empty()) return std::string(fallback);
  if (!is_one_of(value, allowed)) refuse(name, one_of(allowed));
  return std::string(value);
}

std::uint64_t ParameterReader::count(std::string_view name, std::uint64_t least, std::uint64_t most,
                                     std::uint64_t fallback) {
  const std::string_view value = take(name);
  if (value.empty() && !request_.target.has(name)) return fallback;
  const auto number = parse_count(value);
  if (number && *number >= least && *number <= most) return *number;
  refuse(name, fmt::format("is no whole number from {} to {}", least, most));
  return fallback;
}

std::optional<bool> ParameterReader::flag(std::string_view name) {
  const std::string_view value = take(name);
  if (value.empty()) return std::nullopt;
  if (value != "true" && value != "false") refuse(name, "is neither true nor false");
  return value == "true";
}

std::optional<std::int64_t> ParameterReader::day(std::string_view name) {
  const std::string_view value = take(name);
  if (value.empty()) return std::nullopt;
  const auto time = value.size() == 10 ? parse_time(value) : std::nullopt;
  if (!time) refuse(name, "is no date such as 2021-03-03");
  return time ? std::optional(std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count())
              : std::nullopt;
}

bool ParameterReader::refused() {
  for (const auto& [name, value] : request_.target.parameters)
    if (!read_.contains(name)) refuse(name, "is no parameter here");
  return !why_.empty();
}

BodyReader::BodyReader(const Request& request) {
  const std::string_view type = request.header("content-type");
  if (!equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/json")) {
    refuse("Content-Type", "is not application/json");
    return;
  }

  boost::json::parse_options options;
  options.max_depth = kDeepest;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(request.body, error, {}, options);
  if (error || !value.is_object()) {
    refuse("body", "is no JSON object");
    return;
  }
  object_ = std::move(value.get_object());
}

void BodyReader::refuse(std::string_view name, std::string_view why) {
  if (!why_.empty()) return;
  bad_ = name;
  why_ = why;
}

const boost::json::value* BodyReader::take(std::string_view name) {
  read_.emplace(name);
  return object_.if_contains(name);
}

std::string BodyReader::text(std::string_view name, std::size_t longest, bool required) {
  const boost::json::value* value = take(name);
  if (value == nullptr) {
    if (required) refuse(name, "is missing");
    return {};
  }
  if (!value->is_string()) {
    refuse(name, "is no text");
    return {};
  }
  const boost::json::string& text = value->get_string();
  if (text.size() > longest) refuse(name, fmt::format("is longer than {} bytes", longest));
  if (required && text.empty()) refuse(name, "is empty");
  return {text.data(), std::min(text.size(), longest)};
}

std::string BodyReader::word(std::string_view name, std::span<const std::string_view> allowed,
                             bool required) {
  std::string value = text(name, 100, required);
  if (!value.empty() && !is_one_of(value, allowed)) refuse(name, one_of(allowed));
  return value;
}

std::uint64_t BodyReader::count(std::string_view name, std::uint64_t least, std::uint64_t most,
                                std::uint64_t fallback) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return fallback;
  boost::system::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  if (!error && number >= least && number <= most) return number;
  refuse(name, fmt::format("is no whole number from {} to {}", least, most));
  return fallback;
}

bool BodyReader::flag(std::string_view name) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return false;
  if (!value->is_bool()) refuse(name, "is neither true nor false");
  return value->is_bool() && value->get_bool();
}

std::vector<std::string> BodyReader::texts(std::string_view name, std::size_t most, std::size_t longest) {
  std::vector<std::string> out;
  const boost::json::value* value = take(name);
  if (value == nullptr) return out;
  if (!value->is_array() || value->get_array().size() > most) {
    refuse(name, fmt::format("is no list of at most {} texts", most));
    return out;
  }
  for (const boost::json::value& item : value->get_array()) {
    if (!item.is_string() || item.get_string().size() > longest) {
      refuse(name, fmt::format("holds something that is no text of at most {} bytes", longest));
      return out;
    }
    out.emplace_back(item.get_string());
  }
  return out;
}

bool BodyReader::refused() {
  for (const auto& member : object_)
    if (!read_.contains(std::string_view(member.key()))) refuse(member.key(), "is no member here");
  return !why_.empty();
}

Response BodyReader::refusal() const {
  if (bad_ == "Content-Type") return problem(415, "Send the body as application/json.");
  return refused_parameter(bad_, why_);
}

}  // namespace afterpatch::web
