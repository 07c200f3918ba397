#include "detect/sigma/program.h"

#include <fmt/format.h>

#include <algorithm>
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
    if (added) {
      program_.field_names_.push_back(name);
      program_.tests_.push_back(0);
    }
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
    if (added) {
      program_.nodes_.push_back(make());
      costs_.push_back(cost_of(program_.nodes_.back()));
    }
    return found->second;
  }

  // In an order of their own, cheap ones first: so equal lists are one node, and few are gone through.
  NodeId add_joined(Kind kind, std::vector<NodeId> children) {
    if (children.size() == 1 && kind != Kind::negation) return children[0];
    std::ranges::sort(children,
                      [&](NodeId a, NodeId b) { return std::pair(costs_[a], a) < std::pair(costs_[b], b); });
    std::string key = fmt::format("join{}", static_cast<int>(kind));
    for (const NodeId child : children) key += fmt::format(",{}", child);
    return intern(std::move(key), [&] { return joined_node(kind, std::move(children)); });
  }

  // Fields by which it is decided which rules an event is asked about (events/event_rules.h).
  static bool is_routed_by(std::string_view field) {
    return field == "EventID" || field == "Channel" || field == "Provider_Name";
  }

  // In steps that are about as quick as comparing a short text.
  std::uint64_t cost_of(const Node& node) const {
    constexpr std::uint64_t kKeyword = 64;  // looks at every text
    constexpr std::uint64_t kRouted = 10;   // seldom tells more, so it is not asked first
    constexpr std::uint64_t kMost = 1U << 30U;
    if (node.kind == Kind::predicate) {
      const std::uint64_t cost = program_.predicates_[node.target].cost();
      return is_routed_by(program_.field_names_[node.field]) ? std::max(cost, kRouted) : cost;
    }
    if (node.kind == Kind::keyword) return kKeyword + program_.predicates_[node.target].cost();
    std::uint64_t cost = 1;
    for (const NodeId child : node.children) cost += costs_[child];
    return std::min(cost, kMost);
  }

  // Takes it into the tests of a field if all its children are.
  Node joined_node(Kind kind, std::vector<NodeId> children) {
    Node node{kind, 0, 0, std::move(children)};
    const Node& first = program_.nodes_[node.children.front()];
    const bool same = std::ranges::all_of(node.children, [&](NodeId number) {
      const Node& child = program_.nodes_[number];
      return child.test != Program::kNoTest && child.field == first.field;
    });
    if (!same) return node;
    node.field = first.field;
    node.test = program_.tests_[node.field]++;
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
    if (pattern != nullptr && pattern->matches_everything()) return {Kind::present, field, 0, {}};
    if (const auto* reference = std::get_if<FieldReference>(&value.kind)) {
      program_.references_.push_back({field_id(reference->field), *reference});
      return {Kind::same_field, field, static_cast<std::uint32_t>(program_.references_.size() - 1), {}};
    }
    return {Kind::predicate, field, add_predicate(value), {}, program_.tests_[field]++};
  }

  std::uint32_t add_predicate(const Value& value) {
    const auto [found, added] =
        predicates_.emplace(key_of(value), static_cast<std::uint32_t>(program_.predicates_.size()));
    if (added) program_.predicates_.emplace_back(value);
    return found->second;
  }

  Program& program_;
  std::vector<std::uint64_t> costs_;  // by node
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
    : by_value_(program.tests_),
      known_(program.field_names_.size()),
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

bool Program::evaluate(NodeId number, const Event& event, Memo& memo) const {
  const Node& node = nodes_[number];
  Answer* const answers = node.test != kNoTest ? answers_about(node.field, event, memo) : nullptr;
  if (answers != nullptr) {
    Answer& answer = answers[node.test];
    if (answer == Answer::unknown) answer = compute(node, event, memo) ? Answer::yes : Answer::no;
    return answer == Answer::yes;
  }
  Memo::OfRecord& answer = memo.answers_[number];
  if (answer.record != memo.record_) {
    answer.value = compute(node, event, memo);
    answer.record = memo.record_;
  }
  return answer.value;
}

Answer* Program::answers_about(FieldId field, const Event& event, Memo& memo) const {
  Memo::Known& known = memo.known_[field];
  if (known.record != memo.record_) {
    known.record = memo.record_;
    known.answers = memo.by_value_.find(field, event.values(field));
  }
  return known.answers;
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
      return compute_joined(node, event, memo);
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
