#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/attention.h"
#include "kernels/conv2d.h"
#include "kernels/draw.h"
#include "kernels/packed_conv2d.h"
#include "kernels/softmax.h"
#include "kernels/step_attention.h"
#include "kernels/vector.h"
#include "limn/core/allocator.h"
#include "limn/core/precision.h"
#include "limn/core/threads.h"
#include "support/catch.h"

using namespace limn;

namespace {

// While it lives, this process gets no block of more than half a megabyte.
class NoMemory {
 public:
  NoMemory() {
    release_cached_storage();
    ::getrlimit(RLIMIT_AS, &before_);
    limit_to(used());
    // What was freed before is handed out still.
    for (int i = 0; i < (1 << 16); ++i) {
      void* piece = std::malloc(1 << 16);
      if (piece == nullptr) break;
      *static_cast<void**>(piece) = pieces_;
      pieces_ = piece;
    }
    limit_to(used() + (1 << 19));  // for the stack
  }
  ~NoMemory() {
    limit_to(before_.rlim_cur);
    while (pieces_ != nullptr) {
      void* next = *static_cast<void**>(pieces_);
      std::free(pieces_);
      pieces_ = next;
    }
  }
  NoMemory(const NoMemory&) = delete;
  NoMemory& operator=(const NoMemory&) = delete;

 private:
  static rlim_t used() {
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
  }
  void limit_to(rlim_t bytes) const {
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_AS, &limit);
  }

  rlimit before_{};
  void* pieces_ = nullptr;
};

using Floats = std::vector<float>;
using Call = std::function<void()>;

// Each needs more than half a megabyte for a thread, and has work for two of them.

Call hungry_attention() {
  const std::int64_t keys = 8192, width = 64, heads = 2, queries = 4;
  const kernels::AttentionPlan plan({heads, width, 1, 1, false}, {{0, queries, 0, keys, 0, 0}},
                                    kernels::kLanes<float>);
  return [plan, q = Floats(queries * heads * width), k = Floats(keys * heads * width),
          weights = Floats(static_cast<std::size_t>(plan.weights()))]() mutable {
    kernels::attention_weights<float>(plan, q.data(), k.data(), nullptr, weights.data());
  };
}

Call hungry_step_attention() {
  const std::int64_t steps = 1 << 19;
  const auto x = std::make_shared<const Floats>(2);
  return [x, rows = std::vector<std::int32_t>(steps),
          all = std::vector<const float*>(steps, x->data()), y = Floats(2)]() mutable {
    kernels::step_attention<float>(
        {1, steps, 2, 1, 1, x->data(), all.data(), all.data(), rows.data()}, y.data());
  };
}

Call hungry_draw() {
  const std::int64_t columns = 1 << 19;
  return [x = Floats(columns), drawn = std::vector<std::int32_t>(2)]() mutable {
    const std::int64_t rows[] = {0, 0};
    const double u[] = {0.1, 0.9};
    kernels::draw<float>({.columns = columns}, x.data(), 2, rows, u, drawn.data());
  };
}

Call hungry_softmax() {
  const std::int64_t n = 1 << 19;
  return [x = Floats(2 * n)]() mutable { kernels::softmax<float>({1, n, 2}, x.data(), x.data()); };
}

// x, w and y of two images that see patches of 9216 elements.
struct Convolution {
  kernels::Conv2dShape shape{.batch = 2,
                             .in_channels = 1024,
                             .out_channels = 2,
                             .input = {16, 16},
                             .output = {7, 7},
                             .kernel = {3, 3},
                             .stride = {2, 2}};
  Floats x = Floats(static_cast<std::size_t>(2 * shape.in_pixels() * shape.in_channels));
  Floats w = Floats(static_cast<std::size_t>(shape.out_channels * shape.patch()));
  Floats y = Floats(static_cast<std::size_t>(2 * shape.out_pixels() * shape.out_channels));
};

Call hungry_convolution() {
  Convolution c;
  const kernels::PackedConv2d packed(c.shape, c.w.data(), nullptr, nullptr,
                                     kernels::Activation::identity, Precision::float32);
  return [c, packed]() mutable { packed(c.shape, c.x.data(), nullptr, c.y.data()); };
}

Call hungry_input_gradient() {
  return [c = Convolution()]() mutable {
    kernels::conv2d_backward_input<float>(c.shape, c.w.data(), c.y.data(), c.x.data());
  };
}

Call hungry_weight_gradient() {
  return [c = Convolution()]() mutable {
    kernels::conv2d_backward_weight<float>(c.shape, c.x.data(), c.y.data(), c.w.data());
  };
}

// What needs memory is a product within the convolution's loop.
Call hungry_product() {
  Convolution c;
  c.shape = {
      .batch = 1, .in_channels = 2, .out_channels = 512, .input = {48, 48}, .output = {48, 48}};
  c.x = Floats(static_cast<std::size_t>(c.shape.in_pixels() * 2));
  c.w = Floats(1024);
  c.y = Floats(static_cast<std::size_t>(c.shape.out_pixels() * 512));
  return [c]() mutable {
    const PrecisionGuard guard(Precision::emulated_bfloat16);
    kernels::conv2d_backward_input<float>(c.shape, c.w.data(), c.y.data(), c.x.data());
  };
}

// Two columns are packed as many.
Call hungry_double_product() {
  const kernels::Conv2dShape shape{
      .batch = 1, .in_channels = 9216, .out_channels = 2, .input = {16, 16}, .output = {16, 16}};
  const auto size = static_cast<std::size_t>(shape.in_channels);
  return [shape, x = std::vector<double>(256 * size), w = std::vector<double>(2 * size),
          y = std::vector<double>(512)]() mutable {
    kernels::conv2d<double>(shape, x.data(), w.data(), nullptr, y.data());
  };
}

const std::map<std::string, Call (*)()> kHungry = {
    {"attention", hungry_attention},
    {"convolution", hungry_convolution},
    {"double product", hungry_double_product},
    {"draw", hungry_draw},
    {"input gradient", hungry_input_gradient},
    {"product", hungry_product},
    {"softmax", hungry_softmax},
    {"step attention", hungry_step_attention},
    {"weight gradient", hungry_weight_gradient},
};

// A sanitizer's allocator ends the program where the system's returns nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMayRunOut = false;
#else
constexpr bool kMayRunOut = true;
#endif

// How a process ended that runs the case below.
int run_without_memory(const std::string& kernel) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("LIMN_TEST_KERNEL", kernel.c_str(), 1);
    ::setenv("MALLOC_ARENA_MAX", "1", 1);  // no thread has memory of its own in reserve
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execl("/proc/self/exe", "test_kernels", "a kernel runs out of memory", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

// Run by the case below in a process of its own.
TEST_CASE("a kernel runs out of memory", "[.child]") {
  const char* kernel = std::getenv("LIMN_TEST_KERNEL");
  if (kernel == nullptr) return;  // run with all the others: nothing to do here
  set_thread_count(2);
  const Call call = kHungry.at(kernel)();
  call();  // now there are threads
  std::string said;
  try {
    const NoMemory limit;
    call();
  } catch (const std::exception& error) {
    said = error.what();
  }
  INFO("thrown: " << said);
  REQUIRE(said.starts_with("out of memory: "));
}

TEST_CASE("a kernel without memory throws, on the thread that called it") {
  if (!kMayRunOut) return;
  for (const auto& hungry : kHungry) {
    INFO(hungry.first);
    CHECK(run_without_memory(hungry.first) == 0);
  }
}
