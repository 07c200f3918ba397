// Calls of Java's own classes: streams that wrap streams, buffers that are filled, texts that grow,
// attributes that carry a value from one part of a page to another (docs.oracle.com, Java SE API and Servlet
// API).
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

std::string_view owner_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

// What is known of a class or method by its bare name.
enum Kind : unsigned {
  kWraps = 1U,      // a stream, reader or writer that passes on what the one inside it does
  kOpens = 2U,      // opens a file for writing
  kWrites = 4U,     // writes its arguments
  kChanges = 8U,    // puts its arguments into its object
  kGivesAny = 16U,  // gives back an object of any class
};

unsigned kind_of(std::string_view name) {
  static const std::unordered_map<std::string_view, unsigned> kinds = {
      {"bufferedwriter", kWraps},
      {"outputstreamwriter", kWraps},
      {"bufferedoutputstream", kWraps},
      {"dataoutputstream", kWraps},
      {"printstream", kWraps},
      {"printwriter", kWraps},
      {"zipoutputstream", kWraps},
      {"gzipoutputstream", kWraps},
      {"objectoutputstream", kWraps},
      {"jaroutputstream", kWraps},
      {"bufferedinputstream", kWraps},
      {"inputstreamreader", kWraps},
      {"bufferedreader", kWraps},
      {"datainputstream", kWraps},
      {"scanner", kWraps},
      {"linenumberreader", kWraps},
      {"cipheroutputstream", kWraps},
      {"base64outputstream", kWraps},
      {"filteroutputstream", kWraps},
      {"fileoutputstream", kOpens},
      {"filewriter", kOpens},
      {"randomaccessfile", kOpens},
      {"newoutputstream", kOpens},
      {"newbufferedwriter", kOpens},
      {"fileimageoutputstream", kOpens},
      {"write", kWrites | kChanges},
      {"print", kWrites | kChanges},
      {"println", kWrites | kChanges},
      {"append", kWrites | kChanges},
      {"printf", kWrites},
      {"format", kWrites},
      {"writebytes", kWrites},
      {"writeutf", kWrites},
      {"writechars", kWrites},
      {"transferfrom", kWrites},
      {"insert", kChanges},
      {"add", kChanges},
      {"put", kChanges},
      {"push", kChanges},
      {"offer", kChanges},
      {"addall", kChanges},
      {"putall", kChanges},
      {"update", kChanges},
      {"setproperty", kChanges},
      {"addelement", kChanges},
      {"addlast", kChanges},
      {"addfirst", kChanges},
      {"set", kChanges},
      {"command", kChanges},
      {"getattribute", kGivesAny},
      {"get", kGivesAny},
      {"next", kGivesAny},
      {"nextelement", kGivesAny},
      {"elementat", kGivesAny},
      {"remove", kGivesAny},
      {"invoke", kGivesAny},
      {"getobject", kGivesAny},
      {"getvalue", kGivesAny},
      {"newinstance", kGivesAny},
      {"poll", kGivesAny},
      {"pop", kGivesAny},
      {"peek", kGivesAny},
  };
  const auto found = kinds.find(name);
  return found == kinds.end() ? 0 : found->second;
}

bool wraps_stream(std::string_view name) {
  return (kind_of(name) & kWraps) != 0;
}
bool opens_file_for_writing(std::string_view name) {
  return (kind_of(name) & kOpens) != 0;
}
bool writes(std::string_view name) {
  return (kind_of(name) & kWrites) != 0;
}
bool changes_receiver(std::string_view name) {
  return (kind_of(name) & kChanges) != 0;
}

bool is_text_type(std::string_view name) {
  return name == "string" || name == "stringbuilder" || name == "stringbuffer";
}

bool is_file_writer(std::string_view path) {
  return owned_by(path, "fileoutputstream") || owned_by(path, "filewriter") ||
         owned_by(path, "randomaccessfile") || owned_by(path, "newoutputstream") ||
         owned_by(path, "newbufferedwriter");
}

