// `afterpatch-range country`
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace afterpatch::range {

// Adds the command; parsing it sets `job`, which returns the exit status.
void add_country(CLI::App& program, std::function<int()>& job);

}  // namespace afterpatch::range
