#include "range/country/victims.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "range/country/draw.h"
#include "range/country/scan_days.h"

namespace afterpatch::range {
namespace {

bool is_dead(Behaviour behaviour) {
  return behaviour == Behaviour::refused || behaviour == Behaviour::bounces;
}
bool works(Behaviour behaviour) {
  return behaviour == Behaviour::abuse_desk || behaviour == Behaviour::opens_page ||
         behaviour == Behaviour::answers || behaviour == Behaviour::asks_help;
}

class Correspondence {
 public:
  Correspondence(const Random& world, Country& country)
      : world_(world), country_(country), seen_(look_back(country)), worst_(country.servers.size()) {
    for (const HuntAnswer& hunt : country.hunts)
      worst_[hunt.server] = std::max(worst_[hunt.server], level_of(hunt));
  }

  void run() {
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < country_.organisations.size(); ++i) index[country_.organisations[i].id] = i;
    std::map<std::size_t, std::vector<std::size_t>> of;
    for (std::size_t i = 0; i < country_.servers.size(); ++i)
      if (const std::string& owner = country_.servers[i].owner; !owner.empty() && concerns(i))
        of[index[owner]].push_back(i);
    for (const auto& [organisation, servers] : of) open_case(organisation, servers);
  }

 private:
  static int level_of(const HuntAnswer& hunt) {
    constexpr std::array<std::string_view, 5> kWords = {"no-evidence", "probed", "exploited", "backdoored",
                                                        "re-entered"};
    return static_cast<int>(std::find(kWords.begin(), kWords.end(), hunt.compromise) - kWords.begin());
  }

  bool concerns(std::size_t server) const { return seen_[server].first_open || worst_[server] >= 2; }

  Timestamp first_reason(const std::vector<std::size_t>& servers) const {
    Timestamp first = end_of(country_.settings);
    for (const std::size_t server : servers)
      if (seen_[server].first_open) first = std::min(first, *seen_[server].first_open);
    for (const HuntAnswer& hunt : country_.hunts)
      if (level_of(hunt) >= 2 && std::ranges::binary_search(servers, hunt.server))
        first = std::min(first, hunt.received);
    return first;
  }

  std::string reason_of(const std::vector<std::size_t>& servers) const {
    int worst = 0;
    for (const std::size_t server : servers) worst = std::max(worst, worst_[server]);
    constexpr std::array<std::string_view, 5> kReasons = {"unpatched", "unpatched", "exploited", "backdoored",
                                                          "reentered"};
    return std::string(kReasons[static_cast<std::size_t>(worst)]);
  }

  void open_case(std::size_t organisation, const std::vector<std::size_t>& servers) {
    Random random = world_.fork("case", organisation);
    CountryCase out;
    out.number = fmt::format("AP-2021-{:06}", country_.cases.size() + 1);
    out.organisation = organisation;
    out.servers = servers;
    out.reason = reason_of(servers);
    out.opened = first_reason(servers) + hours(1);
    out.state = "planned";
    out.state_since = out.opened;
    write_to(random, out);
    work_on(random, out);
    country_.cases.push_back(std::move(out));
  }

  void move_to(CountryCase& one, std::string_view state, Timestamp when) const {
    one.state = state;
    one.state_since = when;
  }

  // One in ten is not written to: nobody has come to it yet.
  void write_to(Random& random, CountryCase& out) const {
    if (random.chance(10)) return;
    Timestamp time = out.opened + hours(static_cast<double>(random.between(6, 72)));
    for (const Contact& contact : country_.organisations[out.organisation].contacts) {
      if (time >= end_of(country_.settings)) return;
      if (!out.notified) out.notified = time;
      out.channel = contact.channel;
      out.notices.push_back({contact, time});
      move_to(out, "sent", time);
      if (works(contact.behaviour)) return reach(random, contact, time, out);
      const bool dead = is_dead(contact.behaviour);
      move_to(out, dead ? "bounced" : "silent", time);
      time += std::chrono::hours(dead ? kAfterBounceHours : kAfterSilenceHours);
    }
  }

  void reach(Random& random, const Contact& contact, Timestamp sent, CountryCase& out) const {
    const Timestamp reached = sent + std::chrono::hours(contact.delay_hours);
    if (reached >= end_of(country_.settings)) return;
    out.reached = reached;
    move_to(out, "reached", reached);
    const Timestamp said = reached + std::chrono::hours(random.between(0, 12));
    if ((contact.behaviour == Behaviour::opens_page && random.chance(50)) ||
        said >= end_of(country_.settings))
      return;
    out.acknowledged = said;
    move_to(out, "acknowledged", said);
  }

  void work_on(Random& random, CountryCase& out) const {
    out.patched = all_patched(out.servers);
    for (const HuntAnswer& hunt : country_.hunts)
      if (!hunt.from_outside && !out.hunted && hunt.received >= out.opened &&
          std::ranges::binary_search(out.servers, hunt.server))
        out.hunted = hunt.received;
    if (!out.reached) return;
    if (out.patched) move_to(out, "patched", std::max(*out.patched, *out.reached));
    if (out.hunted) move_to(out, "hunted", std::max(*out.hunted, out.state_since));
    if (!out.patched || !out.hunted || !random.chance(60)) return;
    const Timestamp clean = out.state_since + hours(static_cast<double>(random.between(24, 240)));
    if (clean >= end_of(country_.settings)) return;
    out.clean = clean;
    move_to(out, "clean", clean);
  }

  std::optional<Timestamp> all_patched(const std::vector<std::size_t>& servers) const {
    Timestamp last{};
    for (const std::size_t server : servers) {
      if (!seen_[server].first_patched) return std::nullopt;
      last = std::max(last, *seen_[server].first_patched);
    }
    return last;
  }

  const Random& world_;
  Country& country_;
  std::vector<SeenServer> seen_;
  std::vector<int> worst_;
};

}  // namespace

void make_cases(const Random& world, Country& country) {
  Correspondence(world, country).run();
}

}  // namespace afterpatch::range
