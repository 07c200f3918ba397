#include "report/page/context.h"

#include <array>

#include "report/html.h"

namespace afterpatch::report {
namespace {

using detect::Step;

void mark(std::vector<bool>& cited, const assess::Evidence& evidence) {
  for (const std::size_t index : evidence) {
    if (index < cited.size()) cited[index] = true;
  }
}

std::vector<bool> cited_detections(const ServerReport& server) {
  std::vector<bool> cited(server.detections.size(), false);
  mark(cited, server.verdict.evidence);
  for (const auto& answer : server.answers) mark(cited, answer.evidence);
  for (const auto& run : server.runs) mark(cited, run.evidence);
  for (const auto& door : server.doors) mark(cited, door.evidence);
  for (const auto& mailbox : server.mailboxes) mark(cited, mailbox.evidence);
  for (const auto& event : server.server_events) mark(cited, event.evidence);
  return cited;
}

}  // namespace

Question question_of(Step step) {
  switch (step) {
    case Step::probe:
    case Step::exploit:
    case Step::session:
    case Step::write_attempt:
      return Question::exploited;
    case Step::write:
    case Step::backdoor_file:
    case Step::backdoor_trace:
      return Question::left_behind;
    case Step::backdoor_request:
    case Step::backdoor_miss:
      return Question::returned;
    case Step::mail_access:
      return Question::mail;
    case Step::execution:
    case Step::credential_access:
    case Step::staging:
    case Step::cleanup:
      return Question::more_damage;
    case Step::mitigation:
    case Step::context:
      break;
  }
  return Question::context;
}

PageContext make_context(const HuntReport& hunt, const ServerReport& server, std::size_t index) {
  const std::vector<bool> cited = cited_detections(server);
  std::vector<bool> shown(server.detections.size(), false);
  std::array<std::size_t, 6> room{};
  room.fill(kShownPerGroup);
  for (const bool wanted : {true, false}) {
    for (std::size_t i = 0; i < shown.size(); ++i) {
      std::size_t& left = room.at(static_cast<std::size_t>(question_of(server.detections[i].step)));
      if (cited[i] != wanted || left == 0) continue;
      shown[i] = true;
      --left;
    }
  }
  return {hunt, server, "s" + std::to_string(index + 1) + "-", std::move(shown)};
}

}  // namespace afterpatch::report
