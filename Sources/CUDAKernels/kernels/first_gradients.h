#pragma once

#include "first_moments.h"

enum { PARTITION_THREADS = 256, PARTITION_WARPS = PARTITION_THREADS / WARP };

/// Adds up the partitions of the backward pass, and replaces the first one by the totals. A lane has one element; a
/// block's warps have different partitions.
GPU_KERNEL(gpu_sum_first_partitions, gpu_first_partitions, PARTITION_THREADS)
{
  GPU_SHARED(double, shared, PARTITION_THREADS);
  const u32 index = block_index() * WARP + lane_index();
  double sum = 0;
  for (u32 partition = warp_index(); partition < given.partitions && index < given.count;
       partition += PARTITION_WARPS) {
    sum += given.partial[(u64)partition * given.count + index];
  }
  sum = sum_over_warps(shared, PARTITION_WARPS, sum);
  if (warp_index() == 0 && index < given.count) given.partial[index] = sum;
}

/// The gradients with respect to the first stage's parameters, from the totals of all partitions. A block has a
/// channel, a lane a tap.
///
/// s_i is the count at tap i, x = Σ w_i·s_i the convolution's output and batch norm's input, dy the gradient with
/// respect to batch norm's output. Sums are over pixels, time steps and samples. γ needs Σ dy·x = Σ w_i·Σ dy·s_i. The
/// gradient with respect to x is dx = a·dy + b·x + c (derived in gradient_factors.h), so that with M_ij = Σ s_i·s_j and
/// S_i = Σ s_i the gradient with respect to weight i is Σ dx·s_i = a·Σ dy·s_i + b·Σ_j w_j·M_ij + c·S_i.
GPU_KERNEL(gpu_finish_first_gradients, gpu_first_gradients, WARP)
{
  GPU_SHARED(double, leaks, WARP);
  const u32 taps = given.taps, pairs = taps * (taps + 1) / 2, channel = block_index(), tap = lane_index();
  const float *weights = given.weights + channel * taps;
  double ofWeight = 0, ofNormWeight = 0, ofNormBias = 0;
  for (u32 group = 0; group < given.groups && tap < taps; group++) {
    const double *found = given.partial + (u64)group * (2 + taps) * given.channels + channel;
    const double gradients = found[0], *counts = found + 2 * given.channels;
    double products = 0;
    for (u32 other = 0; other < taps; other++) products += (double)weights[other] * counts[other * given.channels];
    const double *statistics = given.statistics + (u64)group * 2 * given.channels + channel;
    const double mean = statistics[0], inverse = statistics[given.channels];
    const double ofNorm = inverse * (products - mean * gradients);
    ofNormWeight += ofNorm;
    ofNormBias += gradients;
    const double a = (double)given.norm_weight[channel] * inverse;
    const double b = -a * inverse * ofNorm / given.count;
    const double c = -b * mean - a * gradients / given.count;
    const u64 *sums = given.sums + (u64)group * (pairs + taps);
    double values = 0;
    for (u32 other = 0; other < taps; other++) {
      values += (double)weights[other] * (double)sums[pair_index(tap, other, taps)];
    }
    ofWeight += a * counts[tap * given.channels] + b * values + c * (double)sums[pairs + tap];
  }
  if (tap < taps) given.weight_gradient[channel * taps + tap] += (float)ofWeight;
  if (tap == 0) {
    given.norm_weight_gradient[channel] += (float)ofNormWeight;
    given.norm_bias_gradient[channel] += (float)ofNormBias;
  }
  if (block_index() != 0 || !given.membrane_gradient) return;
  // One block sums the gradient with respect to k over all channels.
  double leak = 0;
  for (u32 group = 0; group < given.groups; group++) {
    const double *found = given.partial + ((u64)group * (2 + taps) + 1) * given.channels;
    for (u32 other = lane_index(); other < given.channels; other += WARP) leak += found[other];
  }
  leaks[lane_index()] = leak;
  barrier();
  if (lane_index() != 0) return;
  double total = 0;
  for (u32 lane = 0; lane < WARP; lane++) total += leaks[lane];
  *given.membrane_gradient += (float)(total * given.membrane_slope);
}
