#include "range/internet/patch_curve.h"

#include <charconv>
#include <string>

#include "base/text.h"

namespace afterpatch::range {
namespace {

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<PatchCurve> PatchCurve::parse(std::string_view text) {
  PatchCurve curve;
  for (const std::string_view part : split(text, ',')) {
    const auto halves = split(part, ':');
    Point point{};
    if (halves.size() != 2 || !read_number(halves[0], point.day) || !read_number(halves[1], point.percent) ||
        !(point.percent >= 0 && point.percent <= 100))
      return fail("'" + std::string(part) + "' is no point of a curve", "--curve", "write it as 0:10,4:75");
    if (!curve.points_.empty() &&
        (point.day <= curve.points_.back().day || point.percent < curve.points_.back().percent))
      return fail("days must rise and shares must not fall", "--curve", "nobody takes a fix off again");
    curve.points_.push_back(point);
  }
  return curve;
}

PatchCurve PatchCurve::march_2021() {
  PatchCurve curve;
  curve.points_ = {{0, 10}, {4, 75}, {7, 80}, {17, 92}};
  return curve;
}

double PatchCurve::share(int day) const {
  if (day <= points_.front().day) return points_.front().percent / 100;
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const Point& left = points_[i - 1];
    const Point& right = points_[i];
    if (day > right.day) continue;
    const double part = static_cast<double>(day - left.day) / (right.day - left.day);
    return (left.percent + part * (right.percent - left.percent)) / 100;
  }
  return points_.back().percent / 100;
}

}  // namespace afterpatch::range
