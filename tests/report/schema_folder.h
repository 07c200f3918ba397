// Holds a JSON value against JSON Schemas (2020-12) that lie in files and refer to each other, for the
// keywords that the OASIS schemas of STIX 2.1 use. A keyword that is not known is a violation, so nothing is
// passed unchecked; `format` and the annotations say nothing about the value.
//
// The schemas are not ours to keep: the tests that need them take their folder from AFTERPATCH_STIX_SCHEMAS
// (the `schemas` folder of github.com/oasis-open/cti-stix2-json-schemas) and are skipped without it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace afterpatch::report {

class SchemaFolder {
 public:
  explicit SchemaFolder(std::filesystem::path root) : root_(std::move(root)) {}

  // `file` relative to the folder: "sdos/indicator.json". One line a violation; empty: the value conforms.
  // Throws std::runtime_error if a schema can't be read.
  std::vector<std::string> violations(const std::string& file, const boost::json::value& document);

 private:
  struct At {
    std::filesystem::path file;
    std::string path;  // of the value, for messages
  };
  using Violations = std::vector<std::string>;

  const boost::json::value& load(const std::filesystem::path& file);
  Violations check(const boost::json::value& schema, const boost::json::value& value, const At& at);
  Violations check_keyword(std::string_view keyword, const boost::json::object& schema,
                           const boost::json::value& value, const At& at);
  Violations check_reference(std::string_view reference, const boost::json::value& value, const At& at);
  Violations check_combination(std::string_view keyword, const boost::json::object& schema,
                               const boost::json::value& value, const At& at);
  Violations check_object(std::string_view keyword, const boost::json::object& schema,
                          const boost::json::object& object, const At& at);
  Violations check_array(std::string_view keyword, const boost::json::value& rule,
                         const boost::json::array& array, const At& at);
  std::size_t passing(const boost::json::array& schemas, const boost::json::value& value, const At& at);

  std::filesystem::path root_;
  std::map<std::filesystem::path, boost::json::value> loaded_;
};

}  // namespace afterpatch::report
