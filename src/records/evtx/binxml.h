// BinXml to steps (shape.h): the elements, attributes, literals and substitutions of one fragment, checked
// and bounded, in one pass without recursion.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "records/evtx/bytes.h"
#include "records/evtx/names.h"
#include "records/evtx/shape.h"
#include "records/evtx/value.h"

namespace afterpatch::records::evtx {

// Why a record could not be read. The words for people are in to_string().
enum class Damage : std::uint8_t {
  none,
  bad_token,     // a byte that is no BinXml token, or one that must not stand there
  bad_name,      // a name outside the chunk or too long
  bad_template,  // a template definition outside the chunk or cut off
  bad_values,    // values that reach past the record's end, or too many of them
  too_deep,      // more nesting than any real event has
  too_large,     // more elements than any real event has, or one value in too many places
  ends_early,    // bytes end within an element
};
std::string_view to_string(Damage damage);

// What becomes of a name whose hash is wrong. In records in use that is the writer's affair; in leftovers of
// an earlier use of the chunk something else was written there.
enum class OverwrittenNames : std::uint8_t {
  taken,    // as it stands
  refused,  // Damage::bad_name
  marked,   // the name is U+FFFD instead
};

struct FragmentOptions {
  // Open elements carry two bytes more (dependency id) everywhere but in plain elements of nested values.
  bool has_dependency_ids = true;
  // Literal values become slots with numbers from 0 on, put into the second argument of compile_steps(); else
  // they become texts of the shape. Names of <Data Name="..."> always stay with the shape.
  bool literals_are_values = false;
  OverwrittenNames overwritten_names = OverwrittenNames::taken;
};

// Compiles elements from the cursor on to the end-of-stream token or the end of the cursor's bytes, into
// `steps` (cleared first). Offsets of names are offsets in `chunk`, and the cursor's bytes are a beginning of
// it. REQUIRES: the cursor's bytes begin where the chunk begins.
Damage compile_steps(std::string_view chunk, Cursor& cursor, const FragmentOptions& options, NameTable& names,
                     Steps& steps, std::vector<Value>& values);

// The same for the template defined at `offset`; never an empty list of steps with Damage::none.
Damage compile_template(std::string_view chunk, std::uint32_t offset, const FragmentOptions& options,
                        NameTable& names, Steps& steps);

}  // namespace afterpatch::records::evtx
