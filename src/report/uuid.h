// Universally unique identifiers made from names (RFC 9562, section 5.5: version 5, SHA-1), so that the same
// finding gets the same identifier in every run.
//
// Example:
//   uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org");  // "886313e1-3b8a-5372-9b90-0c9aee199e5d"
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::report {

// Ours: a random UUID, drawn once. Identifiers of everything that no format gives a namespace of its own.
inline constexpr std::string_view kOwnNamespace = "e043e614-1664-482f-b958-b23f57678173";

// Lower case with hyphens. REQUIRES: `name_space` is a UUID in that form.
std::string uuid_v5(std::string_view name_space, std::string_view name);

}  // namespace afterpatch::report
