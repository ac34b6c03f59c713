#pragma once

#include "device.h"

// Source: Fang et al., ICCV 2021, equations 1 to 4 and 7; SpikingJelly 2.0.0, neuron/lif.py and surrogate.py.

/// k times a value: LIF divides by τ, parametric LIF multiplies by k.
GPU_INLINE float leaked(float value, const gpu_neuron &neuron)
{
  return neuron.divides ? value / neuron.tau : value * neuron.k;
}

/// The charge: the membrane after the input, before the reset.
GPU_INLINE float charged(float before, float input, const gpu_neuron &neuron)
{
  const float decayed = before - neuron.reset;
  return neuron.decays_input ? before + leaked(input - decayed, neuron) : before - leaked(decayed, neuron) + input;
}

GPU_INLINE bool fires(float charge, const gpu_neuron &neuron) { return charge - neuron.threshold >= 0; }

/// The membrane after the reset.
GPU_INLINE float membrane_after(float charge, const gpu_neuron &neuron)
{
  if (!fires(charge, neuron)) return charge;
  return neuron.is_soft ? charge - neuron.threshold : neuron.reset;
}

/// Whether neurons are LIF with the options that most networks use. Their kernels have no branches for other kinds.
GPU_INLINE bool is_default(const gpu_neuron &neuron)
{
  return !neuron.divides && !neuron.is_soft && neuron.detaches_reset && neuron.decays_input
    && neuron.surrogate == GPU_ATAN;
}

/// The same neurons; where they are usual, the compiler knows their options.
template <bool isUsual> GPU_INLINE gpu_neuron specialized(gpu_neuron neuron)
{
  if (isUsual) {
    neuron.divides = neuron.is_soft = 0;
    neuron.detaches_reset = neuron.decays_input = 1;
    neuron.surrogate = GPU_ATAN;
  }
  return neuron;
}

/// The surrogate's derivative, which stands for that of the spike.
GPU_INLINE float surrogate(float charge, const gpu_neuron &neuron)
{
  const float u = charge - neuron.threshold, alpha = neuron.alpha;
  if (neuron.surrogate == GPU_ATAN) {
    const float steep = (float)(3.14159265358979323846 / 2 * (double)alpha) * u;
    return alpha / 2 * approximate_reciprocal(fused(steep, steep, 1));
  }
  if (neuron.surrogate == GPU_SIGMOID) {
    const float sigma = approximate_reciprocal(1 + exponential(-alpha * u));
    return alpha * sigma * (1 - sigma);
  }
  const float value = alpha - alpha * alpha * magnitude(u);
  return value > 0 ? value : 0;
}

/// The derivative of the membrane after the reset with respect to the charge.
GPU_INLINE float reset_derivative(float charge, float derivative, const gpu_neuron &neuron)
{
  if (neuron.is_soft) return neuron.detaches_reset ? 1 : 1 - neuron.threshold * derivative;
  const float kept = fires(charge, neuron) ? 0 : 1;
  return neuron.detaches_reset ? kept : kept + (neuron.reset - charge) * derivative;
}

/// A neuron's gradients in one time step.
struct step_gradients {
  /// With respect to the input.
  float input;
  /// With respect to k.
  float leak;
};

/// A neuron's backward pass through one time step.
///
/// With decayed = before − reset, the charge before + k·(input − decayed) has derivative k with respect to the input,
/// 1 − k with respect to `before` and input − decayed with respect to k. Where the input does not decay, the charge is
/// before − k·decayed + input, and the derivatives are 1, 1 − k and −decayed.
///
/// - after: The gradient with respect to the membrane after the step; becomes that before the step.
GPU_INLINE step_gradients backward_step(
  float before, float input, float charge, float spikeGradient, float &after, const gpu_neuron &neuron)
{
  const float derivative = surrogate(charge, neuron);
  const float gradient = fused(spikeGradient, derivative, after * reset_derivative(charge, derivative, neuron));
  const float decayed = before - neuron.reset, leakedGradient = leaked(gradient, neuron);
  after = gradient - leakedGradient;
  step_gradients result;
  result.input = neuron.decays_input ? leakedGradient : gradient;
  result.leak = gradient * (neuron.decays_input ? input - decayed : -decayed);
  return result;
}

/// A pooling window, or a single pixel without pooling, and 32 of its channels.
struct pooling_window {
  u32 sample;
  u32 row;
  u32 column;
  /// The index of the word of channels: the first one is 32 · word.
  u32 word;
};

