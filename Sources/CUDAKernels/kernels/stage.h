#pragma once

#include "fragments.h"
#include "neurons.h"
#include "norm.h"

// A stage after its product: batch norm, neurons over T time steps and pooling, and their backward pass. A lane has one
// channel of a pooling window, with its one or four sites.

enum { STAGE_THREADS = 128, STAGE_WARPS = STAGE_THREADS / WARP };

/// The forward pass for windows of one word of channels. Loads the values of several time steps ahead.
template <int edge> GPU_INLINE void run_neurons(const gpu_neurons_forward &given, const gpu_neuron &neuron)
{
  enum { SITES = edge * edge, AHEAD = edge == 1 ? 8 : 4 };
  const gpu_images &images = given.images;
  const u32 stride = channel_stride(images.channels), pixels = images.height * images.width;
  const u32 words = ceil_div(images.channels, WARP), perWord = window_count(images, given.pooling) / words;
  const u32 word = block_column(), channel = word * WARP + lane_index();
  const bool hasChannel = channel < images.channels;
  const u64 stepValues = (u64)images.samples * pixels * stride;
  const u64 stepWords = pooled_pixel({}, 1, images, given.pooling) * given.pooling.planes * words;
  u64 count = 0;
  float factor = 0, summand = 0;
  for (u32 index = block_index() * STAGE_WARPS + warp_index(); index < perWord; index += block_count() * STAGE_WARPS) {
    const pooling_window window = window_at(index * words + word, images, given.pooling);
    const bool isWhole = is_whole(window, images, given.pooling);
    u32 *target = given.bits + pooled_pixel(window, 0, images, given.pooling) * given.pooling.planes * words + word;
    const float *next[SITES];
    float membrane[SITES];
    bool isInside[SITES];
    GPU_UNROLL
    for (int site = 0; site < SITES; site++) {
      const int pixel = site_pixel<edge>(window, site, images);
      isInside[site] = hasChannel && pixel >= 0;
      next[site] = given.values + ((u64)window.sample * pixels + (isInside[site] ? pixel : 0)) * stride + channel;
      membrane[site] = neuron.reset;
    }
    u32 spikeCount = 0;
    for (u32 first = 0; first < images.steps; first += AHEAD) {
      float found[AHEAD][SITES];
      GPU_UNROLL
      for (u32 ahead = 0; ahead < AHEAD; ahead++) {
        GPU_UNROLL
        for (int site = 0; site < SITES; site++) {
          found[ahead][site] = first + ahead < images.steps && isInside[site] ? *next[site] : 0;
          next[site] += stepValues;
        }
      }
      GPU_UNROLL
      for (u32 ahead = 0; ahead < AHEAD; ahead++) {
        const u32 step = first + ahead;
        if (step >= images.steps) break;
        if (hasChannel && (step == 0 || images.groups > 1)) {
          const float *factors = given.factors + (u64)group_of(step, images) * 2 * images.channels + channel;
          factor = factors[0];
          summand = factors[images.channels];
        }
        bool spikes[SITES];
        GPU_UNROLL
        for (int site = 0; site < SITES; site++) {
          const float charge = charged(membrane[site], found[ahead][site] * factor + summand, neuron);
          spikes[site] = isInside[site] && fires(charge, neuron);
          membrane[site] = membrane_after(charge, neuron);
          spikeCount += spikes[site];
        }
        write_spikes<edge>(target, isWhole, spikes, words, given.pooling);
        target += stepWords;
      }
    }
    count += spikeCount;
  }
  if (hasChannel) atomic_add(given.spikes + channel, count);
}

template <int edge> GPU_INLINE void run_neurons(const gpu_neurons_forward &given)
{
  if (is_default(given.neuron)) run_neurons<edge>(given, specialized<true>(given.neuron));
  else run_neurons<edge>(given, specialized<false>(given.neuron));
}

// Grid: [blocks, words of channels]; the blocks of a word divide its windows.
GPU_BOUNDED_KERNEL(gpu_run_neurons, gpu_neurons_forward, STAGE_THREADS, 7) { run_neurons<1>(given); }
GPU_BOUNDED_KERNEL(gpu_run_pooled_neurons, gpu_neurons_forward, STAGE_THREADS, 5) { run_neurons<2>(given); }

/// A thread's sums over a group: gradients, gradients times values, and gradients with respect to k.
struct backward_sums {
  double gradients;
  double products;
  double leaks;
};

/// Adds a block's sums over a group to its partition.
GPU_INLINE void add_sums(
  const gpu_neurons_backward &given, double *shared, u32 word, u32 group, const backward_sums &sums)
{
  const u32 channels = given.images.channels, channel = word * WARP + lane_index();
  double *target = given.partial + ((u64)block_index() * given.images.groups + group) * 3 * channels + channel;
  // With a group for each step, the sums of earlier windows are already there.
  const bool isFirst = given.images.groups == 1;
  const double own[3] = {sums.gradients, sums.products, sums.leaks};
  GPU_UNROLL
  for (int quantity = 0; quantity < 3; quantity++) {
    const double sum = sum_over_warps(shared, STAGE_WARPS, own[quantity]);
    if (warp_index() == 0 && channel < channels) {
      target[quantity * channels] = isFirst ? sum : target[quantity * channels] + sum;
    }
  }
}

