#include "limn/nn/module.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

namespace {

// A layer with a parameter and a buffer.
class Layer : public nn::Module {
 public:
  explicit Layer(float first)
      : weight_(parameter("weight", Tensor::from(Shape{2}, std::vector<float>{first, first + 1}))),
        statistics_(buffer("running_mean", Tensor::full(Shape{3}, first + 2))) {}

  Variable weight_;
  Tensor statistics_;
};

class Net : public nn::Module {
 public:
  Net() {
    own_ = parameter("scale", Tensor::full(Shape{}, 5, DType::float64));
    child("first", first_);
    child("second", second_);
  }

  Variable own_;
  Layer first_{10};
  Layer second_{20};
};

class Outer : public nn::Module {
 public:
  Outer() { child("net", net_); }
  Net net_;
};

std::map<std::string, Tensor> copy_of_state(const nn::Module& module) {
  std::map<std::string, Tensor> state;
  for (const auto& [name, tensor] : module.state_dict()) state[name] = tensor.clone();
  return state;
}

template <class List>
std::vector<std::string> names(const List& list) {
  std::vector<std::string> all;
  for (const auto& entry : list) all.push_back(entry.first);
  return all;
}

}  // namespace

TEST_CASE("children are named in order of registration") {
  const Outer outer;
  REQUIRE(names(outer.parameters()) ==
          std::vector<std::string>{"net.scale", "net.first.weight", "net.second.weight"});
  REQUIRE(names(outer.buffers()) ==
          std::vector<std::string>{"net.first.running_mean", "net.second.running_mean"});
  REQUIRE(names(outer.state_dict()) ==
          std::vector<std::string>{"net.scale", "net.first.weight", "net.second.weight",
                                   "net.first.running_mean", "net.second.running_mean"});
  REQUIRE(outer.parameter_count() == 5);
}

TEST_CASE("parameters are handles of the children's") {
  const Net net;
  REQUIRE(net.parameters()[1].second == net.first_.weight_);
  REQUIRE(net.buffers()[1].second.raw() == net.second_.statistics_.raw());
  REQUIRE(net.own_.requires_grad());
}

TEST_CASE("a state dict goes from one module to its like") {
  Net from;
  from.first_.weight_.value().fill(1.5);
  from.second_.statistics_.fill(-1);
  Net to;
  to.load_state_dict(copy_of_state(from));
  REQUIRE(elements_of<float>(to.first_.weight_.value()) == std::vector<float>{1.5, 1.5});
  REQUIRE(elements_of<float>(to.second_.statistics_) == std::vector<float>{-1, -1, -1});
  from.first_.weight_.value().fill(0);
  REQUIRE(to.first_.weight_.value().data<float>()[0] == 1.5f);
}

TEST_CASE("values of another dtype are converted") {
  Net net;
  auto state = copy_of_state(net);
  state["scale"] = Tensor::full(Shape{}, 0.25, DType::float16);
  state["first.weight"] = Tensor::full(Shape{2}, 3, DType::float64);
  net.load_state_dict(state);
  REQUIRE(net.own_.dtype() == DType::float64);
  REQUIRE(net.own_.value().item() == 0.25);
  REQUIRE(elements_of<float>(net.first_.weight_.value()) == std::vector<float>{3, 3});
}

TEST_CASE("integers are no weights") {
  Net net;
  auto state = copy_of_state(net);
  state["scale"] = Tensor::full(Shape{}, 1, DType::int32);
  REQUIRE_THROWS_PART(net.load_state_dict(state), InvalidArgument,
                      "1 tensors do not fit: scale is int32 [] there, float64 [] here");
}

TEST_CASE("a state dict that does not fit is refused with every difference") {
  Net net;
  const auto good = copy_of_state(net);
  auto bad = good;
  bad.erase("scale");
  bad["first.weight"] = Tensor(Shape{2, 1});
  bad["second.bias"] = Tensor(Shape{2});
  const std::uint64_t version = net.version();
  REQUIRE_THROWS_TEXT(net.load_state_dict(bad), InvalidArgument,
                      "load_state_dict: 3 tensors do not fit: scale [] is missing; "
                      "first.weight is [2, 1] there, [2] here; second.bias is not known here");
  REQUIRE(net.version() == version);
  for (const auto& [name, tensor] : net.state_dict())
    REQUIRE(elements_of<double>(tensor.to(DType::float64)) ==
            elements_of<double>(good.at(name).to(DType::float64)));
}

