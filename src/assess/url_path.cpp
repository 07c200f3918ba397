#include "assess/url_path.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::assess {
namespace {

bool has_script_extension(const knowledge::Product& product, std::string_view url) {
  return std::any_of(product.web_extensions.begin(), product.web_extensions.end(),
                     [&](const std::string& extension) { return ends_with_ignoring_case(url, extension); });
}

bool lies_under(std::string_view url, std::string_view folder_url) {
  if (folder_url == "/") return true;
  return starts_with_ignoring_case(url, folder_url) && url.size() > folder_url.size() &&
         url[folder_url.size()] == '/';
}

std::string windows_path_under(const knowledge::WebFolder& folder, std::string_view url) {
  const std::size_t skipped = folder.url == "/" ? 0 : folder.url.size();
  std::string path = folder.folder + std::string(url.substr(skipped));
  std::replace(path.begin(), path.end(), '/', '\\');
  return path;
}

}  // namespace

std::string normal_url(std::string_view path) {
  std::string decoded = to_lower_ascii(percent_decode(path.substr(0, path.find('?'))));
  std::replace(decoded.begin(), decoded.end(), '\\', '/');
  const auto doubled = [](char a, char b) { return a == '/' && b == '/'; };
  decoded.erase(std::unique(decoded.begin(), decoded.end(), doubled), decoded.end());
  return decoded;
}

std::string_view url_folder(std::string_view url) {
  const std::size_t slash = url.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : url.substr(0, slash);
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_in_product_application(const knowledge::Product& product, std::string_view url) {
  return std::any_of(
      product.web_folders.begin(), product.web_folders.end(),
      [&](const knowledge::WebFolder& folder) { return folder.url != "/" && lies_under(url, folder.url); });
}

bool is_foreign_script(const knowledge::Product& product, std::string_view url) {
  if (!has_script_extension(product, url)) return false;
  bool known_folder = false;
  for (const knowledge::WebFolder& folder : product.web_folders) {
    if (!lies_under(url, folder.url)) continue;
    known_folder = true;
    const auto answer = product.known_good(windows_path_under(folder, url), "");
    if (answer != knowledge::KnownGoodAnswer::unknown_path) return false;
  }
  return known_folder;
}

}  // namespace afterpatch::assess
