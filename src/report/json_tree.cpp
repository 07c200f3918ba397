#include "report/json_tree.h"

namespace afterpatch::report {
namespace {

void write_object(JsonWriter& json, const boost::json::object& object) {
  json.begin_object();
  for (const auto& member : object) {
    json.key({member.key().data(), member.key().size()});
    write_tree(json, member.value());
  }
  json.end_object();
}

void write_array(JsonWriter& json, const boost::json::array& array) {
  json.begin_array();
  for (const boost::json::value& item : array) write_tree(json, item);
  json.end_array();
}

}  // namespace

void write_tree(JsonWriter& json, const boost::json::value& tree) {
  switch (tree.kind()) {
    case boost::json::kind::object:
      return write_object(json, tree.get_object());
    case boost::json::kind::array:
      return write_array(json, tree.get_array());
    case boost::json::kind::string:
      return json.value(std::string_view(tree.get_string().data(), tree.get_string().size()));
    case boost::json::kind::bool_:
      return json.value(tree.get_bool());
    case boost::json::kind::int64:
      return json.value(tree.get_int64());
    case boost::json::kind::uint64:
      return json.value(tree.get_uint64());
    case boost::json::kind::double_:
      return json.value(tree.get_double());
    case boost::json::kind::null:
      return json.null();
  }
}

std::string document_text(const boost::json::value& tree) {
  JsonWriter json(JsonWriter::Layout::indented);
  write_tree(json, tree);
  return json.take() + "\n";
}

}  // namespace afterpatch::report
