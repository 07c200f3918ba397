#include "tests/range/evtx_export.h"

#include <array>
#include <cstdio>
#include <memory>

namespace afterpatch::range {
namespace {

// Output of a shell command; nullopt when the shell could not find its program.
std::optional<std::string> output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"),
                                                   [](FILE* file) { return ::pclose(file); });
  if (!pipe) return std::nullopt;
  std::string out;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    out.append(buffer.data(), got);
  return out;
}

bool installed(const std::string& program) {
  return !output_of("command -v " + program).value_or("").empty();
}

}  // namespace

std::optional<std::string> evtxexport_xml(const std::filesystem::path& file) {
  if (!installed("evtxexport")) return std::nullopt;
  const std::string all = output_of("evtxexport -f xml '" + file.string() + "' 2>&1").value_or("");
  const auto first = all.find("<Event ");
  return first == std::string::npos ? "" : all.substr(first);
}

std::optional<std::string> evtxinfo(const std::filesystem::path& file) {
  if (!installed("evtxinfo")) return std::nullopt;
  return output_of("evtxinfo '" + file.string() + "' 2>&1");
}

}  // namespace afterpatch::range
