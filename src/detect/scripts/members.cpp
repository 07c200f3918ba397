// What stands behind an operand: members, indexes, arguments, and the names of declarations.
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/operators.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kAlphabet = 20;

bool brings_upload(std::string_view name) {
  constexpr std::array kNames = {"files"sv,    "postedfile"sv, "filebytes"sv,
                                 "filename"sv, "getpart"sv,    "getparts"sv};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Methods that PHP calls itself when it makes an object of text, uses it or gives it up.
bool is_called_by_php(std::string_view method) {
  return method == "__destruct" || method == "__wakeup" || method == "__unserialize" ||
         method == "__tostring";
}

}  // namespace

// "<String, byte[]>" behind a type's name.
bool Interpreter::skip_type_arguments() {
  if (language_ == Language::java && accept(op("<>"))) return true;
  if (!declares_types(language_) || !at_op(op("<"))) return false;
  int nested = 0;
  for (std::size_t ahead = 0; ahead < 24; ++ahead) {
    const Token& token = peek(ahead);
    if (token.kind == TokenKind::name) continue;
    if (token.kind != TokenKind::op) return false;
    if (token.code == op("<")) {
      ++nested;
    } else if (token.code == op(">") || token.code == op(">>")) {
      nested -= token.code == op(">") ? 1 : 2;
      if (nested <= 0) {
        at_ += ahead + 1;
        return true;
      }
    } else if (token.code != op(",") && token.code != op(".") && token.code != op("[") &&
               token.code != op("]") && token.code != op("?")) {
      return false;
    }
  }
  return false;
}

