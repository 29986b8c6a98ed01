#include "limn/ops/activation.h"
#include "limn/ops/batch_norm.h"
#include "limn/ops/conv2d.h"
#include "limn/ops/pool2d.h"
#include "support/channels.h"
#include "support/golden.h"

using namespace limn;
using test::channels_first;
using test::channels_last;

namespace {

SafetensorsFile picture_golden(const std::string& op) {
  return SafetensorsFile(test::kGolden / "layers" / (op + ".safetensors"));
}

struct ConvolutionCase {
  const char* name;
  ops::Conv2dOptions options;
};

const ConvolutionCase kConvolutions[] = {
    {"k3_p1", {.padding = ops::Padding::around(1)}},
    {"k3_s2_p1", {.stride = {2, 2}, .padding = ops::Padding::around(1)}},
    {"k1_s2", {.stride = {2, 2}}},
    {"dilation_1x3_p0x3", {.dilation = {1, 3}, .padding = ops::Padding::around(0, 3)}},
    {"groups2", {.padding = ops::Padding::around(1), .groups = 2}},
    {"depthwise", {.padding = ops::Padding::around(1), .groups = 6}},
    {"depthwise_k5_s2", {.stride = {2, 2}, .padding = ops::Padding::around(2), .groups = 5}},
    {"depthwise_multiplier2", {.padding = ops::Padding::around(1), .groups = 3}},
    {"kernel_1x7", {.padding = ops::Padding::around(0, 3)}},
    {"stride_2x1", {.stride = {2, 1}, .padding = ops::Padding::around(1, 0)}},
    {"same_s2_even", {.stride = {2, 2}, .padding = ops::Padding::like_tensorflow()}},
    {"same_k5_s2_depthwise",
     {.stride = {2, 2}, .padding = ops::Padding::like_tensorflow(), .groups = 4}},
    {"patches_k4_s4", {.stride = {4, 4}}},
};

struct PoolCase {
  const char* name;
  Variable (*pool)(const Variable&, const ops::Pool2dOptions&);
  ops::Pool2dOptions options;
};

const PoolCase kPools[] = {
    {"max_k2_s2", ops::max_pool2d, {}},
    {"max_k3_s2_p1", ops::max_pool2d, {.kernel = {3, 3}, .padding = {1, 1}}},
    {"max_ceil", ops::max_pool2d, {.kernel = {3, 3}, .ceil_mode = true}},
    {"max_ceil_p1", ops::max_pool2d, {.padding = {1, 1}, .ceil_mode = true}},
    {"max_dilation2",
     ops::max_pool2d,
     {.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1}, .dilation = {2, 2}}},
    {"avg_k2_s2", ops::avg_pool2d, {}},
    {"avg_k3_p1_include_pad",
     ops::avg_pool2d,
     {.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1}}},
    {"avg_k3_p1_exclude_pad",
     ops::avg_pool2d,
     {.kernel = {3, 3}, .stride = {1, 1}, .padding = {1, 1}, .count_include_pad = false}},
    {"avg_ceil_exclude_pad",
     ops::avg_pool2d,
     {.kernel = {3, 3}, .padding = {1, 1}, .ceil_mode = true, .count_include_pad = false}},
    {"avg_ceil_include_pad",
     ops::avg_pool2d,
     {.kernel = {3, 3}, .padding = {1, 1}, .ceil_mode = true}},
};

struct AdaptivePoolCase {
  const char* name;
  Variable (*pool)(const Variable&, std::array<std::int64_t, 2>);
  std::array<std::int64_t, 2> output;
};

const AdaptivePoolCase kAdaptivePools[] = {
    {"adaptive_avg_1x1", ops::adaptive_avg_pool2d, {1, 1}},
    {"adaptive_avg_3x2", ops::adaptive_avg_pool2d, {3, 2}},
    {"adaptive_avg_grows", ops::adaptive_avg_pool2d, {7, 7}},
    {"adaptive_max_3x2", ops::adaptive_max_pool2d, {3, 2}},
};

}  // namespace

TEST_CASE("conv2d agrees with PyTorch, TensorFlow's padding included") {
  const SafetensorsFile file = picture_golden("conv2d");
  for (const ConvolutionCase& c : kConvolutions) {
    test::check_layer({file, c.name, {"x", "weight", "bias"}, {"y"}}, [&](const auto& in) {
      return std::vector{
          channels_first(ops::conv2d(channels_last(in[0]), in[1], in[2], c.options))};
    });
  }
}

TEST_CASE("pooling agrees with PyTorch") {
  const SafetensorsFile file = picture_golden("pool2d");
  for (const PoolCase& c : kPools) {
    test::check_layer({file, c.name, {"x"}, {"y"}}, [&](const auto& in) {
      return std::vector{channels_first(c.pool(channels_last(in[0]), c.options))};
    });
  }
  for (const AdaptivePoolCase& c : kAdaptivePools) {
    test::check_layer({file, c.name, {"x"}, {"y"}}, [&](const auto& in) {
      return std::vector{channels_first(c.pool(channels_last(in[0]), c.output))};
    });
  }
}

TEST_CASE("batch_norm agrees with PyTorch, its running statistics too") {
  const SafetensorsFile file = picture_golden("batch_norm");
  const auto check = [&](const std::string& name, const ops::BatchNormOptions& options) {
    test::check_layer({file, name, {"x", "weight", "bias"}, {"y"}}, [&](const auto& in) {
      const DType dtype = in[0].dtype();
      const auto statistic = [&](const std::string& tensor) {
        return file.tensor(name + "/" + tensor).to(dtype).clone();
      };
      Tensor mean = statistic("running_mean"), variance = statistic("running_var");
      const bool is_picture = in[0].shape().rank() == 4;
      const Variable y = ops::batch_norm(is_picture ? channels_last(in[0]) : in[0], in[1], in[2],
                                         mean, variance, options);
      const bool is_float = dtype == DType::float32;
      const std::string after = is_float ? "_after" : "_after.f64";
      test::require_close(mean, statistic("running_mean" + after), is_float ? 1e-5 : 1e-10);
      test::require_close(variance, statistic("running_var" + after), is_float ? 1e-5 : 1e-10);
      return std::vector{is_picture ? channels_first(y) : y};
    });
  };
  check("train", {.training = true});
  check("train_rows", {.training = true, .momentum = 0.01, .epsilon = 1e-3});
  check("train_one_image", {.training = true, .epsilon = 1e-3});
  check("eval", {});
  check("eval_rows", {.epsilon = 1e-3});
}

TEST_CASE("activations agree with PyTorch, at their kinks and far out too") {
  const SafetensorsFile file = picture_golden("activation");
  const auto check = [&](const std::string& name, Variable (*function)(const Variable&)) {
    for (const std::string& each : {name, name + "_special"}) {
      test::check_layer({file, each, {"x"}, {"y"}},
                        [&](const auto& in) { return std::vector{function(in[0])}; });
    }
  };
  check("relu", ops::relu);
  check("relu6", ops::relu6);
  check("sigmoid", ops::sigmoid);
  check("tanh", ops::tanh);
}
