// `afterpatch notify status`, `case`, `effect`, `letters`, `phone-list` and `done`: what stands, and what
// people do by hand.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/notify_job.h"
#include "notify/effect.h"

namespace afterpatch::app {

struct NotifyCase {
  NotifyJob job;
  std::string number;
  std::string say;  // a statement of docs/store.md that an operator makes: "acknowledged"; empty: none
  std::string why;
};

struct NotifyList {
  NotifyJob job;
  std::string file;  // "-": standard output
};

struct NotifyDone {
  NotifyJob job;
  std::vector<std::string> notices;
  bool all = false;
};

// All return the exit status.
int run_notify_status(const NotifyJob& job, std::ostream& out, std::ostream& err);
int run_notify_case(const NotifyCase& command, std::ostream& out, std::ostream& err);
int run_notify_effect(const NotifyJob& job, std::ostream& out, std::ostream& err);
// Approved letters as one PDF (needs --config).
int run_notify_letters(const NotifyList& command, std::ostream& out, std::ostream& err);
// Approved notices by telephone, as a table for callers.
int run_notify_phone_list(const NotifyList& command, std::ostream& out, std::ostream& err);
// Letters that were posted and calls that were made: they count as sent from now on.
int run_notify_done(const NotifyDone& command, std::ostream& out, std::ostream& err);

// Words that `notify case --say` takes.
const std::vector<std::string>& operator_words();

std::string effect_text(const notify::Effect& effect);
std::string effect_json(const notify::Effect& effect);

}  // namespace afterpatch::app