/// Counts incomplete windows at the border, too: their neurons fire, but their spikes are not pooled.
GPU_INLINE u32 windows_across(u32 extent, const gpu_pooling &pooling) { return ceil_div(extent, pooling.edge); }
GPU_INLINE u32 pooled_extent(u32 extent, const gpu_pooling &pooling) { return extent / pooling.edge; }

GPU_INLINE u32 window_count(const gpu_images &images, const gpu_pooling &pooling)
{
  return images.samples * windows_across(images.height, pooling) * windows_across(images.width, pooling)
    * ceil_div(images.channels, WARP);
}

GPU_INLINE pooling_window window_at(u32 index, const gpu_images &images, const gpu_pooling &pooling)
{
  const u32 words = ceil_div(images.channels, WARP), columns = windows_across(images.width, pooling);
  const u32 rows = windows_across(images.height, pooling);
  pooling_window window;
  window.word = index % words;
  window.column = index / words % columns;
  window.row = index / words / columns % rows;
  window.sample = index / words / columns / rows;
  return window;
}

/// Whether all of a window's sites are inside the image.
GPU_INLINE bool is_whole(const pooling_window &window, const gpu_images &images, const gpu_pooling &pooling)
{
  return window.row < pooled_extent(images.height, pooling) && window.column < pooled_extent(images.width, pooling);
}

/// The index of a site's pixel in its image, or −1 outside the image.
template <int edge> GPU_INLINE int site_pixel(const pooling_window &window, int site, const gpu_images &images)
{
  const u32 row = edge * window.row + site / edge, column = edge * window.column + site % edge;
  return row < images.height && column < images.width ? (int)(row * images.width + column) : -1;
}

/// The index of a window's pooled pixel among those of all images; image t·N + n is sample n in time step t.
GPU_INLINE u64 pooled_pixel(
  const pooling_window &window, u32 step, const gpu_images &images, const gpu_pooling &pooling)
{
  const u64 image = step * images.samples + window.sample;
  return (image * pooled_extent(images.height, pooling) + window.row) * pooled_extent(images.width, pooling)
    + window.column;
}

/// The group of batch statistics of a time step.
GPU_INLINE u32 group_of(u32 step, const gpu_images &images) { return images.groups == 1 ? 0 : step; }

/// Writes a window's pooled spikes: one word with their maxima, or a word of each of four bit planes.
///
/// All lanes of a warp must call this, each with one of the window's channels.
template <int edge>
GPU_INLINE void write_spikes(
  u32 *target, bool isWhole, const bool (&spikes)[edge * edge], u32 words, const gpu_pooling &pooling)
{
  u32 found[edge * edge];
  GPU_UNROLL
  for (int site = 0; site < edge * edge; site++) found[site] = warp_ballot(spikes[site]);
  if (lane_index() != 0 || !isWhole) return;
  if (pooling.planes == 1) {
    u32 any = 0;
    GPU_UNROLL
    for (int site = 0; site < edge * edge; site++) any |= found[site];
    *target = any;
  } else {
    GPU_UNROLL
    for (int site = 0; site < edge * edge; site++) target[site * words] = found[site];
  }
}

template <int edge>
GPU_INLINE void write_spikes(
  u32 *bits, const pooling_window &window, u32 step, const bool (&spikes)[edge * edge], const gpu_images &images,
  const gpu_pooling &pooling)
{
  const u32 words = ceil_div(images.channels, WARP);
  u32 *target = bits + pooled_pixel(window, step, images, pooling) * pooling.planes * words + window.word;
  write_spikes<edge>(target, is_whole(window, images, pooling), spikes, words, pooling);
}

/// The backward pass of pooling: the first of equal maxima gets the gradient, or each site a quarter.
///
/// - isSpike: Whether each site fires; false for sites outside the image.
template <int edge>
GPU_INLINE void unpool_gradient(
  float (&gradients)[edge * edge], float pooled, const bool (&isSpike)[edge * edge], const gpu_pooling &pooling)
{
  if (pooling.planes == edge * edge && edge > 1) {
    GPU_UNROLL
    for (int site = 0; site < edge * edge; site++) gradients[site] = pooled / (edge * edge);
    return;
  }
  int winner = 0;
  GPU_UNROLL
  for (int site = edge * edge - 1; site >= 0; site--) winner = isSpike[site] ? site : winner;
  GPU_UNROLL
  for (int site = 0; site < edge * edge; site++) gradients[site] = site == winner ? pooled : 0;
}
