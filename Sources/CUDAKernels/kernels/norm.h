#pragma once

#include "device.h"

enum { MOMENT_THREADS = 256 };

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

/// Four neighbouring channels of a pixel, in one load.
struct alignas(16) four_channels {
  float values[4];
};

/// Sums and sums of squares of a part of a group's rows: a block has up to 128 channels, a thread four of them.
GPU_KERNEL(gpu_sum_moments, gpu_moments, MOMENT_THREADS)
{
  enum { QUANTITIES = 8, AHEAD = 4 };
  GPU_SHARED(double, shared, QUANTITIES * MOMENT_THREADS);
  const u32 all = channel_stride(given.channels) / 4, first = block_column() * WARP;
  // A row has so many threads, and so many rows are read at once; threads may be left over.
  const u32 across = smaller(all - first, WARP), slots = MOMENT_THREADS / across;
  const u32 slot = thread_index() / across, group = block_layer();
  const float *values = given.values + (u64)group * given.group_rows * all * 4 + (first + thread_index() % across) * 4;
  double sums[QUANTITIES] = {};
  const u32 rows = slot < slots ? given.group_rows : 0, pace = given.partitions * slots;
  for (u32 row = block_index() * slots + slot; row < rows; row += AHEAD * pace) {
    four_channels found[AHEAD];
    GPU_UNROLL
    for (u32 ahead = 0; ahead < AHEAD; ahead++) {
      const u32 own = row + ahead * pace;
      found[ahead] = own < rows ? *(const four_channels *)(values + (u64)own * all * 4) : four_channels{};
    }
    GPU_UNROLL
    for (u32 ahead = 0; ahead < AHEAD; ahead++) {
      GPU_UNROLL
      for (u32 channel = 0; channel < 4; channel++) {
        const double value = found[ahead].values[channel];
        sums[channel] += value;
        sums[4 + channel] = fused(value, value, sums[4 + channel]);
      }
    }
  }
  GPU_UNROLL
  for (u32 quantity = 0; quantity < QUANTITIES; quantity++) {
    shared[quantity * MOMENT_THREADS + thread_index()] = sums[quantity];
  }
  barrier();
  for (u32 index = thread_index(); index < QUANTITIES * across; index += MOMENT_THREADS) {
    const u32 quantity = index / (4 * across), own = index % (4 * across), channel = 4 * first + own;
    if (channel >= given.channels) continue;
    const double *parts = shared + (4 * quantity + own % 4) * MOMENT_THREADS + own / 4;
    double sum = 0;
    for (u32 part = 0; part < slots; part++) sum += parts[part * across];
    given.partial[(((u64)block_index() * given.groups + group) * 2 + quantity) * given.channels + channel] = sum;
  }
}

/// Where partitions' sums meet: a block has four channels, whose threads take turns.
enum { FINISH_THREADS = 256, FINISH_CHANNELS = 4, FINISH_SLOTS = FINISH_THREADS / FINISH_CHANNELS };

/// A channel's sums over all partitions of a group, in an order that depends on their number only.
///
/// - shared: [quantities, threads].
/// - partial: [partitions, groups, quantities, channels].
template <int quantities>
GPU_INLINE void sum_partitions(
  double (&sums)[quantities], double *shared, const double *partial, u32 partitions, u32 groups, u32 group,
  u32 channels, u32 channel)
{
  GPU_UNROLL
  for (int quantity = 0; quantity < quantities; quantity++) sums[quantity] = 0;
  const u32 last = channel < channels ? partitions : 0;
  for (u32 partition = thread_index() / FINISH_CHANNELS; partition < last; partition += FINISH_SLOTS) {
    const double *found = partial + ((u64)partition * groups + group) * quantities * channels + channel;
    GPU_UNROLL
    for (int quantity = 0; quantity < quantities; quantity++) sums[quantity] += found[quantity * channels];
  }
  // What the last call found has been read.
  barrier();
  GPU_UNROLL
  for (int quantity = 0; quantity < quantities; quantity++) {
    shared[quantity * FINISH_THREADS + thread_index()] = sums[quantity];
  }
  for (u32 half = FINISH_THREADS / 2; half >= FINISH_CHANNELS; half /= 2) {
    barrier();
    GPU_UNROLL
    for (int quantity = 0; quantity < quantities; quantity++) {
      double *own = shared + quantity * FINISH_THREADS + thread_index();
      if (thread_index() < half) *own += own[half];
    }
  }
  barrier();
  GPU_UNROLL
  for (int quantity = 0; quantity < quantities; quantity++) {
    sums[quantity] = shared[quantity * FINISH_THREADS + thread_index() % FINISH_CHANNELS];
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

/// A channel's groups come one after the other, as the running statistics take them.
GPU_KERNEL(gpu_finish_norm, gpu_norm, FINISH_THREADS)
{
  GPU_SHARED(double, shared, 2 * FINISH_THREADS);
  const u32 channel = block_index() * FINISH_CHANNELS + thread_index() % FINISH_CHANNELS;
  const bool finishes = thread_index() < FINISH_CHANNELS && channel < given.channels;
  if (given.is_evaluation) {
    if (finishes) normalize_by_running(given, channel);
    return;
  }
  for (u32 group = 0; group < given.groups; group++) {
    double sums[2];
    sum_partitions(
      sums, shared, given.partial, given.partitions, given.groups, group, given.channels, channel);
    if (!finishes) continue;
    const double mean = sums[0] / given.count, variance = sums[1] / given.count - mean * mean;
    normalize_by(given, group, channel, mean, variance > 0 ? variance : 0);
  }
}