TEST_CASE("at most eight differences are told") {
  Layer layer(1);
  auto state = copy_of_state(layer);
  for (int i = 0; i < 12; ++i) state["x" + std::to_string(i)] = Tensor(Shape{1});
  REQUIRE_THROWS_TEXT(layer.load_state_dict(state), InvalidArgument,
                      "load_state_dict: 12 tensors do not fit: x0 is not known here; x1 is "
                      "not known here; x10 is not known here; x11 is not known here; x2 is not "
                      "known here; x3 is not known here; x4 is not known here; x5 is not known "
                      "here");
}

TEST_CASE("what is to be ignored may be there, and PyTorch's counters") {
  Layer layer(1);
  auto state = copy_of_state(layer);
  state["fc.weight"] = Tensor(Shape{7});
  state["fc.bias"] = Tensor(Shape{7});
  state["num_batches_tracked"] = Tensor(Shape{}, DType::int32);
  REQUIRE_NOTHROW(layer.load_state_dict(state, {"fc."}));
  REQUIRE_THROWS_PART(layer.load_state_dict(state, {"fc.w"}), InvalidArgument,
                      "fc.bias is not known here");
}

TEST_CASE("the version rises with every change, of the module and of those it is part of") {
  Outer outer;
  const auto rises = [&](auto&& change) {
    const std::uint64_t outside = outer.version();
    const std::uint64_t inside = outer.net_.first_.version();
    change();
    return std::pair(outer.version() > outside, outer.net_.first_.version() > inside);
  };
  const std::pair<bool, bool> both = {true, true};
  REQUIRE(rises([&] { outer.load_state_dict(copy_of_state(outer)); }) == both);
  REQUIRE(rises([&] { outer.set_trainable(false); }) == both);
  REQUIRE(rises([&] { outer.mark_changed(); }) == both);
  REQUIRE(rises([&] { outer.net_.first_.mark_changed(); }) == both);
  REQUIRE(rises([&] { outer.net_.second_.set_trainable(true); }) == std::pair(true, false));
  REQUIRE(rises([&] { copy_of_state(outer); }) == std::pair(false, false));
}

TEST_CASE("frozen parameters require no gradient, and gradients are forgotten") {
  Net net;
  net.first_.weight_.add_to_grad(Tensor::full(Shape{2}, 1));
  net.clear_grad();
  REQUIRE_FALSE(net.first_.weight_.has_grad());
  net.set_trainable(false);
  REQUIRE_FALSE(net.second_.weight_.requires_grad());
  net.second_.set_trainable(true);
  REQUIRE(net.second_.weight_.requires_grad());
  REQUIRE_FALSE(net.own_.requires_grad());
}

TEST_CASE("a frozen child is saved, and loaded, but not optimised") {
  class Frozen : public nn::Module {
   public:
    Frozen() {
      child("moving", moving_);
      frozen_child("fixed", fixed_);
    }
    Layer moving_{1}, fixed_{2};
  };
  Frozen frozen;
  REQUIRE(names(frozen.parameters()) == std::vector<std::string>{"moving.weight"});
  REQUIRE(names(frozen.buffers()) ==
          std::vector<std::string>{"moving.running_mean", "fixed.weight", "fixed.running_mean"});
  frozen.set_trainable(true);
  REQUIRE(frozen.moving_.weight_.requires_grad());
  REQUIRE_FALSE(frozen.fixed_.weight_.requires_grad());
  auto state = copy_of_state(frozen);
  state.at("fixed.weight").fill(7);
  frozen.load_state_dict(state);
  REQUIRE(elements_of<float>(frozen.fixed_.weight_.value()) == std::vector<float>{7, 7});
  const std::uint64_t before = frozen.version();
  frozen.fixed_.mark_changed();
  REQUIRE(frozen.version() > before);
}
