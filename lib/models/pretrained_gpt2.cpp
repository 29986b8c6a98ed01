#include "limn/models/pretrained_gpt2.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>

#include "core/check.h"
#include "core/json_value.h"
#include "core/mapped_file.h"

namespace limn::models {
namespace {

using Problems = std::vector<std::string>;
using Shapes = std::vector<std::pair<std::string, Shape>>;

constexpr const char* kWhichFile =
    "give the model.safetensors of a GPT-2, as transformers publishes it";

// "h.3.attn.c_attn.bias" is a parameter, "h.3.attn.bias" the causal mask of older files.
bool is_mask(const std::string& name) {
  for (const char* end :
       {".attn.bias", ".attn.masked_bias", ".crossattention.bias", ".crossattention.masked_bias"})
    if (name.ends_with(end)) return true;
  return false;
}

bool is_cross(const std::string& name) {
  return name.find(".crossattention.") != name.npos || name.find(".ln_cross_attn.") != name.npos;
}

// Those of one layer, by what stands behind "h.N.".
Shapes layer_shapes(const Gpt2Options& o, bool cross) {
  const std::int64_t d = o.width;
  Shapes shapes;
  const auto norm = [&](const std::string& name) {
    shapes.emplace_back(name + ".weight", Shape{d});
    shapes.emplace_back(name + ".bias", Shape{d});
  };
  const auto linear = [&](const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    shapes.emplace_back(name + ".weight", Shape{inputs, outputs});
    shapes.emplace_back(name + ".bias", Shape{outputs});
  };
  norm("ln_1");
  linear("attn.c_attn", d, 3 * d);
  linear("attn.c_proj", d, d);
  norm("ln_2");
  linear("mlp.c_fc", d, o.feed_forward);
  linear("mlp.c_proj", o.feed_forward, d);
  if (!cross) return shapes;
  norm("ln_cross_attn");
  linear("crossattention.q_attn", d, d);
  linear("crossattention.c_attn", d, 2 * d);
  linear("crossattention.c_proj", d, d);
  return shapes;
}

// N of "h.N.…".
std::optional<std::int64_t> layer_of(std::string_view name) {
  if (!name.starts_with("h.")) return {};
  std::int64_t layer = 0;
  std::size_t at = 2;
  for (; at < name.size() && name[at] >= '0' && name[at] <= '9' && at < 8; ++at)
    layer = 10 * layer + (name[at] - '0');
  if (at == 2 || at == name.size() || name[at] != '.') return {};
  return layer;
}

std::string joined(const Problems& problems) {
  constexpr std::size_t most = 40;
  if (problems.size() <= most) return fmt::format("{}", fmt::join(problems, "; "));
  return fmt::format("{}; and {} more", fmt::join(problems.begin(), problems.begin() + most, "; "),
                     problems.size() - most);
}

// What differs from GPT-2 without showing in a shape.
void check_variant(const JsonValue& config) {
  const auto check = [&](const char* key, const json& wanted) {
    if (config.has(key))
      config.at(key).require(config.at(key).raw() == wanted,
                             wanted.dump() + ", as in limn's GPT-2");
  };
  check("scale_attn_weights", true);
  check("scale_attn_by_inverse_layer_idx", false);
  check("layer_norm_epsilon", 1e-5);
  const char* activation = "activation_function";
  if (!config.has(activation) || config.at(activation).text() == "gelu_pytorch_tanh") return;
  check(activation, "gelu_new");
}

// What stands before "wte.weight" in the captioner's names.
std::string language_prefix(const Captioner& captioner) {
  constexpr std::string_view words = "transformer.wte.weight";
  for (const auto& [name, tensor] : captioner.state_dict())
    if (name.ends_with(words)) return name.substr(0, name.size() - words.size()) + "transformer.";
  throw InvalidArgument(
      fmt::format("pretrained: needs a captioner with a GPT-2 in it, such as gpt2_prefix; got {}",
                  captioner.architecture()));
}

}  // namespace

PretrainedGpt2::PretrainedGpt2(const std::filesystem::path& path) : file_(path) {
  if (file_.contains("transformer.wte.weight")) prefix_ = "transformer.";
  read_sizes();
  check_tensors();
  check_output();
  read_config();
}

void PretrainedGpt2::read_sizes() {
  const auto matrix = [&](const char* name) {
    const std::string full = prefix_ + name;
    if (!file_.contains(full))
      throw IoError(file_.path(), fmt::format("is no GPT-2: {} is missing; {}", full, kWhichFile));
    const Shape& shape = file_.shape(full);
    if (shape.rank() != 2 || shape.elements() == 0)
      throw IoError(file_.path(), fmt::format("is no GPT-2: {} must be a matrix; it is {}; {}",
                                              full, shape, kWhichFile));
    return shape;
  };
  const Shape words = matrix("wte.weight");
  vocabulary_ = words[0];
  options_.width = words[1];
  options_.positions = matrix("wpe.weight")[0];
  options_.feed_forward = matrix("h.0.mlp.c_fc.weight")[1];
  options_.layers = 0;
  for (const std::string& name : file_.names()) {
    if (!name.starts_with(prefix_)) continue;
    const auto layer = layer_of(std::string_view(name).substr(prefix_.size()));
    if (layer) options_.layers = std::max(options_.layers, *layer + 1);
  }
  const auto tensors = std::ssize(file_.names());
  if (options_.layers > tensors)
    throw IoError(file_.path(), fmt::format("is no whole GPT-2: it has a layer {}, but {} tensors",
                                            options_.layers - 1, tensors));
}

// Names as in the file.
std::vector<std::pair<std::string, Shape>> PretrainedGpt2::expected() const {
  const std::int64_t d = options_.width;
  Shapes shapes = {{prefix_ + "wte.weight", Shape{vocabulary_, d}},
                   {prefix_ + "wpe.weight", Shape{options_.positions, d}},
                   {prefix_ + "ln_f.weight", Shape{d}},
                   {prefix_ + "ln_f.bias", Shape{d}}};
  bool cross = false;
  for (const std::string& name : file_.names()) cross = cross || (is_cross(name) && !is_mask(name));
  const Shapes layer = layer_shapes(options_, cross);
  for (std::int64_t i = 0; i < options_.layers; ++i)
    for (const auto& [name, shape] : layer)
      shapes.emplace_back(fmt::format("{}h.{}.{}", prefix_, i, name), shape);
  return shapes;
}

void PretrainedGpt2::check_tensors() const {
  Problems problems;
  std::set<std::string> known = {"lm_head.weight"};
  for (const auto& [name, shape] : expected()) {
    known.insert(name);
    if (!file_.contains(name)) {
      problems.push_back(fmt::format("{} {} is missing", name, shape));
    } else if (file_.shape(name) != shape) {
      problems.push_back(fmt::format("{} is {}, must be {}", name, file_.shape(name), shape));
    }
  }
  for (const std::string& name : file_.names()) {
    if (!known.contains(name) && !is_mask(name))
      problems.push_back(fmt::format("{} {} is not of a GPT-2", name, file_.shape(name)));
  }
  if (problems.empty()) return;
  throw IoError(file_.path(), fmt::format("is no whole GPT-2, {} tensors do not fit: {}; {}",
                                          problems.size(), joined(problems), kWhichFile));
}

// limn's output layer is the table of words.
void PretrainedGpt2::check_output() const {
  if (!file_.contains("lm_head.weight")) return;
  const Tensor output = file_.tensor("lm_head.weight"),
               words = file_.tensor(prefix_ + "wte.weight");
  const bool same = output.shape() == words.shape() && output.dtype() == words.dtype() &&
                    std::memcmp(output.raw(), words.raw(), words.bytes()) == 0;
  if (!same)
    throw IoError(file_.path(), fmt::format("has an output layer of its own, lm_head.weight {}, "
                                            "which must be {}wte.weight {} again",
                                            output.shape(), prefix_, words.shape()));
}

void PretrainedGpt2::read_config() {
  const std::filesystem::path path = file_.path().parent_path() / "config.json";
  if (std::error_code error; !std::filesystem::exists(path, error)) return;
  const json text = parse_json(map_file(path).text(), path);
  const JsonValue config(text, path, "the description of the language model");
  const JsonValue heads = config.at("n_head");
  options_.heads = heads.integer();
  heads.require(options_.heads >= 1 && options_.width % options_.heads == 0,
                fmt::format("a divisor of the width {}", options_.width));
  knows_heads_ = true;
  check_variant(config);
}

void PretrainedGpt2::load_into(Captioner& captioner) const {
  const std::string own_prefix = language_prefix(captioner);
  std::map<std::string, Tensor> own;
  for (const auto& [name, tensor] : captioner.state_dict())
    if (name.starts_with(own_prefix)) own[prefix_ + name.substr(own_prefix.size())] = tensor;
  Problems problems;
  std::vector<std::pair<Tensor, std::string>> pairs;
  for (const auto& [name, shape] : expected()) {
    const auto found = own.find(name);
    if (found == own.end()) {
      problems.push_back(fmt::format("{} {} has no place here", name, shape));
      continue;
    }
    if (found->second.shape() != shape)
      problems.push_back(
          fmt::format("{} is {} there, {} here", name, shape, found->second.shape()));
    pairs.emplace_back(found->second, name);
    own.erase(found);
  }
  for (const auto& [name, tensor] : own) {
    if (!is_cross(name))
      problems.push_back(fmt::format("{} {} is missing there", name, tensor.shape()));
  }
  require(problems.empty(), "pretrained: {} tensors of {} do not fit {}: {}", problems.size(),
          file_.path().string(), captioner.architecture(), joined(problems));
  for (auto& [tensor, name] : pairs) tensor.copy_from(file_.tensor(name));
  captioner.mark_changed();
}

}  // namespace limn::models
