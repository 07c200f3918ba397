// The JSON content of statements and notices, read without trust: what is missing or of another type is as if
// it were not there.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace afterpatch::notify {

// An empty object if `content` is none. Never throws.
boost::json::object read_object(std::string_view content);

std::string text_of(const boost::json::object& object, std::string_view key);
std::int64_t number_of(const boost::json::object& object, std::string_view key);
bool flag_of(const boost::json::object& object, std::string_view key);
std::optional<Timestamp> time_of(const boost::json::object& object, std::string_view key);  // RFC 3339
std::vector<std::string> texts_of(const boost::json::object& object, std::string_view key);

// Null if it is absent.
boost::json::value time_or_null(const std::optional<Timestamp>& time);
// Microseconds and all, so that what was written is read again.
std::string exact_time(Timestamp time);

}  // namespace afterpatch::notify
