// Small scans of small servers, in this process or as a program that can be killed.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "exposure/small_server.h"

extern char** environ;

namespace afterpatch::app {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

inline Ran run_scan_here(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "scan");
  std::ostringstream out;
  std::ostringstream err;
  Ran ran;
  ran.status = run(arguments, out, err);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

// Every third address is patched.
inline exposure::ServerBehaviour exchange(const exposure::Address& address) {
  const std::string version = address.low % 3 == 0 ? "15.1.2176.9" : "15.1.2176.2";
  return {exposure::ServerBehaviour::Way::answer,
          [version](const std::string&, const std::string&, int) {
            return exposure::http_response(401, "X-FEServer: EX01\r\nX-OWA-Version: " + version + "\r\n");
          },
          {},
          false};
}

inline std::vector<std::string> quick(const exposure::SmallServer& server, const std::string& range,
                                      const std::string& rate = "0") {
  return {range,
          "--port",
          std::to_string(server.port()),
          "--rate-address",
          "0",
          "--rate-network",
          "0",
          "--rate",
          rate,
          "--no-progress",
          "--answer-timeout",
          "60",
          "--connect-timeout",
          "60"};
}

inline pid_t start_scan(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {AFTERPATCH_PROGRAM, "scan"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  EXPECT_EQ(posix_spawn(&process, AFTERPATCH_PROGRAM, &actions, nullptr, pointers.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

inline std::size_t lines_in(const std::filesystem::path& file) {
  std::ifstream input(file);
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(input), {}, '\n'));
}

}  // namespace afterpatch::app
