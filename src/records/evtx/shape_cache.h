// The shapes that a reader knows: by their steps, and within the chunk at hand by the place of the template.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "records/evtx/binxml.h"
#include "records/evtx/names.h"
#include "records/evtx/shape.h"

namespace afterpatch::records::evtx {

// Not thread-safe. Shapes live as long as the cache.
class ShapeCache {
 public:
  void start_chunk();

  // The template defined at `offset` of the chunk: offset of the next one (4), GUID (16), size (4), BinXml.
  // Null when it can't be read, or when another one stands there by now: records name the first four bytes of
  // their template's GUID, and those left over from an earlier use of the chunk name templates that are gone.
  const Shape* of_template(std::string_view chunk, std::uint32_t offset, std::uint32_t guid_begin);

  // Of a fragment without template, from the cursor on. Its literals are put into `values`.
  struct Fragment {
    const Shape* shape = nullptr;
    Damage damage = Damage::none;
  };
  Fragment of_fragment(std::string_view chunk, Cursor& cursor, bool has_dependency_ids,
                       std::vector<Value>& values);

  // Stands in for a template that is missing: so many values named "Data".
  const Shape* of_nameless(std::uint32_t values);

  const NameTable& names() const { return names_; }
  bool is_full() const { return shapes_.size() > kMaxShapes || names_.size() > kMaxNames; }

 private:
  static constexpr std::size_t kMaxShapes = 8192;
  static constexpr std::size_t kMaxNames = 65536;
  struct Known {
    std::uint32_t chunk = 0;
    const Shape* shape = nullptr;
  };
  const Shape* shape_of_steps();
  const Shape* compile_template(std::string_view chunk, std::uint32_t offset);

  NameTable names_;
  std::deque<Shape> shapes_;
  std::unordered_multimap<std::uint64_t, const Shape*> by_hash_;
  std::uint32_t chunk_ = 1;
  std::vector<Known> by_offset_ = std::vector<Known>(65536);
  Steps steps_;
  std::vector<Value> no_values_;
};

// Bytes before a template's BinXml, and where they say which it is and how long.
inline constexpr std::size_t kTemplateHeaderBytes = 24;
inline constexpr std::size_t kTemplateGuidAt = 4;
inline constexpr std::size_t kTemplateSizeAt = 20;

}  // namespace afterpatch::records::evtx
