// Run while the program is built: turns a folder of files into embedded_NAME.cpp (a table, given by the
// function NAME_files() of web/static_files.h) and embedded_NAME.bin (their gzip-compressed bytes, taken in
// by the assembler). The same files give the same output. A folder that is not there gives an empty table.
//
//   embed_files FOLDER OUTPUT_FOLDER NAME
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Written only when it differs, so that nothing is compiled again without need.
void write_if_changed(const fs::path& path, const std::string& content) {
  if (fs::exists(path) && read(path) == content) return;
  std::ofstream(path, std::ios::binary) << content;
}

std::string compressed(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const char* content_type(const std::string& name) {
  static constexpr std::pair<const char*, const char*> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"}};
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_regular_file() && !entry->path().filename().string().ends_with(".map"))
      files.push_back(entry->path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int count, char** values) {
  if (count != 4) return 2;
  const fs::path folder = values[1];
  const fs::path output = values[2];
  const std::string name = values[3];
  std::string bytes;
  std::string rows;
  for (const fs::path& file : files_in(folder)) {
    const std::string content = read(file);
    const std::string gzip = compressed(content);
    rows += fmt::format("      {{\"/{}\", \"{}\", \"\\\"{}\\\"\", part({}, {})}},\n",
                        fs::relative(file, folder).generic_string(), content_type(file.filename().string()),
                        afterpatch::sha256(content).substr(0, 32), bytes.size(), gzip.size());
    bytes += gzip;
  }
  const fs::path binary = output / ("embedded_" + name + ".bin");
  write_if_changed(binary, bytes + '\0');
  // The digest makes the compiler run again when only the bytes changed.
  write_if_changed(
      output / ("embedded_" + name + ".cpp"),
      fmt::format(
          "// Made by embed_files from {2} bytes, SHA-256 {3}.\n"
          "#include <vector>\n\n#include \"web/static_files.h\"\n\n"
          "__asm__(\".section .rodata\\nafterpatch_embedded_{4}:\\n.incbin \\\"{0}\\\"\\n.previous\\n\");\n"
          "extern \"C\" const char afterpatch_embedded_{4}[];\n\n"
          "namespace afterpatch::web {{\nnamespace {{\n\n"
          "[[maybe_unused]] std::string_view part(std::size_t from, std::size_t size) {{\n"
          "  return {{afterpatch_embedded_{4} + from, size}};\n}}\n\n}}  // namespace\n\n"
          "std::span<const StaticFile> {4}_files() {{\n"
          "  static const std::vector<StaticFile> kFiles = {{\n{1}  }};\n  return kFiles;\n}}\n\n"
          "}}  // namespace afterpatch::web\n",
          binary.generic_string(), rows, bytes.size(), afterpatch::sha256(bytes), name));
  return 0;
}
