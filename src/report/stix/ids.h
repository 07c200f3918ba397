// Identifiers of STIX 2.1 objects (OASIS Standard, 10 June 2021, section 2.9): the type, two hyphens, a UUID.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace afterpatch::report::stix {

// Of a cyber observable: UUIDv5 in the namespace of the standard over its type's contributing properties as
// canonical JSON (RFC 8785), so that everybody gives the same address the same identifier.
// REQUIRES: members sorted by name, text in UTF-8, no floating-point numbers.
std::string observable_id(std::string_view type, const boost::json::object& contributing);

// Of any other object: UUIDv5 in our own namespace (the standard's is for observables alone) over the parts
// of its key.
std::string object_id(std::string_view type, std::initializer_list<std::string_view> key);

}  // namespace afterpatch::report::stix
