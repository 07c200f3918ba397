// All values of an event as "name=text" lines, in their order.
#pragma once

#include <string>
#include <vector>

#include "records/evtx/event.h"

namespace afterpatch::records::evtx {

inline std::vector<std::string> fields_of(const Event& event) {
  std::vector<std::string> fields;
  for (const Instance& instance : event.instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      for (std::size_t item = 0; item < event.count_texts(instance, leaf); ++item) {
        std::string& field = fields.emplace_back();
        event.append_name(instance, leaf, field);
        field += '=';
        event.append_text(instance, leaf, item, field);
      }
    }
  }
  return fields;
}

}  // namespace afterpatch::records::evtx
