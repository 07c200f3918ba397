// All routes as one table: who may call what, how large a body may be, and what the audit log calls it.
// Tests walk it (every route with every role; against docs/openapi.yaml), so nothing is reachable that is
// not in it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/context.h"

namespace afterpatch::web {

// The least that a caller must be.
enum class Access { open, victim, viewer, analyst, operator_role, admin, local_or_admin };
std::string_view to_string(Access access);  // as `x-role` in docs/openapi.yaml

using Handler = Response (*)(Context&);

struct Route {
  Method method = Method::get;
  std::string_view pattern;  // "/api/v1/cases/{number}": a {name} takes one whole segment
  Access access = Access::admin;
  Handler handler = nullptr;
  std::string_view action = {};  // in the audit log; empty: not noted
  std::size_t body_limit = 0;    // bytes
  bool cached = false;           // the answer depends on the store and the target only
};

struct Match {
  const Route* route = nullptr;               // nullptr: nothing matches
  std::map<std::string, std::string> values;  // of {names}
  bool other_method = false;                  // the path is known with another method
};

// A route without {names} goes before one with. HEAD finds the GET route where it has none of its own.
Match find_route(std::span<const Route> routes, Method method, const Target& target);

// Of the whole program.
std::span<const Route> all_routes();

}  // namespace afterpatch::web
