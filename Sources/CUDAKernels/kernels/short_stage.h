#pragma once

#include "stage.h"

// The backward pass through a stage of few steps and one group of batch statistics. All of a site's steps are in registers:
// its values are loaded at once, and its charges are computed from them where they are needed, instead of kept in memory.

/// The most steps.
enum { SHORT_STEPS = 16, SHORT_PART = 4 };

/// A site's values of all steps, then zeros.
GPU_INLINE void load_steps(float (&values)[SHORT_STEPS], const float *first, u64 pace, u32 steps, bool isThere)
{
  const float *next = first;
  const u32 last = hidden(isThere ? steps : 0);
  pace = hidden(pace);
  GPU_UNROLL
  for (u32 step = 0; step < SHORT_STEPS; step++) {
    values[step] = step < last ? *next : 0;
    next += pace;
  }
}

/// A site's charges; those behind the last step mean nothing.
GPU_INLINE void find_charges(
  float (&charges)[SHORT_STEPS], const float (&values)[SHORT_STEPS], float factor, float summand, u32 steps,
  const gpu_neuron &neuron)
{
  float membrane = neuron.reset;
  GPU_UNROLL
  for (u32 step = 0; step < SHORT_STEPS; step++) {
    if (step % SHORT_PART == 0 && step >= steps) break;
    charges[step] = charged(membrane, values[step] * factor + summand, neuron);
    membrane = membrane_after(charges[step], neuron);
  }
}

/// Which sites get the gradient of a window's maximum: 16 steps of each, a bit a step.
///
/// The first of equal maxima gets it: that is the first site that fires, or the first site.
template <int edge>
GPU_INLINE u64 find_receivers(
  const float *first, const pooling_window &window, u64 pace, u32 stride, bool isThere, float factor, float summand,
  const gpu_images &images, const gpu_neuron &neuron)
{
  u64 receivers = 0;
  u32 taken = 0;
  GPU_ROLL
  for (int site = 0; site < edge * edge; site++) {
    const int pixel = site_pixel<edge>(window, site, images);
    if (pixel < 0) continue;
    float values[SHORT_STEPS], membrane = neuron.reset;
    load_steps(values, first + (u64)pixel * stride, pace, images.steps, isThere);
    u32 spikes = 0;
    GPU_UNROLL
    for (u32 step = 0; step < SHORT_STEPS; step++) {
      if (step % SHORT_PART == 0 && step >= images.steps) break;
      const float charge = charged(membrane, values[step] * factor + summand, neuron);
      spikes |= fires(charge, neuron) ? 1u << step : 0;
      membrane = membrane_after(charge, neuron);
    }
    receivers |= (u64)(spikes & ~taken) << site * SHORT_STEPS;
    taken |= spikes;
  }
  return receivers | (~taken & 0xffffu);
}

