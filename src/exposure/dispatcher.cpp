#include "exposure/dispatcher.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace afterpatch::exposure {
namespace {

namespace asio = boost::asio;

// A timer that stands far away is a signal: cancelling it wakes who waits.
constexpr auto kFarAway = std::chrono::hours(24 * 365);

}  // namespace

Dispatcher::Dispatcher(asio::io_context& context, Politeness& politeness, OptOutFile& opt_out)
    : context_(context), politeness_(politeness), opt_out_(opt_out), alarm_(context) {}

asio::awaitable<Turn> Dispatcher::turn(Address address, std::string name, std::function<void()> send) {
  if (stopped_) co_return Turn::stopped;
  asio::steady_timer wake(context_, kFarAway);
  Turn turn = Turn::stopped;
  bool answered = false;
  const TimePoint now = Clock::now();
  const TimePoint ready = politeness_.book(address, now);
  const bool is_first = waiting_.empty() || ready < waiting_.top().ready;
  waiting_.push({ready, number_++, &address, &name, &send, &wake, &turn, &answered});
  if (is_first) alarm_.cancel();
  while (!answered) co_await wake.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return turn;
}

void Dispatcher::answer(Turn turn) {
  const Waiter waiter = waiting_.top();
  waiting_.pop();
  *waiter.turn = turn;
  *waiter.answered = true;
  waiter.wake->cancel();
}

std::optional<TimePoint> Dispatcher::step(TimePoint now) {
  const Waiter& first = waiting_.top();
  if (first.ready > now) return first.ready;
  if (opt_out_.holds(*first.address, *first.name, now)) {
    answer(Turn::opted_out);
    return std::nullopt;
  }
  const TimePoint allowed = politeness_.allowed_at(*first.address);
  if (allowed > now) {
    Waiter later = first;
    later.ready = allowed;
    waiting_.pop();
    waiting_.push(later);
    return std::nullopt;
  }
  if (politeness_.all_allowed_at() > now) return politeness_.all_allowed_at();
  (*first.send)();
  politeness_.sent(*first.address,
                   Clock::now());  // after it: whatever held us up in between, the next is later
  answer(Turn::sent);
  return std::nullopt;
}

asio::awaitable<void> Dispatcher::sleep_until(TimePoint time) {
  alarm_.expires_at(time);
  co_await alarm_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Dispatcher::run() {
  while (!stopped_) {
    if (waiting_.empty()) {
      co_await sleep_until(Clock::now() + kFarAway);
      continue;
    }
    const auto again = step(Clock::now());
    if (again) co_await sleep_until(*again);
  }
}

void Dispatcher::stop() {
  stopped_ = true;
  while (!waiting_.empty()) answer(Turn::stopped);
  alarm_.cancel();
}

}  // namespace afterpatch::exposure
