#include "notify/effect.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "notify/fields.h"
#include "notify/message/notice_text.h"

namespace afterpatch::notify {
namespace {

using store::CaseRow;

constexpr double kDay = 86400e6;  // microseconds

bool by(const std::optional<Timestamp>& moment, Timestamp as_of) {
  return moment && *moment <= as_of;
}

// Whoever was patched before it was told did not patch because of it.
bool patched_after_notice(const CaseRow& row, Timestamp as_of) {
  return by(row.patched, as_of) && *row.patched >= *row.notified;
}

std::vector<store::SurvivalStep> open_after_notice(const std::vector<const EffectCase*>& told,
                                                   Timestamp as_of) {
  std::vector<store::Lifetime> lifetimes;
  for (const EffectCase* one : told) {
    const CaseRow& row = one->row;
    if (row.patched && *row.patched < *row.notified) continue;  // nothing was open any more
    const bool ended = by(row.patched, as_of);
    const Timestamp end = ended ? *row.patched : as_of;
    lifetimes.push_back({static_cast<double>((end - *row.notified).count()) / kDay, ended});
  }
  return store::kaplan_meier(std::move(lifetimes));
}

EffectGroup count_group(std::string name, const std::vector<const EffectCase*>& cases, Timestamp as_of) {
  std::vector<const EffectCase*> told;
  std::ranges::copy_if(cases, std::back_inserter(told),
                       [&](const EffectCase* one) { return by(one->row.notified, as_of); });
  const auto share = [&](const std::function<bool(const CaseRow&)>& holds) {
    const auto with = std::ranges::count_if(told, [&](const EffectCase* one) { return holds(one->row); });
    return proportion(static_cast<std::uint64_t>(with), told.size());
  };
  EffectGroup group;
  group.name = std::move(name);
  group.cases = cases.size();
  group.notified = proportion(told.size(), cases.size());
  group.reached = share([&](const CaseRow& row) { return by(row.reached, as_of); });
  group.acknowledged = share([&](const CaseRow& row) { return by(row.acknowledged, as_of); });
  group.patched = share([&](const CaseRow& row) { return patched_after_notice(row, as_of); });
  group.clean = share([&](const CaseRow& row) { return by(row.clean, as_of); });
  group.open = open_after_notice(told, as_of);
  return group;
}

std::vector<EffectGroup> count_by(const std::vector<const EffectCase*>& cases, Timestamp as_of,
                                  const std::function<std::string(const EffectCase&)>& name_of) {
  std::map<std::string, std::vector<const EffectCase*>> groups;
  for (const EffectCase* one : cases) groups[name_of(*one)].push_back(one);
  std::vector<EffectGroup> out;
  for (const auto& [name, members] : groups) out.push_back(count_group(name, members, as_of));
  return out;
}

// A text is chosen before the lot is drawn, so within one text the held and the told differ by chance alone
// too.
std::vector<TextHoldBack> hold_back_by_text(const std::vector<EffectCase>& cases, Timestamp as_of) {
  std::map<std::string, std::vector<EffectCase>> groups;
  for (const EffectCase& one : cases) {
    if (one.longest_hold.count() > 0) groups[one.template_id].push_back(one);
  }
  std::vector<TextHoldBack> out;
  for (const auto& [text, members] : groups) {
    TextHoldBack group{text, hold_back_effect(members, as_of)};
    if (group.effect.cases > 0) out.push_back(std::move(group));
  }
  return out;
}

struct FirstNotice {
  std::optional<Timestamp> sent;
  std::string id, meaning, language;
};

// "AP-2021-000017.10" was planned after "AP-2021-000017.9".
bool is_before(const FirstNotice& a, const FirstNotice& b) {
  if (a.sent.has_value() != b.sent.has_value()) return a.sent.has_value();
  if (a.sent != b.sent) return *a.sent < *b.sent;
  return std::pair(a.id.size(), std::string_view(a.id)) < std::pair(b.id.size(), std::string_view(b.id));
}

Result<std::map<std::string, FirstNotice>> first_notices(store::Store& store) {
  std::map<std::string, FirstNotice> first;
  for (const char* state :
       {"planned", "approved", "sending", "in-doubt", "sent", "delivered", "bounced", "failed"}) {
    const auto rows = store.cases().due(state, Timestamp::max(), std::numeric_limits<std::uint32_t>::max());
    if (!rows) return std::unexpected(rows.error());
    for (const store::NoticeRow& row : *rows) {
      FirstNotice notice{row.sent, row.id, row.text, row.language};
      const auto [known, fresh] = first.try_emplace(row.case_number, notice);
      if (!fresh && is_before(notice, known->second)) known->second = std::move(notice);
    }
  }
  return first;
}

}  // namespace

Effect effect_of(const std::vector<EffectCase>& cases, Timestamp as_of) {
  std::vector<const EffectCase*> opened;
  for (const EffectCase& one : cases) {
    if (one.row.opened <= as_of) opened.push_back(&one);
  }
  Effect effect;
  effect.as_of = as_of;
  effect.all = count_group("all", opened, as_of);
  effect.by_channel = count_by(opened, as_of, [](const EffectCase& one) { return one.row.channel; });
  effect.by_sector = count_by(opened, as_of, [](const EffectCase& one) { return one.sector; });
  effect.by_text = count_by(opened, as_of, [](const EffectCase& one) { return one.template_id; });
  effect.by_reason = count_by(opened, as_of, [](const EffectCase& one) { return one.row.reason; });
  effect.hold_back = hold_back_effect(cases, as_of);
  effect.hold_back_by_text = hold_back_by_text(cases, as_of);
  return effect;
}

Result<std::vector<EffectCase>> read_effect_cases(store::Store& store) {
  std::map<std::string, std::string> sectors;
  auto read = store.directory().for_each_organisation(
      [&](const store::OrganisationRow& row) { sectors[row.id] = row.sector; });
  if (!read) return std::unexpected(read.error());
  std::map<std::string, std::chrono::minutes> holds;
  store::StatementFilter filter;
  filter.kind = "case-opened";
  read = store.ledger().for_each(filter, [&](std::int64_t, const store::Statement& said) {
    holds[said.subject] = std::chrono::minutes(number_of(read_object(said.content), "hold_to_minutes"));
  });
  if (!read) return std::unexpected(read.error());
  const auto first = first_notices(store);
  if (!first) return std::unexpected(first.error());
  std::vector<EffectCase> cases;
  read = store.cases().for_each([&](const CaseRow& row) {
    const auto notice = first->find(row.number);
    const std::string text = notice == first->end() ? ""
                                                    : template_id_of(row.campaign, notice->second.meaning,
                                                                     notice->second.language);
    cases.push_back({row, sectors[row.organisation], text, holds[row.number]});
  });
  if (!read) return std::unexpected(read.error());
  return cases;
}

}  // namespace afterpatch::notify
