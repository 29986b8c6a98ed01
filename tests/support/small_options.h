// Options of a small model of any architecture.
#pragma once

#include <map>
#include <string>

#include "limn/models/captioner.h"

namespace limn::test {

/// Whatever the architecture calls its sizes.
inline std::map<std::string, std::string> small_options(const std::string& architecture) {
  const std::map<std::string, std::string> sizes = {
      {"embedding", "8"},      {"hidden", "8"},         {"attention_size", "4"},
      {"width", "8"},          {"heads", "2"},          {"head_width", "4"},
      {"feed_forward", "8"},   {"encoder_layers", "1"}, {"decoder_layers", "1"},
      {"refiner_layers", "1"}, {"memories", "2"},       {"layers", "1"},
      {"mapper_layers", "1"},  {"prefix", "2"},         {"positions", "24"}};
  std::map<std::string, std::string> options;
  for (const OptionHelp& option : models::architecture_options(architecture)) {
    if (const auto found = sizes.find(option.name); found != sizes.end()) options.insert(*found);
  }
  return options;
}

}  // namespace limn::test