/// A partition's windows of one word of channels. See go_back.
///
/// - kept: [steps, threads]: gradients of a thread's window, for its sites one after the other.
template <int edge, bool writes>
GPU_INLINE void go_back_short(
  const gpu_neurons_backward &given, double *shared, float *kept, const gpu_neuron &neuron)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const u32 words = ceiling_of(images.channels, WARP), stride = channel_stride(images.channels);
  const u32 pixels = images.height * images.width, perWord = window_count(images, given.pooling) / words;
  const u32 word = block_column(), channel = word * WARP + lane_index(), channels = images.channels;
  // Behind the last channel are zeros, whose gradients are zeros, too.
  const bool hasChannel = channel < channels, isThere = channel < stride;
  const bool isMean = SITES > 1 && given.pooling.planes == SITES;
  const u64 pace = (u64)images.samples * pixels * stride;
  const u32 halfStride = half_stride(channels);
  const u64 halfPace = (u64)images.samples * pixels * halfStride, halfCount = images.steps * halfPace;
  const u64 pooledPace = pooled_pixel({}, 1, images, given.pooling) * stride;
  const float factor = hasChannel ? given.factors[channel] : 0;
  const float summand = hasChannel ? given.factors[channels + channel] : 0;
  float a = 0, b = 0, c = 0, scale = 1, scaleRest = 1;
  if (writes) {
    const int exponent = *given.gradient_exponent;
    // As `scaled` does.
    scale = power_of_two(exponent < -126 ? exponent + 60 : exponent);
    scaleRest = exponent < -126 ? power_of_two(-60) : 1;
    a = hasChannel ? given.backward_factors[channel] : 0;
    b = hasChannel ? given.backward_factors[channels + channel] : 0;
    c = hasChannel ? given.backward_factors[2 * channels + channel] : 0;
  }
  backward_sums sums = {0, 0, 0};
  float largestGradient = 0, largestValue = 0;
  for (u32 index = block_index() * STAGE_WARPS + warp_index(); index < perWord; index += block_count() * STAGE_WARPS) {
    const pooling_window window = window_at(index * words + word, images, given.pooling);
    const float *first = given.values + (u64)window.sample * pixels * stride + channel;
    float pooled[SHORT_STEPS];
    load_steps(
      pooled, given.pooled + pooled_pixel(window, 0, images, given.pooling) * stride + channel, pooledPace, images.steps,
      hasChannel && is_whole(window, images, given.pooling));
    GPU_UNROLL
    for (u32 step = 0; step < SHORT_STEPS; step++) {
      kept[step * STAGE_THREADS] = isMean ? pooled[step] / SITES : pooled[step];
    }
    u64 receivers = ~(u64)0;
    if (SITES > 1 && !isMean) {
      receivers = find_receivers<edge>(first, window, pace, stride, isThere, factor, summand, images, neuron);
    }
    GPU_ROLL
    for (int site = 0; site < SITES; site++, receivers >>= SHORT_STEPS) {
      const int pixel = site_pixel<edge>(window, site, images);
      if (pixel < 0) continue;
      const float *own = first + (u64)pixel * stride;
      const u32 receives = (u32)receivers;
      float values[SHORT_STEPS], charges[SHORT_STEPS], after = 0;
      load_steps(values, own, pace, images.steps, isThere);
      find_charges(charges, values, factor, summand, images.steps, neuron);
      float gradients = 0, products = 0, leaks = 0;
      const u64 back = hidden(halfPace);
      u64 target =
        ((u64)window.sample * pixels + pixel) * halfStride + channel + hidden((SHORT_STEPS - 1) * halfPace);
      const u32 last = hidden(channel < halfStride ? images.steps : 0);
      GPU_UNROLL
      for (int part = SHORT_STEPS / SHORT_PART - 1; part >= 0; part--) {
        if ((u32)part * SHORT_PART >= images.steps) {
          target -= SHORT_PART * back;
          continue;
        }
        GPU_UNROLL
        for (int step = (part + 1) * SHORT_PART - 1; step >= part * SHORT_PART; step--) {
          const float value = values[step], input = value * factor + summand;
          const float before = step == 0 ? neuron.reset : membrane_after(charges[step > 0 ? step - 1 : 0], neuron);
          // Behind the last step every gradient is 0.
          const float ofSpike = receives >> step & 1 ? kept[step * STAGE_THREADS] : 0;
          const step_back found = back_through_step(before, input, charges[step], ofSpike, after, neuron);
          if (writes) {
            const float gradient = fused(a, found.input, fused(b, value, c));
            if ((u32)step < last) {
              write_halves(given.gradients, target, halfCount, gradient * scale * scaleRest, given.is_half);
            }
            target -= back;
          } else {
            gradients += found.input;
            products = fused(found.input, value, products);
            leaks += found.leak;
            largestGradient = larger(magnitude(found.input), largestGradient);
            largestValue = larger(magnitude(value), largestValue);
          }
        }
      }
      // Sums of float32 stay short.
      sums.gradients += (double)gradients;
      sums.products += (double)products;
      sums.leaks += (double)leaks;
    }
  }
  if (writes) return;
  add_sums(given, shared, word, 0, sums);
  if (!hasChannel) return;
  raise_to(given.largest + channel, float_bits(largestGradient));
  raise_to(given.largest + channels + channel, float_bits(largestValue));
}

template <int edge, bool writes>
GPU_INLINE void go_back_short(const gpu_neurons_backward &given, double *shared, float *kept)
{
  kept += thread_index();
  if (is_usual(given.neuron)) go_back_short<edge, writes>(given, shared, kept, known<true>(given.neuron));
  else go_back_short<edge, writes>(given, shared, kept, known<false>(given.neuron));
}

// Grid: blocks that share a word's windows, words. The first two sum gradients, the others write them.

GPU_DENSE_KERNEL(gpu_sum_short, gpu_neurons_backward, STAGE_THREADS, 6)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  go_back_short<1, false>(given, shared, kept);
}

GPU_DENSE_KERNEL(gpu_sum_short_pooled, gpu_neurons_backward, STAGE_THREADS, 5)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  go_back_short<2, false>(given, shared, kept);
}

GPU_DENSE_KERNEL(gpu_write_short, gpu_neurons_backward, STAGE_THREADS, 6)
{
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  go_back_short<1, true>(given, nullptr, kept);
}

GPU_DENSE_KERNEL(gpu_write_short_pooled, gpu_neurons_backward, STAGE_THREADS, 5)
{
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  go_back_short<2, true>(given, nullptr, kept);
}
