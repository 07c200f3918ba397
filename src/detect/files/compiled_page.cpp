#include "detect/files/compiled_page.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/files/compiled_trace.h"
#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

constexpr std::size_t kMaxPages = 256;
constexpr std::size_t kMaxPathBytes = 1024;
constexpr std::string_view kTemporary = "\\temporary asp.net files\\";

// Little-endian numbers at offsets that may be anything; 0 beyond the end.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t u16(std::uint64_t at) const { return number(at, 2); }
  std::uint32_t u32(std::uint64_t at) const { return number(at, 4); }
  std::string_view part(std::uint64_t at, std::uint64_t size) const {
    if (at >= bytes_.size()) return {};
    return bytes_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
  }

 private:
  std::uint32_t number(std::uint64_t at, unsigned size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[at + i])) << (8 * i);
    return value;
  }
  std::string_view bytes_;
};

// File offset of an address in memory, by the table of sections; 0 if it lies in none.
std::uint64_t offset_of(const Image& image, std::uint64_t pe, std::uint32_t address) {
  constexpr unsigned kMaxSections = 96;
  const std::uint64_t table = pe + 24 + image.u16(pe + 20);
  const unsigned sections = std::min(image.u16(pe + 6), kMaxSections);
  for (unsigned i = 0; i < sections; ++i) {
    const std::uint64_t section = table + 40ULL * i;
    const std::uint32_t start = image.u32(section + 12);
    const std::uint32_t size = image.u32(section + 16);
    if (address >= start && address - start < size) return image.u32(section + 20) + (address - start);
  }
  return 0;
}

// File offset of the metadata root; 0 if this is no .NET library.
std::uint64_t metadata_of(const Image& image) {
  if (image.part(0, 2) != "MZ") return 0;
  const std::uint64_t pe = image.u32(0x3c);
  if (image.u32(pe) != 0x4550) return 0;
  const bool wide = image.u16(pe + 24) == 0x20b;
  const std::uint64_t directory = pe + 24 + (wide ? 112 : 96) + 14 * 8;
  const std::uint64_t header = offset_of(image, pe, image.u32(directory));
  const std::uint64_t root = header == 0 ? 0 : offset_of(image, pe, image.u32(header + 8));
  return root != 0 && image.u32(root) == 0x424a5342 ? root : 0;
}

std::string_view stream(const Image& image, std::uint64_t root, std::string_view wanted) {
  constexpr unsigned kMaxStreams = 16;
  const std::uint64_t version = image.u32(root + 12);
  std::uint64_t at = root + 16 + version;
  const unsigned streams = std::min(image.u16(at + 2), kMaxStreams);
  at += 4;
  for (unsigned i = 0; i < streams; ++i) {
    const std::string_view name = image.part(at + 8, 32);
    const std::size_t length = std::min(name.find('\0'), name.size());
    if (name.substr(0, length) == wanted) return image.part(root + image.u32(at), image.u32(at + 4));
    at += 8 + (length / 4 + 1) * 4;
  }
  return {};
}

// Length and text of one entry of #US (II.24.2.4): a compressed length, UTF-16, one byte more.
std::optional<std::string_view> next_text(std::string_view heap, std::size_t& at) {
  if (at >= heap.size()) return std::nullopt;
  const auto byte = [&](std::size_t i) {
    return at + i < heap.size() ? static_cast<unsigned char>(heap[at + i]) : 0U;
  };
  std::size_t length = byte(0);
  std::size_t head = 1;
  if ((byte(0) & 0x80U) != 0) {
    const bool four = (byte(0) & 0x40U) != 0;
    length = four ? (byte(0) & 0x1fU) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3)
                  : (byte(0) & 0x3fU) << 8U | byte(1);
    head = four ? 4 : 2;
  }
  const std::string_view text = at + head < heap.size() ? heap.substr(at + head, length) : std::string_view();
  at += head + length;
  return text.empty() ? text : text.substr(0, text.size() - 1);
}

