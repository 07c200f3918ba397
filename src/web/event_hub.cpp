#include "web/event_hub.h"

#include <fmt/format.h>

namespace afterpatch::web {

std::string EventHub::text_of(const std::string& kind, const std::string& data) {
  return fmt::format("event: {}\ndata: {}\n\n", kind, data);
}

void EventHub::publish(const std::string& kind, const std::string& data) {
  const std::string text = text_of(kind, data);
  const std::lock_guard lock(mutex_);
  for (const auto& [number, listener] : listeners_) listener(text);
}

std::size_t EventHub::listen(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_, std::move(listener));
  return next_++;
}

void EventHub::forget(std::size_t number) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(number);
}

std::size_t EventHub::listeners() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

}  // namespace afterpatch::web
