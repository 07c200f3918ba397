#include "report/stix/ids.h"

#include <boost/json/serialize.hpp>

#include "report/uuid.h"

namespace afterpatch::report::stix {
namespace {

constexpr std::string_view kObservableNamespace = "00abedb4-aa42-466c-9c01-fed23315a9b7";

}  // namespace

std::string observable_id(std::string_view type, const boost::json::object& contributing) {
  return std::string(type) + "--" + uuid_v5(kObservableNamespace, boost::json::serialize(contributing));
}

std::string object_id(std::string_view type, std::initializer_list<std::string_view> key) {
  std::string name(type);
  for (const std::string_view part : key) {
    name += '\0';  // keeps the parts apart
    name += part;
  }
  return std::string(type) + "--" + uuid_v5(kOwnNamespace, name);
}

}  // namespace afterpatch::report::stix
