#include "web/metrics.h"

#include <algorithm>

#include <fmt/format.h>

namespace afterpatch::web {
namespace {

void add(std::string& out, const char* name, const char* kind, const char* what, std::int64_t value) {
  out += fmt::format("# HELP afterpatch_{0} {2}\n# TYPE afterpatch_{0} {1}\nafterpatch_{0} {3}\n", name, kind,
                     what, value);
}

std::int64_t value_of(const std::atomic<std::uint64_t>& counter) {
  return static_cast<std::int64_t>(counter.load());
}

}  // namespace

void Metrics::count(unsigned status, std::chrono::microseconds took) {
  ++answers_by_class[std::min<std::size_t>(status / 100, 5)];
  const double seconds = std::chrono::duration<double>(took).count();
  const auto slot = std::ranges::lower_bound(kSeconds, seconds) - kSeconds.begin();
  ++answers_by_time[static_cast<std::size_t>(slot)];
  microseconds += static_cast<std::uint64_t>(took.count());
}

std::string Metrics::text() const {
  std::string out =
      "# HELP afterpatch_answers_total Answers by class of status.\n# TYPE afterpatch_answers_total "
      "counter\n";
  for (std::size_t i = 1; i < answers_by_class.size(); ++i)
    out += fmt::format("afterpatch_answers_total{{class=\"{}xx\"}} {}\n", i, answers_by_class[i].load());
  out +=
      "# HELP afterpatch_answer_seconds Time to make an answer.\n# TYPE afterpatch_answer_seconds "
      "histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kSeconds.size(); ++i) {
    sum += answers_by_time[i];
    out += fmt::format("afterpatch_answer_seconds_bucket{{le=\"{}\"}} {}\n", kSeconds[i], sum);
  }
  sum += answers_by_time.back();
  out += fmt::format(
      "afterpatch_answer_seconds_bucket{{le=\"+Inf\"}} {0}\nafterpatch_answer_seconds_sum "
      "{1}\nafterpatch_answer_seconds_count {0}\n",
      sum, static_cast<double>(microseconds) / 1e6);
  add(out, "connections_total", "counter", "Connections taken.", value_of(connections));
  add(out, "connections_open", "gauge", "Connections open now.", open_connections);
  add(out, "connections_refused_total", "counter", "Connections over a limit.",
      value_of(refused_connections));
  add(out, "sign_ins_total", "counter", "Accounts that signed in.", value_of(sign_ins));
  add(out, "sign_ins_refused_total", "counter", "Sign-ins refused.", value_of(refused_sign_ins));
  add(out, "tokens_refused_total", "counter", "Wrong tokens of victims.", value_of(refused_tokens));
  add(out, "uploaded_bytes_total", "counter", "Bytes of evidence stored.", value_of(uploaded_bytes));
  add(out, "hunts_total", "counter", "Hunts of uploads that ended.", value_of(hunts));
  add(out, "hunts_failed_total", "counter", "Hunts of uploads that failed.", value_of(failed_hunts));
  return out;
}

}  // namespace afterpatch::web
