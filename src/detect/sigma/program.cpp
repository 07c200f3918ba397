#include "detect/sigma/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace afterpatch::detect::sigma {

// Turns rules into nodes; equal nodes (by their key) become one.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(Program& program) : program_(program) {}

  void add(const Rule& rule) {
    Program::CompiledRule compiled;
    for (const Selection& selection : rule.selections)
      compiled.selections.push_back(add_detection(selection.detection));
    compiled.condition = add_condition(rule.condition, compiled.selections);
    program_.rules_.push_back(std::move(compiled));
  }

  FieldId field_id(const std::string& name) {
    const auto [found, added] = fields_.emplace(name, static_cast<FieldId>(program_.field_names_.size()));
    if (added) program_.field_names_.push_back(name);
    return found->second;
  }

 private:
  using Kind = Program::Kind;
  using Node = Program::Node;
  using NodeId = Program::NodeId;

  // `make` is called only for a node that is new.
  template <typename Make>
  NodeId intern(std::string key, Make make) {
    const auto [found, added] = nodes_.emplace(std::move(key), static_cast<NodeId>(program_.nodes_.size()));
    if (added) program_.nodes_.push_back(make());
    return found->second;
  }

  NodeId add_joined(Kind kind, std::vector<NodeId> children) {
    if (children.size() == 1 && kind != Kind::negation) return children[0];
    std::string key = fmt::format("join{}", static_cast<int>(kind));
    for (const NodeId child : children) key += fmt::format(",{}", child);
    return intern(std::move(key), [&] { return joined_node(kind, std::move(children)); });
  }

  // Field of a test, or of a node with nothing but tests of one field.
  std::optional<FieldId> only_field(const Node& node) const {
    if (node.kind == Kind::predicate || node.dictionary != Program::kNoDictionary) return node.field;
    return std::nullopt;
  }

  // Fewer tests are done as quickly as a value is looked up.
  Node joined_node(Kind kind, std::vector<NodeId> children) {
    constexpr std::size_t kManyTests = 4;
    Node node{kind, 0, 0, std::move(children), Program::kNoDictionary};
    const auto field = only_field(program_.nodes_[node.children.front()]);
    const bool same = std::ranges::all_of(
        node.children, [&](NodeId child) { return field && only_field(program_.nodes_[child]) == field; });
    if (kind == Kind::negation || !same || node.children.size() < kManyTests) return node;
    node.field = *field;
    node.dictionary = program_.dictionaries_++;
    return node;
  }

  NodeId add_condition(const Condition& condition, const std::vector<NodeId>& selections) {
    if (condition.kind == Condition::Kind::selection) return selections[condition.selection];
    std::vector<NodeId> children;
    for (const Condition& part : condition.parts) children.push_back(add_condition(part, selections));
    const Kind kind = condition.kind == Condition::Kind::negation ? Kind::negation
                      : condition.kind == Condition::Kind::all_of ? Kind::all_of
                                                                  : Kind::any_of;
    return add_joined(kind, std::move(children));
  }

  NodeId add_detection(const Detection& detection) {
    if (detection.kind == Detection::Kind::item) return add_item(detection.item);
    std::vector<NodeId> children;
    for (const Detection& part : detection.parts) children.push_back(add_detection(part));
    return add_joined(detection.kind == Detection::Kind::all_of ? Kind::all_of : Kind::any_of,
                      std::move(children));
  }

  NodeId add_item(const Item& item) {
    std::vector<NodeId> children;
    for (const Value& value : item.values)
      children.push_back(item.field ? add_test(*item.field, value) : add_keyword(value));
    const NodeId all = add_joined(item.every ? Kind::all_of : Kind::any_of, std::move(children));
    return item.negated ? add_joined(Kind::negation, {all}) : all;
  }

  NodeId add_any_of(const AnyOf& any, const std::string* field) {
    std::vector<NodeId> children;
    for (const Value& value : any.values)
      children.push_back(field != nullptr ? add_test(*field, value) : add_keyword(value));
    return add_joined(Kind::any_of, std::move(children));
  }

  NodeId add_keyword(const Value& value) {
    if (const auto* any = std::get_if<AnyOf>(&value.kind)) return add_any_of(*any, nullptr);
    return intern("keyword:" + key_of(value),
                  [&] { return Node{Kind::keyword, 0, add_predicate(value), {}}; });
  }

  NodeId add_test(const std::string& field, const Value& value) {
    if (const auto* any = std::get_if<AnyOf>(&value.kind)) return add_any_of(*any, &field);
    const FieldId id = field_id(field);
    return intern(fmt::format("test{}:{}", id, key_of(value)), [&] { return make_test(id, value); });
  }

  Node make_test(FieldId field, const Value& value) {
    if (std::holds_alternative<Null>(value.kind)) return {Kind::absent, field, 0, {}};
    if (const auto* exists = std::get_if<Exists>(&value.kind))
      return {exists->wanted ? Kind::present : Kind::absent, field, 0, {}};
    const auto* pattern = std::get_if<Pattern>(&value.kind);
    if (pattern != nullptr && pattern->matches_everything())
      return {Kind::present, field, 0, {}, Program::kNoDictionary};
    if (const auto* reference = std::get_if<FieldReference>(&value.kind)) {
      program_.references_.push_back({field_id(reference->field), *reference});
      return {Kind::same_field,
              field,
              static_cast<std::uint32_t>(program_.references_.size() - 1),
              {},
              Program::kNoDictionary};
    }
    return {Kind::predicate, field, add_predicate(value), {}, Program::kNoDictionary};
  }

  std::uint32_t add_predicate(const Value& value) {
    const auto [found, added] =
        predicates_.emplace(key_of(value), static_cast<std::uint32_t>(program_.predicates_.size()));
    if (added) program_.predicates_.emplace_back(value);
    return found->second;
  }

  Program& program_;
  std::unordered_map<std::string, FieldId> fields_;
  std::unordered_map<std::string, NodeId> nodes_;
  std::unordered_map<std::string, std::uint32_t> predicates_;
};

