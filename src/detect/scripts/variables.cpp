// The interpreter's memory: variables by scope, members by their owner's slot.
#include <functional>
#include <string>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kMaxPathBytes = 160;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b;
  x ^= x >> 32U;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32U;
  return x | 1U;
}

}  // namespace

std::uint64_t Interpreter::local_slot(std::string_view name) const {
  return mix(scope_, std::hash<std::string_view>{}(name));
}

// PHP functions see the page's variables only where they say so; elsewhere a name that the function did not
// declare is the page's or the class's.
std::uint64_t Interpreter::slot_of(std::string_view name) {
  const std::uint64_t local = local_slot(name);
  if (scope_ == 0 && class_name_.empty()) return local;
  if (scope_ == 0) {  // a property where its class declares it
    const Value self = {
        .text = {}, .path = class_name_, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
    return property_slot(self, lower(name, arena_));
  }
  const std::uint64_t outer = mix(0, std::hash<std::string_view>{}(name));
  if (language_ == Language::php)
    return globals_.contains(local) || name == "this" || name == "_SESSION" ? outer : local;
  if (name == "session" || name == "application" || name == "viewstate" || name == "cache") return outer;
  if (language_ == Language::java && !variables_.contains(local)) {
    for (std::size_t i = enclosing_.size(); i-- > 0;) {
      const std::uint64_t around = mix(enclosing_[i], std::hash<std::string_view>{}(name));
      if (variables_.contains(around)) return around;
    }
  }
  return variables_.contains(local) || !variables_.contains(outer) ? local : outer;
}

std::uint64_t Interpreter::slot_of_field(std::string_view name) const {
  return mix(0, std::hash<std::string_view>{}(name));
}

// A variable set inside a branch, or by a function that need not run, may still hold what it held before.
void Interpreter::assign(const Value& target, const Value& value) {
  if (target.path == "$globals" && value.has(kList)) {
    const std::uint64_t scope = std::exchange(scope_, 0);
    assign_named(value);
    scope_ = scope;
  }
  if (target.slot == 0) return;
  // "{'run': eval}" written to a variable: its members are known by name.
  if (!members_.empty()) {
    for (const auto& [name, member] : std::exchange(members_, {})) {
      variables_[target.slot * 0x9e3779b97f4a7c15ULL + std::hash<std::string_view>{}(name)].value = member;
    }
  }
  const bool java = language_ == Language::java;
  if (java && value.path == "null") return;
  if (const auto element = java ? elements_.find(target.slot) : elements_.end(); element != elements_.end()) {
    Value& array = variables_[element->second].value;
    array.traits |= static_cast<std::uint16_t>((array.traits | value.traits) & kFlowing);
    array.traits = static_cast<std::uint16_t>(array.traits & ~kConstant);
    if (array.source == 0) array.source = value.source;
    return;
  }
  auto [found, fresh] = variables_.try_emplace(target.slot);
  Variable& variable = found->second;
  Value next = value;
  next.slot = target.slot;
  if (!fresh && block_ > variable.block) {
    next.traits = static_cast<std::uint16_t>((next.traits & ~kFlowing) |
                                             joined_traits(next.traits, variable.value.traits));
    if (next.source == 0) next.source = variable.value.source;
    if (next.path.empty()) next.path = variable.value.path;
  } else {
    // A declared type outlives "= null" and what is not known.
    if (!fresh && next.path.empty() && !next.constant()) next.path = variable.value.path;
    variable.block = block_;
  }
  // Java: a declared type says more than nothing, or than the container that a value came out of.
  const bool vague = next.path.empty() || gives_any_object(last_part(next.path));
  if (java && vague && !variable.value.path.empty()) next.path = variable.value.path;
  variable.value = next;
}

// Made safe only if all of the visitor's parts are.
std::uint16_t Interpreter::joined_traits(unsigned a, unsigned b) {
  unsigned both = a | b;
  for (const unsigned safe : {unsigned{kQuoted}, unsigned{kFolderOf}, unsigned{kPart}}) {
    const bool bare = ((a & kRequest) != 0 && (a & safe) == 0) || ((b & kRequest) != 0 && (b & safe) == 0);
    if (bare) both &= ~safe;
  }
  return static_cast<std::uint16_t>(both & kFlowing);
}

std::string_view Interpreter::join_path(std::string_view path, std::string_view name) {
  if (path.empty()) return name;
  if (path.size() + name.size() >= kMaxPathBytes)
    return arena_.keep(std::string(last_part(path)) + "." + std::string(name.substr(0, 64)));
  return arena_.joined(arena_.joined(path, "."), name);
}

Value Interpreter::made_of(unsigned traits, std::uint32_t source, std::string_view path) const {
  return {.text = {},
          .path = path,
          .place = {},
          .slot = 0,
          .owner = 0,
          .source = source,
          .traits = static_cast<std::uint16_t>(traits & kFlowing)};
}

Value Interpreter::constant(std::string_view text, std::uint16_t extra) const {
  std::uint16_t traits = static_cast<std::uint16_t>(kConstant | extra);
  if (looks_encoded(text)) traits |= kEncoded;
  return {.text = text, .path = {}, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = traits};
}

}  // namespace afterpatch::detect::scripts