/// The backward pass for a partition's windows of one word of channels, spread over a block's warps. Supports any
/// number of steps and groups; short_stage.h is for few steps and one group.
///
/// Recomputes and stores the charges first. Then it either sums gradients, into `partial` and `largest`, or writes them
/// to `gradients`.
template <int edge> GPU_INLINE void run_backward(const gpu_neurons_backward &given, double *shared)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const gpu_neuron &neuron = given.neuron;
  const u32 words = ceil_div(images.channels, WARP), stride = channel_stride(images.channels);
  const u32 pixels = images.height * images.width, perWord = window_count(images, given.pooling) / words;
  const u32 word = block_column(), channel = word * WARP + lane_index();
  const bool hasChannel = channel < images.channels;
  const u64 threads = (u64)block_count() * words * STAGE_THREADS;
  float *membranes = given.membranes + ((u64)block_column() * block_count() + block_index()) * STAGE_THREADS + thread_index();
  const u32 halfStride = half_stride(images.channels);
  const u64 halfCount = (u64)images.steps * images.samples * pixels * halfStride;
  const int exponent = given.writes ? *given.gradient_exponent : 0;
  backward_sums sums = {0, 0, 0};
  float largestGradient = 0, largestValue = 0;
  // All warps run the loop equally often, because sums wait at barriers.
  for (u32 first = block_index() * STAGE_WARPS; first < perWord; first += block_count() * STAGE_WARPS) {
    const u32 index = first + warp_index();
    const bool hasWindow = index < perWord;
    const pooling_window window = window_at(hasWindow ? index * words + word : word, images, given.pooling);
    const u64 sampleStart = (u64)window.sample * pixels;
    float after[SITES];
    GPU_UNROLL
    for (int site = 0; site < SITES; site++) {
      const int pixel = site_pixel<edge>(window, site, images);
      after[site] = 0;
      if (!hasWindow || pixel < 0 || !hasChannel) continue;
      float membrane = neuron.reset;
      for (u32 step = 0; step < images.steps; step++) {
        const float *factors = given.factors + (u64)group_of(step, images) * 2 * images.channels;
        const u64 valueIndex = ((u64)step * images.samples * pixels + sampleStart + pixel) * stride + channel;
        const float input = given.values[valueIndex] * factors[channel] + factors[images.channels + channel];
        const float charge = charged(membrane, input, neuron);
        membranes[((u64)step * SITES + site) * threads] = charge;
        membrane = membrane_after(charge, neuron);
      }
    }
    for (u32 back = images.steps; back > 0; back--) {
      const u32 step = back - 1, group = group_of(step, images);
      float charges[SITES], gradients[SITES];
      bool isSpike[SITES];
      GPU_UNROLL
      for (int site = 0; site < SITES; site++) {
        const bool isInside = hasWindow && hasChannel && site_pixel<edge>(window, site, images) >= 0;
        charges[site] = isInside ? membranes[((u64)step * SITES + site) * threads] : neuron.reset;
        isSpike[site] = isInside && fires(charges[site], neuron);
      }
      const bool hasGradient = hasWindow && hasChannel && is_whole(window, images, given.pooling);
      const float pooled =
        hasGradient ? given.pooled[pooled_pixel(window, step, images, given.pooling) * stride + channel] : 0;
      unpool_gradient<edge>(gradients, pooled, isSpike, given.pooling);
      GPU_UNROLL
      for (int site = 0; site < SITES; site++) {
        const int pixel = site_pixel<edge>(window, site, images);
        if (!hasWindow || pixel < 0) continue;
        const u64 row = (u64)step * images.samples * pixels + sampleStart + pixel;
        const u64 valueIndex = row * stride + channel, halfIndex = row * halfStride + channel;
        if (!hasChannel) {
          if (given.writes && channel < halfStride) write_halves(given.gradients, halfIndex, halfCount, 0, given.is_half);
          continue;
        }
        const float *factors = given.factors + (u64)group * 2 * images.channels;
        const float value = given.values[valueIndex];
        const float input = value * factors[channel] + factors[images.channels + channel];
        const float before =
          step == 0 ? neuron.reset : membrane_after(membranes[((u64)(step - 1) * SITES + site) * threads], neuron);
        const step_gradients found = backward_step(before, input, charges[site], gradients[site], after[site], neuron);
        if (given.writes) {
          const float *own = given.backward_factors + (u64)group * 3 * images.channels + channel;
          const float gradient = own[0] * found.input + own[images.channels] * value + own[2 * images.channels];
          write_halves(given.gradients, halfIndex, halfCount, scaled(gradient, exponent), given.is_half);
        } else {
          sums.gradients += (double)found.input;
          sums.products += (double)found.input * (double)value;
          sums.leaks += (double)found.leak;
          const float size = magnitude(found.input);
          largestGradient = size > largestGradient ? size : largestGradient;
          largestValue = magnitude(value) > largestValue ? magnitude(value) : largestValue;
        }
      }
      if (!given.writes && images.groups > 1) {
        add_sums(given, shared, word, group, sums);
        sums = {0, 0, 0};
      }
    }
  }
  if (given.writes) return;
  if (images.groups == 1) add_sums(given, shared, word, 0, sums);
  if (!hasChannel) return;
  atomic_maximum(given.largest + channel, float_bits(largestGradient));
  atomic_maximum(given.largest + images.channels + channel, float_bits(largestValue));
}

GPU_KERNEL(gpu_backward, gpu_neurons_backward, STAGE_THREADS)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  run_backward<1>(given, shared);
}

GPU_KERNEL(gpu_backward_pooled, gpu_neurons_backward, STAGE_THREADS)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  run_backward<2>(given, shared);
}
