#include "data/json_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "data/text_file.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

constexpr std::size_t kDeepest = 64;

// What a parser found at `byte`, counted from 1, of `part`, which is a part of `text`.
struct JsonSource {
  const std::filesystem::path& path;
  std::string_view text;
  std::string_view part;

  [[noreturn]] void refuse(std::size_t byte, const json::exception& error) const {
    const auto begin = static_cast<std::size_t>(part.data() - text.data());
    if (byte > part.size()) {
      const TextPlace place = place_of(text, begin + part.size());
      throw IoError(path, fmt::format("line {}, byte {}: the JSON ends too early; the file was cut "
                                      "off, fetch or write it again",
                                      place.line, place.byte));
    }
    const std::size_t at = begin + std::max<std::size_t>(byte, 1) - 1;
    const TextPlace place = place_of(text, at);
    const bool number = dynamic_cast<const json::out_of_range*>(&error) != nullptr;
    throw IoError(path, fmt::format("line {}, byte {} {}, at {}", place.line, place.byte,
                                    number ? "ends a number that is too large" : "is no valid JSON",
                                    excerpt(text.substr(at))));
  }

  [[noreturn]] void refuse_depth(std::string_view place) const {
    throw IoError(path,
                  fmt::format("{} is nested deeper than {} levels", shortened(place), kDeepest));
  }
};

// What the events of a JSON parser have in common: values are told by `value`, the rest by name.
template <class Derived>
class Events {
 public:
  explicit Events(const JsonSource& source) : source_(source) {}

  bool null() { return self().value(nullptr); }
  bool boolean(bool x) { return self().value(x); }
  bool number_integer(std::int64_t x) { return self().value(x); }
  bool number_unsigned(std::uint64_t x) { return self().value(x); }
  bool number_float(double x, const std::string&) { return self().value(x); }
  bool string(std::string& x) { return self().value(std::move(x)); }
  bool binary(json::binary_t&) { return true; }  // in JSON there is none
  bool start_object(std::size_t) { return self().open('{'); }
  bool start_array(std::size_t) { return self().open('['); }
  bool end_object() { return self().close(); }
  bool end_array() { return self().close(); }
  bool parse_error(std::size_t byte, const std::string&, const json::exception& error) {
    source_.refuse(byte, error);
  }

 protected:
  const JsonSource& source() const { return source_; }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
  const JsonSource& source_;
};

class Outliner : public Events<Outliner> {
 public:
  using Events::Events;

  template <class T>
  bool value(T&&) {
    key_.reset();
    return !levels_.empty();
  }
  bool open(char kind) {
    if (levels_.empty()) outline.kind = kind;
    std::string path = key_ ? path_of(*key_) : levels_.empty() ? "" : levels_.back();
    key_.reset();
    if (kind == '[' && !(path += "[]").starts_with('[')) note(path);
    levels_.push_back(std::move(path));
    if (levels_.size() > kDeepest) source().refuse_depth(levels_.back());
    return true;
  }
  bool key(std::string& name) {
    note(path_of(name));
    key_ = std::move(name);
    return true;
  }
  bool close() {
    const std::string path = std::move(levels_.back());
    levels_.pop_back();
    const bool listed = path == "[]" || path == "images[]" || path == "annotations[]";
    const bool is_entry = listed && !levels_.empty() && levels_.back() == path;
    return !is_entry && !levels_.empty();
  }

  JsonOutline outline;

 private:
  std::string path_of(const std::string& key) const {
    return levels_.back().empty() ? key : fmt::format("{}.{}", levels_.back(), key);
  }
  void note(const std::string& path) {
    if (levels_.size() <= 3) outline.paths.insert(path);
  }

  std::vector<std::string> levels_;  // where each open bracket is
  std::optional<std::string> key_;   // whose value comes next
};

// Builds the entries of the wanted lists, or the text itself when none is named.
class Builder : public Events<Builder> {
 public:
  Builder(const JsonSource& source, std::span<const std::string_view> lists,
          const OnEntry& on_entry)
      : Events(source), lists_(lists), on_entry_(on_entry) {}

  template <class T>
  bool value(T&& x) {
    if (inside_.empty() && !at_entry()) return true;
    add(std::forward<T>(x));
    if (inside_.empty()) emit();
    return true;
  }
  bool open(char kind) {
    if (outside_.size() + inside_.size() >= kDeepest) source().refuse_depth(place());
    if (inside_.empty() && !at_entry()) {
      outside_ += kind;
      enter();
    } else {
      inside_.push_back(add(kind == '{' ? json::object() : json::array()));
    }
    return true;
  }
  bool key(std::string& name) {
    if (!inside_.empty()) {
      slot_ = &(*inside_.back())[std::move(name)];
    } else if (outside_ == "{") {
      list_ = std::move(name);
    }
    return true;
  }
  bool close() {
    if (inside_.empty()) {
      outside_.pop_back();
      wanted_ = false;
    } else {
      inside_.pop_back();
      if (inside_.empty()) emit();
    }
    return true;
  }

  std::set<std::string, std::less<>> found;

 private:
  std::string place() const {
    if (!lists_.empty()) return fmt::format("{}[{}]", list_, index_);
    const auto begin = static_cast<std::size_t>(source().part.data() - source().text.data());
    return fmt::format("line {}", place_of(source().text, begin).line);
  }
  bool at_entry() const { return lists_.empty() ? outside_.empty() : wanted_ && is_list(); }
  bool is_list() const { return outside_ == "[" || outside_ == "{["; }
  void enter() {
    wanted_ = is_list() && std::find(lists_.begin(), lists_.end(), list_) != lists_.end();
    if (!wanted_) return;
    index_ = 0;
    found.insert(list_);
  }
  template <class T>
  json* add(T&& x) {
    if (inside_.empty()) return &(entry_ = std::forward<T>(x));
    json& parent = *inside_.back();
    if (!parent.is_array()) return &(*slot_ = std::forward<T>(x));
    parent.push_back(std::forward<T>(x));
    return &parent.back();
  }
  void emit() { on_entry_(list_, index_++, entry_); }

  std::span<const std::string_view> lists_;
  const OnEntry& on_entry_;
  std::string outside_;  // the brackets that are open around an entry
  std::string list_;
  bool wanted_ = false;
  std::size_t index_ = 0;
  json entry_;
  std::vector<json*> inside_;  // what is open of an entry
  json* slot_ = nullptr;       // of the last key
};

template <class Handler>
void run(const JsonSource& source, Handler& handler, bool to_the_end) {
  json::sax_parse(source.part.begin(), source.part.end(), &handler, json::input_format_t::json,
                  to_the_end);
}

}  // namespace

JsonOutline outline_of(const std::filesystem::path& path, std::string_view text) {
  const JsonSource source{path, text, text};
  Outliner outliner(source);
  run(source, outliner, false);
  return std::move(outliner.outline);
}

std::set<std::string, std::less<>> for_each_entry(const std::filesystem::path& path,
                                                  std::string_view text,
                                                  std::span<const std::string_view> lists,
                                                  const OnEntry& on_entry) {
  const JsonSource source{path, text, text};
  Builder builder(source, lists, on_entry);
  run(source, builder, true);
  return std::move(builder.found);
}

json parse_line(const std::filesystem::path& path, std::string_view text, std::string_view line) {
  json result;
  const OnEntry keep = [&](std::string_view, std::size_t, const json& value) { result = value; };
  const JsonSource source{path, text, line};
  Builder builder(source, {}, keep);
  run(source, builder, true);
  return result;
}

}  // namespace limn::data
