#pragma once

#include "device.h"

enum { MOMENT_THREADS = 256 };

/// Sums a value over a block's warps, in their order. Each lane has a channel.
///
/// shared: [warps, 32]. All threads of the block must call this; each gets its channel's sum.
GPU_INLINE double sum_over_warps(double *shared, u32 warps, double own)
{
  barrier();
  shared[thread_index()] = own;
  barrier();
  double sum = 0;
  for (u32 warp = 0; warp < warps; warp++) sum += shared[warp * WARP + lane_index()];
  return sum;
}

/// Four neighbouring channels of a pixel, loaded at once.
struct alignas(16) four_channels {
  float values[4];
};

/// Sums of values and of their squares over a partition of a group's rows. A block has up to 128 channels, a thread
/// four.
GPU_KERNEL(gpu_sum_moments, gpu_moments, MOMENT_THREADS)
{
  enum { QUANTITIES = 8, AHEAD = 4 };
  GPU_SHARED(double, shared, QUANTITIES * MOMENT_THREADS);
  const u32 all = channel_stride(given.channels) / 4, first = block_column() * WARP;
  // `across` threads read a row, and a block reads `rowSlots` rows at once; the remaining threads are idle.
  const u32 across = minimum(all - first, WARP), rowSlots = MOMENT_THREADS / across;
  const u32 slot = thread_index() / across, group = block_layer();
  const float *values = given.values + (u64)group * given.group_rows * all * 4 + (first + thread_index() % across) * 4;
  double sums[QUANTITIES] = {};
  const u32 rows = slot < rowSlots ? given.group_rows : 0, rowStride = given.partitions * rowSlots;
  for (u32 row = block_index() * rowSlots + slot; row < rows; row += AHEAD * rowStride) {
    four_channels found[AHEAD];
    GPU_UNROLL
    for (u32 ahead = 0; ahead < AHEAD; ahead++) {
      const u32 own = row + ahead * rowStride;
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
    for (u32 part = 0; part < rowSlots; part++) sum += parts[part * across];
    given.partial[(((u64)block_index() * given.groups + group) * 2 + quantity) * given.channels + channel] = sum;
  }
}

/// Kernels that sum over partitions: a block has four channels, each with 64 threads.
enum { FINISH_THREADS = 256, FINISH_CHANNELS = 4, FINISH_SLOTS = FINISH_THREADS / FINISH_CHANNELS };

/// A channel's sums over all partitions of a group, in an order that depends only on the number of partitions.
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
  // All threads have read the last call's sums.
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

/// Sets batch norm's factors for a channel of a group from its mean and biased variance, and updates the running
/// statistics.
GPU_INLINE void set_norm_factors(const gpu_norm &given, u32 group, u32 channel, double mean, double variance)
{
  const u64 index = (u64)group * 2 * given.channels + channel;
  const double inverse = 1 / root(variance + given.epsilon);
  const float factor = (float)inverse * given.weight[channel];
  given.statistics[index] = mean;
  given.statistics[index + given.channels] = inverse;
  given.factors[index] = factor;
  given.factors[index + given.channels] = given.bias[channel] - (float)mean * factor;
  // A single value has no unbiased variance; its biased one, 0, is used.
  const double unbiased = variance * given.count / (given.count > 2 ? given.count - 1 : 1);
  given.running_mean[channel] =
    (float)((1 - given.momentum) * (double)given.running_mean[channel] + given.momentum * mean);
  given.running_variance[channel] =
    (float)((1 - given.momentum) * (double)given.running_variance[channel] + given.momentum * unbiased);
}

/// Sets batch norm's factors for a channel from the running statistics. The root is float32's, as in PyTorch.
GPU_INLINE void set_running_norm_factors(const gpu_norm &given, u32 channel)
{
  const float factor = 1 / root(given.running_variance[channel] + (float)given.epsilon) * given.weight[channel];
  for (u32 group = 0; group < given.groups; group++) {
    const u64 index = (u64)group * 2 * given.channels + channel;
    given.factors[index] = factor;
    given.factors[index + given.channels] = given.bias[channel] - given.running_mean[channel] * factor;
  }
}

/// Batch norm's factors and statistics. Groups update a channel's running statistics one after the other.
GPU_KERNEL(gpu_finish_norm, gpu_norm, FINISH_THREADS)
{
  GPU_SHARED(double, shared, 2 * FINISH_THREADS);
  const u32 channel = block_index() * FINISH_CHANNELS + thread_index() % FINISH_CHANNELS;
  const bool finishes = thread_index() < FINISH_CHANNELS && channel < given.channels;
  if (given.is_evaluation) {
    if (finishes) set_running_norm_factors(given, channel);
    return;
  }
  for (u32 group = 0; group < given.groups; group++) {
    double sums[2];
    sum_partitions(
      sums, shared, given.partial, given.partitions, given.groups, group, given.channels, channel);
    if (!finishes) continue;
    const double mean = sums[0] / given.count, variance = sums[1] / given.count - mean * mean;
    set_norm_factors(given, group, channel, mean, variance > 0 ? variance : 0);
  }
}