bool has_name(std::string_view names, std::string_view name) {
  const std::string whole = std::string(1, '\0') + std::string(name) + std::string(1, '\0');
  return names.find(whole) != std::string_view::npos;
}

// "\windows\...\temporary asp.net files\owa\8c\5a\app_web_x.dll": pages of the application "/owa"; "root" is
// the site's own.
std::string url_of_page(std::string_view windows_path, std::string_view page) {
  const auto at = windows_path.find(kTemporary);
  std::string_view application = windows_path.substr(at + kTemporary.size());
  application = application.substr(0, application.find('\\'));
  const std::string base = application == "root" ? "" : "/" + std::string(application);
  return base + std::string(page.substr(1));
}

std::string what_it_does(const CompiledPage& library) {
  std::string does;
  const auto add = [&](bool is, std::string_view what) {
    if (is) does += fmt::format("{}{}", does.empty() ? "" : " and ", what);
  };
  add(library.evaluates, "runs code that it is given (JScript eval)");
  add(library.starts_process, "starts programs");
  add(library.loads_code, "loads code from memory");
  return does;
}

Claim evaluating_library(const CompiledPage& library) {
  Claim claim;
  claim.kind = RuleKind::web_content;
  claim.rule_id = "compiled-page-evaluates";
  claim.title = "ASP.NET compiled a page that runs code it is given";
  claim.step = Step::backdoor_trace;
  claim.confidence = Confidence::likely;
  claim.reason = fmt::format("The compiled page {}; no page of the product does", what_it_does(library));
  claim.techniques = {"T1505.003"};
  return claim;
}

}  // namespace

bool is_compiled_page(std::string_view windows_path) {
  return windows_path.ends_with(".dll") && file_name(windows_path).starts_with("app_web_") &&
         windows_path.find(kTemporary) != std::string_view::npos;
}

CompiledPage read_compiled_page(std::string_view bytes, const std::vector<std::string>& web_extensions) {
  CompiledPage library;
  const Image image(bytes.substr(0, kMaxCompiledPageBytes));
  const std::uint64_t root = metadata_of(image);
  if (root == 0) return library;
  const std::string_view names = stream(image, root, "#Strings");
  library.evaluates = has_name(names, "JScriptEvaluate");
  library.starts_process = has_name(names, "Process") && has_name(names, "Start");
  library.loads_code = has_name(names, "Assembly") && has_name(names, "Load");
  const std::string_view texts = stream(image, root, "#US");
  std::size_t at = 1;  // the first entry is empty
  while (const auto text = next_text(texts, at)) {
    if (!text->starts_with(std::string_view("~\0/\0", 4)) || text->size() > 2 * kMaxPathBytes) continue;
    std::string page = utf16le_to_utf8(*text);
    const bool known = std::find(library.pages.begin(), library.pages.end(), page) != library.pages.end();
    if (known || library.pages.size() >= kMaxPages || !has_extension(page, web_extensions)) continue;
    library.pages.push_back(std::move(page));
  }
  return library;
}

std::vector<Claim> judge_compiled_page(const knowledge::Product& product, std::string_view windows_path,
                                       std::string_view bytes) {
  std::vector<Claim> claims;
  const CompiledPage library = read_compiled_page(bytes, product.web_extensions);
  const std::string does = what_it_does(library);
  for (const std::string& page : library.pages) {
    auto claim = judge_ran_page(product, url_of_page(windows_path, page));
    if (!claim) continue;
    claim->rule_id = "compiled-page-unknown";
    if (!does.empty()) {
      claim->reason += fmt::format("; what it was compiled into {}", does);
      if (library.evaluates || library.pages.size() == 1) claim->confidence = Confidence::likely;
    }
    claims.push_back(std::move(*claim));
  }
  if (claims.empty() && library.evaluates) claims.push_back(evaluating_library(library));
  return claims;
}

}  // namespace afterpatch::detect::files
