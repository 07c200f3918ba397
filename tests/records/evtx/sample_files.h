// The .evtx files of the samples folder (samples.h), chunk by chunk.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "records/evtx/layout.h"
#include "records/samples.h"

namespace afterpatch::records::evtx {

// Views into the file.
inline std::vector<std::string_view> chunks_of(std::string_view file) {
  std::vector<std::string_view> chunks;
  for (std::size_t at = kFileHeaderBytes; at < file.size(); at += kChunkBytes)
    chunks.push_back(file.substr(at, kChunkBytes));
  return chunks;
}

// A name for a test, out of the name of a file.
inline std::string test_name_of(std::string_view file) {
  std::string name(file);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

}  // namespace afterpatch::records::evtx
