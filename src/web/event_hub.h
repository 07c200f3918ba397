// Tells all open consoles that something has changed (Server-Sent Events, HTML Living Standard, section 9.2).
// An event only says what kind of thing changed; who is interested asks again, so nothing is lost by a break.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace afterpatch::web {

// Thread-safe.
class EventHub {
 public:
  using Listener = std::function<void(const std::string& text)>;  // must not block and not call back

  // As it goes over the wire: "event: servers\ndata: {...}\n\n". `data` must hold no line break.
  static std::string text_of(const std::string& kind, const std::string& data);

  void publish(const std::string& kind, const std::string& data);

  std::size_t listen(Listener listener);  // a number for forget()
  void forget(std::size_t number);
  std::size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, Listener> listeners_;
  std::size_t next_ = 1;
};

}  // namespace afterpatch::web
