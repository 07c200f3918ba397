#include "detect/scripts/php_interest.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "detect/scripts/name_filter.h"
#include "detect/scripts/vocabulary.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kLongestName = 48;  // of the table's, with room

using Interests = std::unordered_map<std::string_view, std::uint8_t>;

void add_words(Interests& known) {
  for (const Word& word : vocabulary()) {
    if ((word.languages & mask(Language::php)) == 0 || word.assigned) continue;
    if (word.act == Act::include_file) {
      known[word.name] |= kIncludes;
    } else if (word.owner.empty()) {
      known[word.name] |= kFunction;
    } else if (word.owner == "*") {
      known[word.name] |= kAnywhere;
    } else {  // its owner must be named: "pdo", "com"
      known[word.owner.substr(0, word.owner.find('.'))] |= kAnywhere;
    }
  }
}

const Interests& interests() {
  static const Interests table = [] {
    Interests known;
    add_words(known);
    known["eval"] |= kAnywhere;
    for (const std::string_view name : callback_names()) known[name] |= kCallback;
    for (const std::string_view name : {"preg_replace", "preg_filter"}) known[name] |= kReplace;
    for (const std::string_view name :
         {"mb_ereg_replace", "mb_eregi_replace", "invoke", "invokemember", "newinstance", "dynamicinvoke",
          "invokeargs", "newinstanceargs", "__invoke", "uasort", "uksort", "sqlitecreatefunction",
          "createfunction", "createaggregate", "activexobject", "session_set_save_handler"})
      known[name] |= kAnywhere;
    for (const std::string_view name :
         {"getallheaders", "apache_request_headers", "filter_input", "filter_input_array", "get_defined_vars",
          "import_request_variables", "getenv", "apache_getenv", "stream_get_contents"})
      known[name] |= kSource;
    return known;
  }();
  return table;
}

const NameFilter& names_of_interest() {
  static const NameFilter names = filter_of(interests());
  return names;
}

std::uint8_t find_interest(std::string_view name) {
  const auto found = interests().find(name);
  return found == interests().end() ? std::uint8_t{0} : found->second;
}

}  // namespace

std::uint8_t interest_in(std::string_view name) {
  return names_of_interest().may_hold(name) ? find_interest(name) : std::uint8_t{0};
}

std::uint8_t interest_in_any_case(std::string_view name) {
  if (name.size() > kLongestName || !names_of_interest().may_hold_lower(name)) return 0;
  std::array<char, kLongestName> lower;
  std::transform(name.begin(), name.end(), lower.begin(), [](char c) { return to_lower_ascii(c); });
  return find_interest({lower.data(), name.size()});
}

bool brings_request(std::string_view variable) {
  if (variable.empty() || (variable.front() != '_' && variable.front() != 'H' && variable.front() != 'G'))
    return false;
  return is_superglobal(variable) || variable == "_SERVER" || variable == "HTTP_SERVER_VARS" ||
         variable == "_ENV" || variable == "GLOBALS";
}

}  // namespace afterpatch::detect::scripts
