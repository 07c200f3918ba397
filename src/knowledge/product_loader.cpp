#include "knowledge/product_loader.h"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "base/file.h"
#include "base/text.h"
#include "knowledge/gunzip.h"
#include "knowledge/map_reader.h"

namespace afterpatch::knowledge {
namespace {

constexpr std::array<std::string_view, 20> kLogNames = {"iis-w3c",
                                                        "http-proxy",
                                                        "ecp-server",
                                                        "ecp-activity",
                                                        "oab-generator",
                                                        "ews",
                                                        "autodiscover",
                                                        "mapi-http",
                                                        "rpc-http",
                                                        "rps-http",
                                                        "rps-cmdlet",
                                                        "request-filtering",
                                                        "event-security",
                                                        "event-system",
                                                        "event-application",
                                                        "event-msexchange-management",
                                                        "event-sysmon",
                                                        "event-powershell",
                                                        "event-powershell-classic",
                                                        "event-windefend"};

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

WebFolder read_web_folder(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a web folder", faults);
  WebFolder folder;
  folder.folder = reader.text("folder");
  folder.url = reader.text("url");
  folder.recursive = reader.flag_or("recursive", true);
  folder.scripts_never = reader.flag_or("scripts_never", false);
  folder.why = reader.text("why");
  if (!folder.folder.starts_with('\\') || folder.folder.ends_with('\\') ||
      fold_windows_path(folder.folder) != folder.folder) {
    reader.fault("not a folder's end", "folder",
                 "expected lower case with a leading and no trailing backslash");
  }
  if (!folder.url.starts_with('/')) reader.fault("not a URL path", "url", "expected a leading slash");
  reader.finish();
  return folder;
}

LogNeed read_log(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a log", faults);
  LogNeed log;
  log.log = reader.text("log");
  log.title = reader.text("title");
  log.folders = reader.texts("folders");
  log.retention = reader.text("retention");
  log.hides = reader.text("hides");
  log.decisive = reader.flag_or("decisive", false);
  log.sparse = reader.flag_or("sparse", false);
  if (!log.log.empty() && !is_log_name(log.log)) {
    reader.fault("unknown log '" + log.log + "'", "log",
                 fmt::format("expected one of: {}", fmt::join(kLogNames, ", ")));
  }
  reader.finish();
  return log;
}

// Longest first, so that the first rule that fits is the most exact; equal lengths in the order of their
// names.
bool longer_folder(const WebFolder& a, const WebFolder& b) {
  return a.folder.size() != b.folder.size() ? a.folder.size() > b.folder.size() : a.folder < b.folder;
}

}  // namespace

bool is_flaw_id(std::string_view text) {
  if (text.starts_with("ADV")) return is_digits(text.substr(3));
  const auto parts = split(text, '-');
  return parts.size() == 3 && parts[0] == "CVE" && parts[1].size() == 4 && is_digits(parts[1]) &&
         parts[2].size() >= 4 && is_digits(parts[2]);
}

bool is_log_name(std::string_view text) {
  return std::ranges::find(kLogNames, text) != kLogNames.end();
}

ProductLoader::ProductLoader(const std::filesystem::path& folder, Faults& faults)
    : folder_(folder), faults_(faults), product_(std::make_shared<Product>()) {}

std::shared_ptr<Product> ProductLoader::read(const std::filesystem::path& folder, Faults& faults) {
  ProductLoader loader(folder, faults);
  loader.read_description();
  loader.read_builds();
  loader.read_fixes();
  loader.read_known_good();
  loader.read_iis();
  loader.find_rules();
  return loader.product_;
}

void ProductLoader::find_rules() {
  std::error_code error;
  const auto folder_if_there = [&](const char* kind) {
    std::filesystem::path folder = folder_ / "rules" / kind;
    return std::filesystem::is_directory(folder, error) ? folder : std::filesystem::path{};
  };
  product_->sigma_folder = folder_if_there("sigma");
  product_->yara_folder = folder_if_there("yara");
}

void ProductLoader::read_description() {
  const std::string file = (folder_ / "product.yaml").string();
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return faults_.add(text.error());
  const auto yaml = parse_yaml(*text, file);
  if (!yaml) return faults_.add(yaml.error());
  MapReader reader(*yaml, file, "the product", faults_);
  product_->id = reader.text("id");
  product_->title = reader.text("title");
  if (!product_->id.empty() && product_->id != folder_.filename().string()) {
    reader.fault("the id is not the folder's name", "id", "expected " + folder_.filename().string());
  }
  for (const YamlValue& value : reader.list("product_lines")) read_product_line(value, file);
  for (const YamlValue& value : reader.list("web_folders")) {
    product_->web_folders.push_back(read_web_folder(value, file, faults_));
  }
  std::ranges::sort(product_->web_folders, longer_folder);
  for (const YamlValue& value : reader.list("logs")) product_->logs.push_back(read_log(value, file, faults_));
  product_->version_files = reader.texts_or_none("version_files");
  product_->version_folders = reader.texts_or_none("version_folders");
  product_->update_keys = reader.texts_or_none("update_keys");
  product_->set_up_keys = reader.texts_or_none("set_up_keys");
  product_->web_extensions = reader.texts("web_extensions");
  for (const std::string& extension : product_->web_extensions) {
    if (extension.starts_with('.') && to_lower_ascii(extension) == extension) continue;
    reader.fault("'" + extension + "' is no extension", "web_extensions", "expected lower case with a dot");
  }
  reader.finish();
}

void ProductLoader::read_product_line(const YamlValue& value, const std::string& file) {
  MapReader line(value, file, "a product line", faults_);
  const std::string name = line.text("name");
  const unsigned numbers = line.number_or("branch_numbers", 3);
  if (numbers != 2 && numbers != 3)
    line.fault("a branch has two or three numbers", "branch_numbers", "expected 2 or 3");
  const std::string ends = line.text_or("support_ends", "");
  const auto day = parse_written_time(ends);
  if (day) product_->support_ends_.emplace(name, *day);
  if (!ends.empty() && !day) line.fault("'" + ends + "' is no date", "support_ends", "expected YYYY-MM-DD");
  if (!branch_numbers_.emplace(name, numbers).second)
    line.fault("product line '" + name + "' stands twice", "name");
  line.finish();
}

void ProductLoader::read_builds() {
  const std::string file = (folder_ / "builds.csv").string();
  const auto text = read_file(file);
  if (!text) return faults_.add(text.error());
  TableReader table(*text, file, {"product", "cu", "su", "build", "release_date", "kb", "sources", "note"},
                    faults_);
  std::map<Build, std::uint64_t> seen;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto info = read_build(table, row);
    if (!info) continue;
    const auto [earlier, is_new] = seen.emplace(info->build, table.line(row));
    if (is_new) {
      add_build(*info);
    } else {
      table.fault(row,
                  fmt::format("build {} stands already in line {}", to_string(info->build), earlier->second));
    }
  }
  std::ranges::sort(product_->builds, {}, &BuildInfo::build);
  name_branches(file);
}

