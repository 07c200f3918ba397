// Windows events: how much of the time goes into reading records, into turning every value into text, and
// into asking rules, in processor time. Each is measured several times, all in turn, and its best pass shown;
// the last line is the ratio that the cost of asking rules is judged by. Used by bench/compare-evtx.
//
// Usage: events_benchmark [--best-of 3] FILE.evtx RULES...   (folders of Sigma rules)
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "detect/events/event_search.h"
#include "detect/sigma/rule_set.h"
#include "records/evtx/event_reader.h"
#include "records/evtx/layout.h"

namespace afterpatch {
namespace {

using records::evtx::kChunkBytes;
using records::evtx::kFileHeaderBytes;

// Of this one thread: other programs on the machine do not count.
double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

template <typename Take>
void for_each_chunk(std::string_view file, Take take) {
  for (std::size_t at = kFileHeaderBytes; at < file.size(); at += kChunkBytes)
    take(file.substr(at, kChunkBytes), at);
}

std::size_t touch(const records::evtx::Event& event, std::string& text) {
  std::size_t bytes = 0;
  for (const auto& instance : event.instances()) {
    for (const auto& leaf : instance.shape->leaves) {
      const std::size_t items = event.count_texts(instance, leaf);
      for (std::size_t item = 0; item < items; ++item) {
        text.clear();
        event.append_text(instance, leaf, item, text);
        bytes += text.size();
      }
    }
  }
  return bytes;
}

struct Measured {
  double seconds = 0;
  std::uint64_t events = 0;
  std::uint64_t found = 0;  // bytes of text, or matches
};

Measured read_all(std::string_view file, bool touches) {
  const double start = processor_seconds();
  Measured measured;
  records::evtx::EventReader reader;
  std::string text;
  for_each_chunk(file, [&](std::string_view chunk, std::size_t) {
    reader.start_chunk(chunk);
    while (reader.next()) measured.found += touches ? touch(reader.event(), text) : 1;
  });
  measured.events = reader.counts().events;
  measured.seconds = processor_seconds() - start;
  return measured;
}

Measured search_all(std::string_view file, const detect::events::EventRules& rules) {
  const double start = processor_seconds();
  Measured measured;
  detect::events::EvtxSearch search(rules);
  detect::BlockOutcome outcome;
  const evidence::Artefact artefact;
  for_each_chunk(file, [&](std::string_view chunk, std::size_t at) {
    search.run(chunk, at, artefact, outcome);
    outcome.detections.clear();
  });
  measured.events = search.take_counts().events;
  for (const auto& [rule, matches] : outcome.rule_matches) measured.found += matches;
  measured.seconds = processor_seconds() - start;
  return measured;
}

void print(const std::string& name, const Measured& measured, std::size_t bytes) {
  fmt::print("{:<34} {:8.3f} s {:8.0f} MB/s {:8.2f} us/event {:>12} found\n", name, measured.seconds,
             static_cast<double>(bytes) / measured.seconds / 1e6,
             measured.seconds * 1e6 / static_cast<double>(std::max<std::uint64_t>(measured.events, 1)),
             measured.found);
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// Every n-th rule, so that all log sources keep their share.
std::shared_ptr<detect::sigma::RuleSet> share_of(const detect::sigma::RuleSet& all, std::size_t percent) {
  auto part = std::make_shared<detect::sigma::RuleSet>();
  for (std::size_t i = 0; i < all.rules.size(); ++i)
    if (i * percent / 100 != (i + 1) * percent / 100) part->rules.push_back(all.rules[i]);
  return part;
}

// One line of the output.
struct Line {
  std::string name;
  std::function<Measured()> measure;
  std::vector<Measured> passes = {};

  const Measured& best() const { return *std::ranges::min_element(passes, {}, &Measured::seconds); }
};

// All lines in turn, so that a busy minute of the machine falls on each of them.
void measure_in_turn(std::vector<Line>& lines, std::size_t passes) {
  for (std::size_t pass = 0; pass < passes; ++pass)
    for (Line& line : lines) line.passes.push_back(line.measure());
}

void print_ratio(const Line& of, const Line& to) {
  double least = of.passes[0].seconds / to.passes[0].seconds;
  double most = least;
  for (std::size_t pass = 1; pass < of.passes.size(); ++pass) {
    const double ratio = of.passes[pass].seconds / to.passes[pass].seconds;
    least = std::min(least, ratio);
    most = std::max(most, ratio);
  }
  fmt::print("all rules / every value as text: {:.2f} (best of {} passes; in one pass {:.2f} to {:.2f})\n",
             of.best().seconds / to.best().seconds, of.passes.size(), least, most);
}

Line line_of_rules(std::string_view file, std::shared_ptr<const detect::events::EventRules> rules,
                   std::size_t percent) {
  search_all(file, *rules);  // makes the plans
  std::string name = fmt::format("read, {} rules ({} %)", rules->rules().size(), percent);
  return {std::move(name), [file, rules] { return search_all(file, *rules); }};
}

void run(const std::string& path, const std::vector<std::filesystem::path>& folders, std::size_t passes) {
  const std::string file = content_of(path);
  const double start = processor_seconds();
  const detect::sigma::RuleSet rules = detect::sigma::load_rules(folders);
  fmt::print("{:<34} {:8.3f} s {:>8} rules\n", "load rules", processor_seconds() - start, rules.rules.size());
  std::vector<Line> lines = {{"read every record", [&] { return read_all(file, false); }},
                             {"read, every value as text", [&] { return read_all(file, true); }}};
  for (const std::size_t percent : {10, 50, 100}) {
    const detect::SigmaRules sets{std::make_shared<detect::sigma::RuleSet>(), share_of(rules, percent)};
    lines.push_back(line_of_rules(file, std::make_shared<detect::events::EventRules>(sets), percent));
  }
  measure_in_turn(lines, passes);
  for (const Line& line : lines) print(line.name, line.best(), file.size());
  print_ratio(lines.back(), lines[1]);
}

}  // namespace
}  // namespace afterpatch

int main(int count, char** arguments) {
  CLI::App command("Windows events: reading, reading every value, asking rules");
  std::string file;
  std::vector<std::filesystem::path> folders;
  std::size_t passes = 3;
  command.add_option("FILE", file)->required()->check(CLI::ExistingFile);
  command.add_option("RULES", folders)->required();
  command.add_option("--best-of", passes, "Passes over everything; the best of each line is shown")
      ->check(CLI::Range(1, 1000));
  CLI11_PARSE(command, count, arguments);
  afterpatch::run(file, folders, passes);
}
