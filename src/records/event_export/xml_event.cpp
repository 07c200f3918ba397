// The same walk as over the steps of an EVTX template (evtx/shape.cpp), over pugixml's tree.
#include "records/event_export/xml_event.h"

#include <new>
#include <pugixml.hpp>
#include <string>

namespace afterpatch::records::event_export {
namespace {

// Values as they are: line ends stay, and what is nothing but spaces is a value when it stands alone.
constexpr unsigned kParsing = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata_single;

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class Walk {
 public:
  explicit Walk(Event& event) : event_(event) {}

  // False when it is nested too deep.
  bool element(const pugi::xml_node& node, Part part, std::size_t depth) {
    if (depth > kMaxDepth) return false;
    const std::string_view name = without_prefix(node.name());
    if (depth == 1 && name == "System") part = Part::system;
    if (depth == 1 && name == "RenderingInfo") part = Part::rendering;
    const bool is_data = part != Part::system && (name == "Data" || name == "ComplexData");
    const std::string_view given = is_data ? node.attribute("Name").value() : "";
    add_attributes(node, name, part, is_data);
    return content(node, named(part, given.empty() ? name : given), part, depth, is_data);
  }

 private:
  static std::string named(Part part, std::string_view name) {
    return (part == Part::rendering ? "RenderingInfo_" : "") + std::string(name);
  }

  void add_attributes(const pugi::xml_node& node, std::string_view element, Part part, bool is_data) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name.starts_with("xmlns") || (is_data && name == "Name")) continue;
      const std::string joined = std::string(element) + '_' + std::string(without_prefix(name));
      event_.add(named(part, joined), part, attribute.value());
    }
  }

  // Text before, between and behind child elements. Empty data is a value too: unnamed ones count by place.
  bool content(const pugi::xml_node& node, const std::string& name, Part part, std::size_t depth,
               bool is_data) {
    if (is_data && !node.first_child()) event_.add(name, part, "");
    std::string text;
    const auto add_text = [&] {
      if (!text.empty()) event_.add(name, part, text);
      text.clear();
    };
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
      if (child.type() != pugi::node_element) continue;
      add_text();
      if (!element(child, part, depth + 1)) return false;
    }
    add_text();
    return true;
  }

  Event& event_;
};

}  // namespace

bool read_xml_event(std::string_view xml, Event& event) try {
  std::string bytes(xml);
  pugi::xml_document document;
  if (!document.load_buffer_inplace(bytes.data(), bytes.size(), kParsing, pugi::encoding_utf8)) return false;
  const pugi::xml_node root = document.document_element();
  return without_prefix(root.name()) == "Event" && Walk(event).element(root, Part::data, 0);
} catch (const std::bad_alloc&) {
  return false;
}

}  // namespace afterpatch::records::event_export
