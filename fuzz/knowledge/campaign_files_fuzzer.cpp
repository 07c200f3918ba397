// Any bytes as each file of a campaign and a product: faults or values, never a crash. The first byte chooses
// the file.
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "knowledge/catalogue.h"

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 6> kFiles = {
    "campaigns/wave/campaign.yaml",   "campaigns/wave/guide.yaml",    "campaigns/wave/indicators.csv",
    "products/exchange/product.yaml", "products/exchange/builds.csv", "products/exchange/fixes.csv"};

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "afterpatch-fuzz-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  fs::create_directories(folder / "campaigns/wave/rules/sigma");
  fs::create_directories(folder / "campaigns/wave/rules/yara");
  fs::create_directories(folder / "products/exchange");
  std::ofstream(folder / kFiles[0]) << "id: wave\nproduct: exchange\n";
  std::ofstream(folder / kFiles[3]) << "id: exchange\nproduct_lines:\n  - name: Exchange2016\n";
  std::ofstream(folder / kFiles[4])
      << "product,cu,su,build,release_date,kb,sources,note\nExchange2016,CU1,,15.1.396.30,,,x,\n";
  return folder;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fs::path folder = make_folder();
  if (size == 0) return 0;
  const fs::path file = folder / kFiles[data[0] % kFiles.size()];
  const bool existed = fs::exists(file);
  const fs::path aside = folder / "aside";
  if (existed) fs::rename(file, aside);
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(data + 1), static_cast<std::streamsize>(size - 1));
  afterpatch::knowledge::check_campaign(folder, "wave");
  fs::remove(file);
  if (existed) fs::rename(aside, file);
  return 0;
}
