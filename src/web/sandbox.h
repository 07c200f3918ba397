// Runs a program over hostile files where it can do no harm: no network, no new privileges, limits on
// memory, time and files, and with bubblewrap a file system in which only what it is given exists.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "web/settings.h"

namespace afterpatch::web {

enum class Confinement {
  bubblewrap,  // own name spaces: sees /usr, what is readable and writable, and nothing else; and the filter
  filter,      // seccomp filter and limits only: could read what the server may read, but send it nowhere
};

struct SandboxJob {
  std::vector<std::string> command;             // absolute path first
  std::vector<std::filesystem::path> readable;  // files and folders that are there, read-only
  std::filesystem::path writable;               // a folder
  std::filesystem::path output;                 // what it prints goes to this file
  std::uint64_t most_bytes = 0;                 // in `writable` in all; 0: no limit
  HuntLimits limits;
};

enum class SandboxEnd {
  exited,    // `status` is its exit status
  killed,    // by a signal: a crash, too much memory or processor time
  too_long,  // time was up
  too_much,  // wrote more than most_bytes
  stopped,   // `stop` was set
};

struct SandboxOutcome {
  SandboxEnd end = SandboxEnd::exited;
  int status = 0;
};

// bubblewrap if it is installed and may be used here. Tries it once; thread-safe.
Confinement best_confinement();

// Waits for its end. If this process dies, so does the program. Fails if it can't be begun. Thread-safe.
Result<SandboxOutcome> run_confined(const SandboxJob& job, Confinement confinement,
                                    const std::atomic<bool>& stop);

}  // namespace afterpatch::web
