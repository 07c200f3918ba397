// Leaves out of steps: one walk with a stack of open elements.
#include "records/evtx/shape.h"

#include <algorithm>

#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

using Kind = Step::Kind;

bool is_value_part(Kind kind) {
  return kind >= Kind::text;
}

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct OpenElement {
  std::string_view name;
  Part part = Part::data;
  std::string data_name;  // of <Data Name="...">
  std::optional<std::uint32_t> name_slot;
};

class LeafFinder {
 public:
  LeafFinder(const Steps& steps, const NameTable& names) : steps_(steps), names_(names) {}

  std::vector<Leaf> find() {
    for (at_ = 0; at_ < steps_.size();) step();
    return std::move(leaves_);
  }

 private:
  void step() {
    const Step& step = steps_[at_];
    if (is_value_part(step.kind)) return add_content();
    ++at_;
    if (step.kind == Kind::open_element) open(step.operand);
    if (step.kind == Kind::end_element && !open_.empty()) open_.pop_back();
    if (step.kind == Kind::attribute) add_attribute(step.operand);
  }

  void open(NameId name) {
    OpenElement element{without_prefix(names_.text(name)), Part::data, {}, {}};
    if (!open_.empty()) element.part = open_.back().part;
    if (open_.size() == 1 && element.name == "System") element.part = Part::system;
    if (open_.size() == 1 && element.name == "RenderingInfo") element.part = Part::rendering;
    open_.push_back(std::move(element));
  }

  // The parts of one value, from at_ on.
  Leaf take_parts() {
    Leaf leaf;
    leaf.first_step = static_cast<std::uint32_t>(at_);
    while (at_ < steps_.size() && is_value_part(steps_[at_].kind)) ++at_;
    leaf.end_step = static_cast<std::uint32_t>(at_);
    if (leaf.end_step - leaf.first_step == 1 && is_slot(steps_[leaf.first_step].kind))
      leaf.slot = steps_[leaf.first_step].operand;
    if (!open_.empty()) leaf.part = open_.back().part;
    return leaf;
  }

  void add_attribute(NameId name) {
    const std::string_view attribute = names_.text(name);
    Leaf leaf = take_parts();
    if (open_.empty() || leaf.first_step == leaf.end_step) return;
    OpenElement& element = open_.back();
    if (attribute == "Name" && is_data(element)) return name_data(element, leaf);
    if (attribute.starts_with("xmlns")) return;
    leaf.name = prefix() + std::string(element.name) + '_' + std::string(without_prefix(attribute));
    leaves_.push_back(std::move(leaf));
  }

  static bool is_data(const OpenElement& element) {
    return element.part != Part::system && (element.name == "Data" || element.name == "ComplexData");
  }

  void name_data(OpenElement& element, const Leaf& leaf) {
    if (leaf.slot) {
      element.name_slot = leaf.slot;
    } else if (const Step& step = steps_[leaf.first_step]; step.kind == Kind::text) {
      element.data_name = names_.text(step.operand);
    }
  }

  void add_content() {
    Leaf leaf = take_parts();
    if (open_.empty()) return;
    const OpenElement& element = open_.back();
    leaf.name_slot = element.name_slot;
    if (!leaf.name_slot)
      leaf.name = prefix() + (element.data_name.empty() ? std::string(element.name) : element.data_name);
    leaves_.push_back(std::move(leaf));
  }

  std::string prefix() const {
    return open_.back().part == Part::rendering ? "RenderingInfo_" : std::string();
  }

  const Steps& steps_;
  const NameTable& names_;
  std::size_t at_ = 0;
  std::vector<OpenElement> open_;
  std::vector<Leaf> leaves_;
};

SystemLeaves find_system(const std::vector<Leaf>& leaves) {
  const auto place = [&](std::string_view name) {
    const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const Leaf& leaf) {
      return leaf.part == Part::system && leaf.name == name;
    });
    return found == leaves.end() ? SystemLeaves::kNone : static_cast<std::uint32_t>(found - leaves.begin());
  };
  return {place("Channel"), place("Provider_Name"), place("EventID"), place("Computer"),
          place("TimeCreated_SystemTime")};
}

}  // namespace

Shape make_shape(std::uint32_t id, Steps steps, const NameTable& names) {
  Shape shape;
  shape.id = id;
  shape.leaves = LeafFinder(steps, names).find();
  shape.system = find_system(shape.leaves);
  shape.steps = std::move(steps);
  return shape;
}

}  // namespace afterpatch::records::evtx