namespace {

// Fills `lowered` with views into `bytes`, whose room is kept from record to record.
void lower_all(std::span<const std::string_view> texts, std::string& bytes,
               std::vector<std::string_view>& lowered) {
  std::size_t size = 0;
  for (const std::string_view text : texts) size += text.size();
  bytes.resize(size);
  lowered.clear();
  char* out = bytes.data();
  for (const std::string_view text : texts) {
    lowered.emplace_back(out, text.size());
    for (const char c : text) *out++ = to_lower_ascii(c);
  }
}

// Reads `pattern`'s place in `text` as the field reference asks.
bool fits(const FieldReference& how, std::string_view text, std::string_view other) {
  Pattern pattern = literal_pattern(std::string(other));
  pattern.cased = how.cased;
  if (how.open_front) open_front(pattern);
  if (how.open_back) open_back(pattern);
  return matches(pattern, text);
}

}  // namespace

Memo::Memo(const Program& program)
    : dictionaries_(program.dictionaries_),
      answers_(program.nodes_.size()),
      fields_(program.field_names_.size() + 1) {}

Program::Program(std::span<const Rule* const> rules, std::span<const std::string> more_fields) {
  ProgramBuilder builder(*this);
  for (const Rule* rule : rules) builder.add(*rule);
  for (const std::string& field : more_fields) builder.field_id(field);
}

bool Program::matches(std::size_t rule, const Event& event, Memo& memo) const {
  return evaluate(rules_[rule].condition, event, memo);
}

bool Program::selection_matches(std::size_t rule, std::size_t selection, const Event& event,
                                Memo& memo) const {
  return evaluate(rules_[rule].selections[selection], event, memo);
}

bool Program::evaluate(NodeId node, const Event& event, Memo& memo) const {
  Memo::Answer& answer = memo.answers_[node];
  if (answer.record != memo.record_) {
    answer.value = compute(nodes_[node], event, memo);
    answer.record = memo.record_;
  }
  return answer.value;
}

bool Program::compute(const Node& node, const Event& event, Memo& memo) const {
  switch (node.kind) {
    case Kind::predicate:
      return compute_predicate(node, event, memo);
    case Kind::keyword:
      return compute_keyword(node, event, memo);
    case Kind::absent:
      return !event.is_present(node.field);
    case Kind::present:
      return event.is_present(node.field);
    case Kind::same_field:
      return compute_same_field(node, event);
    case Kind::all_of:
    case Kind::any_of:
      return node.dictionary != kNoDictionary ? compute_by_dictionary(node, event, memo)
                                              : compute_joined(node, event, memo);
    case Kind::negation:
      return !evaluate(node.children[0], event, memo);
  }
  return false;
}

bool Program::compute_joined(const Node& node, const Event& event, Memo& memo) const {
  const auto holds_for = [&](NodeId child) { return evaluate(child, event, memo); };
  return node.kind == Kind::all_of ? std::ranges::all_of(node.children, holds_for)
                                   : std::ranges::any_of(node.children, holds_for);
}

// Bounded: an attacker can write as many different values as he likes.
bool Program::compute_by_dictionary(const Node& node, const Event& event, Memo& memo) const {
  constexpr std::size_t kMaxKeyBytes = 256;
  constexpr std::size_t kMaxValues = 512;
  memo.key_.clear();
  for (const std::string_view text : event.values(node.field)) {
    if (memo.key_.size() + text.size() > kMaxKeyBytes) return compute_joined(node, event, memo);
    memo.key_.append(text).push_back('\0');
  }
  Memo::Dictionary& dictionary = memo.dictionaries_[node.dictionary];
  if (const auto known = dictionary.find(std::string_view(memo.key_)); known != dictionary.end())
    return known->second;
  if (dictionary.size() >= kMaxValues) dictionary.clear();
  std::string key = memo.key_;  // a node below may use key_ too
  const bool holds = compute_joined(node, event, memo);
  dictionary.emplace(std::move(key), holds);
  return holds;
}

bool Program::compute_predicate(const Node& node, const Event& event, Memo& memo) const {
  const auto values = event.values(node.field);
  Memo::Texts& texts = memo.fields_[node.field];
  if (texts.record != memo.record_) {
    lower_all(values, texts.bytes, texts.lowered);
    texts.record = memo.record_;
  }
  return predicates_[node.target].matches({values, texts.lowered}, memo.scratch_);
}

bool Program::compute_keyword(const Node& node, const Event& event, Memo& memo) const {
  Memo::Texts& texts = memo.fields_.back();
  if (texts.record != memo.record_) {
    texts.originals.clear();
    event.any_text([&](std::string_view text) {
      texts.originals.push_back(text);
      return false;
    });
    lower_all(texts.originals, texts.bytes, texts.lowered);
    texts.record = memo.record_;
  }
  return predicates_[node.target].matches({texts.originals, texts.lowered}, memo.scratch_);
}

bool Program::compute_same_field(const Node& node, const Event& event) const {
  const Reference& reference = references_[node.target];
  const auto others = event.values(reference.other);
  return std::ranges::any_of(event.values(node.field), [&](std::string_view text) {
    return std::ranges::any_of(others,
                               [&](std::string_view other) { return fits(reference.how, text, other); });
  });
}

}  // namespace afterpatch::detect::sigma
