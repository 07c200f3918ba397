// Limits on how often something may be sent, which hold exactly: in any second and in any minute at most as
// many as allowed, with no bursts after a pause.
//
// For each key (an address, a network, ...) the time is kept from which on the next may be sent; it moves on
// from the moment of really sending, never from the moment that was planned, so lateness can't pile up to a
// burst. No tokens are saved up while nothing is sent. Steps are kJitter wider than the limit asks for,
// because packets that leave evenly arrive a little less evenly.
//
// Limits of more than kSmoothLimit a second may catch up what the clock of the system is too coarse for, at
// most kCatchUp of it; their rate is lowered so far that any second still holds the limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <unordered_map>

#include "exposure/address.h"

namespace afterpatch::exposure {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

inline constexpr double kJitter = 0.02;
inline constexpr double kSmoothLimit = 100;
inline constexpr std::chrono::milliseconds kCatchUp{10};

// At most `per_second` in any second; below 1 at most one in 1/per_second seconds. 0: no limit.
struct Rate {
  double per_second = 0;
};

// Time between two sends that keeps to the rate; zero without a limit.
Clock::duration step_of(Rate rate);

// One key's limit.
class Pace {
 public:
  explicit Pace(Rate rate);
  TimePoint allowed_at() const { return next_ - catch_up_; }
  void sent(TimePoint now);

 private:
  Clock::duration step_;
  Clock::duration catch_up_;
  TimePoint next_{};
};

// Limits of one kind for any number of keys. Keys that may send at once are forgotten, so memory follows what
// was sent lately, not what was ever seen.
template <typename Key>
class PaceTable {
 public:
  explicit PaceTable(Rate rate) : step_(step_of(rate)) {}

  // When the key's turn is if it is asked for now; keeps that turn.
  TimePoint book(const Key& key, TimePoint now) {
    if (step_ == Clock::duration::zero()) return now;
    forget_old(now);
    Times& times = times_[key];
    const TimePoint turn = std::max({now, times.booked, times.allowed});
    times.booked = turn + step_;
    return turn;
  }
  TimePoint allowed_at(const Key& key) const {
    const auto found = times_.find(key);
    return found == times_.end() ? TimePoint{} : found->second.allowed;
  }
  void sent(const Key& key, TimePoint now) {
    if (step_ == Clock::duration::zero()) return;
    Times& times = times_[key];
    times.allowed = now + step_;
    times.booked = std::max(times.booked, times.allowed);
  }
  std::size_t size() const { return times_.size(); }

 private:
  struct Times {
    TimePoint booked{};   // free for the next one who asks
    TimePoint allowed{};  // by what was really sent
  };
  void forget_old(TimePoint now) {
    if (times_.size() < forget_at_) return;
    std::erase_if(times_, [now](const auto& entry) { return entry.second.booked <= now; });
    forget_at_ = std::max<std::size_t>(1024, times_.size() * 2);
  }

  Clock::duration step_;
  std::unordered_map<Key, Times> times_;
  std::size_t forget_at_ = 1024;
};

}  // namespace afterpatch::exposure
