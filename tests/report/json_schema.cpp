#include "report/json_schema.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace afterpatch::report {
namespace {

namespace json = boost::json;

bool is_integer(const json::value& value) {
  return value.is_int64() || value.is_uint64();
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "integer") return is_integer(value);
  return type == "number" && value.is_number();
}

class Validator {
 public:
  explicit Validator(const json::value& root) : root_(root) {}

  void check(const json::object& schema, const json::value& value, const std::string& place) {
    check_keywords(schema, place);
    if (const json::value* ref = schema.if_contains("$ref")) return check(target_of(*ref), value, place);
    check_type(schema, value, place);
    check_enum(schema, value, place);
    check_range(schema, value, place);
    if (value.is_object()) check_object(schema, value.get_object(), place);
    if (value.is_array()) check_array(schema, value.get_array(), place);
  }

  std::vector<std::string> take() { return std::move(violations_); }

 private:
  void add(const std::string& place, const std::string& what) {
    violations_.push_back(fmt::format("{}: {}", place, what));
  }

  const json::object& target_of(const json::value& ref) const {
    constexpr std::string_view kPrefix = "#/$defs/";
    const std::string_view name = std::string_view(ref.as_string()).substr(kPrefix.size());
    return root_.as_object().at("$defs").as_object().at(name).as_object();
  }

  void check_keywords(const json::object& schema, const std::string& place) {
    constexpr std::array<std::string_view, 15> kKnown = {"$schema",
                                                         "$comment",
                                                         "$defs",
                                                         "$ref",
                                                         "title",
                                                         "description",
                                                         "type",
                                                         "enum",
                                                         "required",
                                                         "properties",
                                                         "additionalProperties",
                                                         "items",
                                                         "minimum",
                                                         "maximum",

                                                         "format"};
    for (const auto& member : schema) {
      if (std::ranges::find(kKnown, std::string_view(member.key())) == kKnown.end()) {
        add(place, fmt::format("the schema uses '{}', which this validator doesn't know",
                               std::string_view(member.key())));
      }
    }
  }

  void check_type(const json::object& schema, const json::value& value, const std::string& place) {
    const json::value* type = schema.if_contains("type");
    if (!type) return add(place, "the schema gives no type");
    const bool fits = type->is_string() ? has_type(value, std::string_view(type->get_string()))
                                        : std::ranges::any_of(type->as_array(), [&](const json::value& one) {
                                            return has_type(value, std::string_view(one.as_string()));
                                          });
    if (!fits)
      add(place, fmt::format("is {}, not of type {}", json::serialize(value), json::serialize(*type)));
  }

  void check_enum(const json::object& schema, const json::value& value, const std::string& place) {
    const json::value* allowed = schema.if_contains("enum");
    if (!allowed || std::ranges::find(allowed->as_array(), value) != allowed->as_array().end()) return;
    add(place, fmt::format("{} is not one of {}", json::serialize(value), json::serialize(*allowed)));
  }

  void check_range(const json::object& schema, const json::value& value, const std::string& place) {
    if (!value.is_number()) return;
    const auto number = value.to_number<double>();
    const json::value* least = schema.if_contains("minimum");
    const json::value* most = schema.if_contains("maximum");
    if (least && number < least->to_number<double>()) add(place, "is below the minimum");
    if (most && number > most->to_number<double>()) add(place, "is above the maximum");
  }

  void check_object(const json::object& schema, const json::object& object, const std::string& place) {
    if (const json::value* required = schema.if_contains("required")) {
      for (const json::value& name : required->as_array()) {
        if (!object.contains(name.as_string()))
          add(place, fmt::format("'{}' is missing", std::string_view(name.as_string())));
      }
    }
    for (const auto& member : object) check_member(schema, member.key(), member.value(), place);
  }

  void check_member(const json::object& schema, std::string_view name, const json::value& value,
                    const std::string& place) {
    const std::string inner = fmt::format("{}/{}", place, name);
    const json::value* properties = schema.if_contains("properties");
    if (const json::value* property = properties ? properties->as_object().if_contains(name) : nullptr) {
      return check(property->as_object(), value, inner);
    }
    const json::value* others = schema.if_contains("additionalProperties");
    if (!others) return add(place, "the schema leaves open which members there are");
    if (others->is_object()) return check(others->get_object(), value, inner);
    add(place, fmt::format("unknown member '{}'", name));
  }

  void check_array(const json::object& schema, const json::array& array, const std::string& place) {
    const json::value* items = schema.if_contains("items");
    if (!items) return add(place, "the schema leaves open what its items are");
    for (std::size_t i = 0; i < array.size(); ++i)
      check(items->as_object(), array[i], fmt::format("{}/{}", place, i));
  }

  const json::value& root_;
  std::vector<std::string> violations_;
};

}  // namespace

std::vector<std::string> schema_violations(const json::value& schema, const json::value& document) {
  Validator validator(schema);
  validator.check(schema.as_object(), document, "");
  return validator.take();
}

}  // namespace afterpatch::report
