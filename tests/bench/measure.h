// How a rate is measured.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace limn::bench {

/// Something that is done again and again; `step` does `work` units of it.
struct Workload {
  std::string name;
  std::string unit;
  double work = 1;
  std::function<void()> step;
  double flops = 0;  ///< of the products of one unit; 0: not counted
};

/// A workload by name; made only when it is run, for some hold much memory.
struct NamedWorkload {
  std::string name;
  std::function<Workload()> make;
};

/// Units a second: median, best and worst of the repeats.
struct Rate {
  double median = 0;
  double best = 0;
  double worst = 0;
};

/// After a warm-up, `repeats` times as many steps as fill one and a half seconds.
Rate measure(const Workload& workload, int repeats);

/// Floating-point operations a second of large matrix products: what the products of a workload
/// could reach.
double peak_flops();

/// NIC and the transformer in training and in search (the benchmark's sizes stand in the source).
std::vector<NamedWorkload> caption_workloads();
/// CIDEr-D as a reward.
std::vector<NamedWorkload> metric_workloads();
/// Updates and clipping of 10 million parameters.
std::vector<NamedWorkload> optim_workloads();
/// Encoders and photo files.
std::vector<NamedWorkload> photo_workloads();

}  // namespace limn::bench
