// Shell completion, made from the commands and options themselves so that it can't go stale.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace afterpatch::app {

// `shell`: bash, zsh or fish.
std::string completion_script(const CLI::App& program, const std::string& shell);

}  // namespace afterpatch::app