std::optional<BuildInfo> ProductLoader::read_build(TableReader& table, std::size_t row) {
  enum { kProduct, kCu, kSu, kBuild, kReleased, kKb };
  const auto build = parse_build(table.at(row, kBuild));
  if (!build) {
    table.fault(row, "'" + table.at(row, kBuild) + "' is no build",
                "expected four numbers such as 15.1.2176.2");
    return std::nullopt;
  }
  if (!branch_numbers_.contains(table.at(row, kProduct))) {
    table.fault(row, "unknown product line '" + table.at(row, kProduct) + "'",
                "expected one of product_lines in product.yaml");
    return std::nullopt;
  }
  const std::string& date = table.at(row, kReleased);
  const auto released = parse_time(date);
  if (!released && !date.empty())
    table.fault(row, "'" + date + "' is no date", "expected YYYY-MM-DD or nothing");
  return BuildInfo{
      *build, table.at(row, kProduct), table.at(row, kCu), table.at(row, kSu), table.at(row, kKb), released};
}

void ProductLoader::add_build(const BuildInfo& info) {
  product_->builds.push_back(info);
  updates_.emplace(std::pair(info.product, info.cu), info.build);
  const std::string branch = fmt::format("{}.{}", info.build.parts[0], info.build.parts[1]);
  auto& branches = product_->short_branches_;
  const bool is_short = branch_numbers_.at(info.product) == 2;
  if (is_short && std::ranges::find(branches, branch) == branches.end()) branches.push_back(branch);
}

void ProductLoader::name_branches(const std::string& file) {
  for (const BuildInfo& info : product_->builds) {
    const auto [known, is_new] =
        product_->branch_products_.emplace(product_->branch_of(info.build), info.product);
    if (is_new || known->second == info.product) continue;
    faults_.add({fmt::format("branch {} belongs to {} and to {}", known->first, known->second, info.product),
                 file, ""});
  }
}

