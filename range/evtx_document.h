// The document of one event as Windows writes it: an instance of its provider's outer template (<Event> and
// <System>, 20 slots), the last slot of which holds an instance of an inner template (<EventData> or
// <UserData>). Or, as a few writers do, the elements themselves with texts in them and no template.
#pragma once

#include <string>
#include <unordered_map>

#include "base/error.h"
#include "range/binary_xml.h"
#include "range/evtx_event.h"

namespace afterpatch::range {

// Not thread-safe.
class EvtxDocuments {
 public:
  EvtxDocuments(std::string computer, bool templates)
      : computer_(std::move(computer)), templates_(templates) {}

  // Appends the document to the chunk. On an error the chunk holds a part of it.
  Result<void> append(std::string& chunk, const EvtxEvent& event, std::uint64_t record_id);

 private:
  struct Guids {
    std::string outer;  // 16 bytes each
    std::string inner;
  };
  const Guids& guids_of(const EvtxLayout& layout);
  Result<void> append_instance(std::string& chunk, const EvtxEvent& event, std::uint64_t record_id);
  Result<void> append_inner_instance(std::string& chunk, const EvtxEvent& event);

  std::string computer_;
  bool templates_;
  std::unordered_map<const EvtxLayout*, Guids> guids_;
};

}  // namespace afterpatch::range
