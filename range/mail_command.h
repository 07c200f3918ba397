// `afterpatch-range mail` and `afterpatch-range answers`
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace afterpatch::range {

// Adds the commands; parsing one sets `job`, which returns the exit status.
void add_mail(CLI::App& program, std::function<int()>& job);

}  // namespace afterpatch::range