// What is written there is read by a program that was started.
bool is_input_of_process(std::string_view path) {
  return owned_by(path, "getoutputstream") &&
         (owned_by(path, "exec") || owned_by(path, "process") || owned_by(path, "processbuilder"));
}

bool is_socket(std::string_view path) {
  return owned_by(path, "socketchannel") || owned_by(path, "socket") ||
         owned_by(path, "asynchronoussocketchannel");
}

std::uint64_t attribute_slot(std::string_view key) {
  return (std::hash<std::string_view>{}(key) * 0x9e3779b97f4a7c15ULL) ^ 0x61747472U;
}

std::string characters(std::string_view list) {
  std::string out;
  while (!list.empty()) {
    const auto end = list.find(kListEnd);
    const auto code = to_number(list.substr(0, end));
    if (code) {
      out.push_back(static_cast<char>(*code & 0xff));
    } else {
      out.append(list.substr(0, end));
    }
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return out;
}

}  // namespace

std::optional<Value> Interpreter::call_java(const Value& target, const Arguments& given, std::uint32_t at) {
  if (auto value = java_source(target, given, at)) return value;
  if (auto value = call_lambda(target, given, at)) return value;
  java_loaded_code(target, given, at);
  const bool finds_class = last_part(target.path) == "forname" || last_part(target.path) == "loadclass";
  if (finds_class && given.count > 0 && given.values[0].constant())
    note_hidden_start(lower(given.values[0].text, arena_), at);
  if (auto value = java_stream(target, given, at)) return value;
  if (auto value = java_text(target, given)) return value;
  if (auto value = java_attribute(target, given)) return value;
  fill_buffer(target, given);
  return change_receiver(target, given);
}

// Where a visitor's data, or another machine's, comes in.
std::optional<Value> Interpreter::java_source(const Value& target, const Arguments& given, std::uint32_t at) {
  const std::string_view name = last_part(target.path);
  const std::string_view owner = owner_of(target.path);
  if (names_request(name, language_)) return made_of(0, 0, target.path);
  if (const auto own = classes_.find(name); own != classes_.end() && names_request(own->second, language_))
    return made_of(0, 0, own->second);
  if (names_request(owner, language_) && is_request_member(name, language_))
    return made_of(target.traits | kRequest, base_ + at, target.path);
  if (name == "parserequest" || name == "getitemiterator")
    return made_of(kRequest | kUpload, base_ + at, target.path);
  const bool upload_name = name == "getname" || name == "getsubmittedfilename" ||
                           name == "getoriginalfilename" || name == "getfilename";
  if (upload_name && target.has(kUpload)) return made_of(kUpload, target.source, target.path);
  if (name == "openconnection" || name == "openstream")
    return made_of(target.traits | kFetched, target.source, target.path);
  // The abstract ClassLoader of java.lang can't be made; BCEL's takes a class as its name.
  if (name == "classloader" && owner.empty() && !at_op(op("{")) && !classes_.contains(name))
    return made_of(given.flowing(), given.source(), "bcel.classloader");
  // Only the first context resolves names that lead to other machines.
  if (name == "lookup" && last_part(owner) == "lookup")
    return made_of(given.flowing(), given.source(), target.path);
  return std::nullopt;
}

