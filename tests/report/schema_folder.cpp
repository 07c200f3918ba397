#include "report/schema_folder.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/file.h"

namespace afterpatch::report {
namespace {

namespace json = boost::json;

const std::set<std::string, std::less<>> kAnnotations = {"$id",         "$schema", "title", "description",
                                                         "definitions", "then",    "format"};
const std::set<std::string, std::less<>> kOfObjects = {
    "required", "properties", "patternProperties", "minProperties", "propertyNames", "additionalProperties"};
const std::set<std::string, std::less<>> kOfArrays = {"items", "minItems", "contains"};
const std::set<std::string, std::less<>> kCombinations = {"allOf", "anyOf", "oneOf", "not", "if"};

bool is_of_type(std::string_view type, const json::value& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

// Compiled once: a bundle asks the same few expressions many thousand times.
bool matches(std::string_view pattern, std::string_view text) {
  static std::map<std::string, std::unique_ptr<RE2>, std::less<>> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) {
    const std::string expression(pattern);
    found = compiled.emplace(expression, std::make_unique<RE2>(expression)).first;
  }
  if (!found->second->ok()) throw std::runtime_error("pattern can't be read: " + found->first);
  return RE2::PartialMatch({text.data(), text.size()}, *found->second);
}

std::string_view view(const json::value& value) {
  return {value.as_string().data(), value.as_string().size()};
}

bool in_range(std::string_view keyword, const json::value& limit, const json::value& value) {
  if (!value.is_number()) return true;
  const auto number = value.to_number<double>();
  return keyword == "minimum" ? number >= limit.to_number<double>() : number <= limit.to_number<double>();
}

bool has_length(std::string_view keyword, const json::value& limit, const json::value& value) {
  if (!value.is_string()) return true;
  const auto length = static_cast<std::int64_t>(value.get_string().size());
  return keyword == "minLength" ? length >= limit.as_int64() : length <= limit.as_int64();
}

// What one value decides by itself; nullopt for a keyword that is no such.
std::optional<bool> fits(std::string_view keyword, const json::value& rule, const json::value& value) {
  if (keyword == "type") return is_of_type(view(rule), value);
  if (keyword == "const") return rule == value;
  if (keyword == "enum") return std::ranges::find(rule.as_array(), value) != rule.as_array().end();
  if (keyword == "pattern") return !value.is_string() || matches(view(rule), view(value));
  if (keyword == "minimum" || keyword == "maximum") return in_range(keyword, rule, value);
  if (keyword == "minLength" || keyword == "maxLength") return has_length(keyword, rule, value);
  return std::nullopt;
}

// Whether `properties` or `patternProperties` of the same schema speak of the member.
bool is_named(const json::object& schema, std::string_view name) {
  if (const auto* members = schema.if_contains("properties"); members && members->as_object().contains(name))
    return true;
  const auto* patterns = schema.if_contains("patternProperties");
  return patterns && std::ranges::any_of(patterns->as_object(),
                                         [&](const auto& pattern) { return matches(pattern.key(), name); });
}

}  // namespace

std::vector<std::string> SchemaFolder::violations(const std::string& file, const json::value& document) {
  const std::filesystem::path path = (root_ / file).lexically_normal();
  return check(load(path), document, {path, ""});
}

const json::value& SchemaFolder::load(const std::filesystem::path& file) {
  const auto found = loaded_.find(file);
  if (found != loaded_.end()) return found->second;
  const auto text = read_file(file);
  if (!text) throw std::runtime_error(to_string(text.error()));
  return loaded_.emplace(file, json::parse(*text)).first->second;
}

SchemaFolder::Violations SchemaFolder::check(const json::value& schema, const json::value& value,
                                             const At& at) {
  if (schema.is_bool()) return schema.get_bool() ? Violations{} : Violations{at.path + ": is not allowed"};
  Violations all;
  for (const auto& member : schema.as_object()) {
    const Violations more = check_keyword(member.key(), schema.as_object(), value, at);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

SchemaFolder::Violations SchemaFolder::check_keyword(std::string_view keyword, const json::object& schema,
                                                     const json::value& value, const At& at) {
  const json::value& rule = schema.at(keyword);
  if (kAnnotations.contains(keyword)) return {};
  if (keyword == "$ref") return check_reference(view(rule), value, at);
  if (kCombinations.contains(keyword)) return check_combination(keyword, schema, value, at);
  if (kOfObjects.contains(keyword))
    return value.is_object() ? check_object(keyword, schema, value.get_object(), at) : Violations{};
  if (kOfArrays.contains(keyword))
    return value.is_array() ? check_array(keyword, rule, value.get_array(), at) : Violations{};
  const std::optional<bool> good = fits(keyword, rule, value);
  if (!good) return {fmt::format("{}: keyword '{}' is not known", at.path, keyword)};
  return *good ? Violations{} : Violations{fmt::format("{}: breaks '{}'", at.path, keyword)};
}

SchemaFolder::Violations SchemaFolder::check_reference(std::string_view reference, const json::value& value,
                                                       const At& at) {
  constexpr std::string_view kHere = "#/definitions/";
  if (reference.starts_with(kHere))
    return check(load(at.file).at("definitions").at(reference.substr(kHere.size())), value, at);
  const std::filesystem::path file = (at.file.parent_path() / reference).lexically_normal();
  return check(load(file), value, {file, at.path});
}

std::size_t SchemaFolder::passing(const json::array& schemas, const json::value& value, const At& at) {
  return static_cast<std::size_t>(std::ranges::count_if(
      schemas, [&](const json::value& schema) { return check(schema, value, at).empty(); }));
}

SchemaFolder::Violations SchemaFolder::check_combination(std::string_view keyword, const json::object& schema,
                                                         const json::value& value, const At& at) {
  const json::value& rule = schema.at(keyword);
  if (keyword == "if") {
    const json::value* then = schema.if_contains("then");
    return then && check(rule, value, at).empty() ? check(*then, value, at) : Violations{};
  }
  if (keyword == "not")
    return check(rule, value, at).empty() ? Violations{at.path + ": is what it must not be"} : Violations{};
  if (keyword == "allOf") {
    Violations all;
    for (const json::value& part : rule.as_array()) {
      const Violations more = check(part, value, at);
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }
  const std::size_t count = passing(rule.as_array(), value, at);
  const bool good = keyword == "oneOf" ? count == 1 : count >= 1;
  return good ? Violations{} : Violations{fmt::format("{}: fits {} of {}", at.path, count, keyword)};
}

SchemaFolder::Violations SchemaFolder::check_object(std::string_view keyword, const json::object& schema,
                                                    const json::object& object, const At& at) {
  const json::value& rule = schema.at(keyword);
  Violations all;
  if (keyword == "required") {
    for (const json::value& name : rule.as_array()) {
      if (!object.contains(view(name)))
        all.push_back(fmt::format("{}: '{}' is missing", at.path, view(name)));
    }
    return all;
  }
  if (keyword == "minProperties") {
    if (static_cast<std::int64_t>(object.size()) < rule.as_int64()) all.push_back(at.path + ": is too small");
    return all;
  }
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    const At inside{at.file, fmt::format("{}/{}", at.path, name)};
    const auto add = [&](const json::value& part, const json::value& value) {
      const Violations more = check(part, value, inside);
      all.insert(all.end(), more.begin(), more.end());
    };
    if (keyword == "propertyNames") add(rule, json::string(name));
    if (keyword == "additionalProperties" && !is_named(schema, name)) add(rule, member.value());
    if (keyword == "properties" && rule.as_object().contains(name)) add(rule.at(name), member.value());
    if (keyword != "patternProperties") continue;
    for (const auto& pattern : rule.as_object()) {
      if (matches(pattern.key(), name)) add(pattern.value(), member.value());
    }
  }
  return all;
}

SchemaFolder::Violations SchemaFolder::check_array(std::string_view keyword, const json::value& rule,
                                                   const json::array& array, const At& at) {
  if (keyword == "minItems") {
    const bool good = static_cast<std::int64_t>(array.size()) >= rule.as_int64();
    return good ? Violations{} : Violations{at.path + ": has too few items"};
  }
  Violations all;
  bool contained = false;
  for (std::size_t i = 0; i < array.size(); ++i) {
    const Violations more = check(rule, array[i], {at.file, fmt::format("{}/{}", at.path, i)});
    contained = contained || more.empty();
    if (keyword == "items") all.insert(all.end(), more.begin(), more.end());
  }
  if (keyword == "contains" && !contained) all.push_back(at.path + ": lacks an item");
  return all;
}

}  // namespace afterpatch::report
