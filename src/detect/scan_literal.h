// What scanners look for, and how they tell what they found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace afterpatch::detect {

struct ScanLiteral {
  std::string text;            // not empty; any bytes
  bool space_or_plus = false;  // a space in `text` also stands for '+', as IIS writes it
};

// The literal's place in the list that was compiled, and the offset just past the occurrence.
using OnLiteral = std::function<void(std::uint32_t literal, std::size_t end)>;

}  // namespace afterpatch::detect
