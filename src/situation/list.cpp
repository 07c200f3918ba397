#include <chrono>

#include "base/time.h"
#include "situation/picture.h"

namespace afterpatch::situation {
namespace {

// Of a date that this room wrote.
std::int64_t day_number(const std::string& date) {
  const auto time = parse_time(date);
  return time ? std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count() : 0;
}

}  // namespace

store::ServerQuery query_of(const List& list) {
  store::ServerQuery query;
  for (const auto& [name, value] : list.parameters) {
    if (name == "country") query.country = value;
    if (name == "region") query.region = value;
    if (name == "sector") query.sector = value;
    if (name == "stage") query.stage = value;
    if (name == "certainty") query.certainty = value;
    if (name == "present") query.present = value == "true";
    if (name == "compromise") query.compromise = store::compromise_named(value);
    if (name == "at_least") query.at_least = store::compromise_named(value);
    if (name == "exposure") query.exposure = value;
    if (name == "cluster") query.cluster = value;
    if (name == "moment") query.moment = value;
    if (name == "from") query.from_day = day_number(value);
    if (name == "until") query.until_day = day_number(value);
  }
  return query;
}

}  // namespace afterpatch::situation
