// Any bytes as a rule file: must load or be refused, and what loads must run and have sound necessary
// literals.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "detect/sigma/program.h"
#include "detect/sigma/record_event.h"
#include "detect/sigma/rule_set.h"
#include "detect/sigma/witness.h"

using namespace afterpatch;
using namespace afterpatch::detect::sigma;

namespace {

bool stands_in(const Literal& literal, std::string_view line) {
  const auto same = [&](char in_line, char wanted) {
    return to_lower_ascii(in_line) == wanted || (literal.space_or_plus && wanted == ' ' && in_line == '+');
  };
  return !std::ranges::search(line, literal.text, same).empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const RuleSet set = parse_rules(text, "fuzz.yml", {{"who", {"a*", "b"}}});
  std::vector<const Rule*> rules;
  for (const Rule& rule : set.rules) rules.push_back(&rule);
  const Program program(rules);
  Memo memo(program);
  const FieldMap map(program.field_names(),
                     {"a", "cs-uri-stem", "cs-uri-query", "cs(User-Agent)", "sc-status"});
  const std::vector<std::string_view> values = {"x", "/owa/x.aspx", "cmd=1", "Evil+Agent", "200"};
  const std::string_view line = "x /owa/x.aspx cmd=1 Evil+Agent 200";
  RecordEvent event;
  event.start(map, values, line);
  memo.start_record();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto literals = witnesses_of(*rules[i]);
    const bool matches = program.matches(i, event, memo);
    if (!matches || !literals) continue;
    if (std::ranges::none_of(*literals, [&](const Literal& literal) { return stands_in(literal, line); }))
      std::abort();
  }
  return 0;
}
