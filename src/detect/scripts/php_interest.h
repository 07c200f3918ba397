// The names of PHP at which a walk can begin to find something, and why.
#pragma once

#include <cstdint>
#include <string_view>

namespace afterpatch::detect::scripts {

enum Interest : std::uint8_t {
  kFunction = 1U,   // acts when it is called by its bare name
  kAnywhere = 2U,   // acts wherever it stands, as a method or a class too
  kCallback = 4U,   // calls what it is given
  kReplace = 8U,    // runs a replacement as code where its pattern says so
  kSource = 16U,    // brings the visitor's data in
  kIncludes = 32U,  // runs a file
};

// Of a name in lower case: kinds of Interest joined with "|"; 0 for most names. Thread-safe.
std::uint8_t interest_in(std::string_view name);

// The same for a name as it is written, in any case.
std::uint8_t interest_in_any_case(std::string_view name);

// Whether a variable, without its "$", is or holds what the visitor sent.
bool brings_request(std::string_view variable);

}  // namespace afterpatch::detect::scripts
