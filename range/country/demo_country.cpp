// Run while the program is built: writes the country that `afterpatch serve --demo` shows into a folder, for
// embed_files to pack. The same program gives the same bytes.
//
//   demo_country FOLDER
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "range/country/case_statements.h"
#include "range/country/country.h"
#include "range/country/hunt_evidence.h"
#include "range/country/scan_days.h"
#include "range/country/write_country.h"

namespace {

using namespace afterpatch;
using namespace afterpatch::range;

// Large enough for waves, clusters and a second group; small enough to be read in a few seconds.
CountrySettings settings() {
  CountrySettings out;
  out.seed = 12;  // three groups, of which the last follows another one
  out.servers = 700;
  out.days = 45;
  out.country = "XD";
  out.countries = {"IE", "GB", "DE",
                   "AT", "FR", "ES"};  // for the map: the regions' languages are spoken there
  return out;
}

std::string hunts_of(const Country& country) {
  std::string out;
  for (const HuntAnswer& hunt : country.hunts) out += hunt_statement(country, hunt) + "\n";
  return out;
}

// Server by server, since lines that are alike beside each other pack ten times better than day by day.
std::string scans_of(const Country& country) {
  std::string out;
  for (std::size_t i = 0; i < country.servers.size(); ++i)
    for (int day = 0; day < country.settings.days; ++day) out += scan_line(country, i, day) + "\n";
  return out;
}

Result<void> write_all(const std::filesystem::path& folder) {
  const Country country = make_country(settings());
  auto done = write_file(folder / "constituency.csv", constituency_csv(country));
  if (done) done = write_file(folder / "scans.jsonl", scans_of(country));
  if (done)
    done = write_file(folder / "statements.jsonl",
                      hunts_of(country) + hunt_evidence(country) + case_statements(country));
  return done;
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) return 2;
  const std::filesystem::path folder = values[1];
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const auto done = write_all(folder);
  if (!done) std::fprintf(stderr, "demo_country: %s\n", to_string(done.error()).c_str());
  return done ? 0 : 1;
}
