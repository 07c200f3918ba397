// Builds the objects of one STIX 2.1 bundle: gives each its identifier and the members that all share, and
// keeps each once.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/time.h"
#include "detect/detection.h"
#include "report/sharing/shared_findings.h"

namespace afterpatch::report::stix {

namespace json = boost::json;

// With milliseconds, as `created` needs (section 3.2): "2021-03-03T06:49:46.000Z".
std::string timestamp(Timestamp time);

// The scale "None / Low / Med / High" of the standard's appendix A: 15, 50 or 85 of 100.
int confidence_number(detect::Confidence confidence);

// Text as JSON keeps it: well-formed UTF-8.
json::string text(std::string_view bytes);
json::array texts(const std::vector<std::string>& items);

// Not thread-safe.
class Bundle {
 public:
  explicit Bundle(const SharedFindings& findings);

  // Something that was observed. `contributing` are the members that make its identifier, sorted by name;
  // `others` come on top. Returns the identifier.
  std::string add_observable(std::string_view type, const json::object& contributing,
                             const json::object& others = {});

  // What belongs to this case. `key` tells it from others of its type in this case.
  std::string add(std::string_view type, std::initializer_list<std::string_view> key,
                  const json::object& members);

  // What is true for everybody (a flaw, a technique, this tool): the same identifier and content in every
  // case, so it carries no marking.
  std::string add_public(std::string_view type, std::string_view key, Timestamp created,
                         const json::object& members);

  std::string relate(std::string_view source, std::string_view type, std::string_view target,
                     detect::Confidence confidence);

  const std::vector<std::string>& ids() const { return ids_; }  // in the order of the bundle
  json::object take();

 private:
  std::string keep(json::object object, std::string id);
  json::object head(std::string_view type, const std::string& id, const std::string& created) const;

  const SharedFindings& findings_;
  std::string marking_;
  std::string tool_;
  std::string created_;
  json::array objects_;
  std::vector<std::string> ids_;
  std::unordered_set<std::string> known_;
};

}  // namespace afterpatch::report::stix
