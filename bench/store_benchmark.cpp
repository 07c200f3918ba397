// How fast a store takes in a country's scans, and how large it becomes (docs/scale.md).
//
//   store_benchmark PLACE SERVERS DAYS      PLACE: a new SQLite file, or postgresql://user@host:port/database
//
// Made-up results of about 800 bytes a line, of which 4 in 100 differ from the day before. Lines are read and
// written as `afterpatch scan import` does, by one thread each; making them is not measured. CPU is that of
// this program, so without PostgreSQL's own.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/ordered_pool.h"
#include "store/store.h"

namespace afterpatch::store {
namespace {

constexpr unsigned kChangePercent = 4;
constexpr std::size_t kLinesAtOnce = 100'000;
constexpr std::size_t kLinesPerJob = 512;
constexpr std::size_t kJobsAhead = 24;
constexpr std::uint64_t kRecordsPerCommit = 10'000;
constexpr int kFirstDay = 18691;  // 2021-03-05

using Lines = std::vector<std::string>;
using Rows = std::vector<Result<Observation>>;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

// Of this thread, which writes; the other one reads.
double writer_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

struct Clock {
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  double cpu_start = cpu_seconds();
  double writer_start = writer_seconds();
  double wall() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  double cpu() const { return cpu_seconds() - cpu_start; }
  double writer() const { return writer_seconds() - writer_start; }
};

// A made-up country: each server has a version, which counts its changes.
class Country {
 public:
  explicit Country(std::size_t servers) : versions_(servers) {}

  void next_day() {
    ++day_;
    if (day_ == 0) return;
    for (unsigned& version : versions_) version += random_() % 100 < kChangePercent ? 1U : 0U;
  }

  std::size_t size() const { return versions_.size(); }

  std::string line(std::size_t server) const {
    const unsigned version = versions_[server];
    const Timestamp time{std::chrono::days(kFirstDay + day_) + std::chrono::hours(10) +
                         std::chrono::milliseconds(server)};
    return fmt::format(
        R"({{"time":"{}","address":"10.{}.{}.{}","port":443,"name":null,"reached":true,"tls":{{"version":"TLSv1.2","certificate":{{"sha256":"{:064x}","names":["mail.{}.example","autodiscover.{}.example"],"issuer":"CN=R3, O=Let's Encrypt, C=US","not_after":"2021-06-01T00:00:00Z"}}}},"product":"exchange-self-hosted","builds":["15.1.{}.{}"],"status":{{"CVE-2021-26855":"{}","CVE-2021-26857":"{}","CVE-2021-26858":"{}","CVE-2021-27065":"{}"}},"exposure":"{}","confidence":"confirmed","country":"{}","network":"AS{}","sector":"nace:{}","evidence":[{{"probe":"owa","what":"X-OWA-Version: 15.1.{}.{}"}},{{"probe":"export","what":"manifest names 15.1.{}"}}],"errors":[]}})",
        to_iso8601(time), server >> 16U, (server >> 8U) & 255U, server & 255U, server * 77777 + version,
        server, server, 1713 + version % 500, version, word(version), word(version), word(version),
        word(version), word(version), server % 10 == 0 ? "XB" : "XA", 64500 + server % 300,
        static_cast<char>('A' + server % 20), 1713 + version % 500, version, 1713 + version % 500);
  }

 private:
  static const char* word(unsigned version) { return version % 3 == 1 ? "patched" : "unpatched"; }

  std::vector<unsigned> versions_;
  std::mt19937 random_{1};
  int day_ = -1;
};

[[noreturn]] void give_up(const Error& error) {
  fmt::print(stderr, "store_benchmark: {}\n", to_string(error));
  std::exit(1);
}

template <typename T>
T need(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Importer {
 public:
  explicit Importer(Writer& writer) : writer_(writer) {}

  void take(Lines&& lines) {
    OrderedPool<Lines, Rows> pool(
        1, [](Lines&& job, unsigned) { return read(job); }, [this](Rows&& rows) { write(std::move(rows)); },
        kJobsAhead);
    for (std::size_t i = 0; i < lines.size(); i += kLinesPerJob) {
      Lines job;
      for (std::size_t j = i; j < std::min(i + kLinesPerJob, lines.size()); ++j)
        job.push_back(std::move(lines[j]));
      pool.give(std::move(job));
    }
    pool.finish();
  }

 private:
  static Rows read(const Lines& lines) {
    Rows rows;
    for (const std::string& line : lines) rows.push_back(read_scan_line(line, "made up"));
    return rows;
  }

  void write(Rows&& rows) {
    for (Result<Observation>& row : rows) {
      need(writer_.add(need(std::move(row))));
      if (++records_ % kRecordsPerCommit == 0) need(writer_.commit());
    }
  }

  Writer& writer_;
  std::uint64_t records_ = 0;
};

void import_day(Store& store, const Country& country, int day) {
  const auto writer = need(store.write("scan", kDefaultLongestGap));
  Importer importer(*writer);
  double wall = 0;
  double cpu = 0;
  double writing = 0;
  for (std::size_t begin = 0; begin < country.size(); begin += kLinesAtOnce) {
    Lines lines;
    for (std::size_t i = begin; i < std::min(begin + kLinesAtOnce, country.size()); ++i)
      lines.push_back(country.line(i));
    const Clock clock;
    importer.take(std::move(lines));
    need(writer->commit());
    wall += clock.wall();
    cpu += clock.cpu();
    writing += clock.writer();
  }
  const auto count = static_cast<double>(country.size());
  fmt::print(
      "day {}: {:.1f} s, {:.0f} observations a second; CPU: {:.1f} s, a second {:.0f}, microseconds each: "
      "{:.1f} to read, {:.1f} to write; {} changed\n",
      day, wall, count / wall, cpu, count / cpu, (cpu - writing) / count * 1e6, writing / count * 1e6,
      writer->counts().changed);
  std::fflush(stdout);
}

void run(const std::string& place, std::size_t servers, int days) {
  const auto store = need(Store::open(place));
  Country country(servers);
  for (int day = 0; day < days; ++day) {
    country.next_day();
    import_day(*store, country, day);
  }
  for (const char* which : {"first", "second"}) {
    const Clock clock;
    need(store->servers().refresh());
    fmt::print("refresh, {} time: {:.1f} s, {:.1f} s CPU\n", which, clock.wall(), clock.cpu());
  }
  const Clock clock;
  const auto groups = need(store->servers().count_by({"country", "exposure"}, {}));
  fmt::print("count_by: {} groups in {:.2f} s\n", groups.size(), clock.wall());
}

}  // namespace
}  // namespace afterpatch::store

int main(int count, char** words) {
  if (count != 4) {
    std::fputs("usage: store_benchmark PLACE SERVERS DAYS\n", stderr);
    return 2;
  }
  afterpatch::store::run(words[1], std::strtoul(words[2], nullptr, 10), std::atoi(words[3]));
  return 0;
}