Value Interpreter::postfix(Value value, bool named) {
  std::uint64_t receiver = 0;
  while (true) {
    const Token& token = peek();
    if (token.kind == TokenKind::name && named) {
      // "Type name": a declaration. "name As Type" in Basic.
      if (is_basic(language_) && token.text == "as") {
        ++at_;
        const bool fresh = at_name("new");
        if (fresh) {
          Value object = new_object();
          object.slot = value.slot;
          assign(value, object);
          value = object;
        } else {
          Value type = {.text = {},
                        .path = peek().text,
                        .place = {},
                        .slot = value.slot,
                        .owner = 0,
                        .source = value.source,
                        .traits = value.traits};
          ++at_;
          while (at_op(op(".")) && peek(1).kind == TokenKind::name) {
            type.path = peek(1).text;
            at_ += 2;
          }
          assign(value, type);
          value = type;
        }
        continue;
      }
      const bool declaration =
          declares_types(language_) && !value.path.empty() && at_ > 0 &&
          (language_ == Language::java || (token.text != "in" && token.text != "as" && token.text != "is")) &&
          token.text != "instanceof" && token.text != "where" && token.text != "throws" &&
          token.text != "extends" && token.text != "implements" && !defines_method() &&
          (tokens_[at_ - 1].kind == TokenKind::name || tokens_[at_ - 1].code == op(">") ||
           tokens_[at_ - 1].code == op("]"));
      if (!declaration) return value;
      Value variable;
      variable.path = value.path;
      variable.slot = local_slot(token.text);
      // Names are kept in lower case: what "z1" holds must not be lost to "Z1 = z1".
      if (const Value* known = find(variable.slot); known != nullptr && language_ != Language::java) {
        variable.traits = static_cast<std::uint16_t>(known->traits & kFlowing);
        variable.source = known->source;
      }
      ++at_;
      if (!keeps_field(variable.slot)) variables_[variable.slot].value = variable;
      value = variable;
      continue;
    }
    if (token.kind != TokenKind::op) return value;
    const bool php = language_ == Language::php;
    if ((token.code == op(".") && !php) || token.code == op("?.") || (token.code == op("->") && php) ||
        token.code == op("?->") || token.code == op("::")) {
      if (language_ == Language::java && token.code == op("->")) return value;
      ++at_;
      const Token& name = peek();
      receiver = value.slot;
      if (name.kind == TokenKind::name) {
        ++at_;
        if (value.constant() && at_op(op("("))) {
          value = method_of_text(value, name.text, name.at);
        } else if (php && token.code == op("::") && name.text != "class" && !at_op(op("("))) {
          value = php_static(value, name.text);
        } else if (php && token.code == op("::") && name.text != "class") {
          value = {.text = {},
                   .path = join_path(value.path, name.text),
                   .place = {},
                   .slot = 0,
                   .owner = 0,
                   .source = value.source,
                   .traits = value.traits};
        } else {
          value = member(value, name.text, name.at);
        }
        skip_type_arguments();
      } else if (name.kind == TokenKind::variable) {
        ++at_;
        const Value which =
            token.code == op("::") ? php_static(value, name.text) : php_variable(name.text, name.at);
        if (token.code == op("::")) {
          value = which;
        } else if (which.constant()) {
          value = member(value, lower(which.text, arena_), name.at);
        } else {
          // Whatever the name, it only reaches what this object has.
          value = made_of(value.traits | which.traits, value.source | which.source, kSomeMethod);
        }
      } else if (at_op(op("{"))) {
        const std::size_t close = end_of_bracket();
        ++at_;
        const Value which = expression();
        leave_bracket(close);
        value = which.constant() ? member(value, lower(which.text, arena_), name.at)
                                 : made_of(value.traits | which.traits, value.source);
      } else {
        return value;
      }
      continue;
    }
    if (token.code == op("[") ||
        (token.code == op("{") && php && !token.spaced && at_ > 0 &&
         (tokens_[at_ - 1].kind == TokenKind::variable || tokens_[at_ - 1].code == op("]")))) {
      const std::size_t close = end_of_bracket();
      ++at_;
      Value key;
      while (at_ < close) {
        const std::size_t before = at_;
        key = expression();
        if (at_ == before || at_op(op(","))) ++at_;
      }
      leave_bracket(close);
      value = index(value, key);
      continue;
    }
    if (token.code == op("(") && at_op(op("..."), 1) && at_op(op(")"), 2)) {
      at_ += 3;  // "f(...)": the function itself
      return {.text = {}, .path = value.path, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
    }
    if (token.code == op("(")) {
      const std::uint32_t at = at_ > 0 ? tokens_[at_ - 1].at : token.at;
      const bool through_variable = at_ > 0 && tokens_[at_ - 1].kind != TokenKind::name;
      Arguments given;
      const Value callee = value;
      arguments(given);
      receiver_ = receiver;
      if (is_basic(language_) && given.count > 0 && indexes(value)) {
        value = index(callee, given.values[0]);
        continue;
      }
      value = call(callee, given, at, through_variable);
      named = false;
      continue;
    }
    if (token.code == op("++") || token.code == op("--")) {
      ++at_;
      if (value.constant() && !value.has(kNumber) && !value.text.empty() && token.code == op("++")) {
        // PHP counts letters up: "a"++ is "b".
        std::string next(value.text);
        ++next.back();
        Value counted = constant(arena_.keep(std::move(next)));
        assign(value, counted);
      }
      continue;
    }
    if (token.code == op("<") && skip_type_arguments()) continue;
    return value;
  }
}

// In Basic, brackets behind a variable are an index: an array, a collection, Session("x").
bool Interpreter::indexes(const Value& value) {
  if (value.path == "session" || value.path == "application") return true;
  return value.slot != 0 && find(value.slot) != nullptr && !functions_.contains(last_part(value.path)) &&
         value.path.find('.') == std::string_view::npos &&
         find_word(value.path, language_, false) == nullptr && !names_request(value.path, language_);
}

// "abc".replace("b", "x"), "a,b".split(","), ["a","b"].join("").
Value Interpreter::method_of_text(const Value& text, std::string_view name, std::uint32_t at) {
  Arguments given;
  arguments(given);
  if (name == "tostring" || name == "getbytes" || name == "tochararray" || name == "trim" ||
      name == "intern" || name == "valueof")
    return text;
  const bool java = language_ == Language::java;
  if (java && (name == "append" || name == "concat") && given.count > 0) return append_java(text, given);
  if (java && (name == "substring" || name == "charat")) return part_of_java_text(text, name, given);
  Arguments all;
  all.values[all.count++] = text;
  for (std::size_t i = 0; i < given.count && all.count < kMaxArguments; ++i)
    all.values[all.count++] = given.values[i];
  const std::string_view same = name == "replaceall"        ? "replace"
                                : name == "substring"       ? "substr"
                                : java && name == "reverse" ? "strrev"
                                                            : name;
  if (all.all_constant() && name != "substring") {
    if (auto folded = fold_call(same, all.view())) {
      Value out = constant(arena_.keep(std::move(*folded)), same == "split" ? kList : 0);
      out.traits |= all.flowing();
      return out;
    }
  }
  Value callee =
      made_of(text.traits | (builds_text(same) ? kBuilt : 0), text.source, join_path("text", name));
  return call(callee, given, at, false);
}

Value Interpreter::member(const Value& of, std::string_view name, std::uint32_t at) {
  const bool php = language_ == Language::php;
  const bool own = language_ == Language::java && of.path == "this";
  const std::uint64_t slot = php   ? property_slot(of, name)
                             : own ? slot_of_field(name)
                             : of.slot == 0
                                 ? 0
                                 : of.slot * 0x9e3779b97f4a7c15ULL + std::hash<std::string_view>{}(name);
  // A method is no function of the same name: $pdo->exec().
  const std::string_view path =
      join_path(php && of.path.empty() ? std::string_view("object") : of.path, name);
  Value out = made_of(of.traits, of.source, path);
  const Value* const known = php && at_op(op("(")) ? nullptr : find(slot);
  if (known != nullptr) out = *known;
  out.place = path;
  if (unserialized_ && php && class_slot(of.path) != 0 &&
      (known == nullptr || is_called_by_php(current_name_)))
    out.traits = static_cast<std::uint16_t>((out.traits & ~kConstant) | kRequest);
  if (php && known != nullptr) return out;
  out.slot = slot;
  out.owner = of.slot;
  // What a page puts into a text box does not keep the visitor from sending something else.
  const bool request = names_request(of.path, language_) && is_request_member(name, language_);
  if (request || (!php && is_visitor_member(path, language_))) {
    out.traits = static_cast<std::uint16_t>((out.traits & ~kConstant) | kRequest |
                                            (brings_upload(name) ? kUpload : 0));
    out.source = base_ + at;
  }
  if (tells_own_place(name) && (php || !at_op(op("(")))) out.traits |= kHere;
  return out;
}

Value Interpreter::index(const Value& of, const Value& key) {
  if (of.path == "$_server") {
    const bool sent =
        key.constant() ? is_sent_server_key(key.text) : key.has(kRequest | kBuilt | kEncoded | kDecoded);
    return sent ? made_of(kRequest, of.source)
           : key.constant() && (key.text == "DOCUMENT_ROOT" || key.text == "SCRIPT_FILENAME")
               ? made_of(kHere, 0)
               : Value{};
  }
  if (of.path == "$globals" && key.constant()) {
    const std::uint64_t scope = std::exchange(scope_, 0);
    const std::string_view type = std::exchange(class_name_, {});
    const Value global = php_variable(key.text, of.source);
    scope_ = scope;
    class_name_ = type;
    return global;
  }
  if (names_request(of.path, language_))
    return made_of(kRequest, tokens_[std::min(at_, tokens_.size()) - 1].at + base_);
  if (key.constant() && of.constant() && !of.has(kOutside)) {
    if (of.has(kList)) {
      const auto item = list_item(of.text, key.text);
      Value value = item ? constant(*item) : Value{};
      value.traits |= of.traits & kDecoded;
      if (language_ == Language::java) value.slot = element_of(of).slot;
      return value;
    }
    const auto at = to_number(key.text);
    if (at && *at >= -static_cast<long long>(of.text.size()) &&
        *at < static_cast<long long>(of.text.size())) {
      Value letter = constant(of.text.substr(
          static_cast<std::size_t>(*at < 0 ? *at + static_cast<long long>(of.text.size()) : *at), 1));
      if (of.text.size() >= kAlphabet)
        letter.traits |= kDecoded;  // a name put together of a jumbled alphabet
      return letter;
    }
  }
  if (language_ == Language::java && !(of.constant() && key.constant())) return element_of(of);
  std::uint64_t slot = 0;
  if (of.slot != 0 && key.constant()) {
    slot = element_slot(of.slot, key.text);
    if (const Value* known = find(slot)) {
      if (peek().kind != TokenKind::op || !is_assignment(peek().code)) return *known;
    }
  }
  // Members by constant name, as scripting languages have them: this["ev" + "al"].
  const bool by_name = language_ == Language::jscript && key.constant() && !key.has(kNumber);
  Value out =
      made_of(of.traits, of.source,
              by_name ? join_path(of.path == "this" ? std::string_view() : of.path, lower(key.text, arena_))
              : of.path == kUploadPath && key.constant() && key.text == "tmp_name"
                  ? std::string_view()  // where the server keeps it, not the name it came with
                  : of.path);
  if (of.constant() && !key.constant()) out.traits |= kBuilt;
  if (language_ == Language::php && of.slot != 0 && peek().kind == TokenKind::op &&
      is_assignment(peek().code)) {
    const bool appended = at_ > 1 && tokens_[at_ - 2].code == op("[");
    if (slot == 0) slot = of.slot * 0xd6e8feb86659fd93ULL + 1;
    element_ = {.slot = slot, .owner = of.slot, .appended = appended, .key = key.constant() ? key.text : ""};
  }
  if (key.has(kRequest) && !of.constant()) out.traits |= kBuilt;
  out.slot = slot;
  return out;
}

void Interpreter::arguments(Arguments& into) {
  const std::size_t close = end_of_bracket();
  ++at_;
  while (at_ < close) {
    const std::size_t before = at_;
    if (peek().kind == TokenKind::name &&
        (at_op(op(":="), 1) || (at_op(op(":"), 1) && language_ == Language::csharp)))
      at_ += 2;
    into.spread |= at_op(op("..."));
    Value value = expression();
    if (at_ > before) {
      if (into.count < kMaxArguments) {
        into.values[into.count++] = value;
      } else if (into.values[kMaxArguments - 1].constant() && value.constant()) {
        append_to_last(into, value);
      } else {
        into.values[kMaxArguments - 1] = joined(into.values[kMaxArguments - 1], value);
      }
    }
    if (at_ == before || at_op(op(","))) ++at_;
  }
  leave_bracket(close);
}

// More constants than there are places for stay together as a list: chr codes.
void Interpreter::append_to_last(Arguments& into, const Value& value) {
  Value& last = into.values[kMaxArguments - 1];
  if (last.text.size() > kMaxFoldedBytes) return;
  const std::string_view end(&kListEnd, 1);
  const std::string_view list = last.has(kList) ? last.text : arena_.joined(last.text, end);
  last.text = arena_.joined(arena_.joined(list, value.text), end);
  last.traits = static_cast<std::uint16_t>((last.traits | kList | (value.traits & kFlowing)) & ~kNumber);
}

std::uint16_t Interpreter::Arguments::flowing() const {
  std::uint16_t traits = 0;
  for (const Value& value : view()) traits = joined_traits(traits, value.traits);
  return traits;
}
std::uint32_t Interpreter::Arguments::source() const {
  for (const Value& value : view()) {
    if (value.source != 0) return value.source;
  }
  return 0;
}
bool Interpreter::Arguments::all_constant() const {
  return count > 0 && std::all_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count),
                                  [](const Value& value) { return value.constant(); });
}

}  // namespace afterpatch::detect::scripts