// Streams: made of files and of one another, written to.
std::optional<Value> Interpreter::java_stream(const Value& target, const Arguments& given, std::uint32_t at) {
  const std::string_view name = last_part(target.path);
  if (writes(name) && (is_file_writer(target.path) || is_input_of_process(target.path) ||
                       (is_socket(target.path) && name != "print"))) {
    java_write(target, given, at);
    return made_of(target.traits, target.source, target.path);
  }
  if (given.count == 0) return std::nullopt;
  if (name == "copy" && given.count > 1 && owned_by(target.path, "files") &&
      given.values[1].path.find("getoutputstream") != std::string_view::npos) {
    act({.name = name, .owner = "*", .act = Act::read_file, .path = 0}, {}, given, at);
    return Value{};
  }
  if (name == "copy" && given.count > 1 && opens_file_for_writing(last_part(given.values[1].path))) {
    Value file = given.values[1];
    file.path = join_path(file.path, name);
    java_write(file, given, at);
    return Value{};
  }
  const Value& inner = given.values[0];
  const bool names_file =
      inner.constant() || last_part(inner.path) == "file" || last_part(inner.path) == "getparameter";
  if (opens_file_for_writing(name) || ((name == "printwriter" || name == "printstream") && names_file)) {
    act({.name = name, .owner = "*", .act = Act::write_file, .path = 0}, {}, given, at);
    Value file = made_of(inner.traits, inner.source, name.starts_with("print") ? "filewriter"sv : name);
    file.text = inner.text;  // its end tells what kind of file it is
    return file;
  }
  if (!wraps_stream(name) || inner.path.empty()) return std::nullopt;
  Value wrapped = made_of(given.flowing(), given.source(), inner.path);
  wrapped.text = inner.constant() ? std::string_view() : inner.text;
  return wrapped;
}

void Interpreter::java_write(const Value& target, const Arguments& given, std::uint32_t at) {
  const std::uint16_t content = given.flowing();
  Finding finding = {.act = Act::write_file,
                     .driver = driver_of(target.traits | content, false),
                     .path_of_request = target.has(kRequest) && !target.has(kQuoted),
                     .path_of_upload = target.has(kUpload) && !target.has(kRequest),
                     .content_of_request = (content & (kRequest | kUpload)) != 0,
                     .content_fetched = (content & kFetched) != 0,
                     .bounded_path = target.has(kFolderOf | kQuoted),
                     .at = at,
                     .source = given.source() != 0 ? given.source() : target.source,
                     .word = last_part(target.path)};
  if (is_file_writer(target.path)) {
    const Value* file = find(receiver_);
    finding.writes_script = file != nullptr && !file->text.empty() && names_script(file->text);
    finding.writes_script |=
        given.count > 0 && given.values[0].constant() && holds_script(given.values[0].text);
  } else {
    finding.act = is_input_of_process(target.path) ? Act::run_command : Act::open_socket;
    finding.driver = driver_of(content, given.all_constant());
    finding.path_of_request = false;
  }
  note(finding);
}

// Texts and their parts, as far as they are known.
std::optional<Value> Interpreter::java_text(const Value& target, const Arguments& given) {
  const std::string_view name = last_part(target.path);
  const bool makes_text =
      is_text_type(name) ||
      ((name == "valueof" || name == "tostring" || name == "copyvalueof") && given.count > 0);
  if (makes_text && (given.count == 0 || given.values[0].constant())) {
    if (given.count == 0) return constant({});
    const Value& from = given.values[0];
    Value text = constant(from.has(kList) ? arena_.keep(characters(from.text)) : from.text);
    text.traits |= from.traits & kFlowing;
    if (name.starts_with("stringbu") && from.has(kNumber)) text = constant({});  // a capacity
    return text;
  }
  const bool decodes_base64 = name == "decodebase64" || name == "decodefast" ||
                              (name == "decode" && (target.path.find("base64") != std::string_view::npos ||
                                                    target.path.find("decoder") != std::string_view::npos));
  if (!decodes_base64 || given.count == 0) return std::nullopt;
  if (given.values[0].constant()) {
    if (auto folded = fold_call("base64_decode", given.view())) {
      Value text = constant(arena_.keep(std::move(*folded)));
      text.traits |= static_cast<std::uint16_t>(kDecoded | (given.values[0].traits & kFlowing));
      return text;
    }
  }
  return made_of(given.flowing() | kDecoded, given.source());
}

// Methods of containers and of reflection, whose result is of any class.
bool gives_any_object(std::string_view method) {
  return (kind_of(method) & kGivesAny) != 0;
}

// "(T) value": a container's item is of type T from here on; "(char) 101" is a text.
Value Interpreter::cast_java(Value value, std::string_view type) const {
  if (type == "char" && value.has(kNumber)) {
    const auto code = to_number(value.text);
    if (code && *code > 0 && *code < 0x80)
      return constant(arena_.keep(std::string(1, static_cast<char>(*code))));
  }
  const bool better = names_request(type, language_) || gives_any_object(last_part(value.path));
  if (value.path.empty() || better) value.path = type;
  return value;
}

