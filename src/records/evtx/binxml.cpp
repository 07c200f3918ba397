#include "records/evtx/binxml.h"

#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

using Kind = Step::Kind;

class Compiler {
 public:
  Compiler(std::string_view chunk, Cursor& cursor, const FragmentOptions& options, NameTable& names,
           Steps& steps, std::vector<Value>& values)
      : chunk_(chunk), in_(cursor), options_(options), names_(names), steps_(steps), values_(values) {}

  Damage run() {
    while (!done_ && !in_.at_end()) {
      if (const Damage damage = token(); damage != Damage::none) return damage;
      if (in_.failed()) return Damage::ends_early;
      if (steps_.size() > kMaxSteps) return Damage::too_large;
    }
    return depth_ == 0 ? Damage::none : Damage::ends_early;
  }

 private:
  Damage token() {
    const auto byte = in_.take<std::uint8_t>();
    const auto more = static_cast<std::uint8_t>(byte & kMoreData);
    switch (static_cast<Token>(byte & ~kMoreData)) {
      case Token::end_of_stream:
        done_ = true;
        return Damage::none;
      case Token::open_start_element:
        return open(more != 0);
      case Token::close_start_element:
        return close_start();
      case Token::close_empty_element:
        return close_start() == Damage::none ? end() : Damage::bad_token;
      case Token::end_element:
        return end();
      case Token::value:
        return value();
      case Token::attribute:
        return attribute();
      case Token::cdata:
        return literal(in_.take<std::uint16_t>());
      case Token::char_reference:
        return character();
      case Token::entity_reference:
        return entity();
      case Token::instruction_target:
        return skip_name();
      case Token::instruction_data:
        in_.take_bytes(std::size_t{2} * in_.take<std::uint16_t>());
        return Damage::none;
      case Token::normal_substitution:
        return substitution(Kind::slot);
      case Token::optional_substitution:
        return substitution(Kind::optional_slot);
      case Token::fragment_header:
        in_.take_bytes(3);
        return Damage::none;
      default:
        return Damage::bad_token;
    }
  }

  void add(Kind kind, std::uint32_t operand = 0) { steps_.push_back({kind, operand}); }

  // A start tag holds attributes, and values only as theirs.
  bool value_may_stand() const { return !in_start_tag_ || in_attribute_; }

  // A name is defined where it is first used, right behind its offset; elsewhere only the offset stands.
  std::optional<NameId> name() {
    const auto offset = in_.take<std::uint32_t>();
    if (in_.failed()) return std::nullopt;
    const bool is_inline = offset == in_.at();
    auto id = names_.at(chunk_, offset);
    if (options_.overwritten_names != OverwrittenNames::taken) id = only_intact(id, offset, is_inline);
    if (id && is_inline) in_.take_bytes(name_bytes(chunk_, offset));
    return id;
  }

  std::optional<NameId> only_intact(std::optional<NameId> id, std::uint32_t offset, bool is_inline) {
    if (id && name_is_intact(chunk_, offset)) return id;
    if (is_inline || options_.overwritten_names == OverwrittenNames::refused) return std::nullopt;
    return names_.of_utf16(std::string_view("\xfd\xff", 2));
  }

  Damage entity() { return value_may_stand() ? named(Kind::entity) : Damage::bad_token; }

  Damage named(Kind kind) {
    const auto id = name();
    if (!id) return Damage::bad_name;
    add(kind, *id);
    return Damage::none;
  }

  Damage skip_name() { return name() ? Damage::none : Damage::bad_name; }

  Damage open(bool has_attributes) {
    if (in_start_tag_) return Damage::bad_token;
    if (++depth_ > kMaxElementDepth) return Damage::too_deep;
    if (options_.has_dependency_ids) in_.take<std::uint16_t>();
    const auto size = in_.take<std::uint32_t>();
    if (in_.failed() || size > in_.left()) return Damage::ends_early;
    const Damage damage = named(Kind::open_element);
    if (has_attributes) in_.take<std::uint32_t>();  // size of the attribute list
    in_start_tag_ = true;
    in_attribute_ = false;
    return damage;
  }

  Damage close_start() {
    if (!in_start_tag_) return Damage::bad_token;
    add(Kind::close_start);
    in_start_tag_ = false;
    return Damage::none;
  }

