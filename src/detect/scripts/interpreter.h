// Walks a page's code and notes what it does with what the visitor sends, without running anything.
//
// The idea: an abstract interpreter that reads tokens as expressions and keeps, for every variable, member
// and function, where its value comes from (value.h) and, if it is made of constants, its text. Statements
// are walked in order, branches and loops once, function bodies where they are defined; several walks make
// order matter less. Text that the page evaluates is lexed and walked in turn, to a bounded depth. What the
// walk can't understand it skips: a wrong guess loses one expression, not the page.
//
// Cost is linear in tokens, times the passes, plus evaluated text up to kMaxEvaluatedBytes. One object a
// page, not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "detect/scripts/act.h"
#include "detect/scripts/arena.h"
#include "detect/scripts/language.h"
#include "detect/scripts/page.h"
#include "detect/scripts/token.h"
#include "detect/scripts/value.h"
#include "detect/scripts/vocabulary.h"

namespace afterpatch::detect::scripts {

inline constexpr std::size_t kMaxFindings = 4096;
inline constexpr std::size_t kMaxEvaluatedBytes = 8U << 20U;
inline constexpr int kMaxLayers = 12;
inline constexpr Token kNoToken;                      // what stands past the end
inline constexpr std::size_t kShortestProgram = 200;  // a class file that does anything is longer

// Whether a path's end, or a content, is of a page that a server runs.
bool names_script(std::string_view text);
bool holds_script(std::string_view text);
// Java: methods of containers and of reflection, whose result is of any class.
bool gives_any_object(std::string_view method);

class Interpreter {
 public:
  explicit Interpreter(Arena& arena) : arena_(arena) {}

  // What elements of the page hold is the visitor's: their ids, lower case.
  void add_control(std::string_view id);
  // Fields of the page's forms and links, which register_globals made variables of in PHP before 5.4.
  void add_field(std::string_view name) { fields_.insert(name); }
  // Of a page so short that whatever it does not set itself must come from its visitor.
  void take_unset_for_request() { bare_ = true; }
  // An element that stands for an object of a class.
  void add_object(std::string_view id, std::string_view class_name);
  // Walks one program. Call with `noting` false first, so that what later parts set is known to earlier ones.
  void walk(std::span<const Token> tokens, Language language, bool noting);

  // Whether the last walk learned something that an earlier part of it should have known.
  bool learned() const { return learned_; }
  // Whether any walk so far met something to note, noting or not. Where silent walks did not, a noting one of
  // the same page does not either, but in a bare page: what is unset is new to it, and starts nothing alone.
  bool met_anything() const { return met_anything_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  static constexpr std::size_t kMaxArguments = 8;
  static constexpr int kMaxDepth = 160;

  struct Variable {
    Value value;
    int block = 0;  // where it was last set for sure
  };
  struct Function {
    std::vector<std::string_view> parameters;
    std::array<std::uint16_t, kMaxArguments> given{};  // traits of all arguments so far
    std::uint64_t scope = 0;
    Value result;
  };
  struct Element {
    std::uint64_t slot = 0;   // of the element
    std::uint64_t owner = 0;  // of the array
    bool appended = false;    // "$a[] = x"
    std::string_view key;     // constant, or ""
  };
  struct Arguments {
    std::array<Value, kMaxArguments> values;
    std::size_t count = 0;
    bool spread = false;  // "f(...$list)": more may follow
    std::uint16_t flowing() const;
    std::uint32_t source() const;
    bool all_constant() const;
    std::span<const Value> view() const { return {values.data(), count}; }
  };

  // Tokens (cursor).
  const Token& peek(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kNoToken;
  }
  bool at_op(std::uint32_t code, std::size_t ahead = 0) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::op && token.code == code;
  }
  bool at_name(std::string_view name, std::size_t ahead = 0) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::name && token.text == name;
  }
  bool accept(std::uint32_t code) {
    if (!at_op(code)) return false;
    ++at_;
    return true;
  }
  bool at_end_of_statement() const {
    const TokenKind kind = peek().kind;
    return kind == TokenKind::separator || kind == TokenKind::seam || kind == TokenKind::end;
  }
  void leave_bracket(
      std::size_t close);              // never backwards: brackets that don't match must not be walked again
  std::size_t end_of_bracket() const;  // index of the match of the bracket at the cursor, or the end

  // Statements.
  void declare_functions();
  void statements(std::size_t end);
  void statement(std::size_t end);
  bool skip_attributes();
  bool keyword(std::size_t end);
  bool brace_keyword(std::string_view word, std::size_t end);
  bool basic_keyword(std::string_view word, std::size_t end);
  void declare_variables();
  void basic_branch(std::size_t end);
  void block();
  void enter_branch();
  void leave_branch();
  void next_branch();
  void conditional_part(std::size_t end);
  void expression_statement(std::size_t end);
  void basic_call(Value callee, std::size_t at);
  void give_back();
  void bind_loop(const Value& variable, const Value& over);
  void skip_to_separator(std::size_t end);
  void define_function(std::string_view name, std::size_t body_end_hint);
  void basic_function(std::string_view kind);
  void read_parameters(Function& function, std::size_t end);
  void typed_variable();
  bool defines_method() const;
  void walk_body(Function& function, std::size_t end);

