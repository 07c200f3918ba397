// Names for records whose template is gone. A record left over from an earlier use of its chunk says which
// template it has by the first four bytes of the template's GUID and by an offset, where by now something
// else stands. Mostly the same template is defined in another chunk of the file, or elsewhere in this one.
//
// Two sweeps over the file, both far cheaper than reading its events: the first finds which templates are
// missing (none in most files, then there is nothing more to do), the second gathers the definitions of
// these. What is gathered does not depend on the order of the chunks.
//
// Example:
//   MissingTemplates missing;
//   for (std::string_view chunk : chunks) missing.add_chunk(chunk);
//   TemplateLibrary library(missing);
//   if (!missing.empty()) for (std::string_view chunk : chunks) library.add_chunk(chunk);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/evtx/names.h"
#include "records/evtx/shape.h"

namespace afterpatch::records::evtx {

// Compiles definitions in place, those whose names all have their hash. Not thread-safe.
class DefinitionReader {
 public:
  void start_chunk();
  bool compile(std::string_view chunk, std::uint32_t offset);

  // Of the last definition that was compiled.
  const Steps& steps() const { return steps_; }
  const NameTable& names() const { return *names_; }

 private:
  static constexpr std::size_t kMaxNameBytes = 16U << 20U;
  std::unique_ptr<NameTable> names_;
  Steps steps_;
  std::size_t bytes_ = 0;  // compiled in this chunk
};

// Templates that records name and that do not stand where they say, or whose names were written over, by the
// first four bytes of their GUID. A few that no record names may be among them: any bytes that look like an
// instance count.
class MissingTemplates {
 public:
  // Linear in the chunk.
  void add_chunk(std::string_view chunk);

  bool empty() const { return guids_.empty(); }
  const std::set<std::uint32_t>& guids() const { return guids_; }

 private:
  void add(std::uint32_t guid_begin);

  static constexpr std::size_t kMaxGuids = 4096;  // the smallest ones are kept, so any order gives the same
  std::set<std::uint32_t> guids_;
  DefinitionReader definitions_;
};

// Steps whose names are numbers of `texts` (UTF-16), in the order in which they first occur: a template
// without its chunk. Equal templates are equal as objects.
struct LibraryTemplate {
  Steps steps;
  std::vector<std::string> texts;
  bool operator==(const LibraryTemplate&) const = default;
};

// Thread-safe once it is filled.
class TemplateLibrary {
 public:
  // Gathers only templates that are missing somewhere.
  explicit TemplateLibrary(const MissingTemplates& missing) : missing_(missing.guids()) {}

  // Takes definitions that are whole: those behind an instance that names them, of records and of leftovers,
  // if each of their names still has its hash.
  void add_chunk(std::string_view chunk);

  // The template with that beginning of its GUID and that number of values. Null when there is none, or when
  // two definitions say different things. In the samples all 39,372 instances have just as many values as
  // their template has slots.
  const LibraryTemplate* find(std::uint32_t guid_begin, std::uint32_t values) const;

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  struct Known {
    LibraryTemplate definition;
    bool is_ambiguous = false;
  };
  static constexpr std::size_t kMaxTemplates = 512;  // again the smallest keys
  static constexpr std::size_t kMaxTextBytes = 2U << 16U;

  void add(Key key, LibraryTemplate definition);

  std::set<std::uint32_t> missing_;
  std::map<Key, Known> known_;
  DefinitionReader definitions_;
};

// Both sweeps at once; null when nothing is missing. For files whose chunks can be looked at twice.
std::shared_ptr<const TemplateLibrary> gather_templates(std::span<const std::string_view> chunks);

}  // namespace afterpatch::records::evtx
