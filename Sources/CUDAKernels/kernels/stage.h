#pragma once

#include "fragments.h"
#include "neurons.h"
#include "norm.h"

// A stage behind a product: batch norm, neurons over T steps, pooling; and the way back. A lane has a channel of a window
// of pooling, with its one or four sites.

enum { STAGE_THREADS = 128, STAGE_WARPS = STAGE_THREADS / WARP };

template <int edge> GPU_INLINE void run_neurons(const gpu_neurons_forward &given)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const u32 stride = channel_stride(images.channels), pixels = images.height * images.width;
  const u32 windows = window_count(images, given.pooling);
  for (u32 index = block_index() * STAGE_WARPS + warp_index(); index < windows; index += block_count() * STAGE_WARPS) {
    const pooling_window window = window_at(index, images, given.pooling);
    const u32 channel = window.word * WARP + lane_index();
    const bool hasChannel = channel < images.channels;
    float membrane[SITES];
    GPU_UNROLL
    for (int site = 0; site < SITES; site++) membrane[site] = given.neuron.reset;
    u32 count = 0;
    for (u32 step = 0; step < images.steps; step++) {
      const float *factors = given.factors + (u64)group_of(step, images) * 2 * images.channels;
      const float factor = hasChannel ? factors[channel] : 0;
      const float summand = hasChannel ? factors[images.channels + channel] : 0;
      bool spikes[SITES];
      GPU_UNROLL
      for (int site = 0; site < SITES; site++) {
        const int pixel = site_pixel<edge>(window, site, images);
        spikes[site] = false;
        if (pixel < 0 || !hasChannel) continue;
        const u64 place = ((u64)(step * images.samples + window.sample) * pixels + pixel) * stride + channel;
        const float charge = charged(membrane[site], given.values[place] * factor + summand, given.neuron);
        spikes[site] = fires(charge, given.neuron);
        membrane[site] = membrane_after(charge, given.neuron);
        count += spikes[site];
      }
      write_spikes<edge>(given.bits, window, step, spikes, images, given.pooling);
    }
    if (hasChannel) add_exactly(given.spikes + channel, count);
  }
}

GPU_KERNEL(gpu_run_neurons, gpu_neurons_forward, STAGE_THREADS) { run_neurons<1>(given); }
GPU_KERNEL(gpu_run_pooled_neurons, gpu_neurons_forward, STAGE_THREADS) { run_neurons<2>(given); }

/// What a thread has summed of a group.
struct backward_sums {
  double gradients;
  double products;
  double leaks;
};

/// Adds a block's sums of a group to the partition's.
GPU_INLINE void add_sums(
  const gpu_neurons_backward &given, double *shared, u32 word, u32 group, const backward_sums &sums)
{
  const u32 channels = given.images.channels, channel = word * WARP + lane_index();
  double *target = given.partial + ((u64)block_index() * given.images.groups + group) * 3 * channels + channel;
  const double own[3] = {sums.gradients, sums.products, sums.leaks};
  GPU_UNROLL
  for (int quantity = 0; quantity < 3; quantity++) {
    const double sum = sum_of_warps(shared, STAGE_WARPS, own[quantity]);
    if (warp_index() == 0 && channel < channels) target[quantity * channels] += sum;
  }
}

/// A partition's windows of one word of channels: a block has those of a word, its warps take turns.
///
/// Membranes are computed again and kept; then comes the way back. Where gradients are summed, `partial` and `largest` grow;
/// where they are written, they go into `gradients`.
template <int edge> GPU_INLINE void go_back(const gpu_neurons_backward &given, double *shared)
{
  enum { SITES = edge * edge };
  const gpu_images &images = given.images;
  const gpu_neuron &neuron = given.neuron;
  const u32 words = ceiling_of(images.channels, WARP), stride = channel_stride(images.channels);
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
  // All warps go as often through the loop: sums meet at barriers.
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
        const u64 place = ((u64)step * images.samples * pixels + sampleStart + pixel) * stride + channel;
        const float input = given.values[place] * factors[channel] + factors[images.channels + channel];
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
        const bool isThere = hasWindow && hasChannel && site_pixel<edge>(window, site, images) >= 0;
        charges[site] = isThere ? membranes[((u64)step * SITES + site) * threads] : neuron.reset;
        isSpike[site] = isThere && fires(charges[site], neuron);
      }
      const bool hasGradient = hasWindow && hasChannel && is_whole(window, images, given.pooling);
      const float pooled =
        hasGradient ? given.pooled[pooled_pixel(window, step, images, given.pooling) * stride + channel] : 0;
      spread_gradient<edge>(gradients, pooled, isSpike, given.pooling);
      GPU_UNROLL
      for (int site = 0; site < SITES; site++) {
        const int pixel = site_pixel<edge>(window, site, images);
        if (!hasWindow || pixel < 0) continue;
        const u64 row = (u64)step * images.samples * pixels + sampleStart + pixel;
        const u64 place = row * stride + channel, halfPlace = row * halfStride + channel;
        if (!hasChannel) {
          if (given.writes && channel < halfStride) write_halves(given.gradients, halfPlace, halfCount, 0, given.is_half);
          continue;
        }
        const float *factors = given.factors + (u64)group * 2 * images.channels;
        const float value = given.values[place];
        const float input = value * factors[channel] + factors[images.channels + channel];
        const float before =
          step == 0 ? neuron.reset : membrane_after(membranes[((u64)(step - 1) * SITES + site) * threads], neuron);
        const step_back found = back_through_step(before, input, charges[site], gradients[site], after[site], neuron);
        if (given.writes) {
          const float *own = given.backward_factors + (u64)group * 3 * images.channels + channel;
          const float gradient = own[0] * found.input + own[images.channels] * value + own[2 * images.channels];
          write_halves(given.gradients, halfPlace, halfCount, scaled(gradient, exponent), given.is_half);
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
  raise_to(given.largest + channel, float_bits(largestGradient));
  raise_to(given.largest + images.channels + channel, float_bits(largestValue));
}

GPU_KERNEL(gpu_go_back, gpu_neurons_backward, STAGE_THREADS)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  go_back<1>(given, shared);
}

