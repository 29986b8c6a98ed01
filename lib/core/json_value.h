// Values of a JSON text that a file holds, with errors that say where in it something is wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace limn {

/// A value and its place: "epochs[3].loss". All that read it throw IoError "SOURCE: WHAT is
/// damaged: epochs[3].loss must be a number; it is true", also for a key or an item that there is
/// not.
class JsonValue {
 public:
  /// The whole text, called `what` in errors. `value` must outlive this and what is made of it.
  JsonValue(const json& value, std::filesystem::path source, std::string what = "its description");

  const json& raw() const { return *value_; }
  /// Whether this is an object with that key.
  bool has(const std::string& key) const;
  /// Of an object.
  JsonValue at(const std::string& key) const;
  std::vector<std::pair<std::string, JsonValue>> members() const;
  /// Of a list.
  JsonValue at(std::size_t index) const;
  std::vector<JsonValue> items() const;

  std::string text() const;
  bool flag() const;
  std::int64_t integer() const;
  std::uint64_t natural() const;  ///< of 64 bits
  double number() const;
  /// As `json_number` writes it.
  double any_number() const;
  std::vector<std::string> texts() const;
  std::map<std::string, std::string> named_texts() const;
  std::map<std::string, double> named_numbers() const;  ///< as `json_numbers` writes them

  /// Throws unless `ok`: it must be `wanted`.
  void require(bool ok, const std::string& wanted) const;

 private:
  JsonValue(const json& value, const JsonValue& parent, std::string place);
  std::string place_of(std::size_t index) const;

  const json* value_;
  std::filesystem::path source_;
  std::string what_;
  std::string place_;
};

/// JSON has no infinity and no NaN: they are text.
json json_number(double value);
json json_numbers(const std::map<std::string, double>& values);

}  // namespace limn
