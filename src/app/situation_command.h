// `afterpatch situation`: how large it is, whether it grows, who has been reached.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "situation/picture.h"

namespace CLI {
class App;
}

namespace afterpatch::app {

struct SituationCommand {
  enum class Format { text, json, csv, markdown };

  std::string store;
  std::string as_of;  // "2021-03-20": the end of that day; empty: all that is known
  std::string campaign, country;
  Format format = Format::text;
  bool save_clusters = false;
};

void add_situation(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

// Returns the exit status.
int run_situation(const SituationCommand& command, std::ostream& out, std::ostream& err);

// One to two screens of 80 columns.
std::string situation_text(const situation::Picture& picture);
// The funnel of all, each country, region and sector: one row a step, safe to open in a spreadsheet.
std::string situation_csv(const situation::Picture& picture);
std::string situation_markdown(const situation::Picture& picture);

}  // namespace afterpatch::app
