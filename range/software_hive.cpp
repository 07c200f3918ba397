#include "range/software_hive.h"

#include <array>

#include <fmt/format.h>

#include "base/time.h"
#include "range/hive_writer.h"

namespace afterpatch::range {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr std::string_view kUninstall = "Microsoft\\Windows\\CurrentVersion\\Uninstall";

// "20210305".
std::string day_of(Timestamp time) {
  std::string text = to_date_text(time);
  std::erase(text, '-');
  return text;
}

void add_program(HiveKey& root, std::string_view key, std::string name, std::string version,
                 Timestamp installed) {
  key_at(root, fmt::format("{}\\{}", kUninstall, key), installed).values = {
      {"DisplayName", std::move(name)},
      {"DisplayVersion", std::move(version)},
      {"InstallDate", day_of(installed)},
      {"NoModify", 1U}};
}

void add_set_up(HiveKey& root, const ServerKind& kind, Timestamp installed) {
  key_at(root, "Microsoft\\ExchangeServer\\v15\\Setup", installed).values = {
      {"MsiInstallPath", std::string("C:\\Program Files\\Microsoft\\Exchange Server\\V15\\")},
      {"MsiProductMajor", kind.vulnerable.major},
      {"MsiProductMinor", kind.vulnerable.minor},
      {"MsiBuildMajor", kind.vulnerable.build},
      {"MsiBuildMinor", kind.vulnerable.revision},
      {"OwaVersion", kind.vulnerable.text()}};
}

std::string cumulative_update_name(const ServerKind& kind) {
  return fmt::format("Exchange Server {} Cumulative Update {}", kind.product.substr(8), kind.cu.substr(2));
}

}  // namespace

bool has_named_update(const Server& server) {
  return server.kind.season == "2021-03" && server.kind.cu.starts_with("CU");
}

std::string update_name(const Server& server) {
  return fmt::format("Security Update for {} (KB5000871)", cumulative_update_name(server.kind));
}

std::string software_hive(const Server& server, Timestamp first_day) {
  const ServerKind& kind = server.kind;
  const Timestamp set_up = first_day - days(120);
  HiveKey root{.name = "ROOT", .written = set_up};
  for (const std::string_view other : {"Report Viewer Redistributable", "Management Agent", "Back-up Client"})
    add_program(root, other, std::string(other), "4.2.1", set_up);
  if (kind.cu.starts_with("CU"))
    add_program(root, "Microsoft Exchange v15", "Microsoft " + cumulative_update_name(kind),
                kind.vulnerable.text(), set_up);
  add_set_up(root, kind, set_up);
  if (server.patched && has_named_update(server)) {
    const Timestamp installed = *server.patched - minutes(3);
    add_program(root, "{CD981244-E9B8-405A-9026-6AEB9DCEF1F1}.KB5000871", update_name(server),
                kind.fixed.text(), installed);
    key_at(root, fmt::format("Microsoft\\Updates\\Exchange {}\\KB5000871", kind.product.substr(8)), installed)
        .values = {{"PackageName", update_name(server)}};
  }
  return hive_file(root, "\\SystemRoot\\System32\\Config\\SOFTWARE");
}

}  // namespace afterpatch::range