  Damage end() {
    if (depth_ == 0 || in_start_tag_) return Damage::bad_token;
    --depth_;
    add(Kind::end_element);
    return Damage::none;
  }

  Damage attribute() {
    if (!in_start_tag_) return Damage::bad_token;
    const Damage damage = named(Kind::attribute);
    in_attribute_ = true;
    // So that templateless records with other names of data are other shapes, but not those with other
    // values.
    keeps_literals_ = damage == Damage::none && names_.text(steps_.back().operand) == "Name";
    return damage;
  }

  Damage value() {
    const auto type = in_.take<std::uint8_t>();
    if (type == static_cast<std::uint8_t>(ValueType::string)) return literal(in_.take<std::uint16_t>());
    return Damage::bad_token;  // no other type is written as a literal
  }

  Damage literal(std::size_t characters) {
    const std::string_view utf16 = in_.take_bytes(2 * characters);
    if (in_.failed()) return Damage::ends_early;
    if (!value_may_stand()) return Damage::bad_token;
    if (options_.literals_are_values && !(in_start_tag_ && keeps_literals_)) {
      add(Kind::slot, static_cast<std::uint32_t>(values_.size()));
      values_.push_back({static_cast<std::uint8_t>(ValueType::string), utf16});
    } else {
      add(Kind::text, names_.of_utf16(utf16));
    }
    return Damage::none;
  }

  Damage character() {
    if (!value_may_stand()) return Damage::bad_token;
    add(Kind::character, in_.take<std::uint16_t>());
    return Damage::none;
  }

  Damage substitution(Kind kind) {
    const auto slot = in_.take<std::uint16_t>();
    in_.take<std::uint8_t>();  // the type that is expected; the value itself says which it has
    if (!value_may_stand()) return Damage::bad_token;
    add(kind, slot);
    return count_use(slot) ? Damage::none : Damage::too_large;
  }

  bool count_use(std::size_t slot) {
    if (slot >= uses_.size()) uses_.resize(slot + 1);
    return ++uses_[slot] <= kMaxUsesOfSlot;
  }

  std::string_view chunk_;
  Cursor& in_;
  const FragmentOptions& options_;
  NameTable& names_;
  Steps& steps_;
  std::vector<Value>& values_;
  std::size_t depth_ = 0;
  std::vector<std::uint8_t> uses_;  // of each slot
  bool in_start_tag_ = false;
  bool in_attribute_ = false;
  bool keeps_literals_ = false;
  bool done_ = false;
};

}  // namespace

std::string_view to_string(Damage damage) {
  switch (damage) {
    case Damage::none:
      return "whole";
    case Damage::bad_token:
      return "unknown BinXml token";
    case Damage::bad_name:
      return "name outside the chunk";
    case Damage::bad_template:
      return "template definition missing or damaged";
    case Damage::bad_values:
      return "values reach past the record";
    case Damage::too_deep:
      return "nested too deep";
    case Damage::too_large:
      return "too many elements, or one value in too many places";
    case Damage::ends_early:
      return "ends within an element";
  }
  return "damaged";
}

Damage compile_steps(std::string_view chunk, Cursor& cursor, const FragmentOptions& options, NameTable& names,
                     Steps& steps, std::vector<Value>& values) {
  steps.clear();
  return Compiler(chunk, cursor, options, names, steps, values).run();
}

Damage compile_template(std::string_view chunk, std::uint32_t offset, const FragmentOptions& options,
                        NameTable& names, Steps& steps) {
  if (!holds(chunk, offset, kTemplateHeaderBytes)) return Damage::bad_template;
  const std::size_t size = load<std::uint32_t>(chunk, offset + kTemplateSizeAt);
  const std::size_t begin = offset + kTemplateHeaderBytes;
  if (!holds(chunk, begin, size)) return Damage::bad_template;
  Cursor cursor(chunk.substr(0, begin + size), begin);
  std::vector<Value> no_values;
  const Damage damage = compile_steps(chunk, cursor, options, names, steps, no_values);
  return damage == Damage::none && steps.empty() ? Damage::bad_template : damage;
}

}  // namespace afterpatch::records::evtx