void ProductLoader::read_fixes() {
  const std::string file = (folder_ / "fixes.csv").string();
  const auto text = read_file(file);
  if (!text) return faults_.add(text.error());
  TableReader table(*text, file, {"cve", "product", "cu", "first_fixed_build", "fixed_by", "source_note"},
                    faults_);
  for (std::size_t row = 0; row < table.size(); ++row) read_fix(table, row);
}

void ProductLoader::read_fix(TableReader& table, std::size_t row) {
  enum { kCve, kProduct, kCu, kFirstFixed, kFixedBy };
  const std::string& cve = table.at(row, kCve);
  if (!is_flaw_id(cve)) table.fault(row, "'" + cve + "' is no CVE id", "expected CVE-YYYY-NNNN or ADVNNNN");
  const auto update = updates_.find({table.at(row, kProduct), table.at(row, kCu)});
  if (update == updates_.end()) {
    return table.fault(
        row, fmt::format("{} {} is not in builds.csv", table.at(row, kProduct), table.at(row, kCu)));
  }
  const std::string branch = product_->branch_of(update->second);
  const bool none = table.at(row, kFixedBy).starts_with("none:");
  Product::Fix fix;
  fix.whole_branch = table.at(row, kFixedBy) == "CU base";
  if (!none) fix.first_fixed = parse_build(table.at(row, kFirstFixed));
  if (none ? !table.at(row, kFirstFixed).empty() : !fix.first_fixed) {
    return table.fault(row, "'" + table.at(row, kFirstFixed) + "' is no first fixed build",
                       "expected four numbers, or nothing beside 'none:upgrade-CU'");
  }
  if (fix.first_fixed && product_->branch_of(*fix.first_fixed) != branch) {
    return table.fault(row,
                       fmt::format("build {} is not of this cumulative update", to_string(*fix.first_fixed)),
                       fmt::format("expected a build that begins with {}", branch));
  }
  if (!product_->fixes_.emplace(std::pair(cve, branch), fix).second) {
    table.fault(row, fmt::format("a second fix of {} for branch {}", cve, branch));
  }
  auto& products = product_->affected_products_[cve];
  if (std::ranges::find(products, table.at(row, kProduct)) == products.end())
    products.push_back(table.at(row, kProduct));
}

void ProductLoader::read_known_good() {
  const std::string file = (folder_ / "known_good_web.csv.gz").string();
  const auto packed = read_file(file);
  if (!packed) return faults_.add(packed.error());
  const auto text = gunzip(*packed, file);
  if (!text) return faults_.add(text.error());
  enum { kSha256, kPath };
  TableReader table(*text, file, {"sha256", "path", "builds"}, faults_);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& sha256 = table.at(row, kSha256);
    const std::string& path = table.at(row, kPath);
    const bool sound_hash = sha256.size() == 64 && is_lower_hex(sha256);
    const bool sound_path =
        path.starts_with('\\') && path.find('\\', 1) != std::string::npos && to_lower_ascii(path) == path;
    if (!sound_hash)
      table.fault(row, "'" + sha256 + "' is no SHA-256", "expected 64 lower-case hexadecimal digits");
    if (!sound_path)
      table.fault(row, "'" + path + "' is no path", "expected lower case from a leading backslash on");
    if (sound_hash && sound_path) product_->known_good_.add(fold_windows_path(path), sha256);
  }
}

void ProductLoader::read_iis() {
  const std::string file = (folder_ / "iis.csv").string();
  if (!std::filesystem::exists(file)) return;
  const auto text = read_file(file);
  if (!text) return faults_.add(text.error());
  enum { kKind, kPath };
  TableReader table(*text, file, {"kind", "path"}, faults_);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& kind = table.at(row, kKind);
    const std::string& path = table.at(row, kPath);
    if (kind != "module" && kind != "folder")
      table.fault(row, "'" + kind + "' is no kind", "expected module or folder");
    if (!path.starts_with('\\') || to_lower_ascii(path) != path)
      table.fault(row, "'" + path + "' is no path", "expected lower case from a leading backslash on");
    (kind == "module" ? product_->iis_modules : product_->iis_folders).push_back(path);
  }
}

Result<std::shared_ptr<const Product>> Product::load(const std::filesystem::path& folder) {
  Faults faults;
  std::shared_ptr<const Product> product = ProductLoader::read(folder, faults);
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return product;
}

}  // namespace afterpatch::knowledge
