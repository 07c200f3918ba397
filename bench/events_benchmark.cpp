// Windows events: how much of the time goes into reading records, into turning every value into text, and
// into asking rules, in processor time. Used by bench/compare-evtx.
//
// Usage: events_benchmark FILE.evtx RULES...   (folders of Sigma rules)
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

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

std::string content_of(const char* path) {
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

int run(int count, char** arguments) {
  if (count < 3) return 2;
  const std::string file = content_of(arguments[1]);
  const double start = processor_seconds();
  const std::vector<std::filesystem::path> folders(arguments + 2, arguments + count);
  const detect::sigma::RuleSet rules = detect::sigma::load_rules(folders);
  fmt::print("{:<34} {:8.3f} s {:>8} rules\n", "load rules", processor_seconds() - start, rules.rules.size());
  print("read every record", read_all(file, false), file.size());
  print("read, every value as text", read_all(file, true), file.size());
  for (const std::size_t percent : {10, 50, 100}) {
    const detect::events::EventRules part(
        {std::make_shared<detect::sigma::RuleSet>(), share_of(rules, percent)});
    search_all(std::string_view(file).substr(0, std::min<std::size_t>(file.size(), 64U << 20U)),
               part);  // makes the plans
    print(fmt::format("read, {} rules ({} %)", part.rules().size(), percent), search_all(file, part),
          file.size());
  }
  return 0;
}

}  // namespace
}  // namespace afterpatch

int main(int count, char** arguments) {
  return afterpatch::run(count, arguments);
}
