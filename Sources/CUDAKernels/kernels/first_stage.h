#pragma once

#include "first_moments.h"

// The first stage without tensor cores, for cases that first_tensor.h does not support. The convolution is recomputed
// wherever its output is needed; the output is never stored. A lane has one channel of a pooling window.

enum { FIRST_THREADS = 128, FIRST_WARPS = FIRST_THREADS / WARP };

/// The counts in and around a pooling window, of both polarities. All lanes of a warp read the same.
template <int edge> struct window_counts {
  enum { SIDE = edge + 2 };
  float values[2][SIDE * SIDE];
};

/// Loads a window's counts of a time step; 0 outside the image.
template <int edge>
GPU_INLINE void load_counts(
  window_counts<edge> &target, const void *counts, u32 countBytes, u32 polarities, const pooling_window &window,
  u32 step, const gpu_images &images)
{
  enum { SIDE = edge + 2 };
  GPU_UNROLL
  for (u32 polarity = 0; polarity < 2; polarity++) {
    const u64 start = (((u64)window.sample * images.steps + step) * polarities + polarity) * images.height;
    GPU_UNROLL
    for (int index = 0; index < SIDE * SIDE; index++) {
      const int row = (int)(edge * window.row) + index / SIDE - 1, column = (int)(edge * window.column) + index % SIDE - 1;
      const bool isInside = polarity < polarities && row >= 0 && row < (int)images.height && column >= 0
        && column < (int)images.width;
      target.values[polarity][index] =
        isInside ? (float)count_at(counts, countBytes, (start + row) * images.width + column) : 0;
    }
  }
}

/// The convolution's output at a site. The kernels of this file share it, so that they get the same bits.
template <int edge>
GPU_INLINE float first_convolution(const window_counts<edge> &counts, int site, const float (&weights)[MAX_TAPS])
{
  float sum = 0;
  GPU_UNROLL
  for (int tap = 0; tap < MAX_TAPS; tap++) {
    const int index = (site / edge + tap % 9 / 3) * (edge + 2) + site % edge + tap % 3;
    sum = fused(counts.values[tap / 9][index], weights[tap], sum);
  }
  return sum;
}

GPU_INLINE void load_weights(float (&target)[MAX_TAPS], const float *weights, u32 channel, u32 taps, bool hasChannel)
{
  GPU_UNROLL
  for (u32 tap = 0; tap < MAX_TAPS; tap++) {
    target[tap] = hasChannel && tap < taps ? weights[channel * taps + tap] : 0;
  }
}

template <int edge> GPU_INLINE void run_first(const gpu_first_forward &given)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const u32 windows = window_count(images, given.pooling);
  for (u32 index = block_index() * FIRST_WARPS + warp_index(); index < windows; index += block_count() * FIRST_WARPS) {
    const pooling_window window = window_at(index, images, given.pooling);
    const u32 channel = window.word * WARP + lane_index();
    const bool hasChannel = channel < images.channels;
    float weights[MAX_TAPS], membrane[SITES];
    load_weights(weights, given.weights, channel, 9 * given.polarities, hasChannel);
    GPU_UNROLL
    for (int site = 0; site < SITES; site++) membrane[site] = given.neuron.reset;
    u32 count = 0;
    for (u32 step = 0; step < images.steps; step++) {
      const float *factors = given.factors + (u64)group_of(step, images) * 2 * images.channels;
      const float factor = hasChannel ? factors[channel] : 0;
      const float summand = hasChannel ? factors[images.channels + channel] : 0;
      window_counts<edge> counts;
      load_counts<edge>(counts, given.counts, given.count_bytes, given.polarities, window, step, images);
      bool spikes[SITES];
      GPU_UNROLL
      for (int site = 0; site < SITES; site++) {
        spikes[site] = false;
        if (site_pixel<edge>(window, site, images) < 0 || !hasChannel) continue;
        const float value = first_convolution<edge>(counts, site, weights);
        const float charge = charged(membrane[site], value * factor + summand, given.neuron);
        spikes[site] = fires(charge, given.neuron);
        membrane[site] = membrane_after(charge, given.neuron);
        count += spikes[site];
      }
      write_spikes<edge>(given.bits, window, step, spikes, images, given.pooling);
    }
    if (hasChannel) atomic_add(given.spikes + channel, count);
  }
}

GPU_KERNEL(gpu_run_first, gpu_first_forward, FIRST_THREADS) { run_first<1>(given); }
GPU_KERNEL(gpu_run_first_pooled, gpu_first_forward, FIRST_THREADS) { run_first<2>(given); }

/// A thread's sums over a group: gradients, gradients with respect to k, gradients times each tap's count.
struct first_sums {
  double gradients;
  double leaks;
  float products[MAX_TAPS];
};

/// Adds a block's sums over a group to its partition, and sets them to 0.
GPU_INLINE void add_first_sums(
  const gpu_first_backward &given, double *shared, u32 word, u32 group, first_sums &sums, u32 taps)
{
  const u32 channels = given.images.channels, channel = word * WARP + lane_index();
  double *target =
    given.partial + ((u64)block_index() * given.images.groups + group) * (2 + taps) * channels + channel;
  GPU_UNROLL
  for (u32 quantity = 0; quantity < 2 + MAX_TAPS; quantity++) {
    if (quantity >= 2 + taps) continue;
    const double own = quantity == 0 ? sums.gradients
      : quantity == 1                ? sums.leaks
                                     : (double)sums.products[quantity < 2 ? 0 : quantity - 2];
    const double sum = sum_over_warps(shared, FIRST_WARPS, own);
    if (warp_index() == 0 && channel < channels) target[quantity * channels] += sum;
  }
  sums = {0, 0, {}};
}

