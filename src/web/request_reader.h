// Reads what a request asks for, strictly: what is unknown, twice, of the wrong type or out of range is
// refused with its name, so that a misspelt filter never shows more than was meant.
//
// Example:
//   ParameterReader parameters(request);
//   query.search = parameters.text("search");
//   query.limit = parameters.count("limit", 1, 500, 100);
//   if (parameters.refused()) return parameters.refusal();
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "web/http_message.h"

namespace afterpatch::web {

// 400 with the name of the parameter or member.
Response refused_parameter(std::string_view name, std::string_view why);

class ParameterReader {
 public:
  explicit ParameterReader(const Request& request) : request_(request) {}

  std::string text(std::string_view name, std::size_t longest = 200);
  std::string word(std::string_view name, std::span<const std::string_view> allowed,
                   std::string_view fallback = {});
  std::uint64_t count(std::string_view name, std::uint64_t least, std::uint64_t most, std::uint64_t fallback);
  std::optional<bool> flag(std::string_view name);
  // Of a date, "2021-03-03": days since 1970-01-01.
  std::optional<std::int64_t> day(std::string_view name);

  // Call it when all was read: then unknown parameters are known too.
  bool refused();
  Response refusal() const { return refused_parameter(bad_, why_); }
  void refuse(std::string_view name, std::string_view why);

 private:
  std::string_view take(std::string_view name);

  const Request& request_;
  std::set<std::string, std::less<>> read_;
  std::string bad_;
  std::string why_;
};

// The members of a JSON object in a request's body, at most 16 levels deep.
class BodyReader {
 public:
  explicit BodyReader(const Request& request);

  std::string text(std::string_view name, std::size_t longest, bool required = false);
  std::string word(std::string_view name, std::span<const std::string_view> allowed, bool required = false);
  std::uint64_t count(std::string_view name, std::uint64_t least, std::uint64_t most, std::uint64_t fallback);
  bool flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t longest);
  bool has(std::string_view name) const { return object_.contains(name); }

  bool refused();
  Response refusal() const;
  void refuse(std::string_view name, std::string_view why);

 private:
  const boost::json::value* take(std::string_view name);

  boost::json::object object_;
  std::set<std::string, std::less<>> read_;
  std::string bad_;
  std::string why_;
};

}  // namespace afterpatch::web
