// A Sigma rule as a tree (specification 2.1). Made by rule_set.h; immutable afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detect/detection.h"
#include "detect/sigma/value.h"

namespace afterpatch::detect::sigma {

// Which logs a rule is for; what is empty is not asked. `definition` is for people and not kept.
struct LogSource {
  std::string category;
  std::string product;
  std::string service;
  bool operator==(const LogSource&) const = default;
};

// `Field|modifiers: values`, or keywords when it has no field.
struct Item {
  std::optional<std::string> field;
  std::vector<Value> values;  // not empty
  bool every = false;         // modifier all: every value must match, else one is enough
  bool negated = false;       // modifier neq
  std::uint64_t line = 0;
};

// What stands under a selection's name: a map is all of its items, a list is any of its entries.
struct Detection {
  enum class Kind : std::uint8_t { item, all_of, any_of };
  Kind kind = Kind::item;
  Item item;                     // for Kind::item
  std::vector<Detection> parts;  // else; not empty
};

struct Selection {
  std::string name;
  Detection detection;
  std::uint64_t line = 0;
};

// The rule's condition with `1 of x*` already replaced by what it stands for.
struct Condition {
  enum class Kind : std::uint8_t { selection, all_of, any_of, negation };
  Kind kind = Kind::selection;
  std::size_t selection = 0;     // index into Rule::selections
  std::vector<Condition> parts;  // not empty unless Kind::selection; one for a negation
};

// The `afterpatch:` block of rules that come with a campaign or product: what a match means for the verdict
// (docs/sigma.md).
struct Meaning {
  Step step = Step::context;
  Confidence confidence = Confidence::possible;
  std::vector<std::string> cves;
};

struct Rule {
  std::string campaign;  // id of the campaign or product that it comes with; empty for the user's own
  std::string file;
  std::uint64_t line = 0;  // where its document begins
  std::string title;
  std::string id;  // empty if it has none
  std::string name;
  std::string status;
  std::string level;  // informational, low, medium, high, critical; empty if it has none
  std::string description;
  std::string author;
  std::string date;
  std::string modified;
  std::vector<std::string> tags;
  std::vector<std::string> references;
  std::vector<std::string> false_positives;
  LogSource log_source;
  std::vector<Selection> selections;  // in file order; those of filters come last
  std::string condition_text;
  Condition condition;
  std::optional<Meaning> meaning;
  bool shown_alone = true;  // false when only correlations want its matches (`generate: false`)

  // Its id, else its name, else its title: by this detections name it.
  const std::string& identity() const;
  std::vector<std::string> techniques() const;
};

// ATT&CK ids out of tags: "attack.t1505.003" gives "T1505.003".
std::vector<std::string> techniques_of(const std::vector<std::string>& tags);

}  // namespace afterpatch::detect::sigma
