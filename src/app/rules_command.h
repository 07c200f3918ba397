// `afterpatch rules check|literals`
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds the command; `job` is set when it was asked for.
void add_rules(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
