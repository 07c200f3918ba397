// How long the picture of a large country takes: situation_benchmark FOLDER [servers] [cases]
// Makes FOLDER/country.db unless it is there: made-up servers over 90 days (two sightings each; for a scan on
// each of the days, `store_benchmark FOLDER/country.db 400000 90` first), owners, cases, and as many hunts
// with marks. Then shows the picture's time three times.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "range/random.h"
#include "situation/picture_json.h"
#include "situation/situation.h"

namespace {

using namespace afterpatch;

constexpr int kDays = 90;
const Timestamp kStart = *parse_time("2021-03-03");

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void must(const Result<void>& result) {
  if (result) return;
  fmt::print(stderr, "{}\n", to_string(result.error()));
  std::exit(2);
}

std::string address_of(std::size_t number) {
  return fmt::format("10.{}.{}.{}", number / 65536, number / 256 % 256, number % 256);
}

store::Observation seen(std::size_t number, int day, const char* exposure) {
  store::Observation out;
  out.time = kStart + std::chrono::days(day) + std::chrono::hours(6);
  out.address = address_of(number);
  out.product = "exchange-self-hosted";
  out.exposure = exposure;
  out.confidence = "confirmed";
  out.builds = "15.1.2176.2";
  out.country = number % 10 == 0 ? "XB" : "XA";
  out.network = fmt::format("AS{}", 64512 + number % 500);
  out.sector = fmt::format("nace:{}", static_cast<char>('A' + number % 20));
  out.finding = out.content = fmt::format(R"({{"exposure":"{}"}})", exposure);
  return out;
}

void put_servers(store::Store& store, range::Random& random, std::size_t servers) {
  auto writer = store.write("scan", store::kDefaultLongestGap);
  for (std::size_t i = 0; i < servers; ++i) {
    const int patched = static_cast<int>(random.between(2, kDays - 1));
    must((*writer)->add(
        seen(i, static_cast<int>(random.below(2)), random.chance(15) ? "unknown" : "unpatched")));
    must((*writer)->add(seen(i, patched, random.chance(80) ? "patched" : "unpatched")));
    if (i % 20'000 == 0) must((*writer)->commit());
  }
  must((*writer)->commit());
}

void put_owners(store::Store& store, std::size_t servers) {
  std::vector<store::OwnerRow> owners;
  for (std::size_t i = 0; i < servers; ++i)
    owners.push_back({address_of(i), 443, fmt::format("org-{}", i * 3 / 4), "network", "confirmed", "[]"});
  must(store.directory().put_owners(owners));
}

void put_cases(store::Store& store, std::size_t cases) {
  std::vector<store::CaseRow> rows;
  std::vector<store::CaseServer> servers;
  for (std::size_t i = 0; i < cases; ++i) {
    store::CaseRow row;
    row.number = fmt::format("AP-2021-{:06}", i);
    row.organisation = fmt::format("org-{}", i * 3);
    row.state = "sent";
    row.opened = row.state_since = kStart;
    row.notified = kStart + std::chrono::days(i % 30 + 1);
    if (i % 4 == 0) row.reached = kStart + std::chrono::days(i % 30 + 3);
    rows.push_back(row);
    servers.push_back({row.number, address_of(i * 4), 443});
  }
  must(store.together([&]() -> Result<void> {
    if (auto put = store.cases().put_cases(rows); !put) return put;
    return store.cases().put_case_servers(servers);
  }));
}

void put_hunts(store::Store& store, range::Random& random, std::size_t hunts) {
  std::vector<store::Statement> statements;
  for (std::size_t i = 0; i < hunts; ++i) {
    const auto group = random.below(5);
    const Timestamp when = kStart + std::chrono::hours(random.below(kDays * 12));
    store::Statement one;
    one.time = one.received = when + std::chrono::hours(24 + random.below(400));
    one.source = "hunt";
    one.kind = "hunted";
    one.subject_kind = "server";
    one.subject = store::server_subject(address_of(i * 4), 443);
    one.content = fmt::format(
        R"({{"compromise":"backdoored","confidence":"confirmed","exploited":"{}","backdoored":"{}","marks":[{{"kind":"door-path","value":"/{}-{}.aspx"}},{{"kind":"parameter","value":"p{}-{}"}},{{"kind":"address","value":"a{}-{}"}},{{"kind":"door-hash","value":"{}"}}]}})",
        to_iso8601(when), to_iso8601(when), group, random.below(5), group, random.below(4), group,
        random.below(8), random.hex(16));
    statements.push_back(std::move(one));
  }
  if (const auto added = store.ledger().add(statements); !added) must(std::unexpected(added.error()));
}

void fill(store::Store& store, std::size_t servers, std::size_t cases, bool has_servers) {
  range::Random random(1);
  if (!has_servers) put_servers(store, random, servers);
  put_owners(store, servers);
  put_cases(store, cases);
  put_hunts(store, random, cases);
  const auto start = std::chrono::steady_clock::now();
  must(store.servers().refresh());
  fmt::print("refresh: {:.1f} s\n", seconds_since(start));
}

bool has_cases(store::Store& store) {
  const auto first = store.cases().victim_case("AP-2021-000000");
  if (!first) must(std::unexpected(first.error()));
  return first->has_value();
}

}  // namespace

int main(int count, char** values) {
  if (count < 2) return 2;
  const std::filesystem::path file = std::filesystem::path(values[1]) / "country.db";
  const bool has_servers = std::filesystem::exists(file);
  auto store = store::Store::open(file.string());
  if (!store) must(std::unexpected(store.error()));
  if (!has_cases(**store))
    fill(**store, count > 2 ? std::strtoull(values[2], nullptr, 10) : 400'000,
         count > 3 ? std::strtoull(values[3], nullptr, 10) : 30'000, has_servers);
  for (int round = 0; round < 3; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    const auto picture = situation::take_situation(**store, {});
    if (!picture) must(std::unexpected(picture.error()));
    const auto text = situation::picture_json(*picture);
    fmt::print("situation: {:.2f} s, {:.2f} s of processor time, {} exposed, {} clusters, {} bytes of JSON\n",
               seconds_since(start), static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC,
               picture->funnel[0].servers.value, picture->clusters.size(), text.size());
  }
}
