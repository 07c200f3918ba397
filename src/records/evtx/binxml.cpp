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
        add(Kind::close_start);
        return end();
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
        return named(Kind::entity);
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

  // A name is defined where it is first used, right behind its offset; elsewhere only the offset stands.
  std::optional<NameId> name() {
    const auto offset = in_.take<std::uint32_t>();
    if (in_.failed()) return std::nullopt;
    const auto id = names_.at(chunk_, offset);
    if (id && offset == in_.at()) in_.take_bytes(name_bytes(chunk_, offset));
    return id;
  }

  Damage named(Kind kind) {
    const auto id = name();
    if (!id) return Damage::bad_name;
    add(kind, *id);
    return Damage::none;
  }

  Damage skip_name() { return name() ? Damage::none : Damage::bad_name; }

  Damage open(bool has_attributes) {
    if (++depth_ > kMaxElementDepth) return Damage::too_deep;
    if (options_.has_dependency_ids) in_.take<std::uint16_t>();
    const auto size = in_.take<std::uint32_t>();
    if (in_.failed() || size > in_.left()) return Damage::ends_early;
    const Damage damage = named(Kind::open_element);
    if (has_attributes) in_.take<std::uint32_t>();  // size of the attribute list
    in_start_tag_ = true;
    return damage;
  }

  Damage close_start() {
    add(Kind::close_start);
    in_start_tag_ = false;
    return Damage::none;
  }

  Damage end() {
    if (depth_ == 0) return Damage::bad_token;
    --depth_;
    in_start_tag_ = false;
    add(Kind::end_element);
    return Damage::none;
  }

  Damage attribute() {
    const Damage damage = named(Kind::attribute);
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
    if (options_.literals_are_values && !(in_start_tag_ && keeps_literals_)) {
      add(Kind::slot, static_cast<std::uint32_t>(values_.size()));
      values_.push_back({static_cast<std::uint8_t>(ValueType::string), utf16});
    } else {
      add(Kind::text, names_.of_utf16(utf16));
    }
    return Damage::none;
  }

  Damage character() {
    add(Kind::character, in_.take<std::uint16_t>());
    return Damage::none;
  }

  Damage substitution(Kind kind) {
    const auto slot = in_.take<std::uint16_t>();
    in_.take<std::uint8_t>();  // the type that is expected; the value itself says which it has
    add(kind, slot);
    return Damage::none;
  }

  std::string_view chunk_;
  Cursor& in_;
  const FragmentOptions& options_;
  NameTable& names_;
  Steps& steps_;
  std::vector<Value>& values_;
  std::size_t depth_ = 0;
  bool in_start_tag_ = false;
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

}  // namespace afterpatch::records::evtx
