// Decides the moment of every connection of a scan. All who want to send wait here; the one whose turn it is
// opens its socket inside the decision, so that nothing can come between the limit that was checked and the
// packet that is sent. The opt-out list is asked at the same moment.
#pragma once

#include <functional>
#include <queue>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "exposure/opt_out.h"
#include "exposure/politeness.h"

namespace afterpatch::exposure {

enum class Turn { sent, opted_out, stopped };

// Runs on one thread: that of its io_context.
class Dispatcher {
 public:
  // Both must outlive it.
  Dispatcher(boost::asio::io_context& context, Politeness& politeness, OptOutFile& opt_out);

  // Waits for the turn of this address and then calls `send`, which must not block.
  boost::asio::awaitable<Turn> turn(Address address, std::string name, std::function<void()> send);

  boost::asio::awaitable<void> run();  // until stop()
  void stop();                         // everybody who waits is told Turn::stopped

 private:
  struct Waiter {
    TimePoint ready;
    std::uint64_t number;
    const Address* address;
    const std::string* name;
    const std::function<void()>* send;
    boost::asio::steady_timer* wake;
    Turn* turn;
    bool* answered;
    bool operator<(const Waiter& other) const {
      return ready != other.ready ? ready > other.ready : number > other.number;
    }
  };
  // When to look again; nullopt: at once.
  std::optional<TimePoint> step(TimePoint now);
  void answer(Turn turn);
  boost::asio::awaitable<void> sleep_until(TimePoint time);

  boost::asio::io_context& context_;
  Politeness& politeness_;
  OptOutFile& opt_out_;
  boost::asio::steady_timer alarm_;
  std::priority_queue<Waiter> waiting_;
  std::uint64_t number_ = 0;
  bool stopped_ = false;
};

}  // namespace afterpatch::exposure
