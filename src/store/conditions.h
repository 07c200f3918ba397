// The WHERE of a query that is put together at run time. Used inside this room only.
//
// Example:
//   Conditions conditions;
//   conditions.equal("state", query.state);  // nothing, if it is empty
//   statement.prepare("SELECT number FROM victim_case" + conditions.where());
//   conditions.bind(statement);              // must outlive the statement
#pragma once

#include <soci/soci.h>

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace afterpatch::store {

// Every value is bound, none is written into the text.
class Conditions {
 public:
  void equal(std::string_view column, const std::string& value) {
    if (!value.empty()) add(fmt::format("{} = {{}}", column), value);
  }
  // `text` holds one {} where the value goes.
  void add(const std::string& text, const std::string& value) {
    names_.push_back(fmt::format("value{}", names_.size()));
    values_.push_back(value);
    texts_.push_back(fmt::format(fmt::runtime(text), ":" + names_.back()));
  }
  void also(std::string text) { texts_.push_back(std::move(text)); }

  std::string where() const {
    return texts_.empty() ? std::string() : fmt::format(" WHERE {}", fmt::join(texts_, " AND "));
  }
  void bind(soci::statement& statement) const {
    for (std::size_t i = 0; i < names_.size(); ++i) statement.exchange(soci::use(values_[i], names_[i]));
  }

 private:
  std::vector<std::string> texts_, names_, values_;
};

}  // namespace afterpatch::store