GPU_KERNEL(gpu_go_back_pooled, gpu_neurons_backward, STAGE_THREADS)
{
  GPU_SHARED(double, shared, STAGE_THREADS);
  go_back<2>(given, shared);
}

enum { FACTOR_THREADS = 256 };

/// A float that is not smaller, as bits.
GPU_INLINE u32 bits_at_least(double value)
{
  const float rounded = (float)value;
  return float_bits(rounded) + (rounded < value ? 1 : 0);
}

/// One block: the gradients of γ, β and the membrane's weight; the factors of the gradient of a value; and the exponent
/// that fits its largest.
///
/// With x̂ = (x − mean)·inverse: dγ = Σ dy·x̂ = inverse·(Σ dy·x − mean·Σ dy), dβ = Σ dy, and
/// dx = γ·inverse·(dy − dβ/n − x̂·dγ/n) = a·dy + b·x + c. Its magnitude is at most |a|·max|dy| + |b|·max|x| + |c|.
GPU_KERNEL(gpu_finish_gradients, gpu_gradient_factors, FACTOR_THREADS)
{
  GPU_SHARED(u32, bounds, FACTOR_THREADS);
  GPU_SHARED(double, leaks, FACTOR_THREADS);
  u32 bound = 0;
  double leak = 0;
  for (u32 channel = thread_index(); channel < given.channels; channel += FACTOR_THREADS) {
    const double largestGradient = bits_float(given.largest[channel]);
    const double largestValue = bits_float(given.largest[given.channels + channel]);
    double weightGradient = 0, biasGradient = 0;
    for (u32 group = 0; group < given.groups; group++) {
      double gradients = 0, products = 0;
      for (u32 partition = 0; partition < given.partitions; partition++) {
        const double *found = given.partial + ((u64)partition * given.groups + group) * 3 * given.channels + channel;
        gradients += found[0];
        products += found[given.channels];
        leak += found[2 * given.channels];
      }
      double a = 1, b = 0, c = 0;
      if (given.statistics) {
        const double *statistics = given.statistics + (u64)group * 2 * given.channels + channel;
        const double mean = statistics[0], inverse = statistics[given.channels];
        const double ofWeight = inverse * (products - mean * gradients);
        weightGradient += ofWeight;
        biasGradient += gradients;
        a = (double)given.weight[channel] * inverse;
        b = -a * inverse * ofWeight / given.count;
        c = -b * mean - a * gradients / given.count;
      }
      float *factors = given.backward_factors + (u64)group * 3 * given.channels + channel;
      factors[0] = (float)a;
      factors[given.channels] = (float)b;
      factors[2 * given.channels] = (float)c;
      const double size = (a < 0 ? -a : a) * largestGradient + (b < 0 ? -b : b) * largestValue + (c < 0 ? -c : c);
      const u32 bits = bits_at_least(size) & 0x7fffffffu;
      bound = bits > bound ? bits : bound;
    }
    if (given.statistics) {
      given.weight_gradient[channel] += (float)weightGradient;
      given.bias_gradient[channel] += (float)biasGradient;
    }
  }
  bounds[thread_index()] = bound;
  leaks[thread_index()] = leak;
  barrier();
  if (thread_index() != 0) return;
  double total = 0;
  for (u32 thread = 0; thread < FACTOR_THREADS; thread++) {
    bound = bounds[thread] > bound ? bounds[thread] : bound;
    total += leaks[thread];
  }
  *given.gradient_exponent = scale_exponent(bound);
  if (given.membrane_gradient) *given.membrane_gradient += (float)(total * given.membrane_slope);
}
