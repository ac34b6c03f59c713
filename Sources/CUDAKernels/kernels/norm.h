#pragma once

#include "device.h"

enum { MOMENT_THREADS = 256, MOMENT_WARPS = MOMENT_THREADS / WARP };

/// Sums numbers of a channel that a block's warps have found, in the order of the warps; each warp's lanes are channels.
///
/// shared: [warps, 32]. Gives each thread of the first warp its channel's sum.
GPU_INLINE double sum_of_warps(double *shared, u32 warps, double own)
{
  barrier();
  shared[thread_index()] = own;
  barrier();
  double sum = 0;
  for (u32 warp = 0; warp < warps; warp++) sum += shared[warp * WARP + lane_index()];
  return sum;
}

/// Sums and sums of squares of a part of a group's rows: a block has 32 channels.
GPU_KERNEL(gpu_sum_moments, gpu_moments, MOMENT_THREADS)
{
  GPU_SHARED(double, shared, MOMENT_THREADS);
  const u32 channel = block_column() * WARP + lane_index(), group = block_layer();
  const u32 stride = channel_stride(given.channels);
  double sum = 0, squares = 0;
  if (channel < given.channels) {
    for (u32 row = block_index() * MOMENT_WARPS + warp_index(); row < given.group_rows;
         row += given.partitions * MOMENT_WARPS) {
      const double value = given.values[((u64)group * given.group_rows + row) * stride + channel];
      sum += value;
      squares += value * value;
    }
  }
  sum = sum_of_warps(shared, MOMENT_WARPS, sum);
  squares = sum_of_warps(shared, MOMENT_WARPS, squares);
  if (warp_index() == 0 && channel < given.channels) {
    double *target = given.partial + ((u64)block_index() * given.groups + group) * 2 * given.channels + channel;
    target[0] = sum;
    target[given.channels] = squares;
  }
}

/// What normalizes a channel of a group, from its mean and biased variance, which go into the running statistics.
GPU_INLINE void normalize_by(const gpu_norm &given, u32 group, u32 channel, double mean, double variance)
{
  const u64 place = (u64)group * 2 * given.channels + channel;
  const double inverse = 1 / root(variance + given.epsilon);
  const float factor = (float)inverse * given.weight[channel];
  given.statistics[place] = mean;
  given.statistics[place + given.channels] = inverse;
  given.factors[place] = factor;
  given.factors[place + given.channels] = given.bias[channel] - (float)mean * factor;
  // A single value has no unbiased variance; here it counts as 0.
  const double unbiased = variance * given.count / (given.count > 2 ? given.count - 1 : 1);
  given.running_mean[channel] =
    (float)((1 - given.momentum) * (double)given.running_mean[channel] + given.momentum * mean);
  given.running_variance[channel] =
    (float)((1 - given.momentum) * (double)given.running_variance[channel] + given.momentum * unbiased);
}

/// What normalizes a channel by the running statistics; the root is float32's, as PyTorch's is.
GPU_INLINE void normalize_by_running(const gpu_norm &given, u32 channel)
{
  const float factor = 1 / root(given.running_variance[channel] + (float)given.epsilon) * given.weight[channel];
  for (u32 group = 0; group < given.groups; group++) {
    const u64 place = (u64)group * 2 * given.channels + channel;
    given.factors[place] = factor;
    given.factors[place + given.channels] = given.bias[channel] - given.running_mean[channel] * factor;
  }
}

/// A thread a channel: its groups one after the other, as the running statistics take them.
GPU_KERNEL(gpu_finish_norm, gpu_norm, WARP)
{
  const u32 channel = block_index() * WARP + lane_index();
  if (channel >= given.channels) return;
  if (given.is_evaluation) {
    normalize_by_running(given, channel);
    return;
  }
  for (u32 group = 0; group < given.groups; group++) {
    double sum = 0, squares = 0;
    for (u32 partition = 0; partition < given.partitions; partition++) {
      const double *found = given.partial + ((u64)partition * given.groups + group) * 2 * given.channels + channel;
      sum += found[0];
      squares += found[given.channels];
    }
    const double mean = sum / given.count, variance = squares / given.count - mean * mean;
    normalize_by(given, group, channel, mean, variance > 0 ? variance : 0);
  }
}