  // Expressions.
  Value expression(int least = 0);
  Value unary();
  Value primary();
  Value postfix(Value value, bool named);
  Value binary(Value left, const Token& operation, const Value& right);
  Value concatenate(const Value& left, const Value& right);
  Value arithmetic(const Value& left, const Value& right, std::uint32_t operation);
  Value member(const Value& of, std::string_view name, std::uint32_t at);
  Value method_of_text(const Value& text, std::string_view name, std::uint32_t at);
  Value index(const Value& of, const Value& key);
  bool indexes(const Value& value);
  Value new_object();
  Value list();
  Value name_value(const Token& token);
  Value php_variable(std::string_view name, std::uint32_t at);
  Value variable_variable();
  void arguments(Arguments& into);
  void append_to_last(Arguments& into, const Value& value);
  void initialiser(const Value& object);
  bool skip_type_arguments();
  bool is_cast() const;
  int level_of(const Token& token) const;
  static Value joined(const Value& a, const Value& b);
  static std::uint16_t joined_traits(unsigned a, unsigned b);

  // Calls.
  Value call(const Value& callee, Arguments& arguments, std::uint32_t at, bool through_variable);
  Value call_function(Function& function, const Arguments& arguments);
  Value call_unknown(const Value& callee, const Arguments& arguments);
  Value call_reflected(const Value& callee, const Arguments& arguments, std::uint32_t at);
  void act(const Word& word, const Value& callee, const Arguments& arguments, std::uint32_t at);
  void act_on_value(const Word& word, const Value& value, std::uint32_t at);
  void bind_parameter(std::uint64_t slot, const Value& value, std::uint16_t& given);
  Function* find_function(std::string_view path);

  // Java (java_calls.cpp, java_classes.cpp).
  std::optional<Value> call_java(const Value& target, const Arguments& arguments, std::uint32_t at);
  std::optional<Value> java_stream(const Value& target, const Arguments& arguments, std::uint32_t at);
  std::optional<Value> java_text(const Value& target, const Arguments& arguments);
  std::optional<Value> java_source(const Value& target, const Arguments& arguments, std::uint32_t at);
  std::optional<Value> java_attribute(const Value& target, const Arguments& arguments);
  std::optional<Value> change_receiver(const Value& target, const Arguments& arguments);
  void java_write(const Value& target, const Arguments& arguments, std::uint32_t at);
  void fill_buffer(const Value& target, const Arguments& arguments);
  bool acts_on_receiver(Act act) const;
  void java_loaded_code(const Value& target, const Arguments& arguments, std::uint32_t at);
  void note_hidden_start(std::string_view path, std::uint32_t at);
  bool invoke_java(std::string_view method, std::uint16_t traits, std::uint32_t source, std::uint32_t at);
  bool calls_own_method(std::string_view path, const Word* word) const;
  Value cast_java(Value value, std::string_view type) const;
  Value part_of_java_text(const Value& text, std::string_view method, const Arguments& arguments) const;
  Value append_java(const Value& text, const Arguments& arguments);
  Value element_of(const Value& array);
  Value java_lambda(const Value& parameter);
  std::optional<Value> call_lambda(const Value& target, const Arguments& arguments, std::uint32_t at);
  void give_lambda(std::uint64_t parameter, std::uint16_t traits, std::uint32_t source);
  bool keeps_field(std::uint64_t slot) const;
  bool heads_java_class() const;
  void java_class(std::size_t end);
  void java_entry_points(std::string_view method, const Function& function);
  void note(Finding finding);
  Driver driver_of(unsigned traits, bool constant) const;
  Value evaluate(const Value& code, std::uint32_t at);
  void script_in_style_sheet(std::string_view text, std::uint32_t at);
  void keep_in_owner(const Value& callee, const Arguments& arguments);
  void read_into(const Value& callee, const Arguments& arguments);

  // Calls of PHP (php_calls.cpp).
  std::optional<Value> call_of_php(std::string_view name, const Arguments& arguments, std::uint32_t at);
  std::optional<Value> call_back(std::string_view name, const Arguments& arguments, std::uint32_t at);
  Value call_named(std::string_view path, const Arguments& arguments, std::size_t callable, std::uint32_t at);
  void replace_with_code(std::string_view name, const Arguments& arguments, std::uint32_t at);
  void call_with_name(std::string_view name, const Value& receiver, const Arguments& arguments,
                      std::uint32_t at);
  void give_back(std::string_view name, const Arguments& arguments);
  void take_all(std::string_view name, const Arguments& arguments);
  void include_stream(const Arguments& arguments, std::uint32_t at);
  Value created_function(std::string_view parameters, std::string_view body);
  bool runs_text(std::string_view path) const;
  static bool fills_in(std::string_view name);
  Value call_through_variable(const Value& target, const Arguments& arguments, std::uint32_t at);
  Value made_by_name(const Value& type, const Arguments& arguments, std::uint32_t at);
  std::string_view path_of_callable(const Value& value);
  std::string_view path_of_text(std::string_view text);
  std::uint16_t source_of_php(std::string_view name, const Arguments& arguments) const;

