#include "detect/files/yara_classes.h"

#include <algorithm>
#include <array>

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

// The headers that public rules ask for most often, by count over signature-base. None begins another.
constexpr std::array kHeaders = {
    "MZ"sv,  // PE
    "\x7f"
    "ELF"sv,               // ELF
    "PK\x03\x04"sv,        // ZIP, Office since 2007, JAR
    "\xd0\xcf\x11\xe0"sv,  // OLE2: Office up to 2003, MSI
    "{\\rt"sv,             // RTF
    "%PDF"sv,              // PDF
    "L\x00\x00\x00"sv,     // Windows shortcut
};
constexpr std::size_t kOtherBytes = kHeaders.size();
constexpr std::size_t kOtherText = kHeaders.size() + 1;
constexpr std::size_t kKinds = kHeaders.size() + 2;

// Upper limits, inclusive, where the sizes that rules ask for gather. A class costs a tenth of a second, so
// they are few; a file's own size is looked at again later.
constexpr std::array<std::uint64_t, 3> kSizes = {500ULL << 10U, 5ULL << 20U, UINT64_MAX};

std::size_t kind_of(std::string_view bytes) {
  const auto header = std::find_if(kHeaders.begin(), kHeaders.end(),
                                   [&](std::string_view magic) { return bytes.starts_with(magic); });
  if (header != kHeaders.end()) return static_cast<std::size_t>(header - kHeaders.begin());
  return bytes.find('\0') == std::string_view::npos ? kOtherText : kOtherBytes;
}

}  // namespace

std::size_t yara_class_count() {
  return kKinds * kSizes.size();
}

std::size_t yara_class_of(std::string_view bytes) {
  const auto band = std::lower_bound(kSizes.begin(), kSizes.end(), bytes.size());
  return kind_of(bytes) * kSizes.size() + static_cast<std::size_t>(band - kSizes.begin());
}

YaraFileClass yara_class(std::size_t index) {
  const std::size_t kind = index / kSizes.size();
  const std::size_t band = index % kSizes.size();
  YaraFileClass files;
  files.min_size = band == 0 ? 0 : kSizes.at(band - 1) + 1;
  files.max_size = kSizes.at(band);
  files.without_nul = kind == kOtherText;
  if (kind < kHeaders.size()) {
    files.prefix = kHeaders.at(kind);
    files.min_size = std::max<std::uint64_t>(files.min_size, files.prefix.size());
  } else {
    files.not_prefixes.assign(kHeaders.begin(), kHeaders.end());
  }
  return files;
}

}  // namespace afterpatch::detect::files
