// Rules made ready to run together. Equal tests of different rules are one node, and a node is asked at most
// once a record, so that a thousand rules about `cs-method: POST` cost one comparison.
//
// Missing fields (specification: "depends on the target"): a test of an absent field is false, `null` is true
// when the field is absent, and `not` turns both round; so `selection and not filter` matches when the
// filter's field is absent.
//
// Example:
//   Program program(rules);                       // once
//   Memo memo(program);                           // once a thread
//   memo.start_record();                          // for each record
//   if (program.matches(rule, event, memo)) ...
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/event.h"
#include "detect/sigma/predicate.h"
#include "detect/sigma/rule.h"
#include "detect/sigma/value_memo.h"

namespace afterpatch::detect::sigma {

class Program;

// What is already known about the record at hand. Kept between records so that nothing is allocated for them.
// Not thread-safe.
class Memo {
 public:
  explicit Memo(const Program& program);

  // Forgets the last record. Costs nothing.
  void start_record() {
    ++record_;
    by_value_.forget_if_full();
  }

 private:
  friend class Program;

  // Lower-cased texts of a field, or of the whole event for keywords.
  struct Texts {
    std::uint64_t record = 0;
    std::string bytes;
    std::vector<std::string_view> originals;  // for keywords only
    std::vector<std::string_view> lowered;
  };
  struct OfRecord {
    std::uint64_t record = 0;
    bool value = false;
  };
  // What is known of the values that a field has in the record.
  struct Known {
    std::uint64_t record = 0;
    Answer* answers = nullptr;  // by Node::test; may be null
  };

  std::uint64_t record_ = 1;
  ValueMemo by_value_;
  std::vector<Known> known_;       // by field
  std::vector<OfRecord> answers_;  // by node
  std::vector<Texts> fields_;      // by field; the last one is for keywords
  MatchScratch scratch_;
};

// Immutable; shared between threads. Does not point to the rules it was made of.
class Program {
 public:
  // `more_fields`: fields whose values the caller wants beside those of the rules.
  explicit Program(std::span<const Rule* const> rules, std::span<const std::string> more_fields = {});

  std::size_t size() const { return rules_.size(); }

  // Every field that a rule names, in order of first use, then those of more_fields that are new; a FieldId
  // is the place here.
  const std::vector<std::string>& field_names() const { return field_names_; }

  // How many different tests there are (for figures).
  std::size_t predicate_count() const { return predicates_.size(); }

  // REQUIRES: rule < size(); `memo` was made for this program, and start_record() was called since the event
  // changed.
  bool matches(std::size_t rule, const Event& event, Memo& memo) const;

  // The same for one selection of a rule (place in Rule::selections), to explain a match.
  bool selection_matches(std::size_t rule, std::size_t selection, const Event& event, Memo& memo) const;

 private:
  friend class Memo;
  friend class ProgramBuilder;

  using NodeId = std::uint32_t;
  enum class Kind : std::uint8_t {
    predicate,
    keyword,
    absent,
    present,
    same_field,
    all_of,
    any_of,
    negation
  };
  struct Node {
    Kind kind = Kind::all_of;
    FieldId field = 0;
    std::uint32_t target = 0;      // predicate: index into predicates_; same_field: index into references_
    std::vector<NodeId> children;  // all_of, any_of, negation
    // Its place among the nodes that depend on the values of `field` and on nothing else.
    std::uint32_t test = kNoTest;
  };
  static constexpr std::uint32_t kNoTest = static_cast<std::uint32_t>(-1);
  struct Reference {
    FieldId other = 0;
    FieldReference how;
  };
  struct CompiledRule {
    NodeId condition = 0;
    std::vector<NodeId> selections;
  };

  bool evaluate(NodeId node, const Event& event, Memo& memo) const;
  Answer* answers_about(FieldId field, const Event& event, Memo& memo) const;
  bool compute(const Node& node, const Event& event, Memo& memo) const;
  bool compute_joined(const Node& node, const Event& event, Memo& memo) const;
  bool compute_predicate(const Node& node, const Event& event, Memo& memo) const;
  bool compute_keyword(const Node& node, const Event& event, Memo& memo) const;
  bool compute_same_field(const Node& node, const Event& event) const;

  std::vector<CompiledRule> rules_;
  std::vector<Node> nodes_;
  std::vector<Predicate> predicates_;
  std::vector<Reference> references_;
  std::vector<std::string> field_names_;
  std::vector<std::uint32_t> tests_;  // by field: nodes with a Node::test
};

}  // namespace afterpatch::detect::sigma
