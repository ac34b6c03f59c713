#pragma once

#include "stage.h"

// The backward pass through a stage with few time steps and one group of batch statistics. Registers hold all of a
// site's steps: its values are loaded at once, and its charges are recomputed from them instead of stored in memory.

/// The maximum number of steps, and the steps between checks for the last one.
enum { SHORT_STEPS = 16, SHORT_PART = 4 };

/// A site's values in all steps, then zeros. hasValues: if not, all are zeros.
GPU_INLINE void load_steps(float (&values)[SHORT_STEPS], const float *first, u64 stepStride, u32 steps, bool hasValues)
{
  const float *next = first;
  const u32 last = opaque(hasValues ? steps : 0);
  stepStride = opaque(stepStride);
  GPU_UNROLL
  for (u32 step = 0; step < SHORT_STEPS; step++) {
    values[step] = step < last ? *next : 0;
    next += stepStride;
  }
}

/// A site's charges; those after the last step are undefined.
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

/// The sites that get the gradient of max pooling, as 16 bits for each site, a bit a step.
///
/// The first of equal maxima gets it: the first site that fires, or the first site where none does.
template <int edge>
GPU_INLINE u64 find_maximum_sites(
  const float *first, const pooling_window &window, u64 stepStride, u32 stride, bool hasValues, float factor,
  float summand, const gpu_images &images, const gpu_neuron &neuron)
{
  u64 maximumSites = 0;
  u32 fired = 0;
  GPU_ROLL
  for (int site = 0; site < edge * edge; site++) {
    const int pixel = site_pixel<edge>(window, site, images);
    if (pixel < 0) continue;
    float values[SHORT_STEPS], membrane = neuron.reset;
    load_steps(values, first + (u64)pixel * stride, stepStride, images.steps, hasValues);
    u32 spikes = 0;
    GPU_UNROLL
    for (u32 step = 0; step < SHORT_STEPS; step++) {
      if (step % SHORT_PART == 0 && step >= images.steps) break;
      const float charge = charged(membrane, values[step] * factor + summand, neuron);
      spikes |= fires(charge, neuron) ? 1u << step : 0;
      membrane = membrane_after(charge, neuron);
    }
    maximumSites |= (u64)(spikes & ~fired) << site * SHORT_STEPS;
    fired |= spikes;
  }
  return maximumSites | (~fired & 0xffffu);
}

/// The backward pass for a partition's windows of one word of channels; see run_backward.
///
/// - kept: Shared memory [steps, threads] for the gradient of each thread's window, which all of its sites read.
template <int edge, bool writes>
GPU_INLINE void run_short_backward(
  const gpu_neurons_backward &given, double *shared, float *kept, const gpu_neuron &neuron)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const u32 words = ceil_div(images.channels, WARP), stride = channel_stride(images.channels);
  const u32 pixels = images.height * images.width, perWord = window_count(images, given.pooling) / words;
  const u32 word = block_column(), channel = word * WARP + lane_index(), channels = images.channels;
  // The padding after the last channel is zeros, and so are its gradients.
  const bool hasChannel = channel < channels, hasValues = channel < stride;
  const bool isMean = SITES > 1 && given.pooling.planes == SITES;
  const u64 stepStride = (u64)images.samples * pixels * stride;
  const u32 halfStride = half_stride(channels);
  const u64 halfStepStride = (u64)images.samples * pixels * halfStride, halfCount = images.steps * halfStepStride;
  const u64 pooledStepStride = pooled_pixel({}, 1, images, given.pooling) * stride;
  const float factor = hasChannel ? given.factors[channel] : 0;
  const float summand = hasChannel ? given.factors[channels + channel] : 0;
  float a = 0, b = 0, c = 0, scale = 1, scaleRest = 1;
  if (writes) {
    const int exponent = *given.gradient_exponent;
    // In two factors, like `scaled`.
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
      pooled, given.pooled + pooled_pixel(window, 0, images, given.pooling) * stride + channel, pooledStepStride,
      images.steps, hasChannel && is_whole(window, images, given.pooling));
    GPU_UNROLL
    for (u32 step = 0; step < SHORT_STEPS; step++) {
      kept[step * STAGE_THREADS] = isMean ? pooled[step] / SITES : pooled[step];
    }
    u64 maximumSites = ~(u64)0;
    if (SITES > 1 && !isMean) {
      maximumSites = find_maximum_sites<edge>(
        first, window, stepStride, stride, hasValues, factor, summand, images, neuron);
    }
    GPU_ROLL
    for (int site = 0; site < SITES; site++, maximumSites >>= SHORT_STEPS) {
      const int pixel = site_pixel<edge>(window, site, images);
      if (pixel < 0) continue;
      const float *own = first + (u64)pixel * stride;
      const u32 ownMaxima = (u32)maximumSites;
      float values[SHORT_STEPS], charges[SHORT_STEPS], after = 0;
      load_steps(values, own, stepStride, images.steps, hasValues);
      find_charges(charges, values, factor, summand, images.steps, neuron);
      float gradients = 0, products = 0, leaks = 0;
      const u64 back = opaque(halfStepStride);
      u64 target =
        ((u64)window.sample * pixels + pixel) * halfStride + channel + opaque((SHORT_STEPS - 1) * halfStepStride);
      const u32 last = opaque(channel < halfStride ? images.steps : 0);
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
          // After the last step every gradient is 0.
          const float spikeGradient = ownMaxima >> step & 1 ? kept[step * STAGE_THREADS] : 0;
          const step_gradients found = backward_step(before, input, charges[step], spikeGradient, after, neuron);
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
            largestGradient = maximum(magnitude(found.input), largestGradient);
            largestValue = maximum(magnitude(value), largestValue);
          }
        }
      }
      // After each site, because long float32 sums lose accuracy.
      sums.gradients += (double)gradients;
      sums.products += (double)products;
      sums.leaks += (double)leaks;
    }
  }
  if (writes) return;
  add_sums(given, shared, word, 0, sums);
  if (!hasChannel) return;
  atomic_maximum(given.largest + channel, float_bits(largestGradient));
  atomic_maximum(given.largest + channels + channel, float_bits(largestValue));
}

template <int edge, bool writes>
GPU_INLINE void run_short_backward(const gpu_neurons_backward &given, double *shared, float *kept)
{
  kept += thread_index();
  if (is_default(given.neuron)) run_short_backward<edge, writes>(given, shared, kept, specialized<true>(given.neuron));
  else run_short_backward<edge, writes>(given, shared, kept, specialized<false>(given.neuron));
}

// Grid: [blocks, words of channels]; the blocks of a word divide its windows. The first two kernels sum gradients, the
// others write them.

GPU_BOUNDED_KERNEL(gpu_sum_short, gpu_neurons_backward, STAGE_THREADS, 6)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  run_short_backward<1, false>(given, shared, kept);
}

GPU_BOUNDED_KERNEL(gpu_sum_short_pooled, gpu_neurons_backward, STAGE_THREADS, 5)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  run_short_backward<2, false>(given, shared, kept);
}

GPU_BOUNDED_KERNEL(gpu_write_short, gpu_neurons_backward, STAGE_THREADS, 6)
{
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  run_short_backward<1, true>(given, nullptr, kept);
}

GPU_BOUNDED_KERNEL(gpu_write_short_pooled, gpu_neurons_backward, STAGE_THREADS, 5)
{
  GPU_SHARED(float, kept, SHORT_STEPS * STAGE_THREADS);
  run_short_backward<2, true>(given, nullptr, kept);
}
