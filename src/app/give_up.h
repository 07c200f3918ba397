// How a command ends that can't run.
#pragma once

#include <ostream>

#include "app/exit_status.h"
#include "base/error.h"
#include "base/escape.h"

namespace afterpatch::app {

inline int give_up(const Error& error, std::ostream& err) {
  err << "afterpatch: " << escape_terminal(to_string(error)) << '\n';
  return kCannotRun;
}

}  // namespace afterpatch::app
