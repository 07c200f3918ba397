#include "detect/files/yara_windows.h"

#include <algorithm>

namespace afterpatch::detect::files {
namespace {

void join(std::vector<YaraWindow>& windows) {
  std::sort(windows.begin(), windows.end(),
            [](const YaraWindow& a, const YaraWindow& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (const YaraWindow& window : windows) {
    if (kept > 0 && window.begin <= windows[kept - 1].end) {
      windows[kept - 1].end = std::max(windows[kept - 1].end, window.end);
    } else {
      windows[kept++] = window;
    }
  }
  windows.resize(kept);
}

}  // namespace

bool make_windows(const YaraSight& sight, const YaraHits& hits, std::size_t file_size,
                  std::vector<YaraWindow>& windows) {
  windows.clear();
  if (sight.whole) return false;
  std::size_t places = 0;
  for (const YaraWatch& watch : sight.watched) {
    if (hits.is_everywhere(watch.literal)) return false;
    places += hits.counts[watch.literal];
  }
  if (places == 0) return true;
  for (const YaraHits::Place& place : hits.places) {
    const auto watch = std::lower_bound(sight.watched.begin(), sight.watched.end(), place.literal,
                                        [](const YaraWatch& w, std::uint32_t l) { return w.literal < l; });
    if (watch == sight.watched.end() || watch->literal != place.literal) continue;
    windows.push_back({.begin = place.end - std::min(place.end, watch->reach),
                       .end = std::min(file_size, std::size_t{place.end} + watch->reach)});
  }
  join(windows);
  return true;
}

YaraView::YaraView(std::string_view bytes, const std::vector<YaraWindow>& windows)
    : bytes_(bytes), windows_(windows) {
  block_.context = this;
  block_.fetch_data = data;
  iterator_.context = this;
  iterator_.first = first;
  iterator_.next = next;
  iterator_.file_size = file_size;
  iterator_.last_error = ERROR_SUCCESS;
}

YR_MEMORY_BLOCK* YaraView::show(std::size_t begin, std::size_t end) {
  block_.base = begin;
  block_.size = end - begin;
  return &block_;
}

YR_MEMORY_BLOCK* YaraView::first(YR_MEMORY_BLOCK_ITERATOR* iterator) {
  auto& view = *static_cast<YaraView*>(iterator->context);
  view.window_ = 0;
  if (++view.walks_ > 1) return view.show(0, view.bytes_.size());
  return next(iterator);
}

YR_MEMORY_BLOCK* YaraView::next(YR_MEMORY_BLOCK_ITERATOR* iterator) {
  auto& view = *static_cast<YaraView*>(iterator->context);
  if (view.walks_ > 1 || view.window_ >= view.windows_.size()) return nullptr;
  const YaraWindow& window = view.windows_[view.window_++];
  return view.show(window.begin, window.end);
}

std::uint64_t YaraView::file_size(YR_MEMORY_BLOCK_ITERATOR* iterator) {
  return static_cast<const YaraView*>(iterator->context)->bytes_.size();
}

const std::uint8_t* YaraView::data(YR_MEMORY_BLOCK* block) {
  const auto& view = *static_cast<const YaraView*>(block->context);
  return reinterpret_cast<const std::uint8_t*>(view.bytes_.data()) + block->base;
}

}  // namespace afterpatch::detect::files
