// Random rules as YAML text, for property tests. Small alphabets and few fields, so that matches are
// frequent.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace afterpatch::detect::sigma {

class RandomRules {
 public:
  RandomRules(unsigned seed, std::vector<std::string> fields, std::vector<std::string> words)
      : random_(seed), fields_(std::move(fields)), words_(std::move(words)) {}

  // A whole rule; always loadable.
  std::string rule();
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  const std::string& word() { return words_[below(words_.size())]; }
  const std::string& field() { return fields_[below(fields_.size())]; }

 private:
  std::string text();
  std::string quoted(const std::string& text) const;
  std::string item(const std::string& indent);
  std::string values(bool regex);
  std::string selection();
  std::string condition(std::size_t selections, int depth);

  std::mt19937 random_;
  std::vector<std::string> fields_;
  std::vector<std::string> words_;
};

}  // namespace afterpatch::detect::sigma
