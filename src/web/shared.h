// What all handlers share. Everything in it is thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "web/answer_cache.h"
#include "web/context.h"
#include "web/event_hub.h"
#include "web/metrics.h"
#include "web/organisation_table.h"
#include "web/rate_limit.h"
#include "web/settings.h"
#include "web/upload_folder.h"

namespace afterpatch::web {

// What other rooms do for the console, given by the program (app/serve_command.cpp); a job that is not given
// answers 501. All are called on a worker's thread.
struct Jobs {
  std::function<Response(Context&)> plan_notices;
  std::function<Response(Context&)> send_notices;
  std::function<Response(Context&)> preview_notice;
  std::function<Response(Context&)> notice_effect;
  // Adds statements and makes the rows again that follow from them, in one transaction.
  std::function<Result<void>(store::Store&, const std::vector<store::Statement>&)> record;
};

struct Shared {
  explicit Shared(Settings chosen);

  const Settings settings;
  Jobs jobs;
  std::function<void(const std::string&)> log;  // one line, for the operator

  RateLimit sign_ins_by_address{10, std::chrono::seconds(6)};
  RateLimit sign_ins_by_account{5, std::chrono::seconds(30)};
  RateLimit wrong_tokens{20, std::chrono::seconds(6)};
  RateLimit victim_statements{60, std::chrono::seconds(10)};  // by case
  RateLimit seen_lately{1, std::chrono::minutes(1)};          // by audit entry: one a minute is noted

  AnswerCache answers;
  EventHub events;
  Metrics metrics;
  OrganisationTable organisations;
  UploadFolder uploads;
  std::function<void()> wake_hunts;

  // Changes when the store does: what is cached is true only for the mark it was made under.
  std::string mark() const;
  void set_mark(const std::string& store_mark);
  void store_changed_here() { ++changes_here_; }

 private:
  mutable std::mutex mutex_;
  std::string store_mark_;
  std::atomic<std::uint64_t> changes_here_ = 0;
};

}  // namespace afterpatch::web
