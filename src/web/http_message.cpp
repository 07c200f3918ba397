#include "web/http_message.h"

#include <array>

#include "base/text.h"

namespace afterpatch::web {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 6> kMethods = {{{"GET", Method::get},
                                                                          {"HEAD", Method::head},
                                                                          {"POST", Method::post},
                                                                          {"PUT", Method::put},
                                                                          {"PATCH", Method::patch},
                                                                          {"DELETE", Method::delete_method}}};

}  // namespace

Method parse_method(std::string_view name) {
  for (const auto& [word, method] : kMethods)
    if (word == name) return method;
  return Method::other;
}

std::string_view to_string(Method method) {
  for (const auto& [word, known] : kMethods)
    if (known == method) return word;
  return "OTHER";
}

std::string_view header_of(const Headers& headers, std::string_view name) {
  for (const auto& [header, value] : headers)
    if (equals_ignoring_case(header, name)) return value;
  return {};
}

std::string Request::path_value(const std::string& name) const {
  const auto found = path_values.find(name);
  return found == path_values.end() ? std::string() : found->second;
}

}  // namespace afterpatch::web
