#include "detect/attack_layer.h"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/text.h"

namespace afterpatch::detect {
namespace {

namespace json = boost::json;

// Navigator shows a comment in a tooltip; more titles than this would fill the screen.
constexpr std::size_t kMaxTitles = 20;

using TitlesByTechnique = std::map<std::string, std::vector<std::string>>;

template <typename Document>
void add(const Document& document, TitlesByTechnique& techniques) {
  const auto tagged = sigma::techniques_of(document.tags);
  for (const std::string& technique : std::set(tagged.begin(), tagged.end()))
    techniques[technique].push_back(document.title);
}

std::string comment_of(const std::vector<std::string>& titles) {
  std::string comment;
  for (std::size_t i = 0; i < std::min(titles.size(), kMaxTitles); ++i)
    comment += (i == 0 ? "" : "\n") + to_utf8(titles[i]);
  if (titles.size() > kMaxTitles) comment += fmt::format("\nand {} more", titles.size() - kMaxTitles);
  return comment;
}

// White to blue; Navigator's own default, red to green, reads as bad to good.
json::object gradient(std::size_t largest) {
  return {{"colors", json::array{"#ffffff", "#2b6cb0"}},
          {"minValue", 0},
          {"maxValue", std::max<std::size_t>(largest, 1)}};
}

json::object layout() {
  return {{"layout", "side"}, {"showID", true}, {"showName", true}, {"expandedSubtechniques", "annotated"}};
}

}  // namespace

std::string attack_layer(std::span<const sigma::RuleSet* const> sets, std::string_view name) {
  TitlesByTechnique titles;
  for (const sigma::RuleSet* set : sets) {
    for (const sigma::Rule& rule : set->rules) add(rule, titles);
    for (const sigma::Correlation& correlation : set->correlations) add(correlation, titles);
  }
  json::array techniques;
  std::size_t largest = 0;
  for (const auto& [technique, rules] : titles) {
    largest = std::max(largest, rules.size());
    techniques.push_back(json::object{{"techniqueID", technique},
                                      {"score", rules.size()},
                                      {"comment", comment_of(rules)},
                                      {"enabled", true}});
  }
  const json::object layer = {
      {"name", to_utf8(name)},
      {"versions", json::object{{"navigator", "4.9.0"}, {"layer", "4.5"}}},
      {"domain", "enterprise-attack"},
      {"description", "Score: the number of Sigma rules for a technique"},
      {"sorting", 3},
      {"layout", layout()},
      {"hideDisabled", false},
      {"techniques", std::move(techniques)},
      {"gradient", gradient(largest)},
  };
  return json::serialize(layer) + "\n";
}

}  // namespace afterpatch::detect
