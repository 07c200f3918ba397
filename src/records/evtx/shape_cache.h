// The shapes that a reader knows: by their steps, and within the chunk at hand by the place of the template.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "records/evtx/binxml.h"
#include "records/evtx/names.h"
#include "records/evtx/shape.h"
#include "records/evtx/template_library.h"

namespace afterpatch::records::evtx {

// Not thread-safe. Shapes live as long as the cache.
class ShapeCache {
 public:
  void start_chunk();

  // The template defined at `offset` of the chunk: offset of the next one (4), GUID (16), size (4), BinXml.
  // Null when it can't be read, or when another one stands there by now: records name the first four bytes of
  // their template's GUID, and those left over from an earlier use of the chunk name templates that are gone.
  // So is one that `recovered` records name and whose names were written over.
  const Shape* of_template(std::string_view chunk, std::uint32_t offset, std::uint32_t guid_begin,
                           bool recovered);

  // Of a fragment without template, from the cursor on. Its literals are put into `values`. Names that were
  // written over are U+FFFD in a `recovered` one.
  struct Fragment {
    const Shape* shape = nullptr;
    Damage damage = Damage::none;
  };
  Fragment of_fragment(std::string_view chunk, Cursor& cursor, bool has_dependency_ids, bool recovered,
                       std::vector<Value>& values);

  // Of a template that stands elsewhere. The library must live until forget_borrowed().
  const Shape* of_library(const LibraryTemplate& found);
  void forget_borrowed() { borrowed_.clear(); }

  // Stands in for a template that is missing: so many values named "Data".
  const Shape* of_nameless(std::uint32_t values);

  const NameTable& names() const { return names_; }
  // Time to begin anew: a hostile file may hold millions of shapes.
  bool is_full() const { return bytes_ + names_.bytes() > kMaxBytes; }

 private:
  // Some 8,000 shapes as those of Windows are: more than a server has.
  static constexpr std::size_t kMaxBytes = 64U << 20U;
  struct Known {
    std::uint32_t chunk = 0;
    const Shape* shape = nullptr;
  };
  const Shape* shape_of_steps();
  const Shape* shape_of_template(std::string_view chunk, std::uint32_t offset, OverwrittenNames names);

  NameTable names_;
  std::deque<Shape> shapes_;
  std::unordered_multimap<std::uint64_t, const Shape*> by_hash_;
  std::uint32_t chunk_ = 1;
  // Of records in use, and of recovered ones (empty until there is one).
  std::array<std::vector<Known>, 2> by_offset_;
  std::unordered_map<const LibraryTemplate*, const Shape*> borrowed_;
  Steps steps_;
  std::size_t bytes_ = 0;           // of all shapes, about
  std::size_t template_bytes_ = 0;  // compiled in this chunk
};

}  // namespace afterpatch::records::evtx