/// The backward pass through the first stage. Computes only the sums from which all gradients follow. A block has
/// windows of one word of channels, spread over its warps.
template <int edge> GPU_INLINE void run_first_backward(const gpu_first_backward &given, double *shared)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const gpu_neuron &neuron = given.neuron;
  const u32 words = ceil_div(images.channels, WARP), stride = channel_stride(images.channels);
  const u32 perWord = window_count(images, given.pooling) / words, taps = 9 * given.polarities;
  const u32 word = block_column(), channel = word * WARP + lane_index();
  const bool hasChannel = channel < images.channels;
  const u64 threads = (u64)block_count() * words * FIRST_THREADS;
  float *membranes =
    given.membranes + ((u64)block_column() * block_count() + block_index()) * FIRST_THREADS + thread_index();
  float weights[MAX_TAPS];
  load_weights(weights, given.weights, channel, taps, hasChannel);
  first_sums sums = {0, 0, {}};
  for (u32 first = block_index() * FIRST_WARPS; first < perWord; first += block_count() * FIRST_WARPS) {
    const u32 index = first + warp_index();
    const bool hasWindow = index < perWord, works = hasWindow && hasChannel;
    const pooling_window window = window_at(hasWindow ? index * words + word : word, images, given.pooling);
    float membrane[SITES], after[SITES];
    GPU_UNROLL
    for (int site = 0; site < SITES; site++) membrane[site] = neuron.reset, after[site] = 0;
    window_counts<edge> counts;
    for (u32 step = 0; step < images.steps && works; step++) {
      const float *factors = given.factors + (u64)group_of(step, images) * 2 * images.channels;
      load_counts<edge>(counts, given.counts, given.count_bytes, given.polarities, window, step, images);
      GPU_UNROLL
      for (int site = 0; site < SITES; site++) {
        if (site_pixel<edge>(window, site, images) < 0) continue;
        const float input =
          first_convolution<edge>(counts, site, weights) * factors[channel] + factors[images.channels + channel];
        const float charge = charged(membrane[site], input, neuron);
        membranes[((u64)step * SITES + site) * threads] = charge;
        membrane[site] = membrane_after(charge, neuron);
      }
    }
    for (u32 back = images.steps; back > 0; back--) {
      const u32 step = back - 1, group = group_of(step, images);
      if (works) {
        const float *factors = given.factors + (u64)group * 2 * images.channels;
        load_counts<edge>(counts, given.counts, given.count_bytes, given.polarities, window, step, images);
        float charges[SITES], gradients[SITES];
        bool isSpike[SITES];
        GPU_UNROLL
        for (int site = 0; site < SITES; site++) {
          const bool isInside = site_pixel<edge>(window, site, images) >= 0;
          charges[site] = isInside ? membranes[((u64)step * SITES + site) * threads] : neuron.reset;
          isSpike[site] = isInside && fires(charges[site], neuron);
        }
        const float pooled = is_whole(window, images, given.pooling)
          ? given.pooled[pooled_pixel(window, step, images, given.pooling) * stride + channel]
          : 0;
        unpool_gradient<edge>(gradients, pooled, isSpike, given.pooling);
        GPU_UNROLL
        for (int site = 0; site < SITES; site++) {
          if (site_pixel<edge>(window, site, images) < 0) continue;
          const float input =
            first_convolution<edge>(counts, site, weights) * factors[channel] + factors[images.channels + channel];
          const float before =
            step == 0 ? neuron.reset : membrane_after(membranes[((u64)(step - 1) * SITES + site) * threads], neuron);
          const step_gradients found =
            backward_step(before, input, charges[site], gradients[site], after[site], neuron);
          sums.gradients += (double)found.input;
          sums.leaks += (double)found.leak;
          GPU_UNROLL
          for (int tap = 0; tap < MAX_TAPS; tap++) {
            const int countIndex = (site / edge + tap % 9 / 3) * (edge + 2) + site % edge + tap % 3;
            sums.products[tap] = fused(found.input, counts.values[tap / 9][countIndex], sums.products[tap]);
          }
        }
      }
      if (images.groups > 1) add_first_sums(given, shared, word, group, sums, taps);
    }
    // After each window, because long float32 sums lose accuracy.
    if (images.groups == 1) add_first_sums(given, shared, word, 0, sums, taps);
  }
}

GPU_KERNEL(gpu_backward_first, gpu_first_backward, FIRST_THREADS)
{
  GPU_SHARED(double, shared, FIRST_THREADS);
  run_first_backward<1>(given, shared);
}

GPU_KERNEL(gpu_backward_first_pooled, gpu_first_backward, FIRST_THREADS)
{
  GPU_SHARED(double, shared, FIRST_THREADS);
  run_first_backward<2>(given, shared);
}