// "abc".substring(1, 2), "abc".charAt(1).
Value Interpreter::part_of_java_text(const Value& text, std::string_view method,
                                     const Arguments& given) const {
  const auto number = [&](std::size_t i, std::size_t otherwise) -> std::size_t {
    const auto value =
        i < given.count && given.values[i].has(kNumber) ? to_number(given.values[i].text) : std::nullopt;
    return value && *value >= 0 ? static_cast<std::size_t>(*value) : otherwise;
  };
  const std::size_t from = number(0, text.text.size() + 1);
  const std::size_t to = method == "charat" ? from + 1 : number(1, given.count > 1 ? 0 : text.text.size());
  if (from > to || to > text.text.size()) return made_of(text.traits | kBuilt, text.source);
  Value part = constant(text.text.substr(from, to - from));
  part.traits |= text.traits & kFlowing;
  return part;
}

// "abc".append(x), where the text is of a StringBuilder.
Value Interpreter::append_java(const Value& text, const Arguments& given) {
  Value joined = concatenate(text, given.values[0]);
  joined.slot = text.slot;
  assign(joined, joined);
  return joined;
}

// session.setAttribute("k", v) here, session.getAttribute("k") there.
std::optional<Value> Interpreter::java_attribute(const Value& target, const Arguments& given) {
  const std::string_view name = last_part(target.path);
  if (given.count == 0 || !given.values[0].constant()) return std::nullopt;
  const std::uint64_t slot = attribute_slot(given.values[0].text);
  if ((name == "setattribute" || name == "putvalue") && given.count > 1) {
    Value kept = given.values[1];
    if (kept.constant()) kept = made_of(kept.traits, kept.source);
    assign({.text = {}, .path = {}, .place = {}, .slot = slot, .owner = 0, .source = 0, .traits = 0}, kept);
    return Value{};
  }
  if (name != "getattribute" && name != "getvalue") return std::nullopt;
  const Value* known = find(slot);
  if (known == nullptr) return std::nullopt;
  Value value = *known;
  value.slot = 0;
  if (value.path.empty()) value.path = target.path;
  return value;
}

// in.read(buffer), System.arraycopy(from, at, to, at, n), copy(in, out).
void Interpreter::fill_buffer(const Value& target, const Arguments& given) {
  const std::string_view name = last_part(target.path);
  const auto pour = [&](std::uint64_t slot, const Value& from) {
    Value* into = find(slot);
    if (into == nullptr) return;
    into->traits |= from.traits & kFlowing;
    if (into->source == 0) into->source = from.source;
  };
  if (given.count == 0) return;
  if (name == "read" || name == "readfully" || name == "readline" || name == "inflate") {
    pour(given.values[0].slot, target);
  } else if (name == "arraycopy" && given.count > 2) {
    pour(given.values[2].slot, given.values[0]);
  } else if ((name == "copy" || name == "transferto") && given.count > 1) {
    pour(given.values[1].slot, given.values[0]);
  }
}

// builder.append(x), list.add(x): what goes in is what the object holds from here on.
std::optional<Value> Interpreter::change_receiver(const Value& target, const Arguments& given) {
  const std::string_view name = last_part(target.path);
  if (!changes_receiver(name) || target.path.size() == name.size()) return std::nullopt;
  if (Value* known = find(receiver_)) {
    known->traits |= given.flowing();
    if (known->source == 0) known->source = given.source();
    if (given.count > 0 && last_part(given.values[0].path) == "file") known->path = "file";  // of its items
  }
  if (find_word(target.path, language_, false) != nullptr) return std::nullopt;
  if (const auto own = functions_.find(name); own != functions_.end()) return std::nullopt;
  Value value = made_of(target.traits | given.flowing(), given.source() != 0 ? given.source() : target.source,
                        owner_of(target.path));
  value.slot = receiver_;
  return value;
}

}  // namespace afterpatch::detect::scripts