  // Classes, closures and elements of PHP (php_objects.cpp).
  void php_class(std::size_t end);
  void php_use(std::size_t end);
  void php_constants(std::size_t end);
  Value php_name(std::string_view name) const;
  void define_constant(std::string_view name, const Value& value);
  Value php_closure();
  void take_along(const Function& function);
  Value php_static(const Value& of, std::string_view name);
  std::uint64_t class_slot(std::string_view name) const;
  std::string_view class_named(std::string_view name) const;
  std::uint64_t property_slot(const Value& of, std::string_view name) const;
  static std::uint64_t element_slot(std::uint64_t owner, std::string_view key);
  void assign_named(const Value& list);
  void assign_items(const std::vector<std::uint64_t>& slots, const Value& list);
  void assign_element(const Element& element, const Value& value);

  // Variables.
  Value* find(std::uint64_t slot) {
    const auto found = slot == 0 ? variables_.end() : variables_.find(slot);
    return found == variables_.end() ? nullptr : &found->second.value;
  }
  void assign(const Value& target, const Value& value);
  std::uint64_t local_slot(std::string_view name) const;
  std::uint64_t slot_of(std::string_view name);
  std::uint64_t slot_of_field(std::string_view name) const;  // of the class being walked
  Value made_of(unsigned traits, std::uint32_t source, std::string_view path = {}) const;
  Value constant(std::string_view text, std::uint16_t extra = 0) const;
  std::string_view join_path(std::string_view path, std::string_view name);

  Arena& arena_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
  Language language_ = Language::php;
  bool noting_ = false;
  int depth_ = 0;
  // Blocks are numbered as they open, so that what lies inside or in a later branch has a higher number.
  int block_ = 0;
  int blocks_ = 0;                 // how many have been opened
  std::vector<int> outer_blocks_;  // around the one at hand, within its function
  std::uint8_t layer_ = 0;
  std::uint32_t base_ = 0;  // of evaluated text: where it was evaluated
  std::size_t evaluated_ = 0;
  std::uint64_t scope_ = 0;
  Function* current_ = nullptr;
  std::uint64_t receiver_ = 0;  // slot of what the method being called belongs to
  Value evaluated_value_;       // of the text that was evaluated last
  Value last_;                  // what the last statement gave: the value of evaluated text
  std::vector<std::pair<std::string_view, Value>> members_;  // of the object written last, in JScript
  bool learned_ = false;                                     // a function was given or gives something new
  std::string_view base_class_;                              // of the class being walked
  std::vector<std::uint64_t> enclosing_;                     // scopes of the functions around a local class
  std::unordered_map<std::string_view, std::string_view>
      classes_;  // that the page defines, and what they extend
  std::string_view current_name_;
  std::string_view unended_;            // Basic: this kind of procedure has no end from here on
  std::uint8_t declared_ = 0;           // languages whose functions are known
  bool exposed_ = false;                // the next method is called from outside
  bool everything_of_request_ = false;  // extract($_POST) and the like
  bool bare_ = false;
  bool unserialized_ = false;          // objects were made of what the visitor sent
  std::vector<std::uint64_t> listed_;  // variables of the list() or [...] that was just read
  int loop_ = 0;                       // how deep in loops
  std::string_view class_name_;        // PHP: of the class whose body this is
  Element element_;                    // PHP: what the assignment at hand sets an element of
  std::unordered_set<std::string_view> fields_;
  std::unordered_map<std::string_view, std::uint64_t> php_classes_;  // PHP's; a class has its parent's slot
  std::unordered_map<std::string_view, Value> constants_;            // PHP's
  std::unordered_map<std::string_view, std::string_view> aliases_;   // "use function f as g"
  std::unordered_map<std::string_view, Function*> methods_;          // PHP's, by bare name
  std::unordered_map<std::uint64_t, Variable> variables_;
  std::unordered_map<std::string_view, Function> functions_;
  std::unordered_set<std::uint64_t> globals_;  // (scope, name) pairs that stand for the page's own variable
  std::unordered_set<std::uint64_t> noted_;
  std::unordered_map<std::uint64_t, std::uint64_t> elements_;    // Java: slot of an element to its array's
  std::unordered_map<std::string_view, std::uint64_t> lambdas_;  // Java: path of a lambda to its parameter
  std::vector<Value> with_;                                      // Basic's With blocks
  std::unordered_set<std::string_view> made_classes_;            // of which the page makes objects with "new"
  bool included_ = false;  // another file of the page's choice has been run, which may set any variable
  bool met_anything_ = false;
  std::vector<Finding> findings_;
};

}  // namespace afterpatch::detect::scripts
