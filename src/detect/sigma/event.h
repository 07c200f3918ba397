// One record as rules see it: fields with values, and texts for keywords.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

namespace afterpatch::detect::sigma {

// Index into Program::field_names().
using FieldId = std::uint32_t;

// Called with each text; true ends the visit. Does not own what it calls, so it is for parameters only.
class TextVisitor {
 public:
  template <typename Function>
    requires(!std::is_same_v<std::remove_cvref_t<Function>, TextVisitor>)
  TextVisitor(Function&& function)  // NOLINT: converts on purpose
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, std::string_view text) -> bool {
          return (*static_cast<std::remove_reference_t<Function>*>(object))(text);
        }) {}

  bool operator()(std::string_view text) const { return call_(object_, text); }

 private:
  void* object_;
  bool (*call_)(void*, std::string_view);
};

// Views that it hands out live as long as the record that it stands for. One thread at a time.
class Event {
 public:
  virtual ~Event() = default;

  // Every value of a field; empty when the field is absent. A rule's value matches when it matches one of
  // them.
  virtual std::span<const std::string_view> values(FieldId field) const = 0;

  // Whether the record itself has the field. Differs from values() only where a field is also given the
  // values of others (field_aliases.h: cs-uri-query).
  virtual bool is_present(FieldId field) const { return !values(field).empty(); }

  // Every text that keywords are looked for in: each value of the record, and the raw line. True when `visit`
  // was once true.
  virtual bool any_text(TextVisitor visit) const = 0;
};

}  // namespace afterpatch::detect::sigma
